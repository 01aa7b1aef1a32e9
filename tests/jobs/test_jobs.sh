#!/usr/bin/env bash
# Whole jobs on real data: at every parallelism, chained or not, killed or not, the answer is the one
# that awk, or Flink, gives.
set -u
OUT=${OUT:-build}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
zcat_or_cat() { if [ -f "$1" ]; then cat "$1"; else zcat "$1.gz"; fi; }
rows() { tail -q -n +2 "$work"/out/results/"$1"/part-*.csv 2>/dev/null; } # of a sink, without headers

# run NAME JOB WANTED ANSWER ARGUMENTS...: the function ANSWER on what JOB wrote equals file WANTED
run() {
    local name=$1 job=$2 wanted=$3 answer=$4
    shift 4
    rm -rf "$work/out"
    if ! timeout 60 "$OUT/jobs/$job" run --quiet -D weir.output-dir="$work/out" "$@" <"${input:-/dev/null}" >"$work/log" 2>&1; then
        echo "not ok $name: $(tail -n 1 "$work/log")"
    elif ! "$answer" >"$work/got" || ! cmp -s "$work/got" "$wanted"; then
        echo "not ok $name: $(diff "$wanted" "$work/got" | head -n 3 | tr '\n' ' ')"
    else echo "ok $name"; fi
}
variants() { # JOB WANTED ANSWER VICTIM ARGUMENTS...
    local job=$1 wanted=$2 answer=$3 victim=$4
    shift 4
    for p in 1 2 3; do
        run "$job at parallelism $p" "$job" "$wanted" "$answer" -p $p "$@"
        run "$job at parallelism $p under sim" "$job" "$wanted" "$answer" -p $p --driver sim "$@"
        printf 'at ack of %s cp 2 kill tm-1\n' "$victim" >"$work/plan"
        run "$job at parallelism $p, killed" "$job" "$wanted" "$answer" -p $p --plan "$work/plan" "$@"
    done
    run "$job without chaining" "$job" "$wanted" "$answer" -D pipeline.operator-chaining.enabled=false "$@"
    run "$job without checkpoints" "$job" "$wanted" "$answer" -D execution.checkpointing.interval=0 "$@"
    run "$job one element a buffer" "$job" "$wanted" "$answer" -D weir.buffer.elements=1 "$@"
}
batch() { # JOB WANTED ANSWER: the same in batch, where a killed worker means to begin again, as the
    # only checkpoint is the last, by which sinks commit
    printf 'at window window[0] #9 kill tm-1\n' >"$work/plan"
    for p in 1 3; do
        run "$1 in batch at parallelism $p" "$1" "$2" "$3" -p $p -D execution.runtime-mode=BATCH
        run "$1 in batch at parallelism $p, killed" "$1" "$2" "$3" -p $p -D execution.runtime-mode=BATCH --plan "$work/plan"
        if grep -q '1 restarts' "$work/log" && grep -q '^checkpoints *1 complete' "$work/log"; then echo "ok $1 has only the last checkpoint"; else
            echo "not ok $1 has only the last checkpoint: $(grep -E '^(checkpoints|ended)' "$work/log" | tr '\n' ' ')"
        fi
    done
}

# ---- flights: what is counted and what is late are all rows ----
totals() { # rows of the file, as counted in windows and late ones
    rows hours | awk -F, '{ n += $3 } END { printf "%d ", n }' >"$work/n"
    echo $(($(cat "$work/n") + $(rows late | wc -l)))
}
echo 20000 >"$work/all"
variants flights "$work/all" totals 'window[0]'
batch flights "$work/all" totals

# ---- words: totals of the words, counted by awk ----
unquote='function unquote(s) { if (s ~ /^"/) { s = substr(s, 2, length(s) - 2); gsub(/""/, "\"", s) } return s }'
word_totals() { # greatest total and number of updates of each word
    rows totals | awk "$unquote"' { n = $0; sub(/.*,/, "", n); w = unquote(substr($0, 1, length($0) - length(n) - 1))
        if (n + 0 > most[w] + 0) most[w] = n + 0; updates[w]++ }
        END { for (w in most) print w, most[w], updates[w] }' | LC_ALL=C sort
}
awk "$unquote"' NR > 1 { s = $0; sub(/^[^,]*,/, "", s)
    match(s, s ~ /^"/ ? "^\"([^\"]|\"\")*\"" : "^[^,]*")
    k = split(unquote(substr(s, 1, RLENGTH)), word, / +/)
    for (i = 1; i <= k; i++) if (word[i] != "") n[word[i]]++ }
    END { for (w in n) print w, n[w], n[w] }' datasets/airports.csv | LC_ALL=C sort >"$work/words"
variants words "$work/words" word_totals 'process[0]'

