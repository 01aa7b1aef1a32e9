#include <string.h>

#include "data/key_group.h"
#include "runtime/partitioner.h"
#include "tests/conformance/topic.h"

enum { MAX_DOWN = 100000 };

static int ship_of(const char *name)
{
    static const struct {
        const char *name;
        enum ship ship;
    } ships[] = {{"forward", SHIP_FORWARD},     {"rebalance", SHIP_REBALANCE},
                 {"rescale", SHIP_RESCALE},     {"shuffle", SHIP_SHUFFLE},
                 {"broadcast", SHIP_BROADCAST}, {"global", SHIP_GLOBAL},
                 {"keyBy", SHIP_HASH},          {"custom", SHIP_CUSTOM}};

    for (size_t i = 0; i < sizeof ships / sizeof ships[0]; i++)
        if (strcmp(ships[i].name, name) == 0)
            return (int)ships[i].ship;
    return -1;
}

/* The vectors' user function: the length of the key modulo the channels. */
static uint32_t by_length(const void *key, uint32_t key_bytes, uint32_t channels)
{
    (void)key;
    return key_bytes % channels;
}

static void select_all(const struct json *in, enum ship ship, struct json_writer *out)
{
    const struct json *keys = json_get(in, "keys");
    uint32_t max = (uint32_t)json_get_int(in, "maxParallelism");
    size_t n = keys ? json_count(keys) : (size_t)json_get_int(in, "records");
    struct partitioner p;

    partitioner_init(&p, ship, (uint32_t)json_get_int(in, "channels"), max,
                     (uint64_t)json_get_int(in, "drawn"));
    p.custom = by_length;
    json_array(out, NULL);
    for (size_t i = 0; i < n; i++) {
        const struct json *k = json_at(keys, i);
        struct span key = {(const uint8_t *)json_text(k), json_text_bytes(k)};
        uint32_t group = max ? key_group_of_key(WEIR_STRING, key, max) : 0;

        json_put_int(out, NULL, partitioner_select(&p, group, key));
    }
    json_end(out);
}

static void wire(const struct json *in, enum ship ship, struct json_writer *out)
{
    uint32_t up = (uint32_t)json_get_int(in, "up"), down = (uint32_t)json_get_int(in, "down");

    json_object(out, NULL);
    json_array(out, "consumers");
    for (uint32_t c = 0; c < down; c++) {
        json_array(out, NULL);
        for (uint32_t n = 0; n < wiring_inputs(ship, up, down, c); n++) {
            uint32_t producer, sub;

            wiring_input(ship, up, down, c, n, &producer, &sub);
            json_array(out, NULL);
            json_put_int(out, NULL, producer);
            json_put_int(out, NULL, sub);
            json_end(out);
        }
        json_end(out);
    }
    json_end(out);
    json_array(out, "producers");
    for (uint32_t p = 0; p < up;
         p++) { /* ascending, as asked; sub-partitions have their own order */
        json_array(out, NULL);
        for (uint32_t c = 0; c < down; c++)
            for (uint32_t s = 0; s < wiring_outputs(ship, up, down, p); s++)
                if (wiring_output(ship, up, down, p, s) == c)
                    json_put_int(out, NULL, c);
        json_end(out);
    }
    json_end(out);
    json_end(out);
}

static void traits(enum ship ship, struct json_writer *out)
{
    struct partitioner_traits t = partitioner_traits(ship);

    json_object(out, NULL);
    json_put_bool(out, "pointwise", t.pointwise);
    json_put_bool(out, "broadcast", t.broadcast);
    json_put_bool(out, "unalignedSupported", t.unaligned_supported);
    json_put_text(out, "outputMapper", mapper_name(t.output));
    json_put_text(out, "inputMapper", mapper_name(t.input));
    json_end(out);
}

static bool partition_answer(const struct json *in, const struct json *asked,
                             struct json_writer *out, struct refusal *why)
{
    const char *kind = json_get_text(in, "kind"), *name = json_get_text(in, "partitioner");
    const char *pattern = json_get_text(in, "pattern");
    int ship = ship_of(name);

    (void)asked;
    if (!only_fields(
            in, "kind partitioner channels records keys drawn maxParallelism pattern up down", why))
        return false;
    if (strcmp(kind, "wiring") == 0) {
        bool pointwise = strcmp(pattern, "pointwise") == 0;

        if (!pointwise && strcmp(pattern, "all-to-all") != 0)
            return refuse(why, CASE_FAIL, "unknown pattern '%s'", pattern);
        wire(in, pointwise ? SHIP_RESCALE : SHIP_REBALANCE, out);
        return true;
    }
    if (ship < 0)
        return refuse(why, CASE_FAIL, "unknown partitioner '%s'", name);
    if (strcmp(kind, "traits") == 0)
        traits((enum ship)ship, out);
    else if (strcmp(kind, "select") == 0)
        select_all(in, (enum ship)ship, out);
    else
        return refuse(why, CASE_FAIL, "unknown kind '%s'", kind);
    return true;
}

const struct topic partition_topic = {.name = "partition", .answer = partition_answer};
