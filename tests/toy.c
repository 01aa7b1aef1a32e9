#include "tests/toy.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "runtime/buffer_pool.h"

#define NUMBER(C) C(BIGINT, n)
WEIR_ROW(number, NUMBER)

struct toy_operator {
    struct operator op;
    int64_t next;  /* source: rows given; owing: portions still owed */
    int64_t of;    /* owing: whose rows are left */
    uint32_t more; /* owing: how many */
    bool waited;
};

static const struct toy *config_of(const struct operator* op)
{
    return op->node->config;
}

static void emit_number(struct operator* op, int64_t n)
{
    struct number image = {0, n};
    struct weir_row row = {(const uint64_t *)&image, n, (uint64_t)n, sizeof image, 0, WEIR_INSERT};

    operator_emit(op, TAG_MAIN, &row);
}

static int nothing_to_open(struct operator* op, struct diag *why)
{
    return ERR_NONE;
}

/* ---- source ---- */

static enum progress source_resume(struct operator* op)
{
    struct toy_operator *t = (struct toy_operator *)op;
    const struct toy *c = config_of(op);

    if (t->next == c->rows)
        return PROGRESS_END;
    if (c->wait_every && (t->next + 1) % c->wait_every == 0 && !t->waited) {
        t->waited = true;
        return PROGRESS_WAIT;
    }
    t->waited = false;
    op->task->counters->of[COUNTER_RECORDS_IN]++;
    emit_number(op, ++t->next);
    if (c->watermarks)
        operator_emit_watermark(op, t->next);
    return PROGRESS_MORE;
}

static void source_snapshot(struct operator* op, uint32_t checkpoint, struct snapshot_out *out)
{
    bytes_put_i64(operator_block(op, out, "next", 1), ((struct toy_operator *)op)->next);
    snapshot_block_end(out);
}

static int source_restore(struct operator* op, const struct snapshot_in *in, struct diag *why)
{
    struct reader r;

    if (operator_block_find(op, in, "next", &r))
        return ERR_NONE;
    ((struct toy_operator *)op)->next = read_i64(&r);
    return reader_at_end(&r) ? ERR_NONE : diag_set(why, ERR_FORMAT, "toy");
}

static const struct operator_class toy_source = {
    .name = "toy_source",
    .bytes = sizeof(struct toy_operator),
    .open = nothing_to_open,
    .resume = source_resume,
    .snapshot = source_snapshot,
    .restore = source_restore,
};

/* ---- burst ---- */

static void burst_on_row(struct operator* op, const struct weir_row *row)
{
    if (config_of(op)->statuses)
        operator_emit_status(op, true);
    for (int64_t i = 1; i <= 2; i++) {
        emit_number(op, 10 * row->event_ms + i);
        operator_emit_watermark(op, 10 * row->event_ms + i);
    }
    if (config_of(op)->statuses)
        operator_emit_status(op, false);
}

static enum progress burst_on_watermark(struct operator* op, int64_t ms, bool *pass)
{
    *pass = ms == WEIR_END;
    return PROGRESS_DONE;
}

static const struct operator_class toy_burst = {
    .name = "toy_burst",
    .bytes = sizeof(struct toy_operator),
    .open = nothing_to_open,
    .on_row = burst_on_row,
    .on_watermark = burst_on_watermark,
};

/* ---- owing ---- */

static int owing_open(struct operator* op, struct diag *why)
{
    if (config_of(op)->time_every_us)
        op->deadline_us = config_of(op)->time_every_us;
    return ERR_NONE;
}

static enum progress owing_more(struct operator* op)
{
    struct toy_operator *t = (struct toy_operator *)op;

    emit_number(op, 100 * t->of + config_of(op)->more - t->more);
    return --t->more ? PROGRESS_MORE : PROGRESS_DONE;
}

static void owe_more(struct operator* op, int64_t of)
{
    struct toy_operator *t = (struct toy_operator *)op;

    t->of = of;
    t->more = config_of(op)->more;
    if (t->more)
        operator_owe(op, owing_more);
}

static void owing_on_row(struct operator* op, const struct weir_row *row)
{
    operator_emit(op, TAG_MAIN, row);
    owe_more(op, row->event_ms);
}

static enum progress owing_on_watermark(struct operator* op, int64_t ms, bool *pass)
{
    struct toy_operator *t = (struct toy_operator *)op;

