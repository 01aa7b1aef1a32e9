#!/usr/bin/env bash
# Jobs on SQLite: what is in the tables is what awk, or SQLite's own join, says, killed or not; a
# database that is locked, full, missing or unfit is said.
set -u
OUT=${OUT:-build}
command -v sqlite3 >/dev/null || { echo "skip jobs on SQLite: there is no sqlite3 here"; exit 0; }
work=$(mktemp -d)
trap 'kill -9 ${pid:-} 2>/dev/null; wait 2>/dev/null; umount "$work/disk" 2>/dev/null; rm -rf "$work"' EXIT
db=$work/out/flights.db
flights='CREATE TABLE flights (flight_id INTEGER, event_time TEXT, report_time TEXT, origin TEXT, destination TEXT, distance_mi INTEGER, delay_min INTEGER)'
origins='CREATE TABLE origins (origin TEXT PRIMARY KEY, flights INTEGER, miles INTEGER)'
say() { if "${@:2}"; then echo "ok $1"; else echo "not ok $1: $(tail -n 1 "$work/log" | tr '\n' ' ')"; fi; }
fresh() { rm -rf "$work/out"; mkdir "$work/out"; sqlite3 "$db" "${1:-$flights; $origins}"; }
stored() { timeout 60 "$OUT/jobs/stored" run --quiet -D weir.output-dir="$work/out" "$@" >"$work/log" 2>&1; }
tables() { sqlite3 -csv "$db" 'SELECT * FROM flights; SELECT * FROM origins' | tr -d '"\r' | LC_ALL=C sort; }
right() { tables | cmp -s - "$work/wanted"; }
awk -F, 'NR > 1 { print; n[$4]++; miles[$4] += $6 } END { for (o in n) print o "," n[o] "," miles[o] }' datasets/flights.csv | LC_ALL=C sort >"$work/wanted"

# ---- rows in tables, and killed ----
for how in "-p 1" "-p 3" "--driver sim" "-D execution.checkpointing.interval=0" "-D pipeline.operator-chaining.enabled=false"; do
    fresh; stored $how
    say "stored $how: every flight once, every origin's total" right
done
printf 'at ack of rolling[0] cp 2 kill tm-1\n' >"$work/plan"
fresh; stored --plan "$work/plan"
say "stored, killed under sim" right
stored && say "a second run appends its flights, and upserts its origins" \
    [ "$(sqlite3 "$db" 'SELECT (SELECT count(*) FROM flights), sum(flights) FROM origins')" = "40000|20000" ]

run_folder() { ls -d "$work"/out/checkpoints/*/* 2>/dev/null; }
has_checkpoint() { ls "$work"/out/checkpoints/*/*/chk-*/_metadata >/dev/null 2>&1; }
start() {
    local from=(); has_checkpoint && from=(-s "$(run_folder)")
    "$OUT/jobs/stored" run --quiet -D weir.output-dir="$work/out" "${from[@]}" >"$work/log" 2>&1 & pid=$!
}
kills=0 begun=0
for round in 1 2 3; do
    fresh
    for _ in 1 2 3 4 5 6; do
        start; sleep "0.$(printf '%03d' $((RANDOM % 120 + 10)))"
        kill -9 $pid 2>/dev/null && kills=$((kills + 1)); wait $pid 2>/dev/null
        has_checkpoint || { [ "$(sqlite3 "$db" 'SELECT count(*) FROM flights')" = 0 ] || break; rm -rf "$work/out/checkpoints"; }
        has_checkpoint && begun=$((begun + 1))
    done
    if [ "$(tables | wc -l)" -lt "$(wc -l <"$work/wanted")" ]; then start; wait $pid; fi
    right || { echo "not ok round $round, killed: $(tables | diff - "$work/wanted" | head -n 3 | tr '\n' ' ')"; }
done
say "killed $kills times, $begun of them behind a checkpoint: every row once" [ $begun -gt 0 ]

# ---- out of tables ----
mkdir "$work/in"
sqlite3 "$work/in/in.db" "$flights" 'CREATE TABLE airports (iata TEXT PRIMARY KEY, name TEXT, city TEXT, state TEXT, country TEXT, latitude REAL, longitude REAL)' \
    '.mode csv' '.import --skip 1 datasets/flights.csv flights' '.import --skip 1 datasets/airports.csv airports'
sqlite3 -csv "$work/in/in.db" 'SELECT flight_id, event_time, origin, name, latitude FROM flights JOIN airports ON iata = origin' |
    tr -d '"\r' | LC_ALL=C sort >"$work/joined"
