/* weir_connectors.h -- how rows enter a job and leave it.
 *
 * The part of weir.h about sources and sinks; weir.h includes it, programs include weir.h.
 *
 * Flink    the FileSource and FileSink, fromData, print.
 */
#ifndef WEIR_CONNECTORS_H
#define WEIR_CONNECTORS_H

#include <stdbool.h>
#include <stdint.h>

struct weir_here;
struct weir_job;
struct weir_schema;
struct weir_stream;

/* Sources.  csv: a header line, then rows in the columns of `schema` by name; as many splits as
 * the parallelism, cut at line ends.  rows: `count` structs of a fixed-size schema. */
struct weir_stream *weir_csv_at(struct weir_here, struct weir_job *, const char *path,
                                const struct weir_schema *);
struct weir_stream *weir_rows_at(struct weir_here, struct weir_job *, const void *rows,
                                 uint64_t count, const struct weir_schema *);
#define weir_csv(...) weir_csv_at(WEIR_HERE, __VA_ARGS__)
#define weir_rows(...) weir_rows_at(WEIR_HERE, __VA_ARGS__)

/* Sinks.  print: a line a row on standard output, once its checkpoint is complete.
 * file_sink: CSV parts under `directory`, two-phase: a part is visible once committed. */
struct weir_stream *weir_print_at(struct weir_here, struct weir_stream *, const char *label);
struct weir_stream *weir_file_sink_at(struct weir_here, struct weir_stream *,
                                      const char *directory);
#define weir_print(...) weir_print_at(WEIR_HERE, __VA_ARGS__)
#define weir_file_sink(...) weir_file_sink_at(WEIR_HERE, __VA_ARGS__)

#endif
