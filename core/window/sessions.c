#include "window/sessions.h"

void sessions_init(struct sessions *s)
{
    s->of_key = map_new(sizeof(struct merging));
}

void sessions_done(struct sessions *s)
{
    for (int64_t e = s->of_key ? map_next(s->of_key, 0) : MAP_NONE; e != MAP_NONE;
         e = map_next(s->of_key, e + 1))
        merging_done(map_value(s->of_key, e));
    map_free(s->of_key);
    s->of_key = NULL;
}

struct merging *sessions_put(struct sessions *s, struct span key)
{
    return map_value(s->of_key, map_put(s->of_key, key, NULL));
}

const struct in_flight *sessions_find(const struct sessions *s, struct span key,
                                      struct time_window w)
{
    int64_t e = map_find(s->of_key, key);

    return e == MAP_NONE ? NULL : merging_find(map_value(s->of_key, e), w);
}

void sessions_retire(struct sessions *s, struct span key, struct time_window w)
{
    int64_t e = map_find(s->of_key, key);
    struct merging *m = map_value(s->of_key, e);

    merging_retire(m, w);
    if (m->count)
        return;
    merging_done(m);
    map_remove_entry(s->of_key, e);
}

static void put_window(struct bytes *out, struct time_window w)
{
    bytes_put_i64(out, w.start_ms);
    bytes_put_i64(out, w.end_ms);
}

void sessions_snapshot(const struct sessions *s, struct bytes *out)
{
    bytes_put_u32(out, map_count(s->of_key));
    for (int64_t e = map_next(s->of_key, 0); e != MAP_NONE; e = map_next(s->of_key, e + 1)) {
        const struct merging *m = map_value(s->of_key, e);

        bytes_put_block(out, map_key(s->of_key, e));
        bytes_put_u32(out, m->count);
        for (uint32_t i = 0; i < m->count; i++) {
            put_window(out, m->at[i].window);
            put_window(out, m->at[i].state);
        }
    }
}

static struct time_window read_window(struct reader *r)
{
    int64_t start_ms = read_i64(r);

    return (struct time_window){start_ms, read_i64(r)};
}

bool sessions_restore(struct sessions *s, struct reader *r)
{
    uint32_t keys = read_u32(r);

    for (uint32_t k = 0; k < keys && reader_ok(r); k++) {
        struct span key = read_block(r);
        uint32_t count = read_u32(r);

        for (uint32_t i = 0; i < count && reader_ok(r); i++) {
            struct in_flight f = {.window = read_window(r)};

            f.state = read_window(r);
            if (reader_ok(r))
                merging_put(sessions_put(s, key), f);
        }
    }
    return reader_at_end(r);
}
