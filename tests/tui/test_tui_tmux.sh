#!/usr/bin/env bash
# The workbench in a real terminal, driven by keys through tmux.  Nothing sleeps for a fixed time:
# each expectation is polled until it holds or its deadline has passed.
set -u
cd "$(dirname "$0")/../.." || exit 1
OUT=${OUT:-build}
tui=$PWD/$OUT/weir-tui
fake=$PWD/tests/tui/fake_engine.sh
work=$(mktemp -d)
bad=0
mux() { tmux -L "weir-test-$$" -f /dev/null "$@"; }
trap 'mux kill-server 2>/dev/null; rm -rf "$work"' EXIT

if ! command -v tmux >/dev/null; then
    echo "skip tui_tmux: tmux is not installed"
    exit 0
fi

screen() { mux capture-pane -p -t t; }
keys() { mux send-keys -t t "$@"; }

# until_ok SECONDS COMMAND...: the command, until it succeeds
until_ok() {
    local end=$((SECONDS + $1))
    shift
    until "$@" >/dev/null 2>&1; do
        [ "$SECONDS" -lt "$end" ] || return 1
        sleep 0.05
    done
}
shows() { screen | grep -qF -- "$1"; }
lacks() { ! shows "$1"; }
ended() { [ -s "$work/code" ]; }
no_server() { ! mux list-sessions; }
stop_server() {
    mux kill-server 2>/dev/null
    until_ok 5 no_server
}

expect() { # NAME COMMAND...
    local name=$1
    shift
    if until_ok 10 "$@"; then
        echo "ok $name"
    else
        echo "not ok $name: ${*}"
        screen
        bad=1
    fi
}

# open WxH ENVIRONMENT [OPTIONS]: a fresh server, so that a size is what it says
open() {
    stop_server
    rm -f "$work/code"
    mux new-session -d -s t -x "${1%x*}" -y "${1#*x}" \
        "env $2 '$tui' ${3:-} --engine '$fake ${4:-}'; echo \$? >'$work/code'; sleep 60"
}
utf8='LC_ALL=C.UTF-8'

open 80x24 "$utf8"
expect opens_paused_at_step_0 shows 'PAUSED  step 0/120'
expect says_why shows 'WHY window[0] waits'
keys .
expect steps shows 'step 1/120'
keys . .
expect steps_twice shows 'step 3/120'
keys ,
expect steps_back shows 'step 2/120'
keys ']'
expect jumps_to_a_mark shows 'here: jm: trigger of checkpoint 17'
keys '}'
expect jumps_to_a_checkpoint shows 'step 60/120'
keys '$'
expect goes_to_the_end shows 'step 120/120'
keys ':' 'seek 40' Enter
expect seeks shows 'step 40/120'
expect shows_a_shut_gate shows '⊣'
keys ':' 'sekk 4' Enter
expect names_the_nearest_command shows 'did you mean :seek'
keys ?
expect helps shows '═ Help'
keys Escape
expect help_closes lacks '═ Help'
keys Down
expect arrow_selects shows '▸window[1]'

keys F
expect palette_opens shows 'Inject fault'
keys 'slow'
expect palette_filters shows '1 of 3'
keys Enter
expect palette_arms shows 'armed; the run was computed anew'
keys X
expect disarm_asks shows 'Drop all 2 plan lines'
keys n
expect disarm_can_be_refused shows 'nothing was dropped'

mux resize-window -t t -x 60 -y 15
expect fits_60x15 shows 'task        does'
mux resize-window -t t -x 200 -y 60
expect fits_200x60 shows 'watermark of each input'
mux resize-window -t t -x 20 -y 5
expect fits_20x5 shows 'WHY'
mux resize-window -t t -x 15 -y 4
expect says_what_it_needs shows 'need 20x5'
mux resize-window -t t -x 80 -y 24
expect comes_back shows 'KEYBY user'
keys Space
expect plays shows 'RUNNING'
keys Space
expect pauses shows 'PAUSED'
keys C-l
expect redraws shows 'PAUSED'
keys q
expect quits ended
expect quits_with_0 grep -qx 0 "$work/code"

open 80x24 "$utf8" '' 'crash-at 3'
expect opens_again shows 'step 0/120'
keys . .
expect crash_is_a_message shows 'killed by signal 11'
expect crash_shows_last_words shows 'assertion failed: wm >= last'
keys ':' 'restart' Enter
expect engine_starts_again shows 'step 2/120'
expect message_is_gone lacks 'killed by signal'
keys C-c
expect ctrl_c_quits grep -qx 0 "$work/code"

open 80x24 "$utf8" '' 'hang-at 0'
expect opens_on_a_hung_engine shows 'has not answered yet'
expect says_that_it_waits shows 'waiting for the engine'
keys ':' 'seek 5' Enter q
expect leaves_a_hung_engine grep -qx 0 "$work/code"

open 80x24 "$utf8 NO_COLOR=1" --ascii
expect ascii_opens shows '|busy'
coloured() { mux capture-pane -p -e -t t | grep -q $'\033\[[0-9;]*([39][0-7]|38;5)' -E; }
plain() { ! coloured; }
expect no_color_has_none plain
no_utf8() { ! screen | LC_ALL=C grep -q $'[\x80-\xff]'; }
expect ascii_is_ascii no_utf8
keys q
expect ascii_quits grep -qx 0 "$work/code"

open 80x24 'LC_ALL=C'
expect other_locale_opens shows '|busy'
expect other_locale_is_ascii no_utf8
keys q
expect other_locale_quits grep -qx 0 "$work/code"

open 120x36 "$utf8"
expect wide_opens shows 'watermark of each input'
expect colours_by_role coloured
keys q
expect wide_quits grep -qx 0 "$work/code"

stop_server
mux new-session -d -s t -x 80 -y 24 "env $utf8 PS1='shell> ' bash --norc --noprofile -i"
expect shell_waits shows 'shell>'
keys "'$tui' --engine '$fake'" Enter
expect opens_from_a_shell shows 'step 0/120'
keys C-z
expect suspends shows 'Stopped'
keys 'fg' Enter
expect continues shows 'KEYBY user'
keys q
expect gives_the_terminal_back shows 'shell>'
mux kill-server 2>/dev/null
exit "$bad"
