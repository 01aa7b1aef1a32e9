# The functions of NAMES with nothing in them: void ones do nothing, others return 0.
BEGIN {
    n = split(NAMES, name, " ")
    for (i = 1; i <= n; i++)
        wanted[name[i]] = 1
}
/^[a-z].*\(/ && !/;$/ { # a definition begins: its name stands before the first parenthesis
    is = $0
    sub(/\(.*/, "", is)
    sub(/.*[ *]/, "", is)
    is_void = /^void [^*]/
}
/^{/ && (is in wanted) {
    print is_void ? "{" : "{\n    return 0;"
    inside = 1
    next
}
/^}/ {
    inside = 0
    is = ""
}
!inside
