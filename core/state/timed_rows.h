/* timed_rows.h -- rows of each key by their timestamps: what one side of an interval join keeps.
 *
 *   R1  a key's rows come out in order of time, those of one time in order of arrival
 *   R2  a snapshot goes by key group, and in the order in which keys came; it names the row type
 *
 * A key has an array of times, sorted, each with its rows: rows come mostly at the end and go at
 * the beginning, and both cost little there.
 *
 * Flink    MapState<Long, List<BufferEntry>> of IntervalJoinOperator, which reads all of it for
 *          each row.
 */
#ifndef CORE_STATE_TIMED_ROWS_H
#define CORE_STATE_TIMED_ROWS_H

#include "base/bytes.h"
#include "base/err.h"
#include "weir.h"

struct timed_rows;

struct timed_rows *timed_rows_new(const struct weir_schema *type);
void timed_rows_free(struct timed_rows *t);            /* NULL is fine */
uint64_t timed_rows_count(const struct timed_rows *t); /* of times, over all keys */
void timed_rows_add(struct timed_rows *t, uint32_t key_group, struct span key,
                    const struct weir_row *row);
/* Rows from `from_ms` to `to_ms`, both within, to the end of `list` (row_list.h). */
void timed_rows_collect(const struct timed_rows *t, struct span key, int64_t from_ms, int64_t to_ms,
                        struct bytes *list);
void timed_rows_remove(struct timed_rows *t, struct span key, int64_t ms); /* all of that time */

void timed_rows_snapshot(const struct timed_rows *t, struct bytes *out);
int timed_rows_restore(struct timed_rows *t, struct reader *r, const char *what, struct diag *why);

#endif
