#!/usr/bin/env bash
# Jobs under the thread sanitizer: no two threads touch the same bytes without a lock between them.
set -u
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if ! make -s OUT=build-thread SAN=thread OPT=-O1 build-thread/jobs/{flights,sessions,numbers} build-thread/tests/local/test_mailbox >"$work/log" 2>&1; then
    echo "not ok the thread sanitizer: does not build: $(tail -n 3 "$work/log" | tr '\n' ' ')"
    exit
fi
clean() { # NAME COMMAND...
    "${@:2}" >"$work/log" 2>&1
    local code=$?
    if [ $code = 0 ] && ! grep -q "WARNING: ThreadSanitizer" "$work/log"; then echo "ok no race in $1"
    else echo "not ok no race in $1: exit $code, $(grep -A 4 ThreadSanitizer "$work/log" | tr '\n' ' ')"; fi
}
for p in 1 2 3; do
    clean "flights, $p workers" build-thread/jobs/flights run --quiet -p $p -D execution.checkpointing.interval=5ms -D weir.output-dir="$work/out"
done
clean "sessions, two slots a worker" build-thread/jobs/sessions run --quiet -p 4 -D weir.workers=2 -D weir.buffer.elements=7 -D weir.output-dir="$work/out"
clean "the mailbox" build-thread/tests/local/test_mailbox
