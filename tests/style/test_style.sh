#!/usr/bin/env bash
# Every house rule can fail: in a small clean tree of its own, plant one violation of each kind and
# see it named; and see the clean tree pass, so that a rule does not fail always.
set -u
top=$PWD
CC=${CC:-cc}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export OUT=build CC

put() { mkdir -p "$(dirname "$1")"; printf '%s\n' "${@:2}" >"$1"; } # FILE LINE...

clean_tree() {
    rm -rf "$work/tree" && mkdir -p "$work/tree" && cd "$work/tree" || exit 1
    cp "$top/.clang-format" .
    put core/base/a.h '/* a.h -- a room of rank 1. */' '#ifndef A_H' '#define A_H' 'int a_is(void);' '#endif'
    put core/base/a.c '#include "base/a.h"' '' 'int a_is(void)' '{' '    return 1;' '}'
    put core/job/j.h '/* j.h -- a room of rank 9. */' '#include "base/a.h"'
    put core/runtime/r.h '/* r.h -- another one. */' '#include "base/a.h"'
    put core/README.md '`base/a.c:a_is` `base/a.c:a_is` `base/a.c:a_is` `base/a.c:a_is`'
    touch core/base/README.md core/job/README.md core/runtime/README.md
    put tui/t.h '/* t.h -- a view. */'
    put labs/05-valve/lab.ini 'id = 05' 'header = time/valve.h'
    put labs/05-valve/valve.c '#include "time/valve.h"' '#include "weir.h"'
    put solutions/05-valve/valve.c '#include "time/valve.h"'
    put labs/grader/g.h '/* g.h -- the grader. */' '#include "tui/json.h"'
}

run() { # the checks named; objects are built first, for `calls` looks at them
    local c
    for c in core/*/*.c; do
        mkdir -p "build/$(dirname "$c")" && $CC -std=c11 -O1 -w -Icore -c "$c" -o "build/${c%.c}.o" 2>&1
    done
    "$top/tests/style/style.sh" "$@" 2>&1
}

finds() { # NAME CHECK WANTED FILE LINE...: append LINEs to FILE
    local name=$1 check=$2 wanted=$3 file=$4 said
    clean_tree
    mkdir -p "$(dirname "$file")"
    printf '%s\n' "${@:5}" >>"$file"
    if said=$(run "$check"); then
        echo "not ok style finds $name: it passed"
    elif grep -qF "$wanted" <<<"$said"; then
        echo "ok style finds $name"
    else
        echo "not ok style finds $name: it said $(tr '\n' ' ' <<<"$said")"
    fi
}

clean_tree
if said=$(run includes calls sizes rooms walks format); then echo "ok style passes a clean tree"; else echo "not ok style passes a clean tree: $(tr '\n' ' ' <<<"$said")"; fi

top_of() { # NAME WANTED FILE: a file of that name is committed
    clean_tree
    put "$3" x
    git init -q . && git add "$3"
    local said
    said=$(run top)
    if [ $? = "$2" ]; then echo "ok style: $1"; else echo "not ok style: $1: it said $said"; fi
}
top_of "output in the tree does not belong there" 1 counts/part-0.csv
top_of "a lab and a dot file belong there" 0 labs/.keep

finds "a higher rank" includes 'core/base/a.h:6: includes "runtime/r.h": base (rank 1) may not see runtime (rank 9)' core/base/a.h '#include "runtime/r.h"'
finds "rooms of one rank that see each other" includes 'job (rank 9) may not see runtime (rank 9)' core/job/j.h '#include "runtime/r.h"'
finds "core that knows the workbench" includes 'no room of core' core/job/j.h '#include "tui/t.h"'
finds "a room without a rank" includes "room 'attic' has no rank" core/attic/x.c '#include "base/a.h"'
finds "a workbench that knows core" includes 'tui/t.h:2: includes "base/a.h"' tui/t.h '#include "base/a.h"'
finds "a lab that sees another header" includes 'the one header it implements' labs/05-valve/valve.c '#include "checkpoint/aligner.h"'
finds "a solution that sees another header" includes 'the one header it implements' solutions/05-valve/valve.c '#include "sim/world.h"'
finds "a grader that sees core" includes "client of weir's JSON" labs/grader/g.h '#include "base/a.h"'

finds "a clock in a pure room" calls 'core/base/a.c:1: calls time()' core/base/a.c '#include <time.h>' 'long now(void) { return time(0); }'
finds "a file in a pure room" calls 'calls fopen()' core/base/a.c '#include <stdio.h>' 'void *f(void) { return fopen("x", "r"); }'
finds "a thread in a pure room" calls 'calls pthread_create()' core/base/a.c '#include <pthread.h>' 'int f(pthread_t *t, void *(*g)(void *)) { return pthread_create(t, 0, g, 0); }'
finds "raw malloc" calls 'calls malloc(), which only base/mem.c may' core/base/a.c '#include <stdlib.h>' 'void *f(void) { return malloc(9); }'
finds "a writable global" calls 'kept is a writable global' core/base/a.c 'int kept = 3;'
finds "a static that is kept" calls 'is a writable global' core/base/a.c 'int tick(void) { static int n; return ++n; }'
finds "an object that was not built" calls 'not built' core/job/broken.c 'this is no C'

finds "a function of 71 lines" sizes 'core/base/a.c:7: f() has 71 lines, 70 at most' core/base/a.c 'int f(void)' '{' "$(yes '    ;' | head -n 68)" '}'
finds "seven parameters" sizes 'f() has 7 parameters' core/base/a.c 'int f(int a, int b, int c, int d,' '      int e, int g, int h)' '{' '    return a;' '}'
finds "a long .c file" sizes '701 lines, 700 at most' core/base/b.c "$(yes '//' | head -n 701)"
finds "a long header" sizes '201 lines, 200 at most' core/base/b.h '/* b.h -- long. */' "$(yes '//' | head -n 200)"
finds "a long line" sizes '101 columns, 100 at most' core/base/a.c "$(printf '// %098d' 0)"
finds "a tab" sizes 'a tab' core/base/a.c "$(printf '\tint x;')"
finds "a blank at the end" sizes 'a blank at the end' core/base/a.c 'int a_is(void); '
finds "a header that says nothing" sizes 'a header begins with' core/base/b.h '#ifndef B_H'

ROOM_MAX=2 finds "a large room" rooms 'core/base:1: 9 lines of code, 2 at most' core/base/a.c ''
TOTAL_MAX=3 finds "a large core" rooms 'in ranks 1-13, 3 at most' core/base/a.c ''
finds "a room without a README" rooms 'core/state:1: no README.md' core/state/s.c ''
finds "a header that leans on another" headers 'core/base/b.h:1: does not compile alone' core/base/b.h '/* b.h -- x */' 'uint32_t f(void);'
finds "a walk that leads nowhere" walks 'core/README.md:2: the walk names base/a.c:gone' core/README.md '`base/a.c:gone`'
if command -v clang-format >/dev/null; then
    finds "another format" format 'core/base/a.c:7: not in the one format' core/base/a.c 'int  f( void );'
else
    echo "skip style finds another format: clang-format is not installed"
fi