    t->next = ms == WEIR_END ? 0 : config_of(op)->portions;
    return t->next ? PROGRESS_MORE : PROGRESS_DONE;
}

static enum progress owing_resume(struct operator* op)
{
    struct toy_operator *t = (struct toy_operator *)op;
    int64_t n = 1000 * op->watermark_ms + config_of(op)->portions - t->next;

    emit_number(op, n);
    owe_more(op, n);
    return --t->next ? PROGRESS_MORE : PROGRESS_DONE;
}

static void owing_on_time(struct operator* op, int64_t now_us)
{
    op->deadline_us = now_us + config_of(op)->time_every_us;
    emit_number(op, 7);
}

static const struct operator_class toy_owing = {
    .name = "toy_owing",
    .bytes = sizeof(struct toy_operator),
    .open = owing_open,
    .on_row = owing_on_row,
    .on_watermark = owing_on_watermark,
    .resume = owing_resume,
    .on_time = owing_on_time,
};

/* ---- sink ---- */

static void put_word(struct operator* op, const char *format, int64_t n)
{
    struct bytes *log = config_of(op)->log;

    if (log->bytes)
        bytes_put_u8(log, ' ');
    bytes_format(log, format, (long long)n);
}

static void sink_on_row(struct operator* op, const struct weir_row *row)
{
    int64_t n = number_of(row).n;

    put_word(op, "r%lld", n);
    if (n == config_of(op)->fails_at)
        operator_fail(op, ERR_USER, "row %lld", (long long)n);
}

static enum progress sink_on_watermark(struct operator* op, int64_t ms, bool *pass)
{
    put_word(op, ms == WEIR_END ? "wE" : "w%lld", ms);
    return PROGRESS_DONE;
}

static bool sink_on_status(struct operator* op, bool active)
{
    put_word(op, active ? "live" : "idle", 0);
    return true;
}

static void sink_finish(struct operator* op)
{
    put_word(op, "fin", 0);
}

static void request(struct operator* op, enum action_kind kind, uint32_t checkpoint)
{
    struct action *a = operator_request(op, kind);

    snprintf(a->path, sizeof a->path, "toy-%u", checkpoint);
}

static void sink_snapshot(struct operator* op, uint32_t checkpoint, struct snapshot_out *out)
{
    put_word(op, "snap%lld", checkpoint);
    if (config_of(op)->requests)
        request(op, ACTION_WRITE, checkpoint);
}

static void sink_on_checkpoint(struct operator* op, uint32_t checkpoint)
{
    put_word(op, "ok%lld", checkpoint);
    if (config_of(op)->requests)
        request(op, ACTION_RENAME, checkpoint);
}

static void sink_on_done(struct operator* op, uint64_t request, int result)
{
    put_word(op, "done%lld", result);
}

static const struct operator_class toy_sink = {
    .name = "toy_sink",
    .bytes = sizeof(struct toy_operator),
    .open = nothing_to_open,
    .on_row = sink_on_row,
    .on_watermark = sink_on_watermark,
    .on_status = sink_on_status,
    .finish = sink_finish,
    .snapshot = sink_snapshot,
    .on_checkpoint = sink_on_checkpoint,
    .on_done = sink_on_done,
};

const struct operator_class *toys_find(const char *name)
{
    static const struct operator_class *const all[] = {&toy_source, &toy_burst, &toy_owing,
                                                       &toy_sink};

    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        if (strcmp(all[i]->name, name) == 0)
            return all[i];
    return NULL;
}

/* ---- rig ---- */

static void must(const struct rig *r, bool ok)
{
    if (ok)
        return;
    fprintf(stderr, "rig: %s\n", r->why.text);
    abort();
}

void rig_init(struct rig *r, const char *const *pairs)
{
    *r = (struct rig){.arena = arena_new(), .segment_bytes = 1024, .budget = 1000, .now_us = 1};
    r->options = options_new(r->arena);
    r->flow = dataflow_new(r->arena, "rig");
    for (; pairs && *pairs; pairs++)
        must(r, options_set_pair(r->options, *pairs, false, &r->why) == ERR_NONE);
}

void rig_done(struct rig *r)
{
    for (uint32_t t = 0; t < TOY_TASKS; t++)
        task_free(r->task[t]);
    actions_done(&r->todo);
    assert(r->pool == NULL || buffer_pool_out(r->pool) == 0); /* every segment is back */
    buffer_pool_free(r->pool);
    arena_free(r->arena);
}

