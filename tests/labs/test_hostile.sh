#!/usr/bin/env bash
# Programs that do anything but the work never pass, and each ends in its own verdict.
set -u
OUT=${OUT:-build}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
lab=05
source=core/time/valve.c
try() { # name, exit codes that are right, words expected, sed script on the reference of $lab
    sed -e "$4" $source >"$work/hostile.c"
    timeout 60 "$OUT/weir-lab" check $lab --file "$work/hostile.c" >"$work/out" 2>&1
    code=$?
    if cmp -s "$work/hostile.c" $source; then
        echo "not ok hostile: lab $lab, $1 changes nothing"
    elif [[ " $2 " == *" $code "* ]] && grep -q "$3" "$work/out"; then
        echo "ok hostile: lab $lab, $1 ends in exit $code"
    else
        echo "not ok hostile: lab $lab, $1 gives exit $code: $(head -n 4 "$work/out" | tr '\n' ' ')"
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

lab=01
source=solutions/01-first-stream/first_stream.c
try "an endless loop at one row" "5" "to 1$" "s/    struct flight f = flight_of(row);/&\n    while (f.delay_min == 3) __asm__ volatile(\"\");/"
try "a segfault at one row" "6" "to 1$" "s/    struct flight f = flight_of(row);/&\n    if (f.delay_min == 3) *(volatile int *)(uintptr_t)8 = 1;/"
try "exit(0)" "1" "exit: " "$head extern void exit(int);
s/    struct flight f = flight_of(row);/&\n    exit(0);/"
try "a function that is not there" "3" "BUILD" "s/return weir_map(/return weir_mapp(/"
try "answers known beforehand" "1" "FAIL" "s/f.delay_min < 0 /f.delay_min % 2 /"

lab=04
source=core/time/generator.c
body='/^void generator_on_row/,/^}/'
try "exit(0)" "1" "exit: " "$head extern void exit(int);
$body s/    if (event_ms > g->greatest_ms)/    exit(0);/"
try "an endless loop" "5" "TIMEOUT" "$body s/    if (event_ms > g->greatest_ms)/    while (event_ms) { __asm__ volatile(\"\"); }/"
try "a clock of its own" "1" "time: " "$head extern long time(long *);
s/return now_ms - g->quiet_from_ms > g->idle_ms;/return time(0) - g->quiet_from_ms > g->idle_ms;/"
try "state that outlives a restart" "1" "greatest: " "$head static long greatest;
$body s/    if (event_ms > g->greatest_ms)/    if (event_ms > greatest) greatest = event_ms;\n    if (greatest > g->greatest_ms)/"
try "a crash that takes two steps" "6" "  1  row .*no answer" "s/^    g->rows_since_probe = true;/&\n    if (event_ms % 17 == 3 \&\& g->quiet_from_ms) __builtin_trap();/"
try "an answer that is none" "1" "no answer" "s/return GENERATOR_IDLE;/return (enum generator_out)7;/"

lab=06
source=core/window/assigner.c
body='/^int64_t window_start/,/^}/'
try "a walk without an end" "1 5" "yours: .*\.\.\." "s/return next_sliding(a, event_ms, w);/return true;/"
try "an endless loop" "5" "TIMEOUT" "$body s/    return ms_subtract/    for (;;) __asm__ volatile(\"\");\n    return ms_subtract/"
try "a window never set" "1 5 7" "FAIL\|NONDETERMINISTIC\|TIMEOUT" "s/    w->start_ms = window_start(.*/    (void)every_ms;/"
try "a trap" "6" "CRASH\|SANITIZER" "$body s/    return ms_subtract/    __builtin_trap();\n    return ms_subtract/"
try "a division by zero" "6" "CRASH\|SANITIZER" "$body s/% size_ms;/% (size_ms - size_ms);/"

: >"$work/hostile.c"
"$OUT/weir-lab" check 05 --file "$work/hostile.c" >"$work/out" 2>&1
code=$?
if [ $code -eq 4 ] && grep -q "^TODO" "$work/out"; then
    echo "ok hostile: an empty file is the work still to do"
else
    echo "not ok hostile: an empty file gives exit $code"
fi
