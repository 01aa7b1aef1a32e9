#include "tui/frame.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/format.h"
#include "tui/json.h"

enum { TASKS_MAX = 4096, VERTICES_MAX = 256, STEPS_SHIFT = 48 };

#define STEPS_MAX ((int64_t)1 << STEPS_SHIFT)

/* Everything of one run or frame is a chain of blocks, freed together. */
struct block {
    struct block *next;
    max_align_t body[];
};

/* The first trouble sticks; after it every question gets a harmless answer. */
struct decoding {
    struct block *kept;
    char where[96];
    char *why;
    size_t why_bytes;
    bool bad;
};

static void *keep(struct decoding *d, size_t count, size_t bytes)
{
    struct block *b = calloc(1, sizeof *b + (count ? count : 1) * bytes);

    if (b == NULL)
        abort();
    b->next = d->kept;
    d->kept = b;
    return b->body;
}

static void release(void *kept)
{
    struct block *b = kept, *next;

    for (; b; b = next) {
        next = b->next;
        free(b);
    }
}

static const char *kind_word(const struct json *j)
{
    static const char *const words[] = {"nothing",  "null",   "true or false", "a number",
                                        "a number", "a text", "a list",        "an object"};

    return words[json_kind(j)];
}

static void refuse(struct decoding *d, const char *name, const char *wanted, const char *there)
{
    if (!d->bad)
        snprintf(d->why, d->why_bytes, "%s%s%s: want %s, got %s", d->where,
                 d->where[0] && name[0] ? "." : "", name, wanted, there);
    d->bad = true;
}

static int64_t whole(struct decoding *d, const struct json *j, const char *name, int64_t low,
                     int64_t high)
{
    const struct json *m = json_get(j, name);
    char wanted[64], there[32];

    if (json_kind(m) == JSON_INT && json_int(m) >= low && json_int(m) <= high)
        return json_int(m);
    snprintf(wanted, sizeof wanted, "%lld to %lld", (long long)low, (long long)high);
    snprintf(there, sizeof there, "%lld", (long long)json_int(m));
    refuse(d, name, wanted, json_kind(m) == JSON_INT ? there : kind_word(m));
    return low;
}

static int64_t whole_or(struct decoding *d, const struct json *j, const char *name, int64_t usual,
                        int64_t low, int64_t high)
{
    enum json_kind k = json_kind(json_get(j, name));

    return k == JSON_NONE || k == JSON_NULL ? usual : whole(d, j, name, low, high);
}

/* A number or null; *has says which. */
static int64_t maybe(struct decoding *d, const struct json *j, const char *name, bool *has)
{
    *has = json_kind(json_get(j, name)) == JSON_INT;
    return whole_or(d, j, name, INT64_MIN, INT64_MIN, INT64_MAX);
}

static bool yes_no(struct decoding *d, const struct json *j, const char *name)
{
    const struct json *m = json_get(j, name);

    if (json_kind(m) != JSON_BOOL && json_kind(m) != JSON_NONE)
        refuse(d, name, "true or false", kind_word(m));
    return json_bool(m);
}

static const char *copy(struct decoding *d, const struct json *m)
{
    size_t bytes = json_text_bytes(m);
    char *text = keep(d, bytes + 1, 1);

    memcpy(text, json_text(m), bytes);
    return text;
}

static const char *text_or(struct decoding *d, const struct json *j, const char *name,
                           const char *usual)
{
    const struct json *m = json_get(j, name);

    if (json_kind(m) == JSON_STRING)
        return copy(d, m);
    if (json_kind(m) != JSON_NONE && json_kind(m) != JSON_NULL)
        refuse(d, name, "a text", kind_word(m));
    return usual;
}

static const char *text(struct decoding *d, const struct json *j, const char *name)
{
    if (json_kind(json_get(j, name)) != JSON_STRING)
        refuse(d, name, "a text", kind_word(json_get(j, name)));
    return text_or(d, j, name, "");
}

/* What the engine says to people, its event times made readable. */
static const char *sentence(struct decoding *d, const struct json *j, const char *name)
{
    const char *said = text_or(d, j, name, "");
    size_t room = strlen(said) * 2 + 16;
    char *read = keep(d, room, 1);

    format_sentence(said, read, room);
    return read;
}

