#!/usr/bin/env bash
# Triggers written by hand behave as the built-in ones: on every window vector.
set -u
OUT=${OUT:-build}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp tests/conformance/window.jsonl "$work"
if WEIR_OWN_TRIGGERS=1 "$OUT/tests/conformance_run" "$work" >"$work/out" 2>&1; then echo "ok own triggers ($(tail -n 1 "$work/out"))"
else echo "not ok own triggers: $(grep -m 1 FAIL "$work/out")"; fi
if WEIR_OWN_TRIGGERS=wrong "$OUT/tests/conformance_run" "$work" >"$work/out" 2>&1; then echo "not ok a wrong one passes"
else echo "ok a wrong one is seen ($(tail -n 1 "$work/out"))"; fi
