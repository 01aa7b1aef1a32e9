/* Everything of the user's own in one job: a source of six splits, a trigger that fires and purges at
 * every seventh row or at the window's end, and a two-phase sink that writes files under $OWN_DIR. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "weir.h"

#define NUMBER(C) C(TIMESTAMP, at) C(BIGINT, key) C(BIGINT, n)
#define POSITION(C) C(BIGINT, k) C(BOOLEAN, waited)
#define SUM(C) C(BIGINT, key) C(BIGINT, rows) C(BIGINT, sum)
#define COUNTED(C) C(BIGINT, rows)
#define PART(C) C(BIGINT, number) C(BIGINT, checkpoint)
WEIR_ROW(number, NUMBER)
WEIR_ROW(position, POSITION)
WEIR_ROW(sum, SUM)
WEIR_ROW(counted, COUNTED)
WEIR_ROW(part, PART)

enum { SPLITS = 6, ROWS = 2000, KEYS = 5, AT_ONCE = 7, EVERY_MS = 10 };

/* ---- the source: split s gives s, s + 6, s + 12 ...; it waits once before it ends ---- */

static uint32_t splits(struct weir_ctx *c)
{
    (void)c;
    return SPLITS;
}

static enum weir_next next(struct weir_ctx *c, uint32_t split, void *position, void *row)
{
    struct position *p = position;
    int64_t n = p->k * SPLITS + split;

    (void)c;
    if (p->k == ROWS && p->waited)
        return WEIR_NEXT_END;
    if (p->k == ROWS) {
        p->waited = true;
        return WEIR_NEXT_WAIT;
    }
    *(struct number *)row = (struct number){.at = p->k++ * EVERY_MS, .key = n % KEYS, .n = n};
    return WEIR_NEXT_ROW;
}

static const struct weir_source source = {
    .splits = splits, .position = &position_schema, .next = next};

/* ---- the window and its trigger ---- */

static void add(struct weir_ctx *c, void *acc, const struct weir_row *row)
{
    struct sum *s = acc;

    (void)c;
    s->rows++;
    s->sum += number_of(row).n;
}

static void result(struct weir_ctx *c, const void *acc, int64_t start_ms, int64_t end_ms)
{
    struct sum s = *(const struct sum *)acc;

    (void)start_ms;
    (void)end_ms;
    s.key = weir_key_int(c);
    sum_emit(c, s);
}

static enum weir_answer on_element(struct weir_ctx *c, struct weir_pane *pane,
                                   const struct weir_row *row)
{
    struct counted *so_far = pane->state;

    (void)row;
    weir_timer_set(c, pane->max_ms);
    so_far->rows = (so_far->rows + 1) % AT_ONCE;
    return so_far->rows ? WEIR_CONTINUE : WEIR_FIRE_AND_PURGE;
}

static enum weir_answer on_event_time(struct weir_ctx *c, struct weir_pane *pane, int64_t ms)
{
    (void)c;
    return ms == pane->max_ms ? WEIR_FIRE : WEIR_CONTINUE;
}

static void clear(struct weir_ctx *c, struct weir_pane *pane)
{
    weir_timer_delete(c, pane->max_ms);
}

static const struct weir_own_trigger seven_or_end = {.state = &counted_schema,
                                                     .on_element = on_element,
                                                     .on_event_time = on_event_time,
                                                     .clear = clear};

/* ---- the sink: a part is written under a hidden name, and renamed when its checkpoint is complete ---- */

enum { OWED, NEXT };
struct files {
    const char *directory;
    FILE *open; /* the part that is being written, or NULL */
};

static void *open_files(struct weir_ctx *c)
{
    struct files *f = calloc(1, sizeof *f);

    f->directory = weir_with(c);
    if (mkdir(f->directory, 0777) && errno != EEXIST)
        weir_fail(c, "%s cannot be made", f->directory);
    return f;
}

static void close_files(void *opened)
{
    struct files *f = opened;

    if (f->open)
        fclose(f->open);
    free(f);
}