# ---- movements: departures and arrivals a day are Flink's coGroup; the far ones are awk's ----
days() {
    rows days | awk -F, '{ print $1, $3, $4 }' | LC_ALL=C sort
    rows far | LC_ALL=C sort
}
{
    zcat_or_cat tests/golden/cogroup-airport/output.jsonl |
        sed -E 's/.*"key":"([^"]*)","departures":([0-9]+),"arrivals":([0-9]+).*/\1 \2 \3/' | LC_ALL=C sort
    awk -F, 'NR > 1 && $6 >= 2000 { print $1 "," $6 }' datasets/flights.csv | LC_ALL=C sort
} >"$work/days"
variants movements "$work/days" days 'window[0]'
batch movements "$work/days" days

# ---- quiet: one split gives Flink's alarms ----
alarms() { rows quiet | awk -F, '{ print $1, $3 }' | LC_ALL=C sort; }
zcat_or_cat tests/golden/quiet-origin-6h/output.jsonl |
    sed -E 's/.*"key":"([^"]*)".*"seen":([0-9]+).*/\1 \2/' | LC_ALL=C sort >"$work/quiet"
run "quiet airports are Flink's" quiet "$work/quiet" alarms
printf 'at ack of process[0] cp 3 kill tm-1\n' >"$work/plan"
run "quiet airports, killed" quiet "$work/quiet" alarms --plan "$work/plan"

# ---- rolling: sliding and cumulating windows, counted by awk: a row in every window that holds it;
# windows of all rows have the empty text for a key ----
spans() { # of results, in hours: airport, from, to, flights
    for of in rolling shared today days all; do
        rows $of | awk -F, -v of=$of "$hours"'{ print of, $1, hour_of($2), hour_of($3), $4 }'
    done | LC_ALL=C sort
}
hours='function hour_of(t) { # since 2001 began; the data ends in March, and windows begin on the eve of it
    if (t < "2001") return substr(t, 12, 2) - 24
    return (substr(t, 6, 2) - 1) * 31 * 24 - (substr(t, 6, 2) > "02") * 3 * 24 + (substr(t, 9, 2) - 1) * 24 + substr(t, 12, 2) }'
awk -F, "$hours"'NR > 1 { h = int(hour_of($2)); day = h - h % 24
    for (from = h - h % 2; from > h - 6; from -= 2) { n["rolling " $4 " " from " " from + 6]++; n["shared " $4 " " from " " from + 6]++ }
    for (from = h - h % 2; from > h - 6; from -= 2) n["all \"\" " from " " from + 6]++
    n["days \"\" " day " " day + 24]++
    for (to = h - h % 6 + 6; to <= day + 24; to += 6) n["today " $4 " " day " " to]++ }
    END { for (w in n) print w, n[w] }' datasets/flights.csv | LC_ALL=C sort >"$work/spans"
variants rolling "$work/spans" spans 'window[0]'
batch rolling "$work/spans" spans

# ---- sessions: by awk, each key's flights in order of time, joined while they touch ----
minutes='function minute_of(t) { return ((substr(t, 6, 2) - 1) * 31 - (substr(t, 6, 2) > "02") * 3 + substr(t, 9, 2)) * 1440 + substr(t, 12, 2) * 60 + substr(t, 15, 2) }'
waves() { # sink, key, from, to, flights, miles; times in minutes
    for of in waves reach; do
        rows $of | awk -F, -v of=$of "$minutes"'{ print of, $1, minute_of($2), minute_of($3), $4, $5 }'
    done | LC_ALL=C sort
}
awk -F, "$minutes"'NR > 1 { t = minute_of($2); print "waves", $4, t, 30, $6; print "reach", $5, t, $6, $6 }' \
    datasets/flights.csv | LC_ALL=C sort -k1,2 -k3,3n |
    awk 'function say() { if (n) print key, from, to, n, miles }
        key != $1 " " $2 || $3 > to { say(); key = $1 " " $2; from = $3; to = 0; n = miles = 0 }
        { if ($3 + $4 > to) to = $3 + $4; n++; miles += $5 }
        END { say() }' | LC_ALL=C sort >"$work/waves"
variants sessions "$work/waves" waves 'window[0]'
batch sessions "$work/waves" waves

# ---- totals: each flight says the miles so far; the longest is said once ----
totals_of_origins() { # airport, rows, greatest total; airport, longest
    rows miles | awk -F, '{ n[$4]++; if ($6 > most[$4]) most[$4] = $6 } END { for (o in n) print o, n[o], most[o] }' | LC_ALL=C sort
    rows longest | awk -F, '{ print $4, $6 }' | LC_ALL=C sort
}
{
    awk -F, 'NR > 1 { n[$4]++; sum[$4] += $6 } END { for (o in n) print o, n[o], sum[o] }' datasets/flights.csv | LC_ALL=C sort
    awk -F, 'NR > 1 && $6 > most[$4] { most[$4] = $6 } END { for (o in most) print o, most[o] }' datasets/flights.csv | LC_ALL=C sort
} >"$work/totals"
variants totals "$work/totals" totals_of_origins 'rolling[0]'

