#!/usr/bin/env bash
# Run test programs, shell tests, vectors and golden jobs; end with one line that counts all cases.
#   tests/run.sh "PROGRAMS" "SCRIPTS" VECTORS GOLDEN
# A program that crashes, runs no test, or takes more than TIMEOUT seconds has failed.
set -u
TIMEOUT=${TIMEOUT:-300}
OUT=${OUT:-build}
export OUT
passed=0 failed=0 skipped=0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

count() { passed=$((passed + $1)); failed=$((failed + $2)); skipped=$((skipped + $3)); }

run_program() { # cmocka counts for us
    local p=$1 out=$2
    timeout "$TIMEOUT" "$p" >"$out" 2>&1 </dev/null
    echo $? >"$out.code"
}

report_program() {
    local p=$1 out=$2 code ok bad
    code=$(cat "$out.code")
    ok=$(sed -nE 's/^\[  PASSED  \] ([0-9]+) test.*/\1/p' "$out" | awk '{ n += $1 } END { print n + 0 }')
    bad=$(sed -nE 's/^\[  FAILED  \] .*: ([0-9]+) test.*/\1/p' "$out" | awk '{ n += $1 } END { print n + 0 }')
    if [ "$code" = 0 ] && [ "$ok" -gt 0 ]; then
        count "$ok" 0 0
        return
    fi
    [ "$bad" -gt 0 ] || bad=1
    count "$ok" "$bad" 0
    echo "FAIL ${p#"$OUT"/} (exit $code)"
    grep -vE '^\[ +(RUN|OK) ' "$out" | tail -n 40
}

# Two at a time: the machine has two cores.
pids=() names=()
i=0
for p in $1; do
    run_program "$p" "$work/$i" &
    pids[i]=$! names[i]=$p
    i=$((i + 1))
    [ $((i % 2)) = 0 ] && wait "${pids[$((i - 2))]}" "${pids[$((i - 1))]}"
done
wait
for n in "${!names[@]}"; do report_program "${names[$n]}" "$work/$n"; done

run_lines() { # shell tests say: ok NAME | not ok NAME: why | skip NAME: why
    local name=$1 out=$work/lines code ok bad skip
    shift
    timeout "$TIMEOUT" "$@" >"$out" 2>&1 </dev/null
    code=$?
    ok=$(grep -c '^ok ' "$out") bad=$(grep -c '^not ok ' "$out") skip=$(grep -c '^skip ' "$out")
    if [ "$code" != 0 ] && [ "$bad" = 0 ]; then bad=1; fi
    if [ $((ok + bad + skip)) = 0 ]; then bad=1; fi
    count "$ok" "$bad" "$skip"
    [ "$skip" = 0 ] || grep '^skip ' "$out"
    [ "$bad" = 0 ] || { echo "FAIL $name (exit $code)"; tail -n 40 "$out"; }
}
for s in $2; do run_lines "$s" bash "$s"; done

run_counted() { # runners end with the counting line themselves
    local name=$1 out=$work/counted
    shift
    timeout "$TIMEOUT" "$@" >"$out" 2>&1 </dev/null
    local code=$? last
    last=$(tail -n 1 "$out")
    grep -E '^(FAIL|SKIP)' "$out" | cut -c1-300 | head -n 80
    if [[ $last =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed,\ ([0-9]+)\ skipped$ ]]; then
        count "${BASH_REMATCH[1]}" "${BASH_REMATCH[2]}" "${BASH_REMATCH[3]}"
        [ "$code" = 0 ] || [ "${BASH_REMATCH[2]}" != 0 ] || count 0 1 0
    else
        count 0 1 0
        echo "FAIL $name (exit $code)"
        tail -n 10 "$out"
    fi
}
[ -x "$OUT/tests/conformance_run" ] && run_counted conformance "$OUT/tests/conformance_run" "$3"
[ -x "$OUT/tests/golden_run" ] && run_counted golden "$OUT/tests/golden_run" "$4"

echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ]
