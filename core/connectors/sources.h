/* sources.h -- configs of the sources.
 *
 *   "csv_source"   a file with a header line.  Subtask i of n reads one split: the lines that begin
 *                  in bytes [i*size/n, (i+1)*size/n) behind the header.  Its offset is its state.
 *   "rows_source"  structs in memory, of a fixed-size row type.  Subtask i of n reads rows
 *                  [i*count/n, (i+1)*count/n), without copying them.
 *
 * Bad rows of a file (weir.source.bad-rows): `fail` fails the job, naming file, line, column
 * and value; `skip` counts them (numBadRows) and keeps the first few for the report.
 *
 * Flink    FileSource with splits by byte range; fromData.
 */
#ifndef CORE_CONNECTORS_SOURCES_H
#define CORE_CONNECTORS_SOURCES_H

#include "weir.h"

struct csv_source_config {
    const char *path; /* in the data directory */
    const struct weir_schema *schema;
};
struct rows_source_config {
    const void *rows;
    uint64_t count;
    const struct weir_schema *schema;
};

#endif
