#!/usr/bin/env bash
# The workbench without a terminal: options, exit codes, scripts and the plain prompt.
set -u
cd "$(dirname "$0")/../.." || exit 1
OUT=${OUT:-build}
tui=$OUT/weir-tui
fake=tests/tui/fake_engine.sh
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
bad=0

# says NAME CODE TEXT COMMAND...: exit code, and a text in what it prints
says() {
    local name=$1 code=$2 text=$3 got
    shift 3
    timeout 90 "$@" >"$work/out" 2>&1 <"${input:-/dev/null}"
    got=$?
    if [ "$got" = "$code" ] && grep -qF -- "$text" "$work/out"; then
        echo "ok $name"
    else
        echo "not ok $name: exit $got, wanted $code and '$text'"
        head -n 30 "$work/out"
        bad=1
    fi
}

says help 0 'Exit codes:' "$tui" --help
says unknown_option 2 'no option --nope' "$tui" --nope
says bad_size 2 'WxH' "$tui" --size 80
says bad_step 2 'a step, 0 or more' "$tui" --at -3
says two_engines 2 'one of' "$tui" --engine x --id 3
says no_terminal 3 'plain' setsid -w "$tui" --engine "$fake"
says engine_missing 4 'no-such-program' "$tui" --plain ./no-such-program
says engine_dies 4 'no such file' "$tui" --plain --engine "$fake exit 3"
says engine_code 4 'exit code 3' "$tui" --plain --engine "$fake exit 3"
says other_format 4 'format 9, this workbench format 1' "$tui" --plain --engine "$fake version 9"
says garbage 4 'not JSON' "$tui" --plain --engine "$fake garbage"

printf '%s\n' '# walk' ':assert step 0/120' '. .' ':assert step 2/120' ':seek 40' ':assert ⊣' ':dump' \
    >"$work/walk"
says script_runs 0 'ALIGN 1/2' "$tui" --engine "$fake" --script "$work/walk"
says script_is_drawn_in_its_size 0 'watermark of each input' \
    "$tui" --engine "$fake" --script "$work/walk" --size 120x36
echo ':assert no such text' >"$work/false"
says script_assert_fails 1 'not on the screen: no such text' \
    "$tui" --engine "$fake" --script "$work/false"
echo 'Hyper-x' >"$work/key"
says script_bad_key 2 'key:1: no key of that name: Hyper-x' \
    "$tui" --engine "$fake" --script "$work/key"
says script_missing 2 'cannot be read' "$tui" --engine "$fake" --script "$work/none"
echo ':dump' >"$work/dump"
says opens_at 0 'step 41/120' "$tui" --at 41 --engine "$fake" --script "$work/dump"
says ascii 0 '|busy #' "$tui" --ascii --engine "$fake" --script "$work/dump"

# With every cache off each screen is the same.
printf '%s\n' '. . . , .' ':dump' ', , .' ':dump' '} ] [ ,' ':dump' '$ , ,' ':dump' >"$work/steps"
"$tui" --engine "$fake" --script "$work/steps" >"$work/a"
"$tui" --no-cache --engine "$fake" --script "$work/steps" >"$work/b"
if [ -s "$work/a" ] && cmp -s "$work/a" "$work/b"; then
    echo "ok no_cache_shows_the_same"
else
    echo "not ok no_cache_shows_the_same: screens differ"
    bad=1
fi

# The engine itself: a fault strikes at this step, another plan is another run, all are dropped.
printf '%s\n' ':seek 4000' F k i l l Enter ':assert plan line 2 strikes' ':assert tm-1✗' \
    X y ':assert tm-1✓' ':assert dropped' ':fault slow window[0] 20us/rec' ':assert SLOW 20us' \
    ':fault nonsense' ':assert not '"'nonsense'" '} ]' ':dump' >"$work/real"
says arms_and_drops_on_the_real_engine 0 'PAUSED' \
    "$tui" --script "$work/real" "$OUT/jobs/flights" --demo

input=$work/typed
printf '%s\n' where why step back 'seek 40' gates 'sekk 3' next quit >"$input"
says plain_where 0 'step 0 of 120' "$tui" --plain --engine "$fake"
says plain_why 0 'why: window[0] waits' "$tui" --plain --engine "$fake"
says plain_step 0 'step 1 of 120' "$tui" --plain --engine "$fake"
says plain_seek 0 'step 40 of 120' "$tui" --plain --engine "$fake"
says plain_gates 0 'shut until the other barriers arrive' "$tui" --plain --engine "$fake"
says plain_elements 0 'barrier-17' "$tui" --plain --engine "$fake"
says plain_nearest 0 'did you mean :seek' "$tui" --plain --engine "$fake"
says plain_mark 0 'here: window[0]: window from 30' "$tui" --plain --engine "$fake"
if grep -q $'\033' "$work/out"; then
    echo "not ok plain_moves_no_cursor: an escape sequence"
    bad=1
else
    echo "ok plain_moves_no_cursor"
fi
printf 'step\nwhere\n' >"$input"
says plain_survives_a_crash 0 'killed by signal 11' "$tui" --plain --engine "$fake crash-at 1"
exit "$bad"
