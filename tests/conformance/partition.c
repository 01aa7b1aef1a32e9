#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "data/key_group.h"
#include "graph/partitioner.h"
#include "tests/conformance/topic.h"

enum { PARALLELISM_MAX = 1 << 15, WIRED_MAX = 2048, RECORDS_MAX = 1 << 20 };

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

/* The vectors' user function: the length of the key, as Java counts it, modulo the channels. */
static uint32_t by_length(struct weir_text key, int64_t number, uint32_t channels)
{
    const uint8_t *p = (const uint8_t *)key.p;
    uint32_t units = 0;

    (void)number;
    for (uint32_t i = 0; i < key.bytes;
         i++) /* a UTF-8 sequence is one UTF-16 unit, of 4 bytes two */
        units += ((p[i] & 0xc0) != 0x80) + (p[i] >= 0xf0);
    return units % channels;
}

static bool are_texts(const struct json *keys)
{
    for (size_t i = 0; i < json_count(keys); i++)
        if (json_kind(json_at(keys, i)) != JSON_STRING)
            return false;
    return json_kind(keys) == JSON_ARRAY;
}

/* What a selection of this partitioner needs, and nothing that it does not. */
static bool check_select(const struct json *in, enum ship ship, struct partitioner *p, uint32_t *n,
                         struct refusal *why)
{
    bool keyed = ship == SHIP_HASH || ship == SHIP_CUSTOM;
    uint32_t channels, max = 0, drawn = 0;

    if (ship == SHIP_BROADCAST || ship == SHIP_SHUFFLE)
        return refuse(why, CASE_FAIL, "%s does not choose one channel that can be foretold",
                      ship_name(ship));
    if (!only_fields(in,
                     keyed                    ? "kind partitioner channels maxParallelism keys"
                     : ship == SHIP_REBALANCE ? "kind partitioner channels drawn records"
                                              : "kind partitioner channels records",
                     why) ||
        !number_between(in, "channels", 1, PARALLELISM_MAX, &channels, why))
        return false;
    if (ship == SHIP_HASH &&
        !number_between(in, "maxParallelism", channels, PARALLELISM_MAX, &max, why))
        return false;
    if (ship == SHIP_REBALANCE && !number_between(in, "drawn", 0, INT32_MAX, &drawn, why))
        return false;
    partitioner_init(p, ship, channels, max, drawn);
    p->partition = by_length;
    if (!keyed)
        return number_between(in, "records", 0, RECORDS_MAX, n, why);
    *n = (uint32_t)json_count(json_get(in, "keys"));
    return are_texts(json_get(in, "keys")) || refuse(why, CASE_FAIL, "malformed: 'keys'");
}

static bool select_all(const struct json *in, enum ship ship, struct json_writer *out,
                       struct refusal *why)
{
    const struct json *keys = json_get(in, "keys");
    struct partitioner p;
    uint32_t n;

    if (!check_select(in, ship, &p, &n, why))
        return false;
    json_array(out, NULL);
    for (uint32_t i = 0; i < n; i++) {
        const struct json *k = json_at(keys, i);
        struct span key = {(const uint8_t *)json_text(k), json_text_bytes(k)};
        uint32_t group = ship == SHIP_HASH ? key_group_of_key(WEIR_STRING, key, p.max_parallelism)
                                           : 0;

        json_put_int(out, NULL, partitioner_select(&p, group, key));
    }
    json_end(out);
    return true;
}

static int ascending(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

    return (x > y) - (x < y);
}

/* Ascending, as asked; sub-partitions have their own order. */
static void consumers_of(enum ship ship, uint32_t up, uint32_t down, uint32_t producer,
                         struct json_writer *out)
{
    uint32_t n = wiring_outputs(ship, up, down, producer);
    uint32_t *consumer = mem_alloc(n * sizeof *consumer);

    for (uint32_t s = 0; s < n; s++)
        consumer[s] = wiring_output(ship, up, down, producer, s);
    qsort(consumer, n, sizeof *consumer, ascending);
    json_array(out, NULL);
    for (uint32_t s = 0; s < n; s++)
        json_put_int(out, NULL, consumer[s]);
    json_end(out);
    mem_free(consumer);
}

static void wire(enum ship ship, uint32_t up, uint32_t down, struct json_writer *out)
{
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
    for (uint32_t p = 0; p < up; p++)
        consumers_of(ship, up, down, p, out);
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

static bool wiring(const struct json *in, struct json_writer *out, struct refusal *why)
{
    const char *pattern = json_get_text(in, "pattern");
    bool pointwise = strcmp(pattern, "pointwise") == 0;
    uint32_t up, down;

    if (!only_fields(in, "kind pattern up down", why) ||
        !number_between(in, "up", 1, WIRED_MAX, &up, why) ||
        !number_between(in, "down", 1, WIRED_MAX, &down, why))
        return false;
    if (!pointwise && strcmp(pattern, "all-to-all") != 0)
        return refuse(why, CASE_FAIL, "unknown pattern '%s'", pattern);
    wire(pointwise ? SHIP_RESCALE : SHIP_REBALANCE, up, down, out);
    return true;
}

static bool partition_answer(const struct json *in, const struct json *asked,
                             struct json_writer *out, struct refusal *why)
{
    const char *kind = json_get_text(in, "kind"), *name = json_get_text(in, "partitioner");
    int ship = ship_of(name);

    (void)asked;
    if (strcmp(kind, "wiring") == 0)
        return wiring(in, out, why);
    if (strcmp(kind, "traits") != 0 && strcmp(kind, "select") != 0)
        return refuse(why, CASE_FAIL, "unknown kind '%s'", kind);
    if (ship < 0)
        return refuse(why, CASE_FAIL, "unknown partitioner '%s'", name);
    if (strcmp(kind, "select") == 0)
        return select_all(in, (enum ship)ship, out, why);
    if (!only_fields(in, "kind partitioner", why))
        return false;
    traits((enum ship)ship, out);
    return true;
}

const struct topic partition_topic = {.name = "partition", .answer = partition_answer};