/* A list with at most `max` elements; one that is absent is empty unless `must`. */
static const struct json *list(struct decoding *d, const struct json *j, const char *name,
                               size_t max, bool must)
{
    const struct json *m = json_get(j, name);

    if (json_kind(m) != JSON_ARRAY && (must || json_kind(m) != JSON_NONE))
        refuse(d, name, "a list", kind_word(m));
    else if (json_count(m) > max)
        refuse(d, name, "fewer elements", "too many to show");
    return d->bad ? NULL : m;
}

static void enter(struct decoding *d, const char *list_name, size_t i)
{
    if (!d->bad)
        snprintf(d->where, sizeof d->where, "%s[%zu]", list_name, i);
}

static void leave(struct decoding *d)
{
    if (!d->bad)
        d->where[0] = 0;
}

static const char **texts(struct decoding *d, const struct json *j, const char *name, size_t *count)
{
    const struct json *m = list(d, j, name, 1000, false);
    const char **all = keep(d, json_count(m), sizeof *all);

    *count = json_count(m);
    for (size_t i = 0; i < *count; i++) {
        if (json_kind(json_at(m, i)) != JSON_STRING)
            refuse(d, name, "a list of texts", kind_word(json_at(m, i)));
        all[i] = copy(d, json_at(m, i));
    }
    return all;
}

/* ---- the greeting ---- */

static void decode_vertices(struct decoding *d, struct run *r, const struct json *graph)
{
    const struct json *m = list(d, graph, "vertices", VERTICES_MAX, true);

    r->vertex_count = json_count(m);
    r->vertices = keep(d, r->vertex_count, sizeof *r->vertices);
    for (size_t i = 0; i < r->vertex_count; i++) {
        const struct json *j = json_at(m, i);
        struct vertex *v = &r->vertices[i];

        enter(d, "vertices", i);
        v->vertex_id = whole(d, j, "id", 0, INT32_MAX);
        v->name = text(d, j, "name");
        v->short_name = text_or(d, j, "short", v->name);
        v->kind = text_or(d, j, "kind", "operator");
        v->parallelism = (uint32_t)whole(d, j, "parallelism", 1, TASKS_MAX);
    }
    leave(d);
}

static uint32_t vertex_index(struct decoding *d, const struct run *r, const struct json *j,
                             const char *name)
{
    int64_t wanted = whole(d, j, name, 0, INT32_MAX);

    for (size_t i = 0; i < r->vertex_count; i++)
        if (r->vertices[i].vertex_id == wanted)
            return (uint32_t)i;
    refuse(d, name, "the id of a vertex", "an unknown one");
    return 0;
}

static void decode_edges(struct decoding *d, struct run *r, const struct json *graph)
{
    const struct json *m = list(d, graph, "edges", (size_t)VERTICES_MAX * 8, true);

    r->edge_count = json_count(m);
    r->edges = keep(d, r->edge_count, sizeof *r->edges);
    for (size_t i = 0; i < r->edge_count; i++) {
        const struct json *j = json_at(m, i);

        enter(d, "edges", i);
        r->edges[i].from = vertex_index(d, r, j, "from");
        r->edges[i].to = vertex_index(d, r, j, "to");
        r->edges[i].ship = text_or(d, j, "ship", "");
        r->edges[i].key = text_or(d, j, "key", "");
    }
    leave(d);
}

static void decode_marks(struct decoding *d, struct run *r, const struct json *top)
{
    const struct json *m = list(d, top, "marks", 10000000, false);
    int64_t last = 0;

    r->mark_count = json_count(m);
    r->marks = keep(d, r->mark_count, sizeof *r->marks);
    for (size_t i = 0; i < r->mark_count && !d->bad; i++) {
        const struct json *j = json_at(m, i);

        enter(d, "marks", i);
        r->marks[i].step = last = whole(d, j, "step", last, STEPS_MAX); /* ascending */
        r->marks[i].kind = text(d, j, "kind");
        r->marks[i].text = sentence(d, j, "text");
        r->marks[i].cp = whole_or(d, j, "cp", 0, 0, INT64_MAX);
    }
    leave(d);
}

