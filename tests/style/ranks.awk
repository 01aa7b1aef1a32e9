# Who may include whom: a file sees its own room, rooms of lower rank, and weir.h (rank 0).
# Usage: awk -f ranks.awk FILES (paths from the top of the project).
BEGIN {
    n = split("base trace data graph+expr time state wire window+checkpoint runtime+job " \
              "operators+connectors host inspect sim+local cluster api sql cli", group, " ")
    for (i = 1; i <= n; i++) {
        k = split(group[i], name, "+")
        while (k) rank[name[k--]] = i
    }
}
/^[ \t]*#[ \t]*include "/ {
    split(FILENAME, path, "/"); split($0, quoted, "\""); split(quoted[2], to, "/")
    if (quoted[2] == "weir.h") next
    if (path[1] == "core") {
        if (!(to[1] in rank)) {
            printf "%s:%d: core includes '%s', which is no room of core\n", FILENAME, FNR, quoted[2]; bad = 1
        } else if (to[1] != path[2] && rank[to[1]] >= rank[path[2]]) {
            printf "%s:%d: %s (rank %d) may not include %s (rank %d)\n", FILENAME, FNR, path[2], \
                   rank[path[2]], quoted[2], rank[to[1]]; bad = 1
        }
    } else if (path[1] == "tui" && to[1] != "tui") {
        printf "%s:%d: the workbench includes nothing of the engine: %s\n", FILENAME, FNR, quoted[2]; bad = 1
    }
}
END { exit bad }
