#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "tests/conformance/topic.h"
#include "time/multiplexer.h"
#include "time/timestamps.h"

enum kind { GENERATOR, TIMESTAMPS, MULTIPLEXER };

struct watermark {
    enum kind kind;
    int64_t now_ms;
    struct generator generator;
    struct timestamps timestamps;
    struct multiplexer *multiplexer;
};

static bool strategy(const struct json *op, struct generator *g, struct refusal *why)
{
    const char *name = json_get_text(op, "strategy");
    bool bounded = strcmp(name, "bounded") == 0;

    if (!bounded && strcmp(name, "monotonous") != 0)
        return refuse(why, CASE_FAIL, "unknown strategy '%s'", name);
    generator_init(g, bounded ? json_get_int(op, "delay") : 0, json_get_int(op, "idle_timeout"));
    return true;
}

static void *watermark_begin(const struct json *op, struct refusal *why)
{
    const char *kind = json_get_text(op, "kind");
    struct watermark *w = mem_alloc(sizeof *w);
    bool ok = only_fields(op, "kind strategy delay idle_timeout interval", why);

    if (strcmp(kind, "multiplexer") == 0) {
        w->kind = MULTIPLEXER;
        w->multiplexer = multiplexer_new();
    } else if (strcmp(kind, "generator") == 0 || strcmp(kind, "timestamps_operator") == 0) {
        w->kind = kind[0] == 'g' ? GENERATOR : TIMESTAMPS;
        w->now_ms = w->kind == GENERATOR ? 1000 : 0;
        ok = ok && strategy(op, &w->generator, why);
        timestamps_init(&w->timestamps, w->generator, json_get_int(op, "interval"), false, 0);
    } else {
        ok = refuse(why, CASE_FAIL, "unknown kind '%s'", kind);
    }
    if (ok)
        return w;
    multiplexer_free(w->multiplexer);
    mem_free(w);
    return NULL;
}

static bool generator_step(struct watermark *w, const char *verb, int64_t n,
                           struct json_writer *out)
{
    enum generator_out o;

    if (strcmp(verb, "e") == 0) {
        generator_on_row(&w->generator, n);
    } else if (strcmp(verb, "p") == 0) {
        w->now_ms = n;
    } else if (strcmp(verb, "tick") == 0) {
        o = generator_on_probe(&w->generator, w->now_ms);
        if (o == GENERATOR_WATERMARK)
            put_watermark(out, generator_watermark(&w->generator));
        else if (o == GENERATOR_IDLE)
            put_status(out, false);
    } else {
        return false;
    }
    return true;
}

static bool timestamps_step(struct watermark *w, const char *verb, int64_t n,
                            struct json_writer *out)
{
    struct timestamps *t = &w->timestamps;
    unsigned o = TIMESTAMPS_NOTHING;

    if (strcmp(verb, "e") == 0) {
        put_list(out, "r");
        json_put_int(out, NULL, n);
        json_end(out);
        o = timestamps_on_row(t, n);
    } else if (strcmp(verb, "p") == 0) {
        w->now_ms = n;
        o = timestamps_on_time(t, n);
    } else if (strcmp(verb, "w") == 0) {
        o = timestamps_on_watermark(t, n);
    } else if (strcmp(verb, "finish") == 0) {
        o = timestamps_finish(t, w->now_ms);
    } else if (strcmp(verb, "idle") != 0 && strcmp(verb, "active") != 0) {
        return false; /* a status from upstream is swallowed */
    }
    if (o & TIMESTAMPS_ACTIVE)
        put_status(out, true);
    if (o & TIMESTAMPS_WATERMARK)
        put_watermark(out, t->watermark_ms);
    if (o & TIMESTAMPS_IDLE)
        put_status(out, false);
    return true;
}

static void put_combined(struct watermark *w, unsigned o, struct json_writer *out)
{
    if (o & MULTIPLEXER_WATERMARK)
        put_watermark(out, multiplexer_watermark(w->multiplexer));
    if (o & MULTIPLEXER_IDLE)
        put_status(out, false);
}

static bool multiplexer_step(struct watermark *w, const struct json *step, struct json_writer *out)
{
    const char *verb = json_text(json_at(step, 0)), *id = json_text(json_at(step, 1));
    uint32_t split = (uint32_t)strtoul(id[0] ? id + 1 : id, NULL, 10);
    int64_t ms = json_int(json_at(step, 2));
    struct multiplexer *m = w->multiplexer;

    if (strcmp(verb, "add") == 0)
        multiplexer_add(m, split);
    else if (strcmp(verb, "remove") == 0)
        multiplexer_remove(m, split);
    else if (strcmp(verb, "now") == 0)
        put_combined(w, multiplexer_now(m, split, ms), out);
    else if (strcmp(verb, "idle_now") == 0)
        put_combined(w, multiplexer_idle_now(m, split), out);
    else if (strcmp(verb, "later") == 0)
        multiplexer_later(m, split, ms);
    else if (strcmp(verb, "idle_later") == 0)
        multiplexer_idle_later(m, split);
    else if (strcmp(verb, "active_later") == 0)
        multiplexer_active_later(m, split);
    else if (strcmp(verb, "tick") == 0)
        put_combined(w, multiplexer_tick(m), out);
    else
        return false;
    return true;
}

static bool watermark_step(void *self, const struct json *step, struct json_writer *out)
{
    struct watermark *w = self;
    const char *verb = json_text(json_at(step, 0));

    if (w->kind == MULTIPLEXER)
        return multiplexer_step(w, step, out);
    if (w->kind == GENERATOR)
        return generator_step(w, verb, json_int(json_at(step, 1)), out);
    return timestamps_step(w, verb, json_int(json_at(step, 1)), out);
}

static void watermark_end(void *self)
{
    struct watermark *w = self;

    multiplexer_free(w->multiplexer);
    mem_free(w);
}

const struct topic watermark_topic = {
    .name = "watermark", .begin = watermark_begin, .step = watermark_step, .end = watermark_end};