static void decode_run(struct decoding *d, struct run *r, const struct json *j)
{
    const struct json *end = json_get(j, "end");

    if (json_kind(json_get(j, "weir")) == JSON_INT && json_get_int(j, "weir") != FRAME_FORMAT) {
        snprintf(d->why, d->why_bytes,
                 "the engine speaks format %lld, this workbench format %d: build both again "
                 "(make)",
                 (long long)json_get_int(j, "weir"), FRAME_FORMAT);
        d->bad = true;
    }
    whole(d, j, "weir", FRAME_FORMAT, FRAME_FORMAT);
    r->job = text(d, j, "job");
    r->program = text_or(d, j, "program", "");
    r->data = text_or(d, j, "data", "");
    r->hash = text_or(d, j, "hash", "");
    r->seed = whole_or(d, j, "seed", 0, INT64_MIN, INT64_MAX);
    r->steps = whole(d, j, "steps", 0, STEPS_MAX);
    r->open_at = whole_or(d, j, "open_at", -1, -1, STEPS_MAX);
    r->plan = texts(d, j, "plan", &r->plan_count);
    decode_vertices(d, r, json_get(j, "graph"));
    decode_edges(d, r, json_get(j, "graph"));
    decode_marks(d, r, j);
    r->end_state = text_or(d, end, "state", "");
    r->rows_in = whole_or(d, end, "rows_in", 0, 0, INT64_MAX);
    r->restarts = whole_or(d, end, "restarts", 0, 0, INT64_MAX);
}

struct run *run_decode(const struct json *j, char *why, size_t why_bytes)
{
    struct decoding d = {.why = why, .why_bytes = why_bytes};
    struct run *r = calloc(1, sizeof *r);

    if (r == NULL)
        abort();
    if (json_kind(j) != JSON_OBJECT)
        refuse(&d, "greeting", "an object", kind_word(j));
    decode_run(&d, r, j);
    r->kept = d.kept;
    if (!d.bad)
        return r;
    run_free(r);
    return NULL;
}

void run_free(struct run *r)
{
    if (r)
        release(r->kept);
    free(r);
}

const struct mark *run_mark_at(const struct run *r, int64_t step)
{
    for (size_t i = 0; i < r->mark_count && r->marks[i].step <= step; i++)
        if (r->marks[i].step == step)
            return &r->marks[i];
    return NULL;
}

/* ---- a frame ---- */

static struct element decode_element(struct decoding *d, const struct json *j, const char *name)
{
    const char *t = json_text(j);
    struct element e = {.kind = t[0]};

    if (json_kind(j) != JSON_STRING)
        refuse(d, name, "a list of texts", kind_word(j));
    if (t[0] == 0 || strchr("rlbcwiaeE", t[0]) == NULL)
        e.kind = '?';
    if (t[0] == 'b' || t[0] == 'c' || t[0] == 'w')
        e.value = strtoll(t + 1, NULL, 10);
    return e;
}

static struct element *decode_elements(struct decoding *d, const struct json *j, const char *name,
                                       size_t *count)
{
    const struct json *m = list(d, j, name, 1000000, false);
    struct element *all = keep(d, json_count(m), sizeof *all);

    *count = json_count(m);
    for (size_t i = 0; i < *count; i++)
        all[i] = decode_element(d, json_at(m, i), name);
    return all;
}

static uint32_t task_index(struct decoding *d, const struct frame *f, int64_t wanted,
                           const char *name)
{
    for (size_t i = 0; i < f->task_count; i++)
        if (f->tasks[i].task_id == wanted)
            return (uint32_t)i;
    refuse(d, name, "the id of a task", "an unknown one");
    return 0;
}

static void decode_channel(struct decoding *d, const struct frame *f, struct channel *c,
                           const struct json *j)
{
    c->index = whole(d, j, "index", 0, INT32_MAX);
    c->from = task_index(d, f, whole(d, j, "from", 0, INT32_MAX), "from");
    c->queue = decode_elements(d, j, "queue", &c->queue_count);
    c->sent = decode_elements(d, j, "sent", &c->sent_count);
    c->used = whole(d, j, "used", 0, INT32_MAX);
    c->capacity = whole(d, j, "capacity", 0, INT32_MAX);
    c->credit = whole(d, j, "credit", 0, INT32_MAX);
    c->shut = yes_no(d, j, "shut");
    c->idle = yes_no(d, j, "idle");
    c->wm = maybe(d, j, "wm", &c->has_wm);
}

