/* The script says what tasks, users and the clock do; the adapter answers the coordinator's one
 * request to the disk at once, as Flink writes the metadata in the same call. */
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "checkpoint/coordinator.h"
#include "tests/conformance/topic.h"

enum { TASKS_MAX = 16, MS = 1000 };

struct bench {
    struct coordinator *c;
    struct coordinator_spec spec;
    uint32_t sources, attempt;
    bool is_source[TASKS_MAX];
    int64_t now_ms;
    struct actions todo;
    uint32_t written; /* of todo */
    struct json_writer *out;
    int64_t at_ms; /* a timer goes off: said in front of what it makes happen; -1: none */
    int is_known;  /* the answer to an ack: said when the call itself is over; -1: none */
};

static const char fields[] = "interval minPause timeout maxConcurrent tolerableFailures retained "
                             "exactlyOnce unaligned alignedTimeout backlogInterval firstDelay "
                             "startMs sources others";

static int64_t backlog_us(const struct json *op)
{
    const struct json *j = json_get(op, "backlogInterval");

    if (json_kind(j) != JSON_INT)
        return 0;
    return json_int(j) ? json_int(j) * MS : INT64_MAX;
}

static void *coordinator_begin(const struct json *op, struct refusal *why)
{
    uint32_t n[9];
    static const char *const numbers[] = {"interval",   "minPause",      "timeout",
                                          "firstDelay", "maxConcurrent", "tolerableFailures",
                                          "retained",   "sources",       "others"};
    struct bench *b;

    if (!only_fields(op, fields, why))
        return NULL;
    for (int i = 0; i < 9; i++)
        if (!number_between(op, numbers[i], 0, i < 7 ? INT32_MAX : TASKS_MAX / 2, &n[i], why))
            return NULL;
    if (n[0] == 0 || n[7] + n[8] == 0 || json_kind(json_get(op, "startMs")) != JSON_INT) {
        refuse(why, CASE_FAIL, "malformed: 'interval', 'sources' or 'startMs'");
        return NULL;
    }
    b = mem_alloc(sizeof *b);
    b->sources = n[7];
    for (uint32_t t = 0; t < b->sources; t++)
        b->is_source[t] = true;
    b->now_ms = json_get_int(op, "startMs");
    b->spec = (struct coordinator_spec){
        .tasks = n[7] + n[8],
        .is_source = b->is_source,
        .attempt = &b->attempt,
        .interval_us = (int64_t)n[0] * MS,
        .min_pause_us = (int64_t)n[1] * MS,
        .timeout_us = (int64_t)n[2] * MS,
        .first_delay_us = (int64_t)n[3] * MS,
        .backlog_interval_us = backlog_us(op),
        .max_concurrent = n[4],
        .tolerable = n[5],
        .retained = n[6],
        .at_least_once = !json_bool(json_get(op, "exactlyOnce")),
        .unaligned = json_bool(json_get(op, "unaligned")),
        .aligned_timeout_us = json_get_int(op, "alignedTimeout") * MS,
    };
    b->c = coordinator_new(&b->spec);
    return b;
}

/* ---- words ---- */

static void put_task(struct bench *b, uint32_t task)
{
    char name[16];

    if (task == ACTION_MASTER) {
        json_put_null(b->out, NULL);
        return;
    }
    snprintf(name, sizeof name, "%c%u", task < b->sources ? 'A' : 'B',
             task < b->sources ? task : task - b->sources);
    json_put_text(b->out, NULL, name);
}

static uint32_t task_of(const struct bench *b, const char *name)
{
    uint32_t i;

    if (sscanf(name, "A%u", &i) == 1 && i < b->sources)
        return i;
    if (sscanf(name, "B%u", &i) == 1 && i < b->spec.tasks - b->sources)
        return b->sources + i;
    return UINT32_MAX;
}

static void put_or_null(struct bench *b, uint32_t n)
{
    if (n)
        json_put_int(b->out, NULL, n);
    else
        json_put_null(b->out, NULL);
}

/* ---- messages: one to several tasks is one action with a list of tasks ---- */

