#!/usr/bin/env bash
# The golden runner builds what the vocabulary says and nothing else: names change nothing, numbers
# change what is built, and a word that nobody knows fails and is named.
set -u
OUT=${OUT:-build}
run=$OUT/tests/golden_run
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# A copy of JOB whose description went through sed SCRIPT; the runner's last lines in $work/out.
changed() { # job, sed script
    rm -rf "$work/jobs" && mkdir -p "$work/jobs"
    cp -r "tests/golden/$1" "$work/jobs/a"
    sed -E -i "$2" "$work/jobs/a/job.json"
    if cmp -s "$work/jobs/a/job.json" "tests/golden/$1/job.json"; then
        echo "not ok $1: '$2' changes nothing in job.json"
        return 1
    fi
    timeout 60 "$run" "$work/jobs" >"$work/out" 2>&1
}
expect() { # name, job, sed script, words that must be said
    local name=$1
    changed "$2" "$3"
    if grep -qF -- "$4" "$work/out"; then echo "ok $name"; else
        echo "not ok $name: '$4' was not said, but: $(head -n 2 "$work/out" | cut -c1-200 | tr '\n' ' ')"
    fi
}

expect "another name and title change nothing" tumbling-30m-late \
    's/"(name|title)" : "[^"]*"/"\1" : "value-state"/' '1 passed, 0 failed, 0 skipped'
expect "the folder's name changes nothing" value-state 's/"name" : "[^"]*"/"name" : ""/' '1 passed, 0 failed'
expect "output fields come in the stated order" value-state \
    's/"key" : "the key",//; s/("nth" : "[^"]*")/\1, "key" : ""/' '"nth":1,"key":"LAS"}'

# ---- each number of a description is built ----
built() { expect "$1 is built" "$2" "$3" 'FAIL golden a: '; }
built "the delay" tumbling-30m-late 's/"delay_ms" : 1800000/"delay_ms" : 60000/'
built "the size" tumbling-30m-late 's/"size_ms" : 3600000/"size_ms" : 1800000/'
built "the offset" tumbling-offset-day 's/"offset_ms" : 18000000/"offset_ms" : 0/'
built "the lateness" lateness-updates 's/"allowed_lateness_ms" : 3600000/"allowed_lateness_ms" : 0/'
built "the late output" lateness-updates 's/"late_side_output" : true/"late_side_output" : false/'
built "the value" tumbling-30m-late 's/"value" : "distance_mi"/"value" : "delay_min"/'
built "the key" value-state 's/"key" : "origin"/"key" : "destination"/'
built "id_modulo" value-state 's/"key" : "origin"/&, "id_modulo" : 2/'
built "the kept keys" tumbling-30m-late 's/"DFW"/"DFW", "ORD"/'
built "the filter's bound" side-outputs 's/"min" : 2300/"min" : 2301/'
built "n of the value state" value-state 's/"n" : 50/"n" : 51/'
built "n of the list state" list-state 's/"n" : 5/"n" : 6/'
built "the threshold of the list state" list-state 's/delay_min > 60/delay_min > 61/'
built "the list's value" list-state 's/values of distance_mi/values of delay_min/'
built "n of the map state" map-state 's/"n" : 15/"n" : 16/'
built "the gap" quiet-origin-6h 's/"gap_ms" : 21600000/"gap_ms" : 21660000/'
built "the lower bound of early" side-outputs 's/"lo" : -10/"lo" : -11/'
built "the upper bound of late" side-outputs 's/"hi" : 15/"hi" : 16/'
built "a counter" value-state 's/"output" : 547/"output" : 548/'
built "the source's counter" value-state 's/"source_records" : 20000/"source_records" : 19999/'
built "the counter of dropped rows" tumbling-30m-late 's/"numLateRecordsDropped" : 86/"numLateRecordsDropped" : 0/'