static enum doing decode_doing(struct decoding *d, const struct json *j)
{
    const char *word = text(d, j, "doing");

    for (int i = 0; i < DOING_COUNT; i++)
        if (strcmp(word, doing_word((enum doing)i)) == 0)
            return (enum doing)i;
    refuse(d, "doing", "run, idle, bkpr, align, snapshot, firing, end or dead", word);
    return DOING_IDLE;
}

static void decode_task(struct decoding *d, const struct run *run, struct task *t,
                        const struct json *j)
{
    t->task_id = whole(d, j, "id", 0, INT32_MAX);
    t->vertex = vertex_index(d, run, j, "vertex");
    t->subtask = (uint32_t)whole(d, j, "subtask", 0, TASKS_MAX);
    t->name = text(d, j, "name");
    t->worker = text_or(d, j, "worker", "");
    t->state = text_or(d, j, "state", "");
    t->slow = text_or(d, j, "slow", "");
    t->why = sentence(d, j, "why");
    t->doing = decode_doing(d, j);
    t->attempt = whole_or(d, j, "attempt", 0, 0, INT32_MAX);
    t->busy = whole_or(d, j, "busy", 0, 0, 1000);
    t->bkpr = whole_or(d, j, "bkpr", 0, 0, 1000);
    t->idle = whole_or(d, j, "idle", 0, 0, 1000);
    t->in = whole_or(d, j, "in", 0, 0, INT64_MAX);
    t->out = whole_or(d, j, "out", 0, 0, INT64_MAX);
    t->wm = maybe(d, j, "wm", &t->has_wm);
    t->detail = texts(d, j, "detail", &t->detail_count);
}

static int by_vertex(const void *a, const void *b)
{
    const struct task *x = a, *y = b;

    if (x->vertex != y->vertex)
        return x->vertex < y->vertex ? -1 : 1;
    if (x->subtask != y->subtask)
        return x->subtask < y->subtask ? -1 : 1;
    return x->task_id < y->task_id ? -1 : x->task_id > y->task_id;
}

static void decode_channels(struct decoding *d, struct frame *f, const struct json *tasks)
{
    for (size_t i = 0; i < json_count(tasks) && !d->bad; i++) {
        const struct json *j = json_at(tasks, i);
        struct task *t = &f->tasks[task_index(d, f, json_get_int(j, "id"), "id")];
        const struct json *m;

        enter(d, "tasks", i);
        m = list(d, j, "channels", TASKS_MAX, false);
        t->channel_count = json_count(m);
        t->channels = keep(d, t->channel_count, sizeof *t->channels);
        for (size_t c = 0; c < t->channel_count; c++)
            decode_channel(d, f, &t->channels[c], json_at(m, c));
    }
    leave(d);
}

static void decode_tasks(struct decoding *d, const struct run *run, struct frame *f,
                         const struct json *j)
{
    const struct json *m = list(d, j, "tasks", TASKS_MAX, true);

    f->task_count = json_count(m);
    f->tasks = keep(d, f->task_count, sizeof *f->tasks);
    for (size_t i = 0; i < f->task_count; i++) {
        enter(d, "tasks", i);
        decode_task(d, run, &f->tasks[i], json_at(m, i));
    }
    leave(d);
    qsort(f->tasks, f->task_count, sizeof *f->tasks, by_vertex);
    for (size_t i = 1; i < f->task_count && !d->bad; i++)
        if (f->tasks[i].vertex == f->tasks[i - 1].vertex &&
            f->tasks[i].subtask == f->tasks[i - 1].subtask)
            refuse(d, "tasks", "each subtask once", f->tasks[i].name);
    decode_channels(d, f, m);
    for (size_t i = 0; i < f->task_count; i++)
        if (f->tasks[i].doing == DOING_DEAD && f->attempt == 0)
            f->tasks[i].doing = DOING_ABSENT;
}

