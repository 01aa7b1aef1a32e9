#include "tests/golden/lines.h"

#include "base/json.h"
#include "tests/golden/records.h"

static struct span span_of(struct weir_text t)
{
    return (struct span){(const uint8_t *)t.p, t.bytes};
}

static void put_text(struct json_writer *w, const char *name, struct weir_text t)
{
    json_put_span(w, name, span_of(t));
}

static void put_ints(struct json_writer *w, const char *name, const int64_t *list, uint32_t count)
{
    json_array(w, name);
    for (uint32_t i = 0; i < count; i++)
        json_put_int(w, NULL, list[i]);
    json_end(w);
}

static void put_ids(struct json_writer *w, const char *name, const struct values *v)
{
    json_array(w, name);
    for (uint32_t i = 0; i < v->id_count; i++)
        put_text(w, NULL, v->ids[i]);
    json_end(w);
}

static void put_ranked(struct json_writer *w, const char *name, const struct values *v)
{
    json_array(w, name);
    for (uint32_t i = 0; i < v->ranked_count; i++) {
        json_array(w, NULL);
        put_text(w, NULL, v->ranked[i].key);
        json_put_int(w, NULL, v->ranked[i].count);
        json_put_int(w, NULL, v->ranked[i].sum);
        json_end(w);
    }
    json_end(w);
}

/* The keys of flights by id are numbers where their hashes are shown. */
static void put_key(struct json_writer *w, const struct spec *s, const struct values *v)
{
    if (s->family == FAMILY_KEY_GROUPS && s->key == KEY_ID && !s->quakes)
        json_put_int(w, "key", v->value);
    else
        put_text(w, "key", v->key);
}

static void put(struct json_writer *w, const struct spec *s, enum out_word o,
                const struct values *v)
{
    const char *name = out_name(o);

    switch (o) {
    case OUT_key:
        put_key(w, s, v);
        break;
    case OUT_last:
        if (s->family == FAMILY_WINDOW_LIST)
            put_text(w, name, v->last_id);
        else
            json_put_int(w, name, v->last);
        break;
    case OUT_top:
        if (s->family == FAMILY_TOP)
            put_ranked(w, name, v);
        else
            put_text(w, name, v->top);
        break;
    case OUT_values:
    case OUT_subtasks:
        put_ints(w, name, v->list, v->listed);
        break;
    case OUT_ids:
        put_ids(w, name, v);
        break;
    case OUT_delay:
        json_put_int(w, name, v->value);
        break;
#define PUT_TEXT_(field)                                                                           \
    case OUT_##field:                                                                              \
        put_text(w, name, v->field);                                                               \
        break;
        PUT_TEXT_(id)
        PUT_TEXT_(destination)
        PUT_TEXT_(first)
        PUT_TEXT_(left)
        PUT_TEXT_(right)
#define PUT_INT_(field)                                                                            \
    case OUT_##field:                                                                              \
        json_put_int(w, name, v->field);                                                           \
        break;
        PUT_INT_(start)
        PUT_INT_(end)
        PUT_INT_(count)
        PUT_INT_(sum)
        PUT_INT_(max)
        PUT_INT_(min)
        PUT_INT_(ts)
        PUT_INT_(wm)
        PUT_INT_(nth)
        PUT_INT_(distinct)
        PUT_INT_(seen)
        PUT_INT_(value)
        PUT_INT_(hash)
        PUT_INT_(group)
        PUT_INT_(left_ts)
        PUT_INT_(right_ts)
        PUT_INT_(departures)
        PUT_INT_(arrivals)
        PUT_INT_(departed_mi)
        PUT_INT_(arrived_mi)
    case OUT_WORDS:
        break;
    }
}

static void send(struct weir_ctx *c, int tag, struct bytes *text)
{
    struct line l = {.text = {(const char *)text->p, (uint32_t)text->bytes}};

    if (tag == TO_OUTPUT)
        line_emit(c, l);
    else
        line_emit_to(c, tag, l);
    bytes_done(text);
}

void line_out(struct weir_ctx *c, int tag, const struct values *v)
{
    const struct spec *s = spec_of(c);
    struct bytes text = {0};
    struct json_writer w = {.out = &text};

    json_object(&w, NULL);
    for (uint32_t i = 0; i < s->outs; i++)
        put(&w, s, s->out[i], v);
    json_end(&w);
    send(c, tag, &text);
}

void line_late(struct weir_ctx *c, int tag, struct weir_text id, struct weir_text key)
{
    struct bytes text = {0};
    struct json_writer w = {.out = &text};

    json_object(&w, NULL);
    put_text(&w, "id", id);
    put_text(&w, "key", key);
    json_put_int(&w, "ts", weir_event_ms(c));
    json_put_int(&w, "wm", weir_watermark_ms(c));
    json_end(&w);
    send(c, tag, &text);
}
