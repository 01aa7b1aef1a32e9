#!/usr/bin/env bash
# Programs drawn at random: the simulator and threads, one subtask or several, chained or not, killed or
# not, give the same rows.  SEED=n begins with that program; N of them (12).
set -u
OUT=${OUT:-build} SEED=${SEED:-1} N=${N:-12}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
rows() { # ARGUMENTS...: of the program of this seed, sorted
    rm -rf "$work/out"
    WEIR_SEED=$seed timeout 60 "$OUT/jobs/random" run --quiet -D weir.output-dir="$work/out" "$@" >"$work/log" 2>&1 ||
        { echo "exit $?: $(tail -n 1 "$work/log")"; return; }
    tail -q -n +2 "$work"/out/results/rows/part-*.csv 2>/dev/null | LC_ALL=C sort
}
printf 'at complete cp 2 kill tm-1\nat complete cp 4 kill tm-2\n' >"$work/plan"
all=0
for seed in $(seq "$SEED" $((SEED + N - 1))); do
    rows --driver sim -p 1 >"$work/wanted"
    all=$((all + $(wc -l <"$work/wanted")))
    bad=
    while read -r how; do
        rows $how >"$work/got"
        cmp -s "$work/got" "$work/wanted" || bad="$bad${bad:+; }$how: $(diff "$work/wanted" "$work/got" | head -n 2 | tr '\n' ' ')"
    done <<HOW
-p 1
-p 2
-p 4
-p 4 -D weir.workers=2
-p 2 -D pipeline.operator-chaining.enabled=false
-p 3 -D weir.buffer.elements=2
--driver sim -p 3 --jitter --seed $seed
--driver sim -p 2 --seed $seed -D pipeline.operator-chaining.enabled=false
--driver sim -p 2 --seed $seed -D execution.checkpointing.interval=300us --plan $work/plan
HOW
    if [ -z "$bad" ]; then echo "ok program $seed: $(wc -l <"$work/wanted") rows, ten ways"; else echo "not ok program $seed (WEIR_SEED=$seed $OUT/jobs/random run ...): $bad"; fi
done
[ "$all" -gt 5000 ] && echo "ok the programs gave $all rows" || echo "not ok the programs gave $all rows: too few to tell"