# of two inputs
built "the lower bound of an interval" interval-return 's/"lower_ms" : 3600000/"lower_ms" : 7200000/'
built "the upper bound of an interval" interval-return 's/"upper_ms" : 14400000/"upper_ms" : 10800000/'
built "an exclusive bound" interval-return 's/"upper_exclusive" : false/"upper_exclusive" : true/; s/"upper_ms" : 14400000/"upper_ms" : 4800000/'
built "the left key" interval-return 's/"left" : "all flights, keyed by origin-destination"/"left" : "all flights, keyed by destination-origin"/'
built "the right key" window-join-long 's/keyed by destination \(arrivals/keyed by origin (arrivals/'
built "the window of a join" window-join-long 's/"size_ms" : 21600000/"size_ms" : 10800000/'
built "the window of a coGroup" cogroup-airport 's/"offset_ms" : 0/"offset_ms" : 3600000/'
built "the filter of a join" window-join-long 's/"min" : 2000/"min" : 2100/'
built "the window behind a broadcast" broadcast-state 's/"offset_ms" : 0/"offset_ms" : 86400000/'
built "the key of what is broadcast to" broadcast-state 's/keyed by origin/keyed by destination/'
built "what is broadcast" broadcast-state 's/"(value|key)" : "state"/"\1" : "city"/; s/iata -> state/iata -> value/'

# ---- words that nobody knows ----
unknown() { expect "an unknown $1 fails and is named" "$2" "$3" "$4"; }
unknown key value-state 's/"key" : "origin"/"key" : "carrier"/' "key 'carrier'"
unknown "key of this dataset" quake-class-day 's/"key" : "magnitude class"/"key" : "origin"/' "key 'origin'"
unknown value tumbling-30m-late 's/"value" : "distance_mi"/"value" : "price"/' "field 'price'"
unknown "field of this dataset" tumbling-30m-late 's/"value" : "distance_mi"/"value" : "mag100"/' "field 'mag100'"
unknown watermark tumbling-30m-late 's/bounded out-of-orderness/now and then/' 'now and then'
unknown assigner tumbling-30m-late 's/"tumbling"/"hopping"/' "window.assigner 'hopping'"
unknown trigger tumbling-30m-late 's/event time \(default\)/full moon/' "trigger 'full moon'"
unknown "trigger of a session" session-origin 's/event time \(default\)/full moon/' "trigger 'full moon'"
unknown "side" interval-return 's/keyed by destination-origin/keyed by moon/' "right 'the same flights, keyed by moon"
unknown "condition" interval-return 's/left.ts \+ lower <=/left.ts <=/' 'interval_join.condition'
unknown "join" window-join-long 's/one line a pair/two lines a pair/' "function 'join: two lines"
unknown "coGroup" cogroup-airport 's/also when one side is empty/but not when one side is empty/' "function 'coGroup"
unknown "member of an interval" interval-return 's/"lower_ms"/"slack_ms" : 1, "lower_ms"/' "interval_join 'slack_ms'"
unknown "broadcast file" broadcast-state 's/airports.csv/ships.csv/' "broadcast.file 'ships.csv'"
unknown "broadcast rule" broadcast-state 's/"put iata/"drop iata/' "function.on_broadcast 'drop"
unknown "second stage" broadcast-state 's/"aggregate" : "count"/"aggregate" : "sum"/' "then.aggregate 'sum'"
unknown function tumbling-30m-late 's/incremental aggregate/magic/' "function 'magic'"
unknown rule map-state 's/multiple of n emit/multiple of n drop/' 'function.rule'
unknown "state rule" quiet-origin-6h 's/seen = 0; last stays/last = none/' 'function.on_timer'
unknown "filter place" tumbling-30m-late 's/after the watermark is/sometime/' "filter.place 'sometime"
unknown "file" value-state 's/"flights.csv"/"ships.csv"/' "source.file 'ships.csv'"
unknown "output field" value-state 's/"nth"/"rank"/' "output 'rank'"
unknown "member" value-state 's/"parallelism"/"mode" : 1, "parallelism"/' "job 'mode'"
unknown "order" value-state 's/"exact"/"shuffled"/' 'shuffled'
unknown "counter" value-state 's/"source_records" : 20000/&, "lines" : 1/' 'got lines'
unknown "channel" value-state 's/"order" : \{/&"early" : "exact",/' 'got early'
unknown "runtime mode" value-state 's/"key" : "origin"/&, "runtime_mode" : "AUTOMATIC"/' "runtime_mode 'AUTOMATIC'"
unknown "n of zero" value-state 's/"n" : 50/"n" : 0/' "function.n '0'"
expect "a family that is not built is skipped by name" cep-not 's/"name" : "[^"]*"/"name" : ""/' \
    "SKIP golden 1 family 'pattern'"
