# Sizes, measured on sources in the one format (a function ends with "}" in column 1).
# Usage: awk -v EXCEPTIONS="name name" -f sizes.awk FILES
BEGIN { n = split(EXCEPTIONS, e, " "); for (i = 1; i <= n; i++) excused[e[i]] = 1 }
function finding(line, text) { printf "%s:%d: %s\n", FILENAME, line, text; bad = 1 }
FNR == 1 {
    if (file) end_file()
    file = FILENAME; is_header = file ~ /\.h$/
    base = file; sub(/.*\//, "", base)
    if (is_header && index($0, "/* " base " -- ") != 1) finding(1, "a header begins with `/* " base " -- what it is`")
}
length($0) > 100 { finding(FNR, length($0) " columns, 100 at most") }
/\t/ { finding(FNR, "a tab") }
/[ ]$/ { finding(FNR, "a blank at the end of the line") }
{ lines = FNR; previous = current; current = $0 }
/^\{/ { start = FNR; head = previous; if (head ~ /^ /) head = signature }
/^[a-z].*\(/ { signature = $0 }
/^[a-z].*\(.*[^;]$/ || /^ .*\)$/ { }
/^\}/ && start {
    size = FNR - start + 1
    name = signature; sub(/\(.*/, "", name); sub(/.*[ *]/, "", name)
    sizes[++functions] = size
    if (size > 70 && !(name in excused)) finding(start, name "() has " size " lines, 70 at most")
    start = 0
}
function end_file() {
    limit = is_header ? (base == "weir.h" ? 340 : 200) : 700
    if (file !~ /^tests/ && lines > limit) { printf "%s:1: %d lines, %d at most\n", file, lines, limit; bad = 1 }
}
END {
    end_file()
    n = asort_numbers(sizes, functions)
    printf "%d functions, median %d lines, p90 %d, longest %d\n", functions, sizes[int((functions + 1) / 2)], \
           sizes[int(functions * 0.9)], sizes[functions]
    exit bad
}
function asort_numbers(a, n, i, j, v) { # insertion by halves is enough for some thousand
    for (gap = int(n / 2); gap > 0; gap = int(gap / 2))
        for (i = gap + 1; i <= n; i++) {
            v = a[i]
            for (j = i; j > gap && a[j - gap] > v; j -= gap) a[j] = a[j - gap]
            a[j] = v
        }
    return n
}
