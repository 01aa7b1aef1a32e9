#include "connectors/registry.h"
#include "connectors/sources.h"
#include "data/element.h"

enum { AHEAD_BYTES = 1024 }; /* of the row that is given: what memory is asked for meanwhile */

struct rows_source {
    struct operator op;
    const struct rows_source_config *config;
    uint64_t next, end;
};

static int rows_source_open(struct operator* op, struct diag *why)
{
    struct rows_source *s = (struct rows_source *)op;
    uint64_t i = op->task->subtask, n = op->task->vertex->parallelism;

    (void)why;
    s->config = op->node->config;
    s->next = i * s->config->count / n;
    s->end = (i + 1) * s->config->count / n;
    return ERR_NONE;
}

static inline void give(struct rows_source *s, uint64_t n)
{
    uint32_t bytes = s->config->schema->size;
    const uint8_t *at = (const uint8_t *)s->config->rows + n * bytes;
    struct weir_row row = {
        (const uint64_t *)(const void *)at, WEIR_NO_TIME, n, bytes, 0, WEIR_INSERT};
    struct task_context *task = s->op.task;

    __builtin_prefetch(at + AHEAD_BYTES);
    task->counters->of[COUNTER_RECORDS_IN]++;
    trace_note(task->trace, EVENT_RECORD, task->actor, task->attempt, 0, CHANNEL_NONE, (int64_t)n,
               (int64_t)n);
    operator_emit(&s->op, TAG_MAIN, &row);
}

static enum progress rows_source_resume(struct operator* op)
{
    struct rows_source *s = (struct rows_source *)op;

    do {
        if (s->next >= s->end)
            return PROGRESS_END;
        give(s, s->next++);
    } while (operator_goes_on(op));
    return PROGRESS_MORE;
}

static void rows_source_snapshot(struct operator* op, uint32_t checkpoint, struct snapshot_out *out)
{
    struct bytes *b = operator_block(op, out, "next", 1);

    (void)checkpoint;
    bytes_put_u64(b, ((struct rows_source *)op)->next);
    snapshot_block_end(out);
}

static int rows_source_restore(struct operator* op, const struct snapshot_in *in, struct diag *why)
{
    struct rows_source *s = (struct rows_source *)op;
    struct reader r;

    if (operator_block_find(op, in, "next", &r))
        return ERR_NONE;
    s->next = read_u64(&r);
    if (!reader_at_end(&r) || s->next > s->end)
        return diag_set(why, ERR_MISMATCH, "'%s': the checkpoint stands behind the last row",
                        op->node->uid);
    return ERR_NONE;
}

static void rows_source_describe(const struct operator* op, struct bytes *out)
{
    bytes_format(out, "off %llu", (unsigned long long)((const struct rows_source *)op)->next);
}

const struct operator_class rows_source_class = {
    .name = "rows_source",
    .bytes = sizeof(struct rows_source),
    .open = rows_source_open,
    .resume = rows_source_resume,
    .snapshot = rows_source_snapshot,
    .restore = rows_source_restore,
    .describe = rows_source_describe,
};
