# Sizes, on sources in the one format (a function's braces stand in column 1).
# Usage: awk -v EXCUSED="lines:name parameters:name" -f sizes.awk FILES
#
# Functions are counted from name to closing brace.  The last line is a summary of the numbers.
BEGIN { n = split(EXCUSED, e, " "); for (i = 1; i <= n; i++) excused[e[i]] = 1 }
FNR == 1 { if (file != "") end_file(); begin_file() }
{ lines = FNR; look_at_line() }
/^}/ && start { end_function() }
/^{/ && head != "" { start = head_at; signature = head; head = "" }
/^[A-Za-z_].*\(/ && !start { head = ""; head_at = FNR; collecting = 1 }
collecting {
    head = head $0
    if ($0 ~ /[;=]/) { head = ""; collecting = 0 }      # a prototype, a table
    else if ($0 ~ /\)$/) collecting = 0
}
END {
    end_file()
    sort(sizes, functions)
    printf "%d functions: median %d lines, p90 %d, longest %d (aim: median 12; limit 70)\n", functions, \
           sizes[int((functions + 1) / 2)], sizes[int(functions * 0.9)], sizes[functions]
    exit bad
}

function finding(line, text) { printf "%s:%d: %s\n", file, line, text; bad = 1 }
function begin_file() {
    file = FILENAME; is_header = file ~ /\.h$/; start = 0; collecting = 0; head = ""
    base = file; sub(/.*\//, "", base)
    if (is_header && index($0, "/* " base " -- ") != 1)
        finding(1, "a header begins with `/* " base " -- what it is`")
}
function look_at_line() {
    if (length($0) > 100) finding(FNR, length($0) " columns, 100 at most")
    if ($0 ~ /\t/) finding(FNR, "a tab, blanks only")
    if ($0 ~ /[ ]$/) finding(FNR, "a blank at the end of the line")
}
function end_function(    name, size, count) {
    name = signature; sub(/\(.*/, "", name); sub(/.*[ *]/, "", name)
    size = FNR - start + 1
    sizes[++functions] = size
    if (size > 70 && !(("lines:" name) in excused)) finding(start, name "() has " size " lines, 70 at most")
    count = parameters(signature)
    if (count > 6 && !(("parameters:" name) in excused)) finding(start, name "() has " count " parameters, 6 at most")
    start = 0
}
function parameters(text,    i, c, depth, commas) { # commas between the outermost parentheses
    for (i = 1; i <= length(text); i++) {
        c = substr(text, i, 1)
        if (c == "(") depth++
        else if (c == ")") { if (--depth == 0) break }
        else if (c == "," && depth == 1) commas++
    }
    return commas + 1
}
function end_file(    limit) {
    limit = is_header ? (file == "core/weir.h" ? 320 : 200) : 700
    if (lines > limit) { printf "%s:%d: %d lines, %d at most\n", file, lines, lines, limit; bad = 1 }
}
function sort(a, n,    gap, i, j, v) { # Shell's; mawk has no asort
    for (gap = int(n / 2); gap > 0; gap = int(gap / 2))
        for (i = gap + 1; i <= n; i++) {
            v = a[i]
            for (j = i; j > gap && a[j - gap] > v; j -= gap) a[j] = a[j - gap]
            a[j] = v
        }
}
