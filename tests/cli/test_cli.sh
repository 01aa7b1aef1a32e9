#!/usr/bin/env bash
# The command line: exit codes, messages that say what to do, and nothing lost on bad input.
set -u
OUT=${OUT:-build}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
weir=$OUT/weir flights=$OUT/jobs/flights toy=$OUT/jobs/toy
expect() { # name, exit code, words in the output, command...
    local name=$1 code=$2 words=$3
    shift 3
    timeout 60 "$@" >"$work/out" 2>&1 </dev/null
    local got=$?
    if [ $got != "$code" ]; then echo "not ok $name: exit $got instead of $code: $(head -n 2 "$work/out" | tr '\n' ' ')"
    elif ! grep -qF -- "$words" "$work/out"; then echo "not ok $name: nothing says '$words': $(head -n 2 "$work/out" | tr '\n' ' ')"
    else echo "ok $name"; fi
}
expect "help lists the commands" 0 "weir explore JOB" "$weir" help
expect "an unknown command names the nearest" 2 "did you mean 'explore'" "$weir" exlpore
expect "a job that is not there is said" 3 "no job 'fligths'" "$weir" run fligths
for command in "$weir options" "$toy sim --seed 4" "$toy graph --json"; do
    expect "output that is lost is no success: ${command#*/}" 1 "could not be written: No space left" \
        bash -c "$command >/dev/full"
done
expect "options are listed" 0 "execution.checkpointing.interval" "$weir" options
expect "an unknown flag names the nearest" 2 "did you mean '--seed'" "$flights" sim --sead 3
expect "an unknown option key names the nearest" 2 "did you mean 'parallelism.default'" "$flights" sim -D parallelism.defautl=3
expect "a wrong value says what is wanted" 2 "a whole number" "$flights" sim -D parallelism.default=many
expect "an unknown driver says which there are" 2 "there are two drivers, local and sim" "$flights" run --driver cluster
expect "a missing data file is said, with the folder" 3 "flights.csv: cannot be read: not found" "$flights" sim -D weir.data-dir=/nowhere
mkdir -p "$work/folder/datasets/flights.csv"
expect "a folder instead of a data file is said" 3 "flights.csv: cannot be read: it is a directory without files" "$flights" sim -D weir.data-dir="$work/folder"
expect "a death before the first checkpoint goes on from the beginning" 0 "the job goes on from the beginning" \
    bash -c "printf 'seek 30000\nfault kill tm-1\n\nquit\n' | $OUT/weir-tui --plain"
expect "a plan that is not there is said" 3 "cannot be read" "$flights" sim --plan /nowhere/p
printf 'at akc kill tm-1\n' >"$work/bad.plan"
expect "a broken plan is said with line and column" 3 "bad.plan:1:7: expected an event such as ack" "$flights" sim --plan "$work/bad.plan"
printf '# the first line\nat ack widnow[1] kill tm-1\n' >"$work/who.plan"
expect "an unknown subject names the line and the nearest" 3 "line 2 of the plan: unknown subject 'widnow[1]': did you mean 'window'" "$flights" sim --plan "$work/who.plan"
printf 'at complete cp 99 kill tm-1\n' >"$work/never.plan"
expect "a line that never fires is reported" 5 "line 1 of the plan never fired" "$toy" sim --plan "$work/never.plan"
expect "a plan may come through a pipe" 5 "line 1 of the plan never fired" bash -c "echo at complete cp 99 kill tm-1 | $toy sim --plan -"
expect "sim ends with its hash" 0 "hash " "$toy" sim --seed 4
if "$toy" sim --seed 4 | tail -n 1 | grep -qE '^hash [0-9a-f]{16}$'; then echo "ok the last line is the hash"; else echo "not ok the last line is not the hash"; fi
expect "explore without a find exits with 0" 0 "nothing found" "$toy" explore --seeds 50 --out "$work/f.plan"
expect "graph shows chains and edges" 0 "HASH(origin)" "$flights" graph

