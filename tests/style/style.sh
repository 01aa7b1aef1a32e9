#!/usr/bin/env bash
# The house rules: ranks, banned calls, writable globals, sizes, headers, walks, formatting.
# Each finding is a line `file:line: what`; the exit status is 1 if there is any.
set -u
OUT=${OUT:-build}
bad=0
here=tests/style
finding() { echo "$1"; bad=1; }
mapfile -t sources < <(git ls-files -co --exclude-standard 'core/*.[ch]' 'tui/*.[ch]' 'labs/grader/*.[ch]' | while read -r f; do [ -f "$f" ] && echo "$f"; done)

# ---- ranks ----
awk -f $here/ranks.awk "${sources[@]}" || bad=1

# ---- what pure rooms may call, and what no room may keep ----
pure() { case "$1" in core/cli/* | core/connectors/* | *_os.c | *_file.c | *_sqlite.c | core/base/mem.c) return 1 ;; esac; }
banned='^(time|clock|clock_gettime|gettimeofday|nanosleep|usleep|sleep|rand|random|srand|rand_r|getenv|setlocale|fopen|open|openat|creat|read|write|pread|pwrite|close|stat|fstat|unlink|printf|fprintf|puts|putchar|fputs|scanf|fork|execv|execvp|system|popen|socket|pthread_.*|exit|_exit|atexit|signal|malloc|calloc|realloc|free|strdup|strtok|localtime|gmtime)$'
for c in "${sources[@]}"; do
    case "$c" in core/*.c) ;; *) continue ;; esac
    o=$OUT/${c%.c}.o
    [ -f "$o" ] || { finding "$c:1: not built ($o): make first"; continue; }
    if pure "$c"; then
        nm -u "$o" | awk '{ sub(/@.*/, "", $2); print $2 }' | grep -E "$banned" |
            while read -r s; do echo "$c:1: calls $s(), which a pure room may not"; done | grep . && bad=1
    fi
    case "$c" in core/cli/*) continue ;; esac
    # (tables of pointers that only the loader writes are in .data.rel.ro)
    objdump -t "$o" | awk -v f="$c" '$3 == "O" || $4 == "O" || /\*COM\*/ {
        section = $3 == "O" ? $4 : $5
        if (section ~ /^\.(data|bss)/ && section !~ /^\.data\.rel\.ro/) { print f ":1: " $NF " is a writable global"; n = 1 }
        } END { exit !n }' && bad=1
done

# ---- sizes ----
exceptions=$(sed -nE 's/^([a-z_0-9]+):.*/\1/p' $here/exceptions | tr '\n' ' ')
awk -v EXCEPTIONS="$exceptions" -f $here/sizes.awk "${sources[@]}" || bad=1
for room in core/*/; do
    lines=$(cat "$room"*.[ch] | grep -cvE '^[[:space:]]*($|//|/?\*)')
    [ "$lines" -le 2500 ] || finding "$room: $lines lines of code, 2500 at most"
    [ -f "$room/README.md" ] || finding "$room: no README.md"
done
total=$(cat core/{base,trace,data,graph,time,state,window,checkpoint,wire,runtime,job,operators,host,inspect,sim}/*.[ch] | grep -cvE '^[[:space:]]*($|//|/?\*)')
[ "$total" -le 20000 ] || finding "core: $total lines of code in ranks 1-13, 20000 at most"
echo "$total lines of code in ranks 1-13"

# ---- headers stand alone ----
for h in core/weir.h core/*/*.h; do
    echo "#include \"${h#core/}\"" | ${CC:-cc} -std=c11 -D_GNU_SOURCE -fsyntax-only -Icore -I. -x c - 2>/dev/null ||
        finding "$h:1: does not compile alone"
done

# ---- the walks of core/README.md name functions that exist ----
grep -oE '`[a-z_]+/[a-z_]+\.[ch]:[a-z_0-9]+`' core/README.md | tr -d '`' | while IFS=: read -r file function; do
    grep -qE "\b$function\(" "core/$file" 2>/dev/null || echo "core/README.md:1: the walk names $file:$function, which is not there"
done | grep . && bad=1

# ---- formatting ----
if command -v clang-format >/dev/null; then
    for f in "${sources[@]}"; do
        clang-format --style=file "$f" | cmp -s - "$f" || finding "$f:1: not in the one format: make format"
    done
else
    echo "skipped: formatting (clang-format is not installed)"
fi
[ $bad = 0 ] && echo "style: nothing found"
exit $bad
