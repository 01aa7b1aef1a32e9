#!/usr/bin/env bash
# The runner tells a pass from everything that only looks like one, and counts all cases once.
set -u
top=$PWD
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
mkdir -p build/tests

program() { printf '#!/bin/sh\n%s\n' "$2" >"$1"; chmod +x "$1"; }
runners() { # what the two runners say: CONFORMANCE GOLDEN
    program build/tests/conformance_run "$1"
    program build/tests/golden_run "$2"
}
good="echo '7 passed, 0 failed, 3 skipped'"
cmocka_good="echo '[==========] Running 2 test(s).'; echo '[  PASSED  ] 2 test(s).'"

expect() { # NAME EXIT LAST-LINE PROGRAMS SCRIPTS
    local said code
    said=$(TIMEOUT=1 OUT=build "$top/tests/run.sh" "$4" "$5" v g 2>&1)
    code=$?
    if [ $code = "$2" ] && [ "$(tail -n 1 <<<"$said")" = "$3" ]; then
        echo "ok run: $1"
    else
        echo "not ok run: $1: exit $code, $(tail -n 1 <<<"$said")"
    fi
}

runners "$good" "$good"
program p "$cmocka_good"
program s "echo 'ok one'; echo 'skip two: no clang'"
expect "sums up programs, scripts and runners" 0 "17 passed, 0 failed, 7 skipped" ./p ./s
program p "$cmocka_good; echo '[  SKIPPED ] 1 test(s), listed below:'"
expect "counts what cmocka skips" 0 "16 passed, 0 failed, 7 skipped" ./p ""
program p "echo '[  PASSED  ] 2 test(s).'; echo '[  FAILED  ] 3 test(s), listed below:'; exit 3"
expect "counts what cmocka fails" 1 "16 passed, 3 failed, 6 skipped" ./p ""
program p 'kill -SEGV $$'
expect "a crash is a failure" 1 "14 passed, 1 failed, 6 skipped" ./p ""
program p "$cmocka_good; exit 1"
expect "a bad exit is a failure, whatever was counted" 1 "16 passed, 1 failed, 6 skipped" ./p ""
program p 'exit 0'
expect "a program that runs no test is a failure" 1 "14 passed, 1 failed, 6 skipped" ./p ""
program p 'sleep 5'
expect "a program that does not end is a failure" 1 "14 passed, 1 failed, 6 skipped" ./p ""
expect "a program that is not there is a failure" 1 "14 passed, 1 failed, 6 skipped" ./missing ""
program s "echo 'ok one'; echo 'not ok two: why'"
expect "a script's failure, though it exits 0" 1 "15 passed, 1 failed, 6 skipped" "" ./s
program s 'exit 0'
expect "a script that says nothing is a failure" 1 "14 passed, 1 failed, 6 skipped" "" ./s
runners "$good; exit 1" "$good"
expect "a runner whose exit contradicts its count" 1 "14 passed, 1 failed, 6 skipped" "" ""
runners "echo hello" "$good"
expect "a runner without a last line" 1 "7 passed, 1 failed, 3 skipped" "" ""
runners "$good" "$good"
rm build/tests/golden_run
expect "a runner that was not built" 1 "7 passed, 1 failed, 3 skipped" "" ""
