#!/usr/bin/env bash
# Savepoints as commands: list, savepoint, stop, stop --drain, cancel, -s and --claim-mode.  A job of
# forty thousand numbers, each of which must come out once, however often it is stopped.
set -u
OUT=${OUT:-build}
work=$(mktemp -d)
export XDG_RUNTIME_DIR=$work/runtime # no other run of this machine is seen
mkdir -m 700 "$XDG_RUNTIME_DIR"
trap 'rm -rf "$work"' EXIT
numbers=$OUT/jobs/numbers weir=$OUT/weir
say() { if "${@:2}"; then echo "ok $1"; else echo "not ok $1: $(tail -n 2 "$work/log" | tr '\n' ' ')"; fi; }
fresh() { rm -rf "$work/out" "$work/moved"; mkdir "$work/out"; }
start() { "$numbers" run --quiet -D weir.output-dir="$work/out" "$@" >"$work/run" 2>&1 & pid=$!; }
await_job() { for _ in $(seq 400); do "$weir" list | grep -q RUNNING && return; sleep 0.01; done; }
ask() { timeout 30 "$weir" "$@" >"$work/log" 2>&1; }
savepoint() { sed -n 's/^Savepoint completed. Path: //p' "$work/log"; }
every_number_once() {
    cat "$work"/out/numbers/part-*.csv | grep -v '^n,' | cut -d, -f1 | sort -n | awk '$1 != NR - 1 { bad = 1 } END { exit bad || NR != 40000 }'
}
finish() { "$numbers" run --quiet -D weir.output-dir="$work/out" "$@" >"$work/log" 2>&1; }
retry() { for _ in $(seq 50); do ask "$@" && return; sleep 0.01; done; return 1; } # until all tasks run

# ---- nobody there ----
ask list; say "list without jobs" grep -qx "No running jobs." "$work/log"
ask cancel nothing; code=$?
say "a job that is not there" eval "[ $code = 3 ] && grep -q \"there is no job 'nothing'\" '$work/log'"
ask stop; say "stop wants a job" [ $? = 2 ]
ask savepoint --wrong x; say "a wrong flag is refused" [ $? = 2 ]
finish --claim-mode perhaps; say "a wrong claim mode is refused" [ $? = 2 ]

# ---- a savepoint while the job runs, then a stop ----
fresh; start; await_job
ask list; id=$(sed -E 's/.* : ([0-9a-f]{32}) : numbers .*/\1/' "$work/log")
say "list shows id, name and state" grep -qE "^[0-9.]+ [0-9:]+ : [0-9a-f]{32} : numbers \(RUNNING\)$" "$work/log"
retry savepoint "${id:0:8}" "$work/saved"
first=$(savepoint)
say "a savepoint is named after the job" eval "[[ '$first' =~ ^$work/saved/savepoint-${id:0:6}-[0-9a-f]{12}$ ]]"
say "a savepoint is whole" [ -s "$first/_metadata" ]
retry stop numbers; last=$(savepoint)
wait $pid; code=$?
say "a stopped run ends with code 4 and says where to go on" eval "[ $code = 4 ] && grep -q 'run -s $last' '$work/run'"
say "a stopped run leaves no checkpoints" [ ! -e "$work/out/checkpoints" ]
say "a stopped run is not listed" eval "[ \"\$($weir list)\" = 'No running jobs.' ]"
mv "$last" "$work/moved"
finish -s "$work/moved"
say "the run that goes on from a savepoint that was moved has every number once" every_number_once
say "a savepoint is not the run's" [ -s "$work/moved/_metadata" ]

# ---- claimed ----
fresh; start; await_job; retry stop numbers; last=$(savepoint); wait $pid
finish -s "$last" --claim-mode claim
say "a claimed savepoint: every number once" every_number_once
say "a claimed savepoint goes with the run" [ ! -e "$last" ]

# ---- a checkpoint that is not claimed ----
fresh; start; await_job; sleep 0.1; kill -INT $pid; wait $pid
chk=$(sed -n 's/^go on .* -s //p' "$work/run")
finish -s "$chk" --claim-mode no-claim
say "an unclaimed checkpoint: every number once" every_number_once
say "an unclaimed checkpoint stays" [ -s "$chk/_metadata" ]

# ---- drained ----
fresh; start; await_job; retry stop --drain -p "$work/out/drained" numbers; wait $pid; code=$?
say "a drained run is finished" eval "[ $code = 0 ] && grep -q '^ended  *FINISHED' '$work/run'"
say "the savepoint of a drained run is whole" [ -s "$(savepoint)/_metadata" ]
said=$(sed -nE 's|^results .*numbers: ([0-9]+) rows.*|\1|p' "$work/run")
say "a drained run ended early, with its rows visible" [ "$said" -gt 0 -a "$said" -lt 40000 ]

# ---- cancelled, and killed ----
fresh; start; await_job; ask cancel numbers; wait $pid; code=$?
say "a cancelled run ends with code 4" [ $code = 4 ]
fresh; start; await_job; kill -9 $pid; wait $pid 2>/dev/null
ask list; say "a killed run is not listed" grep -qx "No running jobs." "$work/log"
say "... nor anything left of it" [ -z "$(ls "$XDG_RUNTIME_DIR/weir")" ]
fresh; start -D execution.checkpointing.interval=0; await_job; ask savepoint numbers; code=$?
say "a job without checkpoints takes no savepoint, and says what to do" eval "[ $code = 1 ] && grep -q 'execution.checkpointing.interval=' '$work/log'"
ask cancel numbers; wait $pid

# ---- create-subdir, retention ----
fresh; start -D execution.checkpointing.create-subdir=false; await_job; sleep 0.1; kill -INT $pid; wait $pid
say "create-subdir=false: checkpoints lie in the directory itself" [ -s "$(ls -d "$work"/out/checkpoints/chk-*)/_metadata" ]
fresh; start -D execution.checkpointing.externalized-checkpoint-retention=DELETE_ON_CANCELLATION; await_job; sleep 0.1; ask cancel numbers; wait $pid
say "DELETE_ON_CANCELLATION: a cancelled run leaves no checkpoints" [ -z "$(find "$work/out/checkpoints" -name _metadata 2>/dev/null)" ]
