# Sourced by shell tests: build a program with one core file changed by sed, nothing else.
#   patched_objects FILE SED   -> writes $work/objs, a list of objects with FILE's replaced
# Returns 1 if the change changes nothing or does not compile.
OUT=${OUT:-build}
CC=${CC:-cc}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
flags="-std=c11 -D_GNU_SOURCE -g -O2 -w -fno-strict-aliasing -ffp-contract=off -Icore -I."
patched_objects() {
    mkdir -p "$work/$(dirname "$1")"
    sed -e "$2" "$1" >"$work/$1"
    cmp -s "$1" "$work/$1" && return 1
    case $1 in
    *.h) # a header: every room that includes it is compiled again, with the changed one first
        cp "$OUT/core.objs" "$work/objs"
        grep -rlE "#include \"${1#core/}\"" core --include='*.c' | while read -r c; do
            $CC $flags -I"$work/core" -c "$c" -o "$work/$(basename "$c").o" -iquote "$work/core" || exit 1
            sed -i "s|^$OUT/${c%.c}.o\$|$work/$(basename "$c").o|" "$work/objs"
        done || return 1
        ;;
    *)
        $CC $flags -c "$work/$1" -o "$work/patched.o" || return 1
        sed "s|^$OUT/${1%.c}.o\$|$work/patched.o|" "$OUT/core.objs" >"$work/objs"
        ;;
    esac
    ! cmp -s "$work/objs" "$OUT/core.objs"
}
