# Who may include whom.  Usage: awk -f includes.awk FILES (paths from the top of the project).
#
# core/    its own room, rooms of lower rank, weir.h (rank 0); never labs, tui or tests
# tui/     tui only: the workbench sees frames, nothing of the engine
# labs/NN-slug/, solutions/NN-slug/
#          weir.h, base/ (the C we allow ourselves), files beside it, and the one header that
#          the lab.ini of that number names (`header = time/valve.h`)
# labs/grader/
#          its own files and tui/json.h; an organ_NAME.c drives that organ, so it sees core too
BEGIN {
    n = split("base trace data graph+expr time state wire window+checkpoint runtime+job " \
              "callback+database operators+connectors host inspect sim+local cluster api sql cli", group, " ")
    for (i = 1; i <= n; i++) {
        k = split(group[i], name, "+")
        while (k) rank[name[k--]] = i
    }
}
/^[ \t]*#[ \t]*include "/ {
    split(FILENAME, path, "/"); split($0, quoted, "\""); wanted = quoted[2]; split(wanted, to, "/")
    if (path[1] == "core") of_core()
    else if (path[1] == "tui") { if (to[1] != "tui") finding("the workbench includes nothing of the engine") }
    else if (path[2] == "grader") of_grader()
    else if (path[1] == "labs" || path[1] == "solutions") of_lab()
}
function finding(why) { printf "%s:%d: includes \"%s\": %s\n", FILENAME, FNR, wanted, why; bad = 1 }
function of_core() {
    if (wanted == "weir.h") return
    if (FILENAME ~ /^core\/weir(_[a-z]+)?\.h$/ && wanted ~ /^weir_[a-z]+\.h$/) return
    if (!(path[2] in rank) && path[3] != "") finding("room '" path[2] "' has no rank")
    else if (!(to[1] in rank)) finding("that is no room of core")
    else if (path[3] == "") finding("weir.h stands on nothing but its own parts, weir_*.h")
    else if (to[1] != path[2] && rank[to[1]] >= rank[path[2]])
        finding(path[2] " (rank " rank[path[2]] ") may not see " to[1] " (rank " rank[to[1]] ")")
}
function of_grader() {
    if (wanted ~ /^labs\/grader\// || wanted == "tui/json.h" || wanted !~ /\//) return
    if (path[3] ~ /^organ_/ && to[1] in rank) return
    finding("the grader is a client of weir's JSON")
}
function of_lab() {
    if (wanted == "weir.h" || to[1] == "base" || wanted !~ /\//) return
    if (wanted != header_of(substr(path[2], 1, 2))) finding("a lab sees weir.h and the one header it implements")
}
function header_of(number,    line, file) {
    if (number in headers) return headers[number]
    file = ini_of(number)
    while (file != "" && (getline line < file) > 0)
        if (line ~ /^header[ ]*=/) { sub(/^[^=]*=[ ]*/, "", line); headers[number] = line }
    return headers[number]
}
function ini_of(number,    file, find) {
    find = "ls labs/" number "-*/lab.ini 2>/dev/null"
    file = ""
    find | getline file
    close(find)
    return file
}
END { exit bad }
