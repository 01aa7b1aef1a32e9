#!/usr/bin/env bash
# Each rule can fail: plant one violation of its kind in a copy and see it named.
set -u
OUT=${OUT:-build}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
check() { # name, file to append to, text to append, expected words
    cp -r core tests/style "$work/" 2>/dev/null
    if printf '%s\n' "$3" >>"$work/$2" && (cd "$work" && eval "$5") 2>&1 | grep -q "$4"; then
        echo "ok style finds $1"
    else
        echo "not ok style finds $1: '$4' was not reported"
    fi
    rm -rf "${work:?}/core"
}
check "a room that includes a higher one" core/base/err.c '#include "runtime/task.h"' 'may not include' \
    'awk -f style/ranks.awk core/base/err.c'
check "rooms of one rank that see each other" core/job/job_master.c '#include "runtime/task.h"' 'may not include' \
    'awk -f style/ranks.awk core/job/job_master.c'
check "a long line" core/base/err.c "$(printf '/* %0120d */' 1)" '100 at most' 'awk -f style/sizes.awk core/base/err.c'
check "a long function" core/base/err.c "$(printf 'void f(void)\n{\n'; for i in $(seq 80); do echo '    ;'; done; echo '}')" \
    '70 at most' 'awk -f style/sizes.awk core/base/err.c'
check "a tab" core/base/err.c "$(printf '\tint')" 'a tab' 'awk -f style/sizes.awk core/base/err.c'
cat >"$work/g.c" <<'C'
int kept;
int tick(void) { return ++kept; }
C
if ${CC:-cc} -c "$work/g.c" -o "$work/g.o" && nm "$work/g.o" | awk '$2 ~ /^[dDbBC]$/' | grep -q kept; then
    echo "ok style finds a writable global"
else
    echo "not ok style finds a writable global: nm did not show it"
fi
