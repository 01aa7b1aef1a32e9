#include <stdlib.h>
#include <string.h>

#include "data/key_group.h"
#include "tests/conformance/topic.h"

static bool hash_of(const struct json *in, int32_t *hash, struct refusal *why)
{
    const char *type = json_get_text(in, "type");
    const struct json *value = json_get(in, "value");
    uint64_t bits = strtoull(json_get_text(in, "bits"), NULL, 16);
    double d;

    memcpy(&d, &bits, 8);
    if (strcmp(type, "int") == 0)
        *hash = java_hash_int((int32_t)json_int(value));
    else if (strcmp(type, "long") == 0)
        *hash = java_hash_long(json_int(value));
    else if (strcmp(type, "boolean") == 0)
        *hash = java_hash_boolean(json_bool(value));
    else if (strcmp(type, "double") == 0)
        *hash = java_hash_double(d);
    else if (strcmp(type, "string") == 0)
        *hash = java_hash_text(
            (struct span){(const uint8_t *)json_text(value), json_text_bytes(value)});
    else
        return refuse(why, CASE_FAIL, "unknown key type '%s'", type);
    return true;
}

static bool answer_key(const struct json *in, const struct json *at, struct json_writer *out,
                       struct refusal *why)
{
    int32_t hash = 0;

    if (!hash_of(in, &hash, why))
        return false;
    json_object(out, NULL);
    json_put_int(out, "hash", hash);
    json_put_int(out, "murmur", key_group_murmur(hash));
    json_array(out, "at");
    for (size_t i = 0; i < json_count(at); i++) {
        uint32_t max = (uint32_t)json_get_int(json_at(at, i), "maxParallelism");
        uint32_t p = (uint32_t)json_get_int(json_at(at, i), "parallelism");
        uint32_t group = key_group_of(hash, max);

        json_object(out, NULL);
        json_put_int(out, "maxParallelism", max);
        json_put_int(out, "parallelism", p);
        json_put_int(out, "group", group);
        json_put_int(out, "subtask", key_group_subtask(group, p, max));
        json_end(out);
    }
    json_end(out);
    json_end(out);
    return true;
}

static void answer_ranges(const struct json *in, const struct json *owner, struct json_writer *out)
{
    uint32_t max = (uint32_t)json_get_int(in, "maxParallelism");
    uint32_t p = (uint32_t)json_get_int(in, "parallelism");

    json_object(out, NULL);
    if (!parallelism_is_legal(p, max)) {
        json_put_text(out, "error", "parallelism > maxParallelism");
        json_end(out);
        return;
    }
    json_array(out, "ranges");
    for (uint32_t i = 0; i < p; i++) {
        struct key_range range = key_group_range(i, p, max);

        json_array(out, NULL);
        json_put_int(out, NULL, range.first);
        json_put_int(out, NULL, range.last);
        json_end(out);
    }
    json_end(out);
    json_array(out, "owner");
    for (size_t i = 0; i < json_count(owner); i++) {
        uint32_t group = (uint32_t)json_int(json_at(json_at(owner, i), 0));

        json_array(out, NULL);
        json_put_int(out, NULL, group);
        json_put_int(out, NULL, key_group_subtask(group, p, max));
        json_end(out);
    }
    json_end(out);
    json_end(out);
}

static bool keygroup_answer(const struct json *in, const struct json *asked,
                            struct json_writer *out, struct refusal *why)
{
    const char *kind = json_get_text(in, "kind");

    if (!only_fields(in, "kind type value bits maxParallelism parallelism", why))
        return false;
    if (strcmp(kind, "key") == 0)
        return answer_key(in, json_get(asked, "at"), out, why);
    if (strcmp(kind, "ranges") == 0) {
        answer_ranges(in, json_get(asked, "owner"), out);
        return true;
    }
    if (strcmp(kind, "default") != 0)
        return refuse(why, CASE_FAIL, "unknown kind '%s'", kind);
    json_object(out, NULL);
    json_put_int(out, "maxParallelism",
                 default_max_parallelism((uint32_t)json_get_int(in, "parallelism")));
    json_end(out);
    return true;
}

const struct topic keygroup_topic = {.name = "keygroup", .answer = keygroup_answer};
