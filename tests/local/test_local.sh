#!/usr/bin/env bash
# The local driver: its rows are the simulator's; Ctrl-C, SIGTERM and kill -9 lose and double nothing;
# what it is told to go on from is checked.
set -u
OUT=${OUT:-build}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
numbers=$OUT/jobs/numbers
say() { if "${@:2}"; then echo "ok $1"; else echo "not ok $1: $(tail -n 2 "$work/log" | tr '\n' ' ')"; fi; }

# ---- the same rows as sim: all rows of all sinks, sorted ----
rows_of() { find "$1" -name 'part-*' -path '*results*' | while read -r f; do
    tail -n +2 "$f" | sed "s|^|$(basename "$(dirname "$f")") |"; done | LC_ALL=C sort; }
for job in flights rolling sessions words movements totals quiet; do
    for how in "-p 1" "-p 2" "-p 4" "-p 2 -D pipeline.operator-chaining.enabled=false" "-p 4 -D weir.workers=2" "-p 2 -D weir.buffer.elements=3"; do
        case $job$how in flights-p\ 1 | quiet-p\ 1 | totals-p\ 1) ;; flights* | quiet* | totals*) continue ;; esac # how two splits interleave shows in their rows
        for driver in local sim; do
            rm -rf "$work/$driver"
            "$OUT/jobs/$job" run --driver $driver --quiet $how -D weir.output-dir="$work/$driver" >"$work/log" 2>&1 ||
                echo "not ok $job $how under $driver: $(tail -n 1 "$work/log")"
            rows_of "$work/$driver" >"$work/$driver.rows"
        done
        diff "$work/local.rows" "$work/sim.rows" >"$work/log"
        say "$job $how: local's $(wc -l <"$work/local.rows") rows are sim's" [ -s "$work/sim.rows" -a ! -s "$work/log" ]
    done
done

# ---- interrupted ----
fresh() { rm -rf "$work/out"; mkdir "$work/out"; }
start() { "$numbers" run --quiet -D weir.output-dir="$work/out" "$@" >"$work/log" 2>&1 & pid=$!; }
run_folder() { ls -d "$work"/out/checkpoints/numbers/*; }
await_checkpoint() { for _ in $(seq 200); do ls "$work"/out/checkpoints/numbers/*/chk-*/_metadata >/dev/null 2>&1 && return; sleep 0.01; done; }
every_number_once() { # 0 .. 39999, each once
    cat "$work"/out/numbers/part-*.csv | grep -v '^n,' | cut -d, -f1 | sort -n | awk '$1 != NR - 1 { bad = 1 } END { exit bad || NR != 40000 }'
}
none_twice() { cat "$work"/out/numbers/part-*.csv | grep -v '^n,' | sort | uniq -d | awk 'END { exit NR > 0 }'; }

fresh; start; await_checkpoint
kill -INT $pid; wait $pid; code=$?
say "an interrupt ends with code 4" [ $code = 4 ]
say "an interrupt stops with a checkpoint and says where to go on" grep -q "run -s $work/out/checkpoints/numbers/.*/chk-" "$work/log"
say "an interrupt leaves one checkpoint, whole" [ "$(ls -d "$(run_folder)"/chk-*)" = "$(dirname "$(run_folder)"/chk-*/_metadata)" ]
stopped=$(cat "$work"/out/numbers/part-*.csv | grep -vc '^n,')
said=$(sed -nE 's|^results .*numbers: ([0-9]+) rows.*|\1|p' "$work/log")
say "the rows of the last checkpoint are visible" [ "$stopped" -gt 0 -a "$stopped" = "$said" ]
say "nothing is there twice" none_twice
"$numbers" run --quiet -D weir.output-dir="$work/out" -s "$(run_folder)" >"$work/log" 2>&1
say "the run that goes on has every number once" every_number_once
say "a finished run leaves no checkpoints" [ ! -e "$work/out/checkpoints" ]

fresh; start; await_checkpoint
kill -TERM $pid; wait $pid; code=$?
say "SIGTERM ends with code 4" [ $code = 4 ]
say "SIGTERM says where to go on" grep -q "^go on .*chk-" "$work/log"

# ---- killed, again and again, each time going on from where it was ----
fresh; start; await_checkpoint
kills=0
while kill -9 $pid 2>/dev/null; do
    wait $pid 2>/dev/null
    kills=$((kills + 1))
    [ $kills -lt 12 ] || break
    start -s "$(run_folder)"
    sleep 0.0$((RANDOM % 9 + 1))
done
"$numbers" run --quiet -D weir.output-dir="$work/out" -s "$(run_folder)" >"$work/log" 2>&1
say "killed $kills times: every number once" every_number_once

# ---- what -s names is checked ----
expect() { # NAME CODE WORDS COMMAND...
    timeout 20 "${@:4}" >"$work/log" 2>&1
    local code=$?
    say "$1" eval "[ $code = $2 ] && grep -qF -- '$3' '$work/log'"
}
fresh; start; await_checkpoint; kill -INT $pid; wait $pid
chk=$(ls -d "$(run_folder)"/chk-*)
expect "-s of nothing" 3 "no complete checkpoint there" "$numbers" run -s /nowhere
expect "-s of another job" 3 "belongs to another program" "$OUT/jobs/flights" run -s "$chk" -D weir.output-dir="$work/flights"
expect "-s at another parallelism" 3 "belongs to another program" "$numbers" run -p 3 -s "$chk" -D weir.output-dir="$work/out"
expect "-s under sim" 2 "is for the local driver" "$numbers" run --driver sim -s "$chk"
expect "-s without a path" 2 "-s wants a value" "$numbers" run -s
part=$(ls "$chk"/* | grep -v _metadata | head -n 1)
cp "$part" "$work/part" && printf x >>"$part"
expect "a damaged part is named, and nothing is fallen back to" 3 "$(basename "$chk")/$(basename "$part") is damaged" "$numbers" run -s "$chk" -D weir.output-dir="$work/out"
rm "$part"
expect "a missing part is named" 3 "$(basename "$part") cannot be read: not found" "$numbers" run -s "$chk" -D weir.output-dir="$work/out"
cp "$work/part" "$part" && printf x | dd of="$chk/_metadata" bs=1 seek=20 conv=notrunc 2>/dev/null
expect "damaged metadata is named" 3 "_metadata" "$numbers" run -s "$chk" -D weir.output-dir="$work/out"
expect "a plan means the simulator" 0 "driver sim" "$OUT/jobs/toy" run --seed 4 --no-output
expect "a plan under local is refused" 2 "--seed is for the simulator" "$OUT/jobs/toy" run --seed 4 --driver local
expect "a job whose results cannot be written fails and says so" 3 "numbers: cannot be written" "$numbers" run -D weir.output-dir=/proc/nothing -D execution.checkpointing.interval=0 -D restart-strategy.type=none
expect "JSON says the driver and how it ended" 0 '"driver":"local","workers":1,"state":"FINISHED"' "$OUT/jobs/words" run --json --quiet -p 1 -D weir.output-dir="$work/words"

# ---- twenty kills at random ----
if "$(dirname "$0")/torture.sh" 20 >"$work/log" 2>&1; then echo "ok $(tail -n 1 "$work/log")"; else echo "not ok torture: $(tail -n 2 "$work/log" | tr '\n' ' ')"; fi
