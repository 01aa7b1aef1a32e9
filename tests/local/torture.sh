#!/usr/bin/env bash
# torture.sh N [SEED]: a real run, killed with SIGKILL at N random moments (some of them stopped with
# SIGSTOP before, some with a full disk), goes on each time from its last checkpoint; the committed
# output is then that of a run nobody touched.  The last line counts the kills:
#
#   N kills, N between pre-commit and commit, N during restore, 0 lost, 0 doubled
#
# A kill is between pre-commit and commit if a pending part was durable when it struck, and during
# restore if the process had said that it goes on from a checkpoint, but not yet that all tasks run.
# A run that met none of either has shown nothing: it goes on until it has, to ten times N, then fails.
set -u
OUT=${OUT:-build}
wanted_kills=${1:-200} seed=${2:-$$}
RANDOM=$seed
work=$(mktemp -d)
trap 'kill -9 ${pid:-} 2>/dev/null; wait 2>/dev/null; umount "$work/disk" 2>/dev/null; rm -rf "$work"' EXIT
bookings=$OUT/jobs/bookings
kills=0 between=0 restoring=0 rounds=0 lost=0 doubled=0
out=$work/disk/out
mkdir -p "$work/disk"
# A small disk of its own, where one may be mounted: then it can be full.
small=; mount -t tmpfs -o size=24m tmpfs "$work/disk" 2>/dev/null && small=yes

run_folder() { ls -d "$out"/checkpoints/bookings/* 2>/dev/null; }
has_checkpoint() { ls "$out"/checkpoints/bookings/*/chk-*/_metadata >/dev/null 2>&1; }
start() {
    local from=
    if has_checkpoint; then from="-s $(run_folder)"; else rm -rf "$out"; mkdir -p "$out"; fi
    "$bookings" run -D weir.output-dir="$out" $from >"$work/said" 2>"$work/log" &
    pid=$!
}
nap() { sleep "0.$(printf '%03d' "$1")"; }
strike() { # at a random moment: early ones meet the restore
    case $((RANDOM % 4)) in
    0 | 1) nap $((RANDOM % 25)) ;;
    *) nap $((RANDOM % 250)) ;;
    esac
    case $((RANDOM % 8)) in
    0) kill -STOP $pid 2>/dev/null && nap $((RANDOM % 40)) ;;
    1) [ -z "$small" ] || { dd if=/dev/zero of="$work/disk/full" bs=1M 2>/dev/null; nap $((RANDOM % 60)); } ;;
    esac
    kill -9 $pid 2>/dev/null
    wait $pid 2>/dev/null
    code=$?
    rm -f "$work/disk/full"
}
count_kill() {
    kills=$((kills + 1))
    ls "$out"/bookings/.pending/part-* >/dev/null 2>&1 && between=$((between + 1))
    grep -q "going on from checkpoint" "$work/log" && ! grep -q "all tasks run" "$work/log" && restoring=$((restoring + 1))
}
judge() { # a whole run, however many pieces it came in
    rounds=$((rounds + 1))
    tail -q -n +2 "$out"/bookings/part-*.csv | LC_ALL=C sort >"$work/got"
    lost=$((lost + $(LC_ALL=C uniq "$work/got" | LC_ALL=C comm -13 - "$work/wanted" | wc -l)))
    doubled=$((doubled + $(wc -l <"$work/got") - $(LC_ALL=C comm -12 "$work/got" "$work/wanted" | wc -l)))
    rm -rf "$out"
}
finish() { # undisturbed, to the end
    start
    wait $pid || { echo "torture: seed $seed: the run does not end well: $(tail -n 1 "$work/log")"; exit 1; }
    judge
}

awk 'BEGIN { for (n = 0; n < 96000; n++) print n "," int(n / 8) "," n % 8 }' | LC_ALL=C sort >"$work/wanted"
enough() { [ $kills -ge "$wanted_kills" ] && [ $between -gt 0 ] && [ $restoring -gt 0 ]; }
until enough || [ $kills -ge $((10 * wanted_kills)) ]; do
    start
    strike
    if [ $code = 137 ]; then count_kill; else [ $code = 0 ] && judge; fi
    [ $code = 0 ] || [ $code = 137 ] || { echo "torture: seed $seed: exit $code: $(tail -n 1 "$work/log")"; exit 1; }
    [ -t 2 ] && printf '\r%d kills' $kills >&2
done
finish
echo "torture: seed $seed, $rounds runs to the end${small:+, full disks among the faults}"
echo "$kills kills, $between between pre-commit and commit, $restoring during restore, $lost lost, $doubled doubled"
[ $lost = 0 ] && [ $doubled = 0 ] && [ $between -gt 0 ] && [ $restoring -gt 0 ]