expect "a description that is not JSON fails" value-state '1d' 'FAIL golden a: job.json'

# ---- every word and every number of every description that is run ----
# Texts become words that nobody knows, numbers others; what is for people (names, titles, notes, what
# an output field or the op of a rolling aggregate means) may say anything; no lateness helps where
# nothing is late; and with two inputs, which nothing is late for, more delay changes nothing.
leaves() { # job.json: a line a leaf: its line number, then text or number
    awk -v none_late="$(grep -c '"numLateRecordsDropped" : 0' "$1")" -v two="$(grep -cE '"(left|broadcast)" :' "$1")" '/^  "output" : \{/ { meaning = 1 } meaning && /^  }/ { meaning = 0 }
        meaning || /"(name|title|note|late|channels)" : "/ { next }
        /"op" : "/ { rolling = 1 } rolling && /"rule"/ { next }
        two && /"delay_ms"/ { next }
        none_late && /"allowed_lateness_ms" : 0/ { next }
        /" : "/ { print NR, "text" } /" : -?[0-9]/ { print NR, "number" }' "$1"
}
mutant() { # job, line, kind, folder
    mkdir -p "$4"
    awk -v line="$2" -v kind="$3" '
        NR == line && kind == "text" { sub(/" : ".*"/, "\" : \"full moon\"") }
        NR == line && kind == "number" { match($0, /-?[0-9]+/); n = substr($0, RSTART, RLENGTH)
            $0 = substr($0, 1, RSTART - 1) (n + 0 ? 2 * n + 1 : 3600000) substr($0, RSTART + RLENGTH) }
        { print }' "$1/job.json" >"$4/job.json"
    ln -s "$PWD/$1"/*.jsonl* "$4/"
}
for job in tests/golden/*/; do
    job=${job%/}
    mkdir -p "$work/one" && ln -sfn "$PWD/$job" "$work/one/a"
    "$run" "$work/one" | grep -q '^SKIP' && continue
    leaves "$job/job.json" | while read -r line kind; do
        mutant "$job" "$line" "$kind" "$work/mutants/$(basename "$job"):$line"
    done
done
"$run" "$work/mutants" >"$work/out" 2>&1
for folder in "$work"/mutants/*; do
    id=$(basename "$folder")
    grep -qF "FAIL golden $id: " "$work/out" || echo "$id: $(diff "tests/golden/${id%:*}/job.json" "$folder/job.json" | tail -n 1)"
done >"$work/unread"
if [ -s "$work/unread" ]; then
    echo "not ok every word and number is read, but: $(tr '\n' ' ' <"$work/unread")"
else echo "ok every word and number is read: $(tail -n 1 "$work/out")"; fi

mkdir -p "$work/gz" && cp -r tests/golden/value-state "$work/gz/a" && gzip "$work/gz/a/output.jsonl"
if "$run" "$work/gz" | grep -qF '1 passed, 0 failed, 0 skipped'; then echo "ok .jsonl.gz is read"; else echo "not ok .jsonl.gz is read"; fi
mkdir "$work/empty"
if "$run" "$work/empty" >"$work/out"; then echo "not ok an empty folder fails"; else echo "ok an empty folder fails"; fi