mkdir -p "$work/datasets"
head -n 3 datasets/flights.csv >"$work/datasets/flights.csv"
printf '77,2001-01-01 02:00:00,2001-01-01 02:00:00,LAS,PHX,far,4\n' >>"$work/datasets/flights.csv"
expect "a bad row names file, line, column and value" 3 "datasets/flights.csv:4: column 'distance_mi': 'far' is not of type INT" "$flights" sim -D weir.data-dir="$work" -p 1
expect "bad rows can be skipped, counted" 0 '"bad_rows":1' "$flights" sim --json -D weir.data-dir="$work" -p 1 --bad-rows skip
expect "bad rows can be kept, with what is wrong" 0 "flights.csv,4,column 'distance_mi': 'far' is not of type INT," "$flights" sim -D weir.data-dir="$work" -p 1 --bad-rows dead-letter
expect "a policy that is none says which there are" 2 "'drop' is none of 'fail', 'skip', 'dead-letter'" "$flights" sim --bad-rows drop
expect "a folder for them that is none is refused" 2 "file sink '../x/csv-0': give a relative directory" "$flights" sim --bad-rows dead-letter -D weir.source.dead-letter-dir=../x
chat=$OUT/jobs/chat
expect "a simulation opens no socket" 2 "socket://localhost:9999: a socket cannot be opened in a simulation" "$chat" sim
expect "but its graph can be shown" 0 "socket -> flat_map  (parallelism 1" "$chat" graph
if ! (exec 3<>/dev/tcp/localhost/9999) 2>/dev/null; then
    expect "nobody who is connected to is said" 1 "Connection refused (is someone listening?" "$chat" run -D restart-strategy.type=none -D weir.output-dir="$work/chat"
    expect "and each restart says why" 1 "restart 2, after: socket://localhost:9999: cannot be connected to" "$chat" run -D restart-strategy.type=fixed-delay -D restart-strategy.fixed-delay.attempts=2 -D restart-strategy.fixed-delay.delay=200ms -D weir.output-dir="$work/chat"
fi
expect "the workbench and a source cannot share standard input" 2 "standard input is the workbench's here" "$OUT/jobs/piped" serve
: >"$work/datasets/flights.csv"
expect "an empty file is said" 3 "is empty; a header line was expected" "$flights" sim -D weir.data-dir="$work" -p 1
printf 'a,b,c\n1,2,3\n' >"$work/datasets/flights.csv"
expect "a missing column is named" 3 "no column 'flight_id'" "$flights" sim -D weir.data-dir="$work" -p 1

