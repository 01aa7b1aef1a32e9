#!/usr/bin/env bash
# Programs that do anything but the work never pass, and each ends in its own verdict.
set -u
OUT=${OUT:-build}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
try() { # name, exit codes that are right, words expected, sed script on the reference valve
    sed -e "$4" core/time/valve.c >"$work/hostile.c"
    timeout 60 "$OUT/weir-lab" check 05 --file "$work/hostile.c" >"$work/out" 2>&1
    code=$?
    if [[ " $2 " == *" $code "* ]] && grep -q "$3" "$work/out"; then
        echo "ok hostile: $1 ends in exit $code"
    else
        echo "not ok hostile: $1 gives exit $code: $(head -n 4 "$work/out" | tr '\n' ' ')"
    fi
}
body='/^unsigned valve_on_watermark/,/^}/'
head='1i'
try "exit(0)" "1" "exit: " "$head extern void exit(int);
$body s/assert(c < v->channels);/exit(0);/"
try "exit(0) in a constructor" "1" "constructor" "$head extern void exit(int); __attribute__((constructor)) static void begin(void) { exit(0); }"
try "an endless loop" "5" "TIMEOUT" "$body s/assert(c < v->channels);/while (c < 1000) { __asm__ volatile(\"\"); }/"
try "a segfault" "6" "CRASH\|SANITIZER" "$body s/assert(c < v->channels);/*(volatile int *)(uintptr_t)c = 1;/"
try "an abort" "1" "abort: " "$head extern void abort(void);
$body s/assert(c < v->channels);/abort();/"
try "a trap" "6" "CRASH\|SANITIZER" "$body s/assert(c < v->channels);/__builtin_trap();/"
try "a flood of output" "5" "FLOOD\|TIMEOUT" "$head #include <stdio.h>
$body s/assert(c < v->channels);/for (;;) puts(\"0123456789012345678901234567890123456789\");/"
try "2 GB of memory" "5 6" "MEMORY\|TIMEOUT\|SANITIZER" "$head #include <string.h>
$body s/assert(c < v->channels);/for (int i = 0; i < 200; i++) memset(mem_alloc(10 << 20), 1, 10 << 20);/"
try "writing to the grader's pipe" "1" "write: " "$head extern long write(int, const void *, unsigned long);
$body s/assert(c < v->channels);/write(3, \"w 1\\\\n---\\\\n\", 8);/"
try "writing to the pipe in a constructor" "1" "constructor" "$head extern long write(int, const void *, unsigned long); __attribute__((constructor)) static void begin(void) { write(3, \"x\", 1); }"
try "a system call by hand" "1" "syscall" "$body s/assert(c < v->channels);/__asm__ volatile(\"syscall\" : : \"a\"(60), \"D\"(0));/"
try "state that outlives a restart" "1" "calls: \|kept: " "$head static int kept;
$body s/assert(c < v->channels);/kept++; if (kept > 1000000) return 0;/"
try "a wrong answer and a printed PASS" "1" "FAIL" "$head #include <stdio.h>
$body s/assert(c < v->channels);/puts(\"PASS\"); return VALVE_NOTHING;/"
try "a file that does not compile" "3" "BUILD" "$body s/assert(c < v->channels);/this is no C;/"
: >"$work/hostile.c"
"$OUT/weir-lab" check 05 --file "$work/hostile.c" >"$work/out" 2>&1
code=$?
if [ $code -eq 4 ] && grep -q "^TODO" "$work/out"; then
    echo "ok hostile: an empty file is the work still to do"
else
    echo "not ok hostile: an empty file gives exit $code"
fi