# ---- bursts: what lives 2 ms ends bursts, and every flight is in one ----
bursts_of_origins() { # airport, flights, miles; airports of several bursts, rows that are wrong
    rows bursts | awk -F, '{ n[$1] += $2; miles[$1] += $3; bursts[$1]++ }
        END { for (o in n) { print o, n[o], miles[o]; several += bursts[o] > 1 } print "several", (several > 0) }' | LC_ALL=C sort
    rows wrong | wc -l
}
{
    awk -F, 'NR > 1 { n[$4]++; miles[$4] += $6 } END { for (o in n) print o, n[o], miles[o]; print "several", 1 }' datasets/flights.csv | LC_ALL=C sort
    echo 0
} >"$work/bursts"
variants bursts "$work/bursts" bursts_of_origins 'process[0]'

# ---- meetings: co-process, interval join, window join and broadcast answer as Flink did ----
met() { # what each sink says: airport, departures, arrivals; pairs of flights; state, flights a week
    rows days | awk -F, '{ print "day", $1, $3, $4 }' | LC_ALL=C sort
    rows returns | awk -F, '{ print "return", $1, $2 }' | LC_ALL=C sort
    rows meetings | awk -F, '{ print "meeting", $1, $2 }' | LC_ALL=C sort
    rows states | awk -F, '{ print "state", $1, $3 }' | LC_ALL=C sort
}
flink() { zcat_or_cat "tests/golden/$1/output.jsonl" | sed -E "$2" | LC_ALL=C sort; } # JOB, its lines as ours
{
    flink cogroup-airport 's/.*"key":"([^"]*)","departures":([0-9]+),"arrivals":([0-9]+).*/day \1 \2 \3/'
    flink interval-return 's/.*"left":"([0-9]+)","right":"([0-9]+)".*/return \1 \2/'
    flink window-join-long 's/.*"left":"([0-9]+)","right":"([0-9]+)".*/meeting \1 \2/'
    flink broadcast-state 's/.*"key":"([^"]*)".*"count":([0-9]+).*/state \1 \2/'
} >"$work/met"
variants meetings "$work/met" met 'co_process[0]'
printf 'at ack of interval_join[0] cp 1 kill tm-1\nat ack of broadcast_process[0] cp 3 kill tm-1\n' >"$work/plan"
run "meetings, killed twice" meetings "$work/met" met --plan "$work/plan"
# ---- ledger: each subtask numbers its flights without a gap, and after a restore sees all pages ----
pages() { # flights, miles; subtasks with a gap; restored subtasks that did not see a page of each
    rows pages | awk -F, '{ n[$1]++; if ($2 > last[$1]) { last[$1] = $2; miles[$1] = $3 } }
        END { for (s in n) { flights += n[s]; sum += miles[s]; gaps += n[s] != last[s] } print flights, sum, gaps + 0 }'
    rows found 2>/dev/null | awk -F, '{ n++; pages[$2]++ } END { for (p in pages) wrong += p != n; print wrong + 0 }'
}
{
    awk -F, 'NR > 1 { n++; miles += $6 } END { print n, miles, 0 }' datasets/flights.csv
    echo 0
} >"$work/pages"
variants ledger "$work/pages" pages 'process[0]'

# ---- ways: every tenth flight by each way between subtasks, to three subtasks each ----
ways() { # of each way: rows, their ids, to how many subtasks, rows twice in one; rows at a wrong one
    rows ways | awk -F, '{ n[$1]++; ids[$1] += $3; twice[$1] += seen[$1, $2, $3]++ > 0; to[$1] += !at[$1, $2]++
        wrong += ($1 == "number" && $2 != $3 / 10 % 3) || ($1 == "letter" && $2 != $4 % 3) || ($1 == "global" && $2) }
        END { for (w in n) print w, n[w], ids[w], to[w], twice[w]; print wrong + 0 }' | LC_ALL=C sort
}
awk -F, 'NR > 1 && $1 % 10 == 0 { n++; ids += $1 }
    END { for (i = split("rebalance rescale shuffle number letter", way, " "); i; i--) print way[i], n, ids, 3, 0
        print "global", n, ids, 1, 0; print "broadcast", 3 * n, 3 * ids, 3, 0; print 0 }' datasets/flights.csv | LC_ALL=C sort >"$work/ways"
variants ways "$work/ways" ways 'csv[0]'

