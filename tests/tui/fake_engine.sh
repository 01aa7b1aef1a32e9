#!/usr/bin/env bash
# An engine for tests: speaks the protocol, but every frame is one of the recorded ones.
#   fake_engine.sh [version N | crash-at N | hang-at N | garbage | silent | exit N]
here=$(dirname "$0")/frames
mode=${1:-} number=${2:-0}
greeting=$(<"$here/greeting.json")
backpressured=$(<"$here/backpressured.json") aligning=$(<"$here/aligning.json") dead=$(<"$here/dead.json")
backpressured=${backpressured#*,} aligning=${aligning#*,} dead=${dead#*,} # without their own step
plan='"at ack window[1] cp 17 kill tm-2"'

greet() { printf '%s\n' "${greeting/'"at ack window[1] cp 17 kill tm-2"'/$plan}"; }

frame() { # the recording of that part of the run, under the number asked for
    local f
    if [ "$1" -lt 20 ]; then f=$backpressured; elif [ "$1" -lt 60 ]; then f=$aligning; else f=$dead; fi
    printf '{"frame":{"step":%d,%s}\n' "$1" "$f"
}

case $mode in
version) greeting=${greeting/'"weir":1'/'"weir":'$number} ;;
garbage) echo 'this is no JSON'; exec sleep 60 ;;
silent) exec sleep 60 ;;
exit) echo 'flights.csv: no such file' >&2; exit "$number" ;;
esac
greet
while IFS= read -r line; do
    step=${line#*'"step":'} step=${step%%[!0-9]*}
    case $line in
    *'"cmd":"frame"'*)
        if [ "$mode" = crash-at ] && [ "$step" = "$number" ]; then
            echo 'valve.c:12: assertion failed: wm >= last' >&2
            kill -SEGV $$
        fi
        [ "$mode" = hang-at ] && [ "$step" = "$number" ] && exec sleep 60
        frame "$step"
        ;;
    *'"cmd":"faults"'*) echo '{"faults":[{"name":"kill worker","target":"tm-1","line":"kill tm-1"},{"name":"kill worker","target":"tm-2","line":"kill tm-2"},{"name":"slow operator","target":"window[0] 5ms/row","line":"slow window[0] 5ms/rec"}]}' ;;
    *'"cmd":"fault"'*)
        fault=${line#*'"line":"'} fault=${fault%%'"'*}
        case $fault in
        'at now'*) echo '{"error":"plan: no anchor now"}' ;; # "now" is a fault without an anchor
        *kill*|*slow*) plan="${plan:+$plan,}\"$fault\""; greet ;;
        *) echo '{"error":"plan: no fault '"'${fault}'"'; nearest is kill"}' ;;
        esac
        ;;
    *'"cmd":"drop"'*) plan=; greet ;;
    *'"cmd":"quit"'*) exit 0 ;;
    *) echo '{"error":"no such command"}' ;;
    esac
done