static void put_at(struct bench *b)
{
    if (b->at_ms < 0)
        return;
    put_list(b->out, "at");
    json_put_int(b->out, NULL, b->at_ms);
    json_end(b->out);
    b->at_ms = -1;
}

/* In front of what Flink does on its timer thread, after the call. */
static void put_known(struct bench *b)
{
    if (b->is_known < 0)
        return;
    put_list(b->out, "ack-known");
    json_put_bool(b->out, NULL, b->is_known);
    json_end(b->out);
    b->is_known = -1;
}

static bool is_same(const struct message *a, const struct message *b)
{
    return a->kind == b->kind && a->checkpoint == b->checkpoint;
}

static void put_head(struct bench *b, const struct message *m)
{
    const char *word = m->kind == MESSAGE_TRIGGER           ? "trigger"
                       : m->kind == MESSAGE_NOTIFY_COMPLETE ? "notify-complete"
                                                            : "notify-abort";

    put_at(b);
    if (m->kind != MESSAGE_NOTIFY_COMPLETE)
        put_known(b);
    put_list(b->out, word);
    json_put_int(b->out, NULL, m->checkpoint);
    if (m->kind == MESSAGE_TRIGGER) {
        json_put_text(b->out, NULL, snapshot_word(m->snapshot));
        json_put_text(b->out, NULL, alignment_name(m->alignment));
    } else {
        put_or_null(b, m->kind == MESSAGE_NOTIFY_COMPLETE ? m->subsumed : m->latest);
    }
    json_array(b->out, NULL);
}

static void put_actions(struct bench *b, uint32_t until)
{
    const struct message *last = NULL;

    for (; b->written < until; b->written++) {
        const struct action *a = &b->todo.item[b->written];

        if (a->kind != ACTION_SEND)
            continue;
        if (last && !is_same(last, &a->message)) {
            json_end(b->out);
            json_end(b->out);
            last = NULL;
        }
        if (last == NULL)
            put_head(b, &a->message);
        last = &a->message;
        put_task(b, a->message.task);
    }
    if (last) {
        json_end(b->out);
        json_end(b->out);
    }
}

static void put_note(struct bench *b, const struct coordinator_note *n)
{
    put_at(b);
    if (n->kind == NOTE_FAILED && n->checkpoint == 0)
        put_known(b);
    switch (n->kind) {
    case NOTE_FAILED:
        put_list(b->out, "failed");
        put_or_null(b, n->checkpoint);
        json_put_text(b->out, NULL, give_up_name(n->reason));
        put_task(b, n->task);
        break;
    case NOTE_FAIL_JOB:
        put_list(b->out, "fail-job");
        put_task(b, n->task);
        break;
    case NOTE_DONE:
        put_list(b->out, "request-done");
        json_put_int(b->out, NULL, n->request);
        json_put_int(b->out, NULL, n->checkpoint);
        break;
    case NOTE_REFUSED:
        put_list(b->out, "request-failed");
        json_put_int(b->out, NULL, n->request);
        json_put_text(b->out, NULL, give_up_name(n->reason));
        break;
    }
    json_end(b->out);
}

/* All that a call decided and made known, in order; true if the job is failed by it. */
static bool put_all(struct bench *b)
{
    struct coordinator_note n;
    bool fails = false;

    while (coordinator_next_note(b->c, &n)) {
        put_actions(b, n.after);
        put_note(b, &n);
        fails |= n.kind == NOTE_FAIL_JOB;
    }
    put_actions(b, b->todo.count);
    put_known(b);
    b->at_ms = -1;
    b->written = 0;
    actions_clear(&b->todo);
    return fails;
}

/* ---- steps ---- */

static void finish_writes(struct bench *b)
{
    for (uint32_t i = 0; i < b->todo.count; i++)
        if (b->todo.item[i].kind == ACTION_WRITE)
            coordinator_on_done(b->c, b->now_ms * MS, b->todo.item[i].request, ERR_NONE, &b->todo);
}

