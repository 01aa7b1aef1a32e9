#include "operators/async.h"

#include <string.h>

#include "callback/context.h"
#include "data/row.h"
#include "operators/async_queue.h"
#include "operators/registry.h"

struct async {
    struct user_operator user;
    const struct async_config *config;
    struct lookup *service; /* NULL: it could not be opened */
    struct async_queue queue;
    struct waiting *asking; /* whose on_row is called, or NULL */
    uint64_t asked;
    bool is_ending; /* the end of time waits behind the queue */
};

static struct async *of(struct operator* op)
{
    return (struct async *)op;
}

static int64_t after(int64_t now_us, int64_t ms)
{
    return now_us + 1000 * ms;
}

static bool is_full(const struct async *a)
{
    return a->queue.count >= a->config->fn.capacity;
}

/* ---- asking ---- */

static void request(struct weir_ctx *c, struct span key, bool is_text)
{
    struct async *a = of(c->op);

    if (c->op->class != &async_class || a->asking == NULL)
        operator_fail(c->op, ERR_USER, "weir_request is for on_row of struct weir_async");
    else if (a->asking->number)
        operator_fail(c->op, ERR_USER, "a second weir_request for one row: it has one answer");
    else if (a->config->key_is_text != is_text)
        operator_fail(c->op, ERR_USER, "the table's column is %s STRING: use weir_request_%s()",
                      is_text ? "no" : "a", is_text ? "int" : "text");
    else
        a->service->class->ask(a->service, a->asking->number = ++a->asked, key,
                               c->op->task->now_us);
}

void weir_request_text(struct weir_ctx *c, struct weir_text key)
{
    request(c, (struct span){(const uint8_t *)key.p, key.bytes}, true);
}

void weir_request_int(struct weir_ctx *c, int64_t key)
{
    request(c, (struct span){(const uint8_t *)&key, sizeof key}, false);
}

static void ask(struct async *a, struct waiting *w)
{
    struct weir_row row = element_row(w->element);

    w->retry_us = INT64_MAX;
    w->number = 0;
    w->attempts++;
    context_row(&a->user, &row);
    a->asking = w;
    a->user.ctx.is_asking = true;
    a->config->fn.on_row(&a->user.ctx, &row);
    a->user.ctx.is_asking = false;
    a->asking = NULL;
    if (w->number == 0)
        async_queue_set_done(&a->queue, w);
}

/* ---- answers, time-outs, retries ---- */

static struct waiting *find(const struct async *a, uint64_t number)
{
    for (uint32_t i = 0; i < a->queue.count; i++)
        if (a->queue.item[i]->number == number && !a->queue.item[i]->done)
            return a->queue.item[i];
    return NULL; /* it was timed out, and has left */
}

static void take_answer(struct async *a, struct waiting *w, const struct lookup_answer *answer)
{
    const struct weir_retry *retry = &a->config->fn.retry;
    bool is_wanting = answer->has_failed ||
                      (retry->if_not_found && answer->found.bytes == 0 && !a->is_ending);
    bool is_final = !is_wanting || w->attempts > retry->max_attempts;

    w->number = 0;
    w->found = answer->found;
    if (!is_final)
        w->retry_us = after(a->user.op.task->now_us, a->is_ending ? 0 : retry->delay_ms);
    else if (answer->has_failed)
        operator_fail(&a->user.op, ERR_LOST,
                      "the lookup failed, asked %u times: see struct weir_retry", w->attempts);
    else
        async_queue_set_done(&a->queue, w);
}

static void time_out(struct async *a, struct waiting *w)
{
    if (a->config->fn.on_timeout == NULL)
        operator_fail(&a->user.op, ERR_LOST, "no answer within %lld ms: give on_timeout, or time",
                      (long long)a->config->fn.timeout_ms);
    w->is_timed_out = true;
    async_queue_set_done(&a->queue, w);
}

/* Whatever has come by now.  What the clock brings first is done first. */
static void look(struct async *a)
{
    int64_t now = a->user.op.task->now_us;
    struct lookup_answer answer;
    struct waiting *w;

    while (a->service->class->poll(a->service, now, &answer))
        if ((w = find(a, answer.number)) != NULL)
            take_answer(a, w, &answer);
    for (uint32_t i = 0; i < a->queue.count; i++) {
        w = a->queue.item[i];
        if (w->done == 0 && w->timeout_us <= now)
            time_out(a, w);
        else if (w->done == 0 && w->retry_us <= now)
            ask(a, w);
    }
}

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static void wake(struct async *a)
{
    int64_t us = a->service->class->deadline_us(a->service);

    for (uint32_t i = 0; i < a->queue.count; i++)
        if (a->queue.item[i]->done == 0)
            us = least(us, least(a->queue.item[i]->timeout_us, a->queue.item[i]->retry_us));
    operator_wake_at(&a->user.op, async_queue_may_take(&a->queue) ? a->user.op.task->now_us : us);
}

/* ---- out ---- */

static void leave(struct async *a, const struct waiting *w)
{
    struct weir_row row = element_row(w->element), answer = {.event_ms = WEIR_NO_TIME};

    if (w->element->type == ELEMENT_WATERMARK) {
        operator_emit_watermark(&a->user.op, w->element->event_ms);
        return;
    }
    context_row(&a->user, &row);
    answer.image = (const uint64_t *)(const void *)w->found.p;
    answer.bytes = (uint32_t)w->found.bytes;
    if (w->is_timed_out)
        a->config->fn.on_timeout(&a->user.ctx, &row);
    else
        a->config->fn.on_answer(&a->user.ctx, &row, w->found.bytes ? &answer : NULL);
}

