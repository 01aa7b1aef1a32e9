/* weir_connectors.h -- how rows enter a job and leave it.
 *
 * The part of weir.h about sources and sinks; weir.h includes it, programs include weir.h.
 *
 * Flink    FileSource and FileSink with the csv, json and raw formats, socketTextStream, datagen,
 *          fromData, print.
 */
#ifndef WEIR_CONNECTORS_H
#define WEIR_CONNECTORS_H

#include <stdbool.h>
#include <stdint.h>

struct weir_here;
struct weir_job;
struct weir_schema;
struct weir_stream;

enum weir_format { WEIR_CSV, WEIR_JSON, WEIR_RAW }; /* JSON: an object a line; RAW: a STRING */

/* Sources of lines.
 *
 *     csv     a header line, then rows in the columns of `schema` by name
 *     json    an object a line, its fields the columns by name; what is missing is NULL, what is
 *             no column is passed over (json.fail-on-missing-field, weir.json.fail-on-extra-field)
 *     lines   each line, an empty one too, is the row's one column, a STRING
 *
 * A line that is no row fails the job, is skipped or kept aside: `--bad-rows`.  The path is
 *
 *     a file, or a directory: all of its files in the order of their names; as many splits as the
 *         parallelism, cut at line ends; exactly once
 *     "-", standard input: read to its end before the first row, and kept, so that a restart reads
 *         it again: as a file
 *     "socket://host:port": read by one subtask, with the local driver only, until the other side
 *         closes.  Its csv has no header line: the columns come in the schema's order.  It cannot
 *         be read twice: after a failure the job connects again, and lines that had come since the
 *         last checkpoint are lost (at most once, as Flink's socketTextStream).
 *
 * rows: `count` structs of a fixed-size schema, in memory. */
struct weir_stream *weir_csv_at(struct weir_here, struct weir_job *, const char *path,
                                const struct weir_schema *);
struct weir_stream *weir_json_at(struct weir_here, struct weir_job *, const char *path,
                                 const struct weir_schema *);
struct weir_stream *weir_lines_at(struct weir_here, struct weir_job *, const char *path,
                                  const struct weir_schema *);
struct weir_stream *weir_rows_at(struct weir_here, struct weir_job *, const void *rows,
                                 uint64_t count, const struct weir_schema *);
#define weir_csv(...) weir_csv_at(WEIR_HERE, __VA_ARGS__)
#define weir_json(...) weir_json_at(WEIR_HERE, __VA_ARGS__)
#define weir_lines(...) weir_lines_at(WEIR_HERE, __VA_ARGS__)
#define weir_rows(...) weir_rows_at(WEIR_HERE, __VA_ARGS__)

/* A table of SQLite as a source, in a database below weir.data-dir that is only read: rows in the
 * order of rowid, or those of `select` in the order of `key`, an integer of its own in each row
 * (better indexed).  As many splits as the parallelism, each a part of the keys that there are at
 * the start; exactly once.  Columns are found by name; a row that does not fit is a bad row. */
struct weir_table_source {
    const char *database, *table;
    const char *select, *key; /* instead of table */
};
struct weir_stream *weir_sqlite_at(struct weir_here, struct weir_job *, struct weir_table_source,
                                   const struct weir_schema *);
#define weir_sqlite(...) weir_sqlite_at(WEIR_HERE, __VA_ARGS__)

/* A generator: what it puts into its columns.  Those that are not named are RANDOM.  Zero is the
 * default everywhere.
 *
 *     RANDOM     INT, BIGINT: min to max, both possible (all of the type); DOUBLE: low to high
 *                (0 to 1); BOOLEAN; STRING: `length` hexadecimal digits (100); TIMESTAMP: start
 *                and the time the row is due by rows_per_second, less up to max_past_ms
 *     SEQUENCE   start, start + 1 .. end, each once: behind it the source ends
 *     ZIPF       min to max, min the most frequent, by 1 / rank^skew
 *
 * SEQUENCE and ZIPF of a STRING are the number's digits.  The same seed gives the same rows at
 * every parallelism and after every failure. */
