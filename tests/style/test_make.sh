#!/usr/bin/env bash
# The Makefile builds again exactly when it must: a hash that was measured on stale objects is worse
# than none.  Only asks (make -n), builds nothing.
set -u
OUT=${OUT:-build}
unset MAKEFLAGS MFLAGS MAKELEVEL
compiled() { make -n OUT="$OUT" "$@" all 2>/dev/null | grep -c -- '-MMD -MP -c'; } # how many files would be

is() { if [ "$2" "$3" "$4" ]; then echo "ok make $1"; else echo "not ok make $1: $2 files"; fi; }
is "compiles nothing when nothing changed" "$(compiled)" -eq 0
is "compiles everything when a flag changed" "$(compiled EXTRA_CFLAGS=-DANOTHER)" -ge "$(ls core/*/*.c | wc -l)"
is "compiles who includes a header that changed" "$(compiled -W core/base/mem.h)" -ge 10
is "compiles one file when one changed" "$(compiled -W core/base/err.c)" -eq 1
is "makes a sanitizer's objects elsewhere" "$(env -u OUT make -n SAN=address all 2>/dev/null | grep -c -- '-o build/core')" -eq 0
is "lists its targets in make help" "$(make help | grep -cE '^(all|check|hint|test|conformance|golden|bench|style|help)')" -ge 9