/* One element out, if one can; what the queue is then.  A task that has failed emits no more. */
static enum progress step(struct async *a)
{
    struct waiting *w;

    look(a);
    if (a->user.op.task->failure.err == ERR_NONE && (w = async_queue_take(&a->queue)) != NULL) {
        leave(a, w);
        waiting_free(w);
    }
    wake(a);
    if (a->is_ending ? a->queue.count == 0 : !is_full(a))
        return PROGRESS_DONE;
    return async_queue_may_take(&a->queue) ? PROGRESS_MORE : PROGRESS_WAIT;
}

static enum progress async_resume(struct operator* op)
{
    enum progress progress = step(of(op));

    if (progress == PROGRESS_DONE)
        of(op)->is_ending = false;
    return progress;
}

static void async_on_time(struct operator* op, int64_t now_us)
{
    (void)now_us;
    step(of(op));
}

/* ---- in ---- */

static void owe_if_full(struct async *a)
{
    if (is_full(a))
        operator_owe(&a->user.op, async_resume);
    wake(a);
}

static void put_row(struct async *a, const struct element *e, const uint64_t *image)
{
    struct waiting *w = async_queue_put(&a->queue, e, image);

    if (a->config->fn.timeout_ms)
        w->timeout_us = after(a->user.op.task->now_us, a->config->fn.timeout_ms);
    ask(a, w);
}

static void async_on_row(struct operator* op, const struct weir_row *row)
{
    const struct element e = {(uint32_t)sizeof e + row->bytes,
                              ELEMENT_ROW,
                              row->change,
                              row->key_group,
                              row->event_ms,
                              row->origin};

    put_row(of(op), &e, row->image);
    owe_if_full(of(op));
}

static enum progress async_on_watermark(struct operator* op, int64_t ms, bool *pass)
{
    const struct element e = {.bytes = sizeof e, .type = ELEMENT_WATERMARK, .event_ms = ms};
    struct async *a = of(op);

    if (a->queue.count == 0)
        return PROGRESS_DONE;
    if (ms == WEIR_END) {
        a->is_ending = true;
        for (uint32_t i = 0; i < a->queue.count; i++)
            if (a->queue.item[i]->retry_us != INT64_MAX)
                a->queue.item[i]->retry_us = op->task->now_us;
        return PROGRESS_MORE;
    }
    *pass = false;
    async_queue_put(&a->queue, &e, NULL);
    wake(a);
    return is_full(a) ? PROGRESS_MORE : PROGRESS_DONE;
}

/* ---- life and state ---- */

static int async_open(struct operator* op, struct diag *why)
{
    struct async *a = of(op);

    context_open(&a->user);
    a->config = op->node->config;
    a->queue.is_unordered = a->config->fn.unordered;
    return a->config->service->open(a->config->service_with, op->task->data, &a->service, why);
}

static void async_snapshot(struct operator* op, uint32_t checkpoint, struct snapshot_out *out)
{
    const struct async_queue *q = &of(op)->queue;
    struct bytes *b = operator_block(op, out, "queue", 1);

    (void)checkpoint;
    for (uint32_t i = 0; i < q->count; i++)
        bytes_put(b, q->item[i]->element, q->item[i]->element->bytes);
    snapshot_block_end(out);
}

/* One element of the block; false: it is none. */
static bool restore_one(struct async *a, struct reader *r)
{
    struct span head = read_span(r, sizeof(struct element)), image;
    struct element e;

    if (!reader_ok(r))
        return false;
    memcpy(&e, head.p, sizeof e);
    if (e.bytes < sizeof e || e.type > ELEMENT_WATERMARK)
        return false;
    image = read_span(r, e.bytes - sizeof e);
    if (!reader_ok(r))
        return false;
    if (e.type == ELEMENT_ROW)
        put_row(a, &e, (const uint64_t *)(const void *)image.p);
    else
        async_queue_put(&a->queue, &e, NULL);
    return true;
}

static int async_restore(struct operator* op, const struct snapshot_in *in, struct diag *why)
{
    struct reader r;

    if (operator_block_find(op, in, "queue", &r))
        return ERR_NONE;
    while (!reader_at_end(&r))
        if (!restore_one(of(op), &r))
            return diag_set(why, ERR_FORMAT, "'%s': what waits does not end where it should",
                            op->node->uid);
    owe_if_full(of(op));
    return ERR_NONE;
}

static void async_describe(const struct operator* op, struct bytes *out)
{
    const struct async *a = (const struct async *)op;

    bytes_format(out, "waiting %u of %u", a->queue.count, a->config->fn.capacity);
}

static void async_close(struct operator* op)
{
    struct async *a = of(op);

    async_queue_done(&a->queue);
    if (a->service)
        a->service->class->close(a->service);
    context_close(&a->user);
}

const struct operator_class async_class = {
    .name = "async",
    .bytes = sizeof(struct async),
    .open = async_open,
    .on_row = async_on_row,
    .on_watermark = async_on_watermark,
    .resume = async_resume,
    .on_time = async_on_time,
    .snapshot = async_snapshot,
    .restore = async_restore,
    .describe = async_describe,
    .close = async_close,
};
