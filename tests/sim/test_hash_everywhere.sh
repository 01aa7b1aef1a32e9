#!/usr/bin/env bash
# The same program, dataset, seed and plan give the same hash with every compiler, without
# optimisation, and with sanitizers.
set -u
OUT=${OUT:-build}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
printf 'at ack window[1] cp 2 kill tm-2\nat complete cp 3 drop notify window[0]\nat barrier window[0] cp 3 slow window[0] 7us/rec\n' >"$work/p.plan"
hashes() {
    "$1/jobs/toy" sim --seed 5 --jitter --plan "$work/p.plan" | tail -n 1
    "$1/jobs/flights" sim --seed 3 --plan "$work/p.plan" | tail -n 1
}
wanted=$(hashes "$OUT")
variant() { # name, out, make arguments
    if ! command -v "${4:-true}" >/dev/null; then echo "skip hash under $1: $4 is not installed"; return; fi
    if ! make -s OUT="$2" $3 "$2/jobs/toy" "$2/jobs/flights" >"$work/log" 2>&1; then
        echo "not ok hash under $1: does not build: $(tail -n 3 "$work/log" | tr '\n' ' ')"
    elif [ "$(hashes "$2")" = "$wanted" ]; then echo "ok the hash is the same under $1"
    else echo "not ok hash under $1: $(hashes "$2" | tr '\n' ' ') instead of $(echo $wanted)"; fi
}
variant "clang" build-clang "CC=clang" clang
variant "-O0" build-O0 "OPT=-O0"
variant "address and undefined sanitizers" build-address "SAN=address"
