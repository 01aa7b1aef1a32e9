#!/usr/bin/env bash
# The graders are graded: every mutant, named after a misconception, must be caught; the reference
# passes twice with the same cases; the starter is the one that is cut, and is TODO.
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
        case $code in
        1 | 5 | 6) echo "ok lab $id mutant $name is caught ($(head -n 1 "$mutant" | cut -c3-))" ;;
        *) echo "not ok lab $id mutant $name: exit $code: $(cut -c1-300 "$work/out")" ;;
        esac
    done
    if [ $count -ge 8 ]; then echo "ok lab $id has $count mutants"; else echo "not ok lab $id has only $count mutants, 8 are wanted"; fi
done

# Whatever rows a run draws, some lie on the borders: these seeds once drew none with a delay of 60.
sed -f labs/01-first-stream/mutants/hour-is-late.sed solutions/01-first-stream/first_stream.c >"$work/mutant.c"
for seed in 1 2 3; do
    $lab check 01 --file "$work/mutant.c" --seed $seed >"$work/out" 2>&1
    code=$?
    if [ $code = 1 ]; then echo "ok lab 01 mutant hour-is-late is caught with seed $seed"; else echo "not ok lab 01 mutant hour-is-late with seed $seed: exit $code"; fi
done

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
