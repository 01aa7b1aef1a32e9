#include "trace/trace.h"

#include <string.h>

#include "base/hash.h"
#include "base/mem.h"

_Static_assert(sizeof(struct event) == 48, "events are 48 bytes, without padding");

static const char *const words[] = {
#define EVENT_WORD_(name, word) word,
    EVENT_LIST(EVENT_WORD_)
};

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

void trace_note_event(struct trace *t, struct event e)
{
    uint64_t word[6];

    e.number = t->count++;
    e.step = t->step;
    e.us = t->us;
    memcpy(word, &e, sizeof e);
    for (int i = 0; i < 6; i++)
        t->hash = hash_mix(t->hash, word[i]);
    if (t->ring)
        t->ring[e.number % t->ring_max] = e;
    if (t->listen)
        t->listen(t->listen_arg, &e);
}

const struct event *trace_event(const struct trace *t, uint64_t number)
{
    if (t->ring == NULL || number >= t->count || t->count - number > t->ring_max)
        return NULL;
    return &t->ring[number % t->ring_max];
}
