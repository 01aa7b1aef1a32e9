#!/usr/bin/env bash
# A planted bug for each invariant: found within 1,000 seeds, shrunk to at most two faults, replayed
# with the same hash.  The bugs are built here only.
set -u
. tests/patched.sh
plant() { # invariant, file, sed
    patched_objects "$2" "$3" && $CC "$OUT/tests/jobs/toy.o" @"$work/objs" -lsqlite3 -lm -o "$work/toy" ||
        { echo "not ok planted $1: the bug cannot be built"; return; }
    "$work/toy" explore --seeds 1000 --quiet --out "$work/fail.plan" >"$work/out" 2>&1
    code=$?
    found=$(sed -nE 's/^FOUND ([A-Z0-9]+),.*/\1/p' "$work/out")
    faults=$(sed -nE 's/.* and ([0-9]+) of [0-9]+ faults.*/\1/p' "$work/out")
    if [ "$code" = 1 ] && [ "$found" = "$1" ] && [ "${faults:-9}" -le 2 ]; then
        echo "ok planted $1 is found with $faults faults"
    else
        echo "not ok planted $1: exit $code, found '$found', '$faults' faults: $(head -n 2 "$work/out" | tr '\n' ' ')"
        return
    fi
    hash=$(tail -n 1 "$work/out")
    "$work/toy" replay "$work/fail.plan" >"$work/out" 2>&1
    if [ "$(tail -n 1 "$work/out")" = "$hash" ] && grep -q "^$1," "$work/out"; then
        echo "ok planted $1 replays with the same hash"
    else
        echo "not ok planted $1: replay says $(tr '\n' ' ' <"$work/out")"
    fi
}
plant I3 core/connectors/two_phase.c 's/x->state = TRANSACTION_PRECOMMITTED;/t->count--;/' # a restore forgets what is owed
plant I12 core/checkpoint/aligner.c 's/if (++a->aligned < a->target)/if (++a->aligned < 1)/' # the first barrier takes the checkpoint
plant I20 core/time/valve.c 's/^    return follow_slowest(v);/    v->now_ms = watermark_ms;\n    return VALVE_WATERMARK;/' # the clock is whatever came last
plant I22 core/operators/window.c 's/if (lateness_window_is_late(max_ms, lateness_ms, op->watermark_ms)) {/if (row->event_ms <= op->watermark_ms + 6) {/;s/if (lateness_element_is_late(row->event_ms, lateness_ms, op->watermark_ms))/if (row->event_ms)/'
plant I23 core/state/panes.c 's/k->rows = rows;/k->rows = 0;/'
plant I33 core/runtime/inbox.c 's/in->unannounced++;/in->unannounced += 2;/'
plant W1 core/window/trigger.h 's/return max_ms <= wm_ms ? TRIGGER_FIRE : TRIGGER_CONTINUE;/return TRIGGER_FIRE;/'
for mode in STREAMING BATCH; do
    "$OUT/jobs/toy" explore -D execution.runtime-mode=$mode --seeds 3000 --quiet --out "$work/fail.plan" >"$work/out" 2>&1
    if [ $? = 0 ]; then echo "ok the engine itself, $mode: nothing found in 3000 seeds"
    else echo "not ok the engine itself, $mode: $(tr '\n' ' ' <"$work/out")"; fi
done