enum weir_field_kind { WEIR_RANDOM, WEIR_SEQUENCE, WEIR_ZIPF };
enum { WEIR_FIELDS = 16 };
struct weir_field {
    const char *column;
    enum weir_field_kind kind;
    int64_t start, end, min, max;
    double low, high, skew, null_rate;
    uint32_t length;
    int64_t max_past_ms;
};
struct weir_datagen {
    int64_t rows_per_second; /* of all subtasks; 0: 10,000; -1: as fast as they are taken */
    int64_t number_of_rows;  /* 0: until a sequence ends, else for ever */
    uint64_t seed;
    struct weir_field field[WEIR_FIELDS];
};
struct weir_stream *weir_datagen_at(struct weir_here, struct weir_job *, const struct weir_schema *,
                                    const struct weir_datagen *);
#define weir_datagen(...) weir_datagen_at(WEIR_HERE, __VA_ARGS__)

/* Enrich rows: those columns of `out` that the stream does not have come from the row of a table of
 * SQLite whose `column` equals the row's `key` (of several, any one; NULL equals nothing).  Rows
 * without one are dropped, or kept with NULLs.  Answers are cached, `cache_rows` in each subtask,
 * and asked for again only when another key has taken the place: what changes in the table is seen
 * late or never. */
struct weir_lookup {
    const char *database, *table;
    const char *key;    /* column of the stream */
    const char *column; /* of the table; NULL: named as `key` */
    bool keep_unmatched;
    uint32_t cache_rows; /* 0: 1024 */
};
struct weir_stream *weir_lookup_at(struct weir_here, struct weir_stream *, struct weir_lookup,
                                   const struct weir_schema *out);
#define weir_lookup(...) weir_lookup_at(WEIR_HERE, __VA_ARGS__)

/* How a file sink writes.  A part ends at a checkpoint, or before it as said here. */
struct weir_files {
    enum weir_format format;
    int64_t roll_bytes;    /* it is larger than this; 0: no matter */
    int64_t roll_every_ms; /* its first row is so old; 0: no matter */
};

/* Sinks.  print: a line a row on standard output, once its checkpoint is complete.
 * file_sink: CSV parts under `directory`, two-phase: a part is visible once committed; files: the
 * same as the options say. */
struct weir_stream *weir_print_at(struct weir_here, struct weir_stream *, const char *label);
struct weir_stream *weir_file_sink_at(struct weir_here, struct weir_stream *,
                                      const char *directory);
struct weir_stream *weir_files_at(struct weir_here, struct weir_stream *, const char *directory,
                                  struct weir_files);
/* A sink into a table of SQLite that exists, in a database below weir.output-dir.  Its columns are
 * found by name.  Without keys rows are appended; with keys a row takes the place of the one with
 * the same key (an upsert; the table has a PRIMARY KEY or UNIQUE of just these), -D deletes it.
 * Both are exactly once: rows are there when their checkpoint is complete, and the database notes
 * in its table weir_commits what it has.  A TIMESTAMP is written as text, NaN as NULL. */
enum { WEIR_KEYS = 8 };
struct weir_table {
    const char *database, *table;
    const char *key[WEIR_KEYS];
};
struct weir_stream *weir_sqlite_sink_at(struct weir_here, struct weir_stream *, struct weir_table);
#define weir_sqlite_sink(...) weir_sqlite_sink_at(WEIR_HERE, __VA_ARGS__)
#define weir_files(...) weir_files_at(WEIR_HERE, __VA_ARGS__)
#define weir_print(...) weir_print_at(WEIR_HERE, __VA_ARGS__)
#define weir_file_sink(...) weir_file_sink_at(WEIR_HERE, __VA_ARGS__)

#endif