expect "a file that replay cannot use is said" 3 "does not say its program" "$weir" replay "$work/bad.plan"
cat >"$work/job.c" <<'C'
#include "weir.h"
#define N(C) C(BIGINT, n)
WEIR_ROW(num, N)
int main(int argc, char **argv)
{
    static const struct num rows[] = {{0, 1}, {0, 2}};
    struct weir_job *job = weir_job(argc, argv, "mine");
    weir_print(weir_key_by(weir_rows(job, rows, 2, &num_schema), "m"), "n");
    return weir_run(job);
}
C
expect "a mistake in the program names its line and the nearest column" 2 "job.c:8: row type 'num' has no column 'm': did you mean 'n'?" "$weir" run "$work/job.c"
sed -i 's/weir_key_by(weir_rows(job, rows, 2, &num_schema), "m")/weir_rows(job, rows, 2, \&num_schema)/' "$work/job.c"
expect "a .c file is compiled and run" 0 'n> {"n":2}' "$weir" run "$work/job.c"
here=$PWD
case $weir in /*) there=$weir ;; *) there=$here/$weir ;; esac
cd "$work" || exit 1
expect "a .c file is compiled from any folder" 0 'n> {"n":2}' "$there" run job.c
cd "$here" || exit 1
printf 'int main(void) { return x; }\n' >"$work/broken.c"
expect "a .c file that does not compile is said" 3 "does not compile" "$weir" run "$work/broken.c"
printf '{"cmd":"frame","step":10}\n{"cmd":"dance"}\nnonsense\n{"cmd":"quit"}\n' >"$work/requests"
if "$toy" serve <"$work/requests" >"$work/out" 2>&1 && [ "$(grep -c '"error"' "$work/out")" = 2 ] && grep -q '"frame"' "$work/out"; then
    echo "ok the engine answers rubbish with errors and goes on"
else echo "not ok the engine: $(cut -c1-200 "$work/out" | tr '\n' ' ')"; fi

# ---- help, tables and JSON of every command ----
for v in run sim explore serve graph demo replay; do
    expect "help of $v" 0 "Exit codes:" "$weir" "$v" --help
    expect "the program's own help of $v" 0 "toy $v" "$toy" "$v" --help
done
expect "help of a command names its flags" 0 "--seeds N" "$weir" help explore
expect "a job without a command is told how to run" 2 'weir run flights' "$weir" flights
expect "no job at all" 2 'weir sim flights' "$weir" sim
expect "options as JSON" 0 '{"key":"restart-strategy.type","kind":"text","default":""' "$weir" options --json
expect "options are a table with kinds" 0 "duration  0ms" "$weir" options
expect "version as JSON" 0 '"drivers":["local","sim"]' "$weir" version --json
expect "graph as JSON" 0 '{"from":0,"to":1,"ship":"HASH","key":"origin"}' "$flights" graph --json
expect "explore as JSON" 0 '"found":false' "$toy" explore --seeds 3 --json
expect "unfired lines in JSON" 5 '"unfired":["at complete cp 99 kill tm-1"]' "$toy" sim --json --plan "$work/never.plan"
expect "to explore nothing is refused" 2 "give it 1 or more" "$toy" explore --seeds 0
expect "a value behind =" 0 "hash" "$toy" sim --seed=7
expect "a value for a switch" 2 "--json takes no value" "$toy" sim --json=1
expect "a flag without its value" 2 "--seed wants a value" "$toy" sim --seed
expect "a negative seed" 2 "a whole number, not '-1'" "$toy" sim --seed -1
expect "a plan that is a folder" 3 "cannot be read: Is a directory" "$toy" sim --plan /tmp

# ---- replay ----
hash=$("$toy" sim --seed 4 | tail -n 1)
printf 'set program = %s\nset seed = 4\nset hash = %s\n' "$toy" "${hash#hash }" >"$work/kept.plan"
expect "a kept plan replays with its hash" 0 "$hash" "$weir" replay "$work/kept.plan"
expect "replay as JSON" 0 "\"hash\":\"${hash#hash }\"" "$weir" replay "$work/kept.plan" --json
sed -i 's/^set hash = .*/set hash = 0123456789abcdef/' "$work/kept.plan"
expect "a replay with another hash says so" 6 "the file says hash 0123456789abcdef" "$weir" replay "$work/kept.plan"
expect "a kept plan that is not there" 3 "cannot be read" "$weir" replay "$work/nothing.plan"

# ---- options at their edges ----
expect "tasks slower than the interval are not drowned in notifications" 0 "ended        FINISHED" "$toy" sim -D weir.sim.cost=1ms
expect "an interval of a microsecond" 0 "ended        FINISHED" "$toy" sim -D execution.checkpointing.interval=1us
expect "an interval of 0 takes no checkpoints" 0 "checkpoints  0 complete" "$toy" sim -D execution.checkpointing.interval=0
expect "restarts that help nothing end" 1 "restarted 21 times, always after: more checkpoints failed" "$toy" sim -D weir.sim.cost=1h

# ---- bad options never crash and never hang ----
bad=0
for key in $("$weir" options | sed -nE 's/^([a-z][a-z.-]*[a-z]) .*/\1/p' | grep -v -e dir -e '^key$'); do
    for value in 0 -1 7 99999999999999999999 1us 1h x '' 3kb 64gb; do
        timeout 10 "$toy" sim --quiet -D "$key=$value" >"$work/out" 2>&1
        code=$?
        [ $code -le 2 ] || { echo "not ok -D $key=$value: exit $code, $(tail -n 1 "$work/out")"; bad=1; }
    done
done
[ $bad = 0 ] && echo "ok no option value crashes or hangs a job"
