#include "trace/trace.h"

#include <string.h>

#include "base/mem.h"

_Static_assert(sizeof(struct event) == 48, "events are 48 bytes, without padding");

static const char *const words[] = {
#define EVENT_WORD_(name, word) word,
    EVENT_LIST(EVENT_WORD_)};

const char *event_word(int kind)
{
    return kind >= 0 && kind < EVENT_KINDS ? words[kind] : "?";
}

int event_kind_of(const char *word)
{
    for (int i = 0; i < EVENT_KINDS; i++)
        if (strcmp(words[i], word) == 0)
            return i;
    return -1;
}

void trace_init(struct trace *t, uint32_t ring_max)
{
    *t = (struct trace){.hash = TRACE_HASH_START, .ring_max = ring_max};
    if (ring_max)
        t->ring = mem_alloc(ring_max * sizeof *t->ring);
}

void trace_done(struct trace *t)
{
    mem_free(t->ring);
    *t = (struct trace){0};
}

/* Two words into one, through all 128 bits of a product. */
static inline uint64_t fold(uint64_t a, uint64_t b)
{
    unsigned __int128 product = (unsigned __int128)a * b;

    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/* The hash of one event.  It does not depend on the events before, so the processor works on
 * several at once; only the last step of trace_note_words() waits for the hash so far.  Fields are
 * taken by value, not by their place in memory, so byte order does not matter. */
static inline uint64_t event_hash(const struct trace *t, uint64_t who, uint32_t checkpoint,
                                  int64_t a, int64_t b)
{
    uint64_t where = (uint64_t)t->step << 32 | checkpoint;
    uint64_t x = fold(t->count ^ 0x6a09e667f3bcc909u, (uint64_t)t->us ^ 0xbb67ae8584caa73bu);
    uint64_t y = fold((uint64_t)a ^ 0x3c6ef372fe94f82bu, (uint64_t)b ^ 0xa54ff53a5f1d36f1u);
    uint64_t z = fold(where ^ 0x510e527fade682d1u, who ^ 0x9b05688c2b3e6c1fu);

    return x ^ (y << 21 | y >> 43) ^ (z << 42 | z >> 22);
}

/* Keep it in the ring and show it to who listens.  Written field by field where it shall stay. */
static void deliver(struct trace *t, uint64_t number, uint64_t who, uint32_t checkpoint, int64_t a,
                    int64_t b)
{
    struct event alone, *e = &alone;

    if (t->ring) {
        e = &t->ring[t->ring_at];
        if (++t->ring_at == t->ring_max)
            t->ring_at = 0;
    }
    e->number = number;
    e->us = t->us;
    e->a = a;
    e->b = b;
    e->step = t->step;
    e->checkpoint = checkpoint;
    e->actor = (uint16_t)(who >> 48);
    e->channel = (uint16_t)(who >> 32);
    e->kind = (uint8_t)(who >> 24);
    e->attempt = (uint8_t)(who >> 16);
    memset(e->zero, 0, sizeof e->zero);
    if (t->listen)
        t->listen(t->listen_arg, e);
}

void trace_note_words(struct trace *t, uint64_t who, uint32_t checkpoint, int64_t a, int64_t b)
{
    uint64_t hash = event_hash(t, who, checkpoint, a, b), number = t->count++;

    hash ^= t->hash << 29 | t->hash >> 35;
    t->hash = hash * 0x9e3779b97f4a7c15u;
    if (t->ring || t->listen)
        deliver(t, number, who, checkpoint, a, b);
}

void trace_note_event(struct trace *t, struct event e)
{
    trace_note(t, e.kind, e.actor, e.attempt, e.checkpoint, e.channel, e.a, e.b);
}

const struct event *trace_event(const struct trace *t, uint64_t number)
{
    if (t->ring == NULL || number >= t->count || t->count - number > t->ring_max)
        return NULL;
    return &t->ring[number % t->ring_max];
}
