#include "base/mem.h"
#include "runtime/debloat.h"
#include "tests/conformance/topic.h"

static void *debloat_begin(const struct json *op, struct refusal *why)
{
    struct debloat_spec s = {0};
    struct debloat *d;
    uint32_t target, start;

    if (!only_fields(op, "targetMs startBytes maxBytes minBytes thresholdPercent samples", why) ||
        !number_between(op, "targetMs", 1, INT32_MAX, &target, why) ||
        !number_between(op, "startBytes", 1, INT32_MAX, &start, why) ||
        !number_between(op, "maxBytes", 1, INT32_MAX, &s.max_bytes, why) ||
        !number_between(op, "minBytes", 1, INT32_MAX, &s.min_bytes, why) ||
        !number_between(op, "thresholdPercent", 0, 100, &s.threshold_percent, why) ||
        !number_between(op, "samples", 1, INT32_MAX, &s.samples, why))
        return NULL;
    s.target_ms = target;
    d = mem_alloc(sizeof *d);
    debloat_init(d, &s, start);
    return d;
}

static bool debloat_step(void *self, const struct json *step, struct json_writer *out)
{
    struct debloat *d = self;
    bool tell;

    if (json_kind(json_at(step, 0)) != JSON_INT || json_kind(json_at(step, 1)) != JSON_INT)
        return false;
    tell = debloat_on_sample(d, json_int(json_at(step, 0)), (uint32_t)json_int(json_at(step, 1)));
    json_object(out, NULL);
    if (tell)
        json_put_int(out, "announce", d->announced);
    else
        json_put_null(out, "announce");
    json_put_int(out, "size", d->announced);
    json_put_int(out, "estimatedMs", d->estimated_ms);
    json_end(out);
    return true;
}

static void debloat_end(void *self)
{
    mem_free(self);
}

const struct topic debloat_topic = {.name = "debloat",
                                    .single = true,
                                    .begin = debloat_begin,
                                    .step = debloat_step,
                                    .end = debloat_end};
