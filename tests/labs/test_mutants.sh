#!/usr/bin/env bash
# The graders are graded: every mutant, named after a misconception, must be caught, by a case that it
# names, and guessed at; the reference passes twice; the starter is the one that is cut, and is TODO;
# functions without a body pass nothing.
set -u
OUT=${OUT:-build}
lab=$OUT/weir-lab
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for folder in labs/[0-9]*/; do
    folder=${folder%/}
    id=$(sed -nE 's/^id = //p' "$folder/lab.ini")
    file=$folder/$(sed -nE 's/^file = //p' "$folder/lab.ini")
    source=$(sed -nE 's/^source = //p' "$folder/lab.ini")

    if $lab cut "$id" | cmp -s - "$file"; then echo "ok lab $id: the starter is the one that is cut"
    else echo "not ok lab $id: $file differs from 'weir-lab cut $id'"; fi
    $lab check "$id" --file "$file" >"$work/out" 2>&1
    code=$?
    if [ $code = 4 ]; then echo "ok lab $id: the starter is TODO"; else echo "not ok lab $id: the starter gives exit $code: $(head -n 3 "$work/out")"; fi

    for turn in first second; do
        $lab check "$id" --reference --json >"$work/ref.$turn" 2>&1
        code=$?
        if [ $code = 0 ]; then echo "ok lab $id: the reference passes ($turn time)"; else echo "not ok lab $id: the reference gives exit $code: $(cat "$work/ref.$turn")"; fi
    done

    count=0
    for mutant in "$folder"/mutants/*.sed; do
        name=$(basename "$mutant" .sed)
        count=$((count + 1))
        sed -f "$mutant" "$source" >"$work/mutant.c"
        if cmp -s "$work/mutant.c" "$source"; then echo "not ok lab $id mutant $name: changes nothing"; continue; fi
        $lab check "$id" --file "$work/mutant.c" --json >"$work/out" 2>&1
        code=$?
        killers=$(sed -nE '2s/^# kills: //p' "$mutant" | sed "s/[^ ]*/\"$id.&\",\"verdict\":\"[^P]/g; s/ /|/g")
        case $code in
        1 | 5 | 6)
            if grep -qE "$killers" "$work/out"; then echo "ok lab $id mutant $name is caught ($(head -n 1 "$mutant" | cut -c3-))"
            else echo "not ok lab $id mutant $name: not by the cases that it names: $(cut -c1-300 "$work/out")"; fi ;;
        *) echo "not ok lab $id mutant $name: exit $code: $(cut -c1-300 "$work/out")" ;;
        esac
        if grep -q '"text":"FAIL.*wrong at step' "$work/out" && ! grep -qF "a guess): \\\"$(head -n 1 "$mutant" | cut -c3-)" "$work/out"; then
            echo "not ok lab $id mutant $name: the guess is another: $(grep -o 'looks like.*' "$work/out" | cut -c1-120)"
        fi
    done

    functions=$(sed -nE 's/^functions = //p' "$folder/lab.ini")
    awk -v NAMES="$functions" -f tests/labs/empty.awk "$source" >"$work/empty.c"
    $lab check "$id" --file "$work/empty.c" >"$work/out" 2>&1
    code=$?
    case $code in
    1 | 5 | 6) echo "ok lab $id: empty functions fail" ;;
    *) echo "not ok lab $id: empty functions give exit $code: $(head -n 3 "$work/out")" ;;
    esac
    if [ "$(wc -l <"$work/out")" -le 25 ]; then echo "ok lab $id: a failure takes 25 lines at most"; else echo "not ok lab $id: a failure of $(wc -l <"$work/out") lines"; fi
    if [ $count -ge 8 ]; then echo "ok lab $id has $count mutants"; else echo "not ok lab $id has only $count mutants, 8 are wanted"; fi
done

# Whatever rows a run draws, some lie on the borders: these seeds once drew none with a delay of 60.
sed -f labs/01-first-stream/mutants/hour-is-late.sed solutions/01-first-stream/first_stream.c >"$work/mutant.c"
for seed in 1 2 3; do
    $lab check 01 --file "$work/mutant.c" --seed $seed >"$work/out" 2>&1
    code=$?
    if [ $code = 1 ]; then echo "ok lab 01 mutant hour-is-late is caught with seed $seed"; else echo "not ok lab 01 mutant hour-is-late with seed $seed: exit $code"; fi