static void name(struct weir_ctx *c, const char *prefix, int64_t number, char out[256])
{
    const struct files *f = weir_opened(c);

    snprintf(out, 256, "%s/%spart-%u-%lld", f->directory, prefix, weir_subtask(c),
             (long long)number);
}

static int64_t next_number(struct weir_ctx *c)
{
    struct counted next = {0};

    if (weir_list_count(c, NEXT))
        weir_list_get(c, NEXT, 0, &next);
    return next.rows;
}

static void write_row(struct weir_ctx *c, const struct weir_row *row)
{
    struct files *f = weir_opened(c);
    struct sum s = sum_of(row);
    char path[256];

    if (f->open == NULL) {
        name(c, ".", next_number(c), path);
        f->open = fopen(path, "w"); /* what a dead attempt left there is gone */
    }
    if (f->open)
        fprintf(f->open, "%lld,%lld,%lld\n", (long long)s.key, (long long)s.rows, (long long)s.sum);
    else
        weir_fail(c, "%s cannot be written", path);
}

static void precommit(struct weir_ctx *c, uint32_t checkpoint)
{
    struct files *f = weir_opened(c);
    struct part p = {.number = next_number(c), .checkpoint = checkpoint};
    struct counted next = {.rows = p.number + 1};

    if (f->open == NULL)
        return;
    if (fclose(f->open))
        weir_fail(c, "part %lld cannot be written", (long long)p.number);
    f->open = NULL;
    weir_list_add(c, OWED, &p);
    weir_clear(c, NEXT);
    weir_list_add(c, NEXT, &next);
}

static void commit_part(struct weir_ctx *c, int64_t number)
{
    char hidden[256], seen[256];

    name(c, ".", number, hidden);
    name(c, "", number, seen);
    if (rename(hidden, seen) && errno != ENOENT) /* it may have been committed before */
        weir_fail(c, "%s cannot be renamed", hidden);
}

static void commit(struct weir_ctx *c, int64_t checkpoint)
{
    uint32_t n = weir_list_count(c, OWED);
    struct part *owed = calloc(n + 1, sizeof *owed);

    for (uint32_t i = 0; i < n; i++)
        weir_list_get(c, OWED, i, &owed[i]);
    weir_clear(c, OWED);
    for (uint32_t i = 0; i < n; i++) {
        if (owed[i].checkpoint <= checkpoint)
            commit_part(c, owed[i].number);
        else
            weir_list_add(c, OWED, &owed[i]);
    }
    free(owed);
}

static void on_complete(struct weir_ctx *c, uint32_t checkpoint)
{
    commit(c, checkpoint);
}

static void on_restore(struct weir_ctx *c)
{
    commit(c, INT64_MAX);
}

int main(int argc, char **argv)
{
    const char *directory = getenv("OWN_DIR");
    struct weir_sink files = {
        .state = {[OWED] = {.name = "owed", .kind = WEIR_OPERATOR_LIST, .type = &part_schema},
                  [NEXT] = {.name = "next", .kind = WEIR_OPERATOR_LIST, .type = &counted_schema}},
        .on_row = write_row,
        .open = open_files,
        .close = close_files,
        .on_checkpoint = precommit,
        .on_complete = on_complete,
        .on_restore = on_restore,
        .with = directory ? directory : "own",
    };
    const struct weir_aggregate adding = {.acc = &sum_schema, .add = add, .result = result};
    struct weir_window w = {.size_ms = 100,
                            .trigger = {.kind = WEIR_TRIGGER_OWN, .own = &seven_or_end}};
    struct weir_job *job = weir_job(argc, argv, "own");
    struct weir_stream *s = weir_source(job, &source, &number_schema);

    s = weir_watermarks(s, (struct weir_time){.column = "at", .out_of_order_ms = 50});
    files.with_bytes = (uint32_t)strlen(files.with) + 1;
    weir_uid(weir_sink(weir_windowed(weir_key_by(s, "key"), w, &adding, &sum_schema), &files),
             "files");
    weir_option(job, "parallelism.default", "2");
    weir_option(job, "execution.checkpointing.interval", "1ms");
    weir_option(job, "restart-strategy.exponential-delay.initial-backoff", "1ms");
    return weir_run(job);
}