static void decode_checkpoint(struct decoding *d, struct frame *f, const struct json *top)
{
    const struct json *j = json_get(top, "checkpoint"), *m;
    struct checkpoint *c = &f->checkpoint;

    if (json_kind(j) != JSON_OBJECT && json_kind(j) != JSON_NULL && json_kind(j) != JSON_NONE)
        refuse(d, "checkpoint", "an object", kind_word(j));
    c->state = text_or(d, j, "state", "none");
    c->type = text_or(d, j, "type", "aligned");
    c->cp_id = whole_or(d, j, "id", 0, 0, INT64_MAX);
    c->triggered_us = whole_or(d, j, "triggered_us", 0, 0, INT64_MAX);
    m = list(d, j, "acks", TASKS_MAX, false);
    c->ack_count = json_count(m);
    c->acks = keep(d, c->ack_count, sizeof *c->acks);
    for (size_t i = 0; i < c->ack_count; i++) {
        enter(d, "checkpoint.acks", i);
        c->acks[i].task = task_index(d, f, whole(d, json_at(m, i), "task", 0, INT32_MAX), "task");
        c->acks[i].acked = yes_no(d, json_at(m, i), "acked");
    }
    leave(d);
}

static void decode_workers(struct decoding *d, struct frame *f, const struct json *j)
{
    const struct json *m = list(d, j, "workers", TASKS_MAX, false);

    f->worker_count = json_count(m);
    f->workers = keep(d, f->worker_count, sizeof *f->workers);
    for (size_t i = 0; i < f->worker_count; i++) {
        enter(d, "workers", i);
        f->workers[i].name = text(d, json_at(m, i), "name");
        f->workers[i].state = text(d, json_at(m, i), "state");
    }
    leave(d);
}

static struct event *decode_events(struct decoding *d, const struct json *j, const char *name,
                                   size_t *count)
{
    const struct json *m = list(d, j, name, 10000, false);
    struct event *all = keep(d, json_count(m), sizeof *all);

    *count = json_count(m);
    for (size_t i = 0; i < *count; i++) {
        enter(d, name, i);
        all[i].step = whole(d, json_at(m, i), "step", 0, STEPS_MAX);
        all[i].us = whole_or(d, json_at(m, i), "us", 0, 0, INT64_MAX);
        all[i].actor = text_or(d, json_at(m, i), "actor", "");
        text(d, json_at(m, i), "text"); /* must be there */
        all[i].text = sentence(d, json_at(m, i), "text");
    }
    leave(d);
    return all;
}

static void decode_frame(struct decoding *d, const struct run *run, struct frame *f,
                         const struct json *j)
{
    f->steps = whole(d, j, "steps", 0, STEPS_MAX);
    f->step = whole(d, j, "step", 0, f->steps);
    f->us = whole_or(d, j, "us", 0, 0, INT64_MAX);
    f->attempt = whole_or(d, j, "attempt", 0, 0, INT32_MAX);
    f->last_completed = whole_or(d, j, "last_completed", 0, 0, INT64_MAX);
    f->job = text_or(d, j, "job", "");
    f->why = sentence(d, j, "why");
    decode_tasks(d, run, f, j);
    decode_checkpoint(d, f, j);
    decode_workers(d, f, j);
    f->events = decode_events(d, j, "events", &f->event_count);
    f->next = decode_events(d, j, "next", &f->next_count);
}

struct frame *frame_decode(const struct run *run, const struct json *j, char *why, size_t why_bytes)
{
    struct decoding d = {.why = why, .why_bytes = why_bytes};
    struct frame *f = calloc(1, sizeof *f);

    if (f == NULL)
        abort();
    if (json_kind(j) != JSON_OBJECT)
        refuse(&d, "frame", "an object", kind_word(j));
    decode_frame(&d, run, f, j);
    f->kept = d.kept;
    if (!d.bad)
        return f;
    frame_free(f);
    return NULL;
}

void frame_free(struct frame *f)
{
    if (f)
        release(f->kept);
    free(f);
}

const char *doing_word(enum doing d)
{
#define D(name, word) word,
    static const char *const words[] = {DOINGS(D)};
#undef D
    return d < DOING_COUNT ? words[d] : "?";
}