enriched() { timeout 60 "$OUT/jobs/enriched" run --quiet -D weir.data-dir="$work/in" -D weir.output-dir="$work/out" "$@" >"$work/log" 2>&1; }
joined() { tail -q -n +2 "$work"/out/results/enriched/part-*.csv | tr -d '"' | LC_ALL=C sort | cmp -s - "$work/joined"; }
printf 'at ack of table[0] cp 2 kill tm-1\n' >"$work/plan"
for how in "-p 1" "-p 3" "--driver sim" "--plan $work/plan"; do
    fresh; enriched $how
    say "enriched ${how%% /*}: the rows of SQLite's own join" joined
done

# ---- what is wrong is said ----
refuses() { # NAME CODE WORDS: as stored says them
    stored -D restart-strategy.type=none "${@:4}"
    local code=$?
    say "$1" eval "[ $code = $2 ] && grep -qF -- \"$3\" '$work/log'"
}
fresh; rm "$db"; refuses "a missing database" 3 "cannot be opened: unable to open database file"
fresh "CREATE TABLE flight (a)"; refuses "a missing table" 3 "there is no table 'flights': did you mean 'flight'?; CREATE TABLE flights (flight_id INTEGER, event_time TEXT,"
fresh "${flights/delay_min/delay_mins}"; refuses "a missing column" 3 "has no column 'delay_min': did you mean 'delay_mins'?"
fresh "${flights/distance_mi INTEGER/distance_mi TEXT}"; refuses "a column of a wrong type" 3 "column 'distance_mi' of table 'flights' is TEXT, which is not for INT: declare it INTEGER"
fresh "$flights; ${origins/PRIMARY KEY/}"; refuses "an upsert without a unique key" 3 "ON CONFLICT clause does not match any PRIMARY KEY or UNIQUE constraint"
fresh "${flights/flight_id INTEGER/flight_id INTEGER CHECK (flight_id < 5000)}; $origins"
refuses "a row that a constraint forbids" 3 "table 'flights': rows cannot be committed: does not belong here: a row breaks a constraint"
say "and none of its transaction is there" [ "$(sqlite3 "$db" 'SELECT count(*) FROM flights WHERE flight_id >= 5000')" = 0 ]
fresh; echo "no database at all, but a text that is long enough to be one" >"$db"
refuses "a file that is no database" 3 "file is not a database"
rm -rf "$work/out"; mkdir "$work/out"
timeout 60 "$OUT/jobs/enriched" run --quiet -D weir.data-dir="$work/out" -D weir.output-dir="$work/out" >"$work/log" 2>&1
say "a missing database of a source" grep -qF "in.db' cannot be opened: unable to open database file" "$work/log"

# ---- locked, and full ----
lock() { sqlite3 "$db" 'BEGIN IMMEDIATE' ".shell touch $work/locked; sleep $1" 'ROLLBACK' & locker=$!
    rm -f "$work/locked"; for _ in $(seq 100); do [ -e "$work/locked" ] && break; sleep 0.02; done; }
fresh_rows() { sqlite3 "$db" 'DELETE FROM flights; DELETE FROM origins; VACUUM'; }
fresh
lock 1; stored; wait $locker
say "a database that is locked for a second is waited for" right
fresh; lock 8; refuses "one that stays locked is named" 1 "database is locked (another process holds it)"; wait $locker
mkdir "$work/disk"
if mount -t tmpfs -o size=3m tmpfs "$work/disk" 2>/dev/null; then
    fresh; mv "$db" "$work/disk/flights.db"; ln -s "$work/disk/flights.db" "$db"
    dd if=/dev/zero of="$work/disk/full" bs=64k count=36 2>/dev/null
    refuses "a full disk is said" 1 "rows cannot be committed: no space left"
    rm "$work/disk/full"; stored -s "$(run_folder)"
    say "with room again, the run that goes on has every row once" right
    fresh_rows; dd if=/dev/zero of="$work/disk/full" bs=64k count=36 2>/dev/null
    { sleep 0.5; rm "$work/disk/full"; } & stored -D restart-strategy.type=fixed-delay -D restart-strategy.fixed-delay.attempts=1000
    say "when there is room again the job restarts by itself" eval "right && grep -qE ' [1-9][0-9]* restarts' '$work/log'"
else echo "skip a full disk: none can be mounted here"; fi
