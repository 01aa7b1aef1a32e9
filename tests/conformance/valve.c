#include <string.h>

#include "base/mem.h"
#include "tests/conformance/topic.h"
#include "time/valve.h"

static void *valve_begin(const struct json *op, struct refusal *why)
{
    int64_t channels = json_get_int(op, "channels");

    if (!only_fields(op, "kind channels", why))
        return NULL;
    if (strcmp(json_get_text(op, "kind"), "valve") != 0 || channels < 1) {
        refuse(why, CASE_FAIL, "unknown kind '%s'", json_get_text(op, "kind"));
        return NULL;
    }
    return valve_new((uint32_t)channels);
}

static bool valve_step(void *self, const struct json *step, struct json_writer *out)
{
    const char *verb = json_text(json_at(step, 0));
    uint32_t c = (uint32_t)json_int(json_at(step, 1));
    unsigned what;

    if (strcmp(verb, "w") == 0)
        what = valve_on_watermark(self, c, json_int(json_at(step, 2)));
    else if (strcmp(verb, "idle") == 0)
        what = valve_on_idle(self, c);
    else if (strcmp(verb, "active") == 0)
        what = valve_on_active(self, c);
    else
        return false;
    if (what & VALVE_WATERMARK)
        put_watermark(out, valve_now(self));
    if (what & (VALVE_IDLE | VALVE_ACTIVE))
        put_status(out, what & VALVE_ACTIVE);
    return true;
}

static void valve_end(void *self)
{
    valve_free(self);
}

const struct topic valve_topic = {
    .name = "valve", .begin = valve_begin, .step = valve_step, .end = valve_end};