done

# The last line of a failure is the command that shows it again, with the same verdict and hash.
again() { # LAB MUTANT REFERENCE
    sed -f "$2" "$3" >"$work/again.c"
    $lab check "$1" --file "$work/again.c" >"$work/out" 2>&1
    id=$(sed -nE '$s/^ *again: *make replay ID=//p' "$work/out")
    $lab replay "$id" >"$work/one" 2>&1
    code=$?
    $lab replay "$id" >"$work/two" 2>&1
    if [ $code = 1 ] && grep -q "^hash [0-9a-f]\{16\}$" "$work/one" && cmp -s "$work/one" "$work/two"; then
        echo "ok lab $1: 'make replay ID=$id' fails again, with one hash"
    else
        echo "not ok lab $1: replay of '$id' gives exit $code: $(head -n 3 "$work/one")"
    fi
    if printf '{"cmd":"frame","step":1}\n{"cmd":"quit"}\n' | $lab serve "$id" | grep -q '^{"frame"'; then
        echo "ok lab $1: the workbench can open it"
    else
        echo "not ok lab $1: 'weir-lab serve $id' gives no frame"
    fi
}
again 01 labs/01-first-stream/mutants/hour-is-late.sed solutions/01-first-stream/first_stream.c
again 04 labs/04-watermark/mutants/timer-goes-on.sed core/time/generator.c
again 05 labs/05-valve/mutants/riser-counts-at-once.sed core/time/valve.c
again 06 labs/06-windows/mutants/end-included.sed core/window/assigner.c

# Some functions written: what passes with them is said, and it is still work to do.
awk '/^void generator_init/,/^}/; /^void generator_on_row/,/^}/; /^int64_t generator_watermark/,/^}/' core/time/generator.c |
    cat <(sed -n 1,6p core/time/generator.c) - >"$work/begun.c"
$lab check 04 --file "$work/begun.c" >"$work/out" 2>&1
code=$?
if [ $code = 4 ] && grep -q "1 of 4 functions still to write: generator_on_probe" "$work/out" &&
    grep -q "pass already: minus-one, greatest-counts" "$work/out"; then
    echo "ok lab 04: three of four functions pass the cases that need no more"
else
    echo "not ok lab 04: three of four functions give exit $code: $(cat "$work/out")"
fi

# Memory that was never set: right the first time, by luck.
sed -e 's/if (g->quiet_from_ms == 0)/if (g->quiet_from_ms <= 0)/' \
    -e '/    \*g = (struct generator){/,/};/c\
    g->delay_ms = delay_ms;\
    g->idle_ms = idle_ms;\
    g->greatest_ms = INT64_MIN + delay_ms + 1;\
    g->rows_since_probe = g->idle = false;' core/time/generator.c >"$work/unset.c"
$lab check 04 --file "$work/unset.c" >"$work/out" 2>&1
code=$?
$lab replay "$(sed -nE '$s/^ *again: *make replay ID=//p' "$work/out")" >"$work/one" 2>&1
if [ $code = 7 ] && grep -q '^NONDETERMINISTIC' "$work/one" && grep -q '^NONDETERMINISTIC' "$work/out"; then
    echo "ok a field that is never set is found by running twice"
else
    echo "not ok a field that is never set gives exit $code: $(head -n 5 "$work/out")"
fi

# A counterexample that is right by now points at nothing.
sed 's/    return follow_slowest(v);/    return VALVE_NOTHING;/' core/time/valve.c >"$work/valve.c"
$lab check 05 --file "$work/valve.c" >"$work/out" 2>&1
id=$(sed -nE 's/^ *again: *make replay ID=//p' "$work/out")
cp core/time/valve.c "$work/valve.c"
if [ -f ".weir/runs/$id.case" ] && $lab replay "$id" >"$work/out" 2>&1 && grep -q '^PASS' "$work/out" && ! grep -q yours "$work/out"; then
    echo "ok a replay that passes marks no step as wrong"
else
    echo "not ok a replay that passes: $(head -n 9 "$work/out")"
fi