# ---- own: source, trigger and sink are the program's: each number once, in sevens and what is left ----
export OWN_DIR="$work/own"
sums() { # of each key: firings of seven rows, of fewer, all rows, all numbers
    cat "$OWN_DIR"/part-* | awk -F, '{ full[$1] += $2 == 7; less[$1] += $2 < 7; rows[$1] += $2; sum[$1] += $3 }
        END { for (k in rows) print k, full[k], less[k], rows[k], sum[k] }' | LC_ALL=C sort
    rm -rf "$OWN_DIR"
}
awk 'BEGIN { for (n = 0; n < 12000; n++) { rows[n % 5]++; sum[n % 5] += n; pane[int(n / 60) " " n % 5]++ }
    for (p in pane) { split(p, of, " "); full[of[2]] += int(pane[p] / 7); less[of[2]] += pane[p] % 7 > 0 }
    for (k in rows) print k, full[k], less[k], rows[k], sum[k] }' | LC_ALL=C sort >"$work/sums"
variants own "$work/sums" sums 'source[0]'
printf 'at ack of files[0] cp 1 kill tm-1\nat ack of window[0] cp 3 kill tm-1\n' >"$work/plan"
run "own, killed twice" own "$work/sums" sums --plan "$work/plan"
# ---- lookups: every flight with its origin's state, as awk joins them, in order and not ----
lookups() { # flight, state; flights out of order; flight, state as they were answered
    rows ordered | awk -F, '{ print $1, $2; wrong += $3 != "true" } END { print "wrong", wrong + 0 }' | LC_ALL=C sort
    rows unordered | awk -F, '{ print "unordered", $1, $3 }' | LC_ALL=C sort
}
awk -F, 'NR == FNR { gsub(/"[^"]*"/, "name"); state[$1] = $4; next } FNR > 1 { print $1, state[$4] }' \
    datasets/airports.csv datasets/flights.csv >"$work/joined"
{
    { cat "$work/joined"; echo "wrong 0"; } | LC_ALL=C sort
    sed 's/^/unordered /' "$work/joined" | LC_ALL=C sort
} >"$work/lookups"
variants lookups "$work/lookups" lookups 'ordered[0]'

# ---- export: every flight as awk writes it ----
exported() { cat "$work"/out/results/export/part-*.json | LC_ALL=C sort; }
awk -F, 'NR > 1 { printf "{\"flight_id\":%s,\"event_time\":\"%s\",\"report_time\":\"%s\",\"origin\":\"%s\",\"destination\":\"%s\",\"distance_mi\":%s,\"delay_min\":%s}\n", $1, $2, $3, $4, $5, $6, $7 }' \
    datasets/flights.csv >"$work/flights.json"
LC_ALL=C sort "$work/flights.json" >"$work/exported"
variants export "$work/exported" exported 'csv[0]'

# ---- feeds: a folder of JSON lines; every 1000th line is spoilt and must lie with the dead letters ----
mkdir -p "$work/feeds"
awk 'NR % 1000 == 0 { sub(/"delay_min":/, "\"delay_min\":+") } { print >"'"$work"'/feeds/" (NR % 3) ".json" }' "$work/flights.json"
long() {
    rows long | LC_ALL=C sort
    tail -q -n +2 "$work"/out/dead-letter/feeds/part-*.csv | LC_ALL=C sort
}
{
    awk -F, 'NR > 1 && (NR - 1) % 1000 && $7 >= 60' datasets/flights.csv | LC_ALL=C sort
    grep -n 'min":+' "$work"/feeds/*.json | while IFS=: read -r file line row; do
        at=${row%%+*}
        printf 'feeds/%s,%s,"character %s: expected a value, found '"'+'"'","%s"\n' "${file##*/}" "$line" $((${#at} + 1)) "${row//\"/\"\"}"
    done | LC_ALL=C sort
} >"$work/long"
variants feeds "$work/long" long 'json[0]' -D weir.data-dir="$work"

# ---- piped: standard input is cut into splits and read again after a failure, like a file ----
piped() { rows long | LC_ALL=C sort; }
awk -F, 'NR > 1 && $7 >= 120' datasets/flights.csv | LC_ALL=C sort >"$work/piped"
input=datasets/flights.csv variants piped "$work/piped" piped 'csv[0]'

# ---- generated: every row once, most of them of page 1; the rows are the same whatever happens ----
once() { # rows, ids, and whether page 1 has four times what page 5 has, or more
    rows hits | awk -F, '{ n += $3; ids += $4; of[$1] += $3 } END { print n, ids, (of[1] > 4 * of[5]) }'
}
echo "20000 $((20000 * 20001 / 2)) 1" >"$work/once"
run "generated rows come once" generated "$work/once" once -p 1
generated() { rows hits | LC_ALL=C sort; }
generated >"$work/generated"
variants generated "$work/generated" generated 'datagen[0]'
