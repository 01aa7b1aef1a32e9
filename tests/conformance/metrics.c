/* Task time and meters step by step; levels and histograms as questions. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "tests/conformance/topic.h"
#include "trace/histogram.h"
#include "trace/meter.h"
#include "trace/task_time.h"

enum { WINDOW_MAX = 1 << 20 };
#define WHOLE_MAX 1e15 /* from here on an exponent is written */

struct metrics_case {
    bool is_meter;
    struct meter meter;
    struct task_time time;
};

/* A whole number too stays one of a fraction, as Java writes it: 1000.0. */
static void put_real(struct json_writer *out, const char *name, double v)
{
    json_put_double(out, name, v);
    if (v == floor(v) && fabs(v) < WHOLE_MAX)
        bytes_put(out->out, ".0", 2);
}

/* ---- scripts ---- */

static bool begin_time(struct metrics_case *m, const struct json *op, struct refusal *why)
{
    m->time.started_ms = json_get_int(op, "startMs");
    return only_fields(op, "kind startMs", why);
}

static bool begin_meter(struct metrics_case *m, const struct json *op, struct refusal *why)
{
    uint32_t span;

    if (!only_fields(op, "kind spanSeconds", why) ||
        !number_between(op, "spanSeconds", 1, INT32_MAX, &span, why))
        return false;
    m->is_meter = true;
    meter_init(&m->meter, span);
    return true;
}

static void *metrics_begin(const struct json *op, struct refusal *why)
{
    struct metrics_case *m = mem_alloc(sizeof *m);
    const char *kind = json_get_text(op, "kind");
    bool ok;

    if (strcmp(kind, "time") == 0)
        ok = begin_time(m, op, why);
    else if (strcmp(kind, "meter") == 0)
        ok = begin_meter(m, op, why);
    else
        ok = refuse(why, CASE_FAIL, "unknown kind '%s'", kind);
    if (ok)
        return m;
    mem_free(m);
    return NULL;
}

static struct timer_gauge *gauge_of(struct task_time *t, const char *which)
{
    if (strcmp(which, "idle") == 0)
        return &t->idle;
    if (strcmp(which, "soft") == 0)
        return &t->soft;
    return strcmp(which, "hard") == 0 ? &t->hard : NULL;
}

static void update(struct task_time *t, int64_t now_ms, struct json_writer *out)
{
    timer_gauge_read(&t->idle, now_ms);
    timer_gauge_read(&t->soft, now_ms);
    timer_gauge_read(&t->hard, now_ms);
    json_object(out, NULL);
    json_put_int(out, "idle", t->idle.ms_per_second);
    json_put_int(out, "soft", t->soft.ms_per_second);
    json_put_int(out, "hard", t->hard.ms_per_second);
    json_put_int(out, "backPressured", task_time_backpressured(t));
    put_real(out, "busy", (double)task_time_busy(t));
    json_put_int(out, "maxSoft", t->soft.longest_ms);
    json_put_int(out, "maxHard", t->hard.longest_ms);
    json_put_int(out, "accIdle", t->idle.total_ms);
    json_put_int(out, "accBackPressured", task_time_backpressured_ms(t));
    put_real(out, "accBusy", (double)task_time_busy_ms(t, now_ms));
    json_end(out);
}

static bool time_step(struct task_time *t, const struct json *step, struct json_writer *out)
{
    const char *verb = json_text(json_at(step, 0));
    struct timer_gauge *g = gauge_of(t, json_text(json_at(step, 1)));

    if (strcmp(verb, "update") == 0)
        update(t, json_int(json_at(step, 1)), out);
    else if (g && strcmp(verb, "start") == 0)
        timer_gauge_start(g, json_int(json_at(step, 2)));
    else if (g && strcmp(verb, "end") == 0)
        timer_gauge_end(g, json_int(json_at(step, 2)));
    else
        return false;
    return true;
}

static bool meter_step(struct meter *m, const struct json *step, struct json_writer *out)
{
    if (strcmp(json_text(json_at(step, 0)), "mark") != 0)
        return false;
    m->count += json_int(json_at(step, 1));
    meter_read(m);
    json_object(out, NULL);
    json_put_int(out, "count", m->count);
    put_real(out, "rate", m->rate);
    json_end(out);
    return true;
}

static bool metrics_step(void *self, const struct json *step, struct json_writer *out)
{
    struct metrics_case *m = self;

    return m->is_meter ? meter_step(&m->meter, step, out) : time_step(&m->time, step, out);
}

static void metrics_end(void *self)
{
    struct metrics_case *m = self;

    meter_done(&m->meter);
    mem_free(m);
}

/* ---- questions ---- */

static bool answer_level(const struct json *in, struct json_writer *out, struct refusal *why)
{
    const struct json *ms = json_get(in, "backPressuredMsPerSecond");
    int64_t most = 0;

    if (!only_fields(in, "kind backPressuredMsPerSecond", why))
        return false;
    json_object(out, NULL);
    json_array(out, "subtasks");
    for (size_t i = 0; i < json_count(ms); i++) {
        int64_t of_one = json_int(json_at(ms, i));

        json_put_text(out, NULL, pressure_name(pressure_of(of_one)));
        most = of_one > most ? of_one : most;
    }
    json_end(out);
    json_put_text(out, "vertex", pressure_name(pressure_of(most)));
    put_real(out, "maxRatio", (double)most / 1000);
    json_end(out);
    return true;
}

static void put_statistics(const struct histogram *h, const struct json *asked,
                           struct json_writer *out)
{
    struct histogram_statistics s = histogram_statistics(h);

    json_object(out, NULL);
    json_put_int(out, "count", (int64_t)h->count);
    json_put_int(out, "size", h->size);
    json_put_int(out, "min", s.min);
    json_put_int(out, "max", s.max);
    put_real(out, "mean", s.mean);
    put_real(out, "stddev", s.deviation);
    json_object(out, "quantiles");
    for (size_t i = 0; i < json_count(asked); i++) {
        const char *q = json_name(json_at(asked, i));

        put_real(out, q, histogram_quantile(h, strtod(q, NULL)));
    }
    json_end(out);
    json_end(out);
}

static bool answer_histogram(const struct json *in, const struct json *asked,
                             struct json_writer *out, struct refusal *why)
{
    const struct json *values = json_get(in, "values");
    struct histogram h;
    uint32_t window;

    if (!only_fields(in, "kind window values", why) ||
        !number_between(in, "window", 1, WINDOW_MAX, &window, why))
        return false;
    histogram_init(&h, window);
    for (size_t i = 0; i < json_count(values); i++)
        histogram_add(&h, json_int(json_at(values, i)));
    put_statistics(&h, json_get(asked, "quantiles"), out);
    histogram_done(&h);
    return true;
}

static bool metrics_answer(const struct json *in, const struct json *asked, struct json_writer *out,
                           struct refusal *why)
{
    const char *kind = json_get_text(in, "kind");

    if (strcmp(kind, "level") == 0)
        return answer_level(in, out, why);
    if (strcmp(kind, "histogram") == 0)
        return answer_histogram(in, asked, out, why);
    return refuse(why, CASE_FAIL, "unknown kind '%s'", kind);
}

const struct topic metrics_topic = {.name = "metrics",
                                    .single = true,
                                    .begin = metrics_begin,
                                    .step = metrics_step,
                                    .end = metrics_end,
                                    .answer = metrics_answer};