/* What falls due on the way, each at its time; a job that fails stands still. */
static void go_to(struct bench *b, int64_t to_ms)
{
    while (coordinator_deadline_us(b->c) <= to_ms * MS) {
        int64_t due_ms = coordinator_deadline_us(b->c) / MS;

        b->now_ms = due_ms > b->now_ms ? due_ms : b->now_ms;
        coordinator_on_time(b->c, b->now_ms * MS, &b->todo);
        b->at_ms = due_ms;
        if (put_all(b))
            return;
    }
    b->now_ms = to_ms;
}

static bool on_message(struct bench *b, const char *verb, const struct json *step)
{
    const char *name = json_text(json_at(step, 1));
    uint32_t task = task_of(b, name);
    uint32_t n = (uint32_t)json_int(json_at(step, 2));
    const struct state_handle none = {0};
    int64_t now_us = b->now_ms * MS;

    if (task == UINT32_MAX && strcmp(name, "nobody") != 0)
        return false;
    if (strcmp(verb, "ack") == 0) {
        b->is_known = coordinator_on_ack(b->c, now_us, task, n, &none, &b->todo);
        finish_writes(b);
    } else if (strcmp(verb, "decline") == 0) {
        enum give_up_reason reason = give_up_named(json_text(json_at(step, 3)));

        coordinator_on_decline(b->c, now_us, task, n, reason, &b->todo);
    } else if (strcmp(verb, "finish") == 0) {
        coordinator_on_finished(b->c, task);
    } else {
        return false;
    }
    return true;
}

static bool act(struct bench *b, const char *verb, const struct json *step)
{
    int64_t now_us = b->now_ms * MS;
    bool flag = json_bool(json_at(step, 1));

    if (strcmp(verb, "start") == 0)
        coordinator_start(b->c, now_us);
    else if (strcmp(verb, "stop") == 0)
        coordinator_pause(b->c, now_us, &b->todo);
    else if (strcmp(verb, "time") == 0)
        go_to(b, json_int(json_at(step, 1)));
    else if (strcmp(verb, "checkpoint") == 0)
        coordinator_request(b->c, now_us, SNAPSHOT_CHECKPOINT, &b->todo);
    else if (strcmp(verb, "savepoint") == 0)
        coordinator_request(b->c, now_us, SNAPSHOT_SAVEPOINT, &b->todo);
    else if (strcmp(verb, "stop-with-savepoint") == 0)
        coordinator_request(b->c, now_us, flag ? SNAPSHOT_TERMINATE : SNAPSHOT_SUSPEND, &b->todo);
    else if (strcmp(verb, "backlog") == 0)
        coordinator_on_backlog(b->c, now_us, flag);
    else
        return on_message(b, verb, step);
    return true;
}

static void put_standing(struct bench *b)
{
    const struct completed *store = coordinator_store(b->c);
    uint32_t id;

    json_array(b->out, NULL);
    for (uint32_t i = 0; (id = coordinator_pending_at(b->c, i).checkpoint) != 0; i++)
        json_put_int(b->out, NULL, id);
    json_end(b->out);
    json_array(b->out, NULL);
    for (uint32_t i = 0; i < store->count; i++)
        json_put_int(b->out, NULL, store->item[i].manifest.checkpoint);
    json_end(b->out);
    json_put_int(b->out, NULL, coordinator_queued(b->c));
    json_put_int(b->out, NULL, coordinator_failures(b->c));
}

static bool coordinator_step(void *self, const struct json *step, struct json_writer *out)
{
    struct bench *b = self;

    b->out = out;
    b->at_ms = b->is_known = -1;
    json_array(out, NULL);
    if (!act(b, json_text(json_at(step, 0)), step))
        return false;
    put_all(b);
    json_end(out);
    put_standing(b);
    return true;
}

static void coordinator_end_case(void *self)
{
    struct bench *b = self;

    coordinator_free(b->c);
    actions_done(&b->todo);
    mem_free(b);
}

const struct topic coordinator_topic = {.name = "coordinator",
                                        .begin = coordinator_begin,
                                        .step = coordinator_step,
                                        .end = coordinator_end_case};
