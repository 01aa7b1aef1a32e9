#!/usr/bin/env bash
# Run test programs, shell tests, vectors and golden jobs; end with one line that counts all cases.
#   tests/run.sh "PROGRAMS" "SCRIPTS" VECTORS GOLDEN
# A line a program says how it went and how long it took.  A program that crashes, runs no test, or
# takes more than TIMEOUT seconds has failed, and so has a runner that was not built.
set -u
TIMEOUT=${TIMEOUT:-300}
OUT=${OUT:-build}
export OUT
passed=0 failed=0 skipped=0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

count() { passed=$((passed + $1)); failed=$((failed + $2)); skipped=$((skipped + $3)); }

passed_line() { printf '%-44s %5d passed%s  %.1f s\n' "$1" "$2" "${3:+, $3 skipped}" "$4"; } # NAME N SKIPPED SECONDS
seconds() { echo "$EPOCHREALTIME $1" | awk '{ print $1 - $2 }'; } # since START

cases() { # of one kind in cmocka's summaries: groups add up
    sed -nE "s/^\[  $1 *\].* ([0-9]+) test\(s\).*/\1/p" "$2" | awk '{ n += $1 } END { print n + 0 }'
}

run_program() { # cmocka counts for us
    local start=$EPOCHREALTIME
    timeout "$TIMEOUT" "$1" >"$2" 2>&1 </dev/null
    echo "$? $(seconds "$start")" >"$2.end"
}

report_program() {
    local name=${1#"$OUT"/} out=$2 code took ok bad skip
    read -r code took <"$out.end"
    ok=$(cases PASSED "$out") bad=$(cases FAILED "$out") skip=$(cases SKIPPED "$out")
    if [ "$code" = 0 ] && [ "$bad" = 0 ] && [ $((ok + skip)) -gt 0 ]; then
        count "$ok" 0 "$skip"
        passed_line "$name" "$ok" "${skip#0}" "$took"
        return
    fi
    [ "$bad" -gt 0 ] || bad=1
    count "$ok" "$bad" "$skip"
    echo "FAIL $name (exit $code): all of it with  make ${name/%.sh/}"
    grep -vE '^\[ +(RUN|OK) ' "$out" | tail -n 40
}

# Two at a time: the machine has two cores.
i=0
for p in $1; do
    [ $i -lt 2 ] || wait -n
    run_program "$p" "$work/$i" &
    i=$((i + 1))
done
wait
i=0
for p in $1; do
    report_program "$p" "$work/$i"
    i=$((i + 1))
done

run_lines() { # shell tests say: ok NAME | not ok NAME: why | skip NAME: why
    local name=$1 out=$work/lines code ok bad skip start=$EPOCHREALTIME
    shift
    timeout "$TIMEOUT" "$@" >"$out" 2>&1 </dev/null
    code=$?
    ok=$(grep -c '^ok ' "$out") bad=$(grep -c '^not ok ' "$out") skip=$(grep -c '^skip ' "$out")
    if [ "$code" != 0 ] && [ "$bad" = 0 ]; then bad=1; fi
    if [ $((ok + bad + skip)) = 0 ]; then bad=1; fi
    count "$ok" "$bad" "$skip"
    [ "$skip" = 0 ] || grep '^skip ' "$out"
    [ "$bad" != 0 ] || passed_line "$name" "$ok" "${skip#0}" "$(seconds "$start")"
    [ "$bad" = 0 ] || { echo "FAIL $name (exit $code)"; tail -n 40 "$out"; }
}
for s in $2; do run_lines "$s" bash "$s"; done

run_counted() { # runners end with the counting line themselves
    local name=$1 out=$work/counted start=$EPOCHREALTIME
    shift
    timeout "$TIMEOUT" "$@" >"$out" 2>&1 </dev/null
    local code=$? last
    last=$(tail -n 1 "$out")
    grep -E '^(FAIL|SKIP)' "$out" | cut -c1-300 | head -n 80
    if [[ $last =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed,\ ([0-9]+)\ skipped$ ]]; then
        count "${BASH_REMATCH[1]}" "${BASH_REMATCH[2]}" "${BASH_REMATCH[3]}"
        if [ "$code" != 0 ] && [ "${BASH_REMATCH[2]}" = 0 ]; then
            count 0 1 0
            echo "FAIL $name (exit $code, though it counts no failure)"
        fi
        passed_line "$name" "${BASH_REMATCH[1]}" "${BASH_REMATCH[3]#0}" "$(seconds "$start")"
    else
        count 0 1 0
        echo "FAIL $name (exit $code)"
        tail -n 10 "$out"
    fi
}
run_counted conformance "$OUT/tests/conformance_run" "$3"
run_counted golden "$OUT/tests/golden_run" "$4"

echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ]
