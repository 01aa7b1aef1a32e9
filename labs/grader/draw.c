/* Scripts from seeds, for each organ.  What counts is that every rule of its header is met often:
 * small numbers, so that borders are hit; repeats; and now and then the far ends. */
#include <stdio.h>
#include <string.h>

#include "labs/grader/script.h"

static uint64_t next(uint64_t *seed)
{
    uint64_t x = *seed += 0x9e3779b97f4a7c15u;

    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
    x = (x ^ x >> 27) * 0x94d049bb133111ebu;
    return x ^ x >> 31;
}

static unsigned draw_channels(struct script *s, uint64_t *seed, const char *option)
{
    unsigned channels = 1 + (unsigned)(next(seed) % 4);

    snprintf(s->setup, sizeof s->setup, "channels %u%s", channels, option);
    return channels;
}

static void draw_valve(struct script *s, uint64_t *seed)
{
    unsigned channels = draw_channels(s, seed, "");
    int64_t base = (int64_t)(next(seed) % 40) - 20;

    for (int i = 0; i < s->steps; i++) {
        unsigned c = (unsigned)(next(seed) % channels), kind = (unsigned)(next(seed) % 10);

        base += (int64_t)(next(seed) % 4);
        if (kind < 6)
            snprintf(s->step[i], STEP_BYTES, "w %u %lld", c,
                     (long long)(base + (int64_t)(next(seed) % 12) - 4));
        else
            snprintf(s->step[i], STEP_BYTES, "%s %u", kind < 8 ? "idle" : "active", c);
    }
}

static void draw_aligner(struct script *s, uint64_t *seed)
{
    unsigned channels = draw_channels(s, seed, next(seed) % 3 == 0 ? " off" : "");
    unsigned checkpoint = 1, now = 1000;

    for (int i = 0; i < s->steps; i++) {
        unsigned c = (unsigned)(next(seed) % channels), kind = (unsigned)(next(seed) % 20);
        unsigned n = checkpoint + (unsigned)(next(seed) % 5 == 0) -
                     (next(seed) % 9 == 0 && checkpoint > 1);

        checkpoint = n > checkpoint ? n : checkpoint + (next(seed) % 4 == 0);
        now += (unsigned)(next(seed) % 5);
        if (kind < 13)
            snprintf(s->step[i], STEP_BYTES, "barrier %u %u", c, n);
        else if (kind < 15)
            snprintf(s->step[i], STEP_BYTES, "cancel %u %u", c, n);
        else if (kind < 16)
            snprintf(s->step[i], STEP_BYTES, "end %u", c);
        else
            snprintf(s->step[i], STEP_BYTES, "time %u", now);
    }
}

/* Rows out of order, with a gap now and then; probes that are sometimes long apart. */
static void draw_generator(struct script *s, uint64_t *seed)
{
    unsigned idle = next(seed) % 4 ? 1 + (unsigned)(next(seed) % 40) : 0;
    long long now = (long long)(next(seed) % 3) * 10, event = (long long)(next(seed) % 60) - 30;

    snprintf(s->setup, sizeof s->setup, "generator delay %u idle %u", (unsigned)(next(seed) % 15),
             idle);
    for (int i = 0; i < s->steps; i++) {
        if (next(seed) % 5 < 2) {
            event += (long long)(next(seed) % 20) - 7;
            snprintf(s->step[i], STEP_BYTES, "row %lld", event);
        } else {
            now += (long long)(next(seed) % 3 ? next(seed) % 12 : idle + next(seed) % 3);
            snprintf(s->step[i], STEP_BYTES, "probe %lld", now);
        }
    }
}

static void draw_windows(struct script *s, uint64_t *seed)
{
    int step = 1 + (int)(next(seed) % 12), size = step, offset;

    switch (next(seed) % 3) {
    case 0:
        offset = (int)(next(seed) % (2 * (unsigned)size - 1)) - size + 1;
        snprintf(s->setup, sizeof s->setup, "tumbling size %d offset %d", size, offset);
        break;
    case 1:
        size = 1 + (int)(next(seed) % (4 * (unsigned)step));
        offset = (int)(next(seed) % (2 * (unsigned)step - 1)) - step + 1;
        snprintf(s->setup, sizeof s->setup, "sliding size %d slide %d offset %d", size, step,
                 offset);
        break;
    default:
        size = step * (1 + (int)(next(seed) % 5));
        offset = (int)(next(seed) % (2 * (unsigned)size - 1)) - size + 1;
        snprintf(s->setup, sizeof s->setup, "cumulate size %d step %d offset %d", size, step,
                 offset);
    }
    for (int i = 0; i < s->steps; i++)
        snprintf(s->step[i], STEP_BYTES, "t %d",
                 (int)(next(seed) % (8 * (unsigned)size)) - 4 * size);
}

bool script_draw(struct script *s, const char *organ, uint64_t seed)
{
    static const struct {
        const char *organ;
        void (*draw)(struct script *, uint64_t *);
    } all[] = {{"aligner", draw_aligner},
               {"generator", draw_generator},
               {"valve", draw_valve},
               {"windows", draw_windows}};

    *s = (struct script){.first_wrong = -1};
    s->steps = 4 + (int)(next(&seed) % 28);
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        if (strcmp(all[i].organ, organ) == 0) {
            all[i].draw(s, &seed);
            return true;
        }
    return false;
}