uint32_t rig_add(struct rig *r, const char *class_name, const struct toy *config,
                 uint32_t parallelism)
{
    struct node *n = dataflow_add(r->flow, class_name, class_name + 4, (struct weir_here){"toy", 1},
                                  &r->why);

    n->config = config;
    n->parallelism = parallelism;
    n->is_source = strcmp(class_name, "toy_source") == 0;
    n->is_sink = strcmp(class_name, "toy_sink") == 0;
    n->in = n->is_source ? NULL : &number_schema;
    n->out = n->is_sink ? NULL : &number_schema;
    return n->id;
}

struct edge *rig_connect(struct rig *r, uint32_t from, uint32_t to, enum ship ship)
{
    struct edge *e = dataflow_connect(r->flow, from, TAG_MAIN, to, &r->why);

    e->ship = ship;
    e->ship_is_set = true;
    e->type = &number_schema;
    if (ship == SHIP_HASH)
        e->key_column = r->flow->node[to].key_column = 0;
    return e;
}

struct task *rig_task(struct rig *r, uint32_t task, uint32_t attempt, struct span snapshot,
                      uint32_t checkpoint)
{
    struct task_spec spec = {.graph = r->graph,
                             .options = r->options,
                             .trace = r->trace,
                             .pool = r->pool,
                             .find = toys_find,
                             .task = task,
                             .attempt = attempt};

    return task_new(&spec, snapshot, checkpoint, &r->why);
}

void rig_open(struct rig *r)
{
    must(r, dataflow_seal(r->flow, r->options, &r->why) == ERR_NONE);
    r->graph = job_graph_build(r->arena, r->flow, r->options, &r->why);
    must(r, r->graph && r->graph->tasks <= TOY_TASKS);
    r->pool = buffer_pool_new(r->segment_bytes, r->budget);
    for (uint32_t t = 0; t < r->graph->tasks; t++) {
        r->task[t] = rig_task(r, t, 1, (struct span){0}, 0);
        must(r, r->task[t] != NULL);
    }
}

enum task_progress rig_run(struct rig *r, uint32_t task, uint32_t most)
{
    enum task_progress p = task_last_progress(r->task[task]);

    for (uint32_t i = 0; i < most && p != TASK_FINISHED && p != TASK_FAILED; i++) {
        p = task_step(r->task[task], r->now_us, 1, &r->todo);
        if (p != TASK_MORE)
            break;
    }
    return p;
}

uint32_t rig_move_from(struct rig *r, uint32_t task)
{
    struct parcel p;
    uint32_t n = 0;

    for (; task_take_parcel(r->task[task], &p); n++) {
        if (!task_on_parcel(r->task[parcel_receiver(r->graph, &p)], &p))
            abort();
    }
    return n;
}

uint32_t rig_move(struct rig *r)
{
    uint32_t n = 0;

    for (uint32_t t = 0; t < r->graph->tasks; t++)
        n += rig_move_from(r, t);
    return n;
}

void rig_settle(struct rig *r)
{
    for (uint32_t quiet = 0; quiet < 2; quiet++) {
        for (uint32_t t = 0; t < r->graph->tasks; t++)
            rig_run(r, t, 1000000);
        if (rig_move(r))
            quiet = 0;
    }
}

void rig_answer(struct rig *r, int result)
{
    uint32_t kept = 0;

    for (uint32_t i = 0; i < r->todo.count; i++) {
        struct action *a = &r->todo.item[i];

        if (a->kind == ACTION_SEND) {
            r->todo.item[kept++] = *a;
            continue;
        }
        bytes_done(&a->body);
        task_on_done(r->task[a->task], a->request, result);
    }
    r->todo.count = kept;
}

uint32_t rig_count(const struct rig *r, enum message_kind kind)
{
    uint32_t n = 0;

    for (uint32_t i = 0; i < r->todo.count; i++)
        n += r->todo.item[i].kind == ACTION_SEND && r->todo.item[i].message.kind == kind;
    return n;
}

const struct message *rig_last(const struct rig *r, enum message_kind kind)
{
    for (uint32_t i = r->todo.count; i-- > 0;)
        if (r->todo.item[i].kind == ACTION_SEND && r->todo.item[i].message.kind == kind)
            return &r->todo.item[i].message;
    return NULL;
}
