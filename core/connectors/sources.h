/* sources.h -- configs of the sources.
 *
 *   "file_source"  the lines of a file, or of all files of a directory: split.h.  What is left of
 *                  the split is its state.
 *   "socket_source" the lines of a connection, by one subtask, once: they cannot be read again.  It
 *                  ends when the other side closes.  Its config is a file's.
 *   "rows_source"  structs in memory, of a fixed-size row type.  Subtask i of n reads rows
 *                  [i*count/n, (i+1)*count/n), without copying them.
 *   "own_source"   what the user's functions say (weir_own.h).  Its splits with their positions are
 *                  its state, united at a restore.
 *
 * What becomes of lines that are no rows is bad_rows.h.
 *
 * Flink    FileSource with splits by byte range; fromData; SocketTextStreamFunction, but its
 *          retries, which the restart strategy has.
 */
#ifndef CORE_CONNECTORS_SOURCES_H
#define CORE_CONNECTORS_SOURCES_H

#include "weir.h"

struct file_source_config {
    const char *path; /* in the data directory, or an address */
    const struct weir_schema *schema;
    enum weir_format format;
};
struct rows_source_config {
    const void *rows;
    uint64_t count;
    const struct weir_schema *schema;
};
struct own_source_config {
    struct weir_source fn;
    const struct weir_schema *schema;
};

#endif
