#include "checkpoint/aligner.h"

#include <assert.h>

#include "base/mem.h"

const int aligner_version_1 = 1;

static const char *const reason_names[] = {
#define REASON_NAME_(name, word) word,
    ALIGN_REASON_LIST(REASON_NAME_)};

const char *align_reason_name(enum align_reason r)
{
    return (unsigned)r < ALIGN_REASONS ? reason_names[r] : "?";
}

struct aligner *aligner_new(uint32_t channels, bool after_finish)
{
    struct aligner *a = mem_alloc(sizeof *a);

    assert(channels >= 1 && channels <= ALIGNER_CHANNELS_MAX);
    a->channels = a->open = channels;
    a->after_finish = after_finish;
    a->action = mem_alloc((2 * channels + 4) * sizeof *a->action);
    a->shut = mem_alloc(channels);
    a->ended = mem_alloc(channels);
    return a;
}

void aligner_free(struct aligner *a)
{
    if (a == NULL)
        return;
    mem_free(a->action);
    mem_free(a->shut);
    mem_free(a->ended);
    mem_free(a);
}

static struct align_action *decide(struct aligner *a, enum align_kind kind)
{
    struct align_action *d = &a->action[a->actions++];

    *d = (struct align_action){.kind = kind, .checkpoint = a->current};
    return d;
}

static void resume(struct aligner *a, uint32_t channel)
{
    a->shut[channel] = false;
    decide(a, ALIGN_RESUME)->channel = channel;
}

static void resume_all(struct aligner *a)
{
    for (uint32_t c = 0; c < a->channels; c++)
        if (a->shut[c])
            resume(a, c);
}

static void begin(struct aligner *a, uint32_t checkpoint, int64_t created_ms, int64_t now_ms)
{
    a->current = checkpoint;
    a->pending = true;
    a->aligned = 0;
    a->target = a->open;
    a->created_ms = created_ms;
    a->first_ms = now_ms;
}

static void give_up(struct aligner *a, uint32_t checkpoint, enum align_reason reason)
{
    if (checkpoint > a->current)
        a->current = checkpoint;
    a->pending = false;
    a->aligned = 0;
    resume_all(a);
    decide(a, ALIGN_ABORT)->reason = reason;
}

/* One more channel has come to the cut; with the last one it is taken. */
static void count_aligned(struct aligner *a, int64_t now_ms)
{
    struct align_action *d;

    if (++a->aligned < a->target)
        return;
    d = decide(a, ALIGN_CHECKPOINT);
    d->created_ms = a->created_ms;
    d->delay_ms = a->first_ms > a->created_ms ? a->first_ms - a->created_ms : 0;
    d->took_ms = now_ms - a->first_ms;
    a->pending = false;
    a->aligned = 0;
    resume_all(a);
}

void aligner_on_barrier(struct aligner *a, uint32_t channel, uint32_t checkpoint,
                        int64_t created_ms, int64_t now_ms)
{
    assert(channel < a->channels && !a->ended[channel]);
    a->actions = 0;
    if (checkpoint < a->current || (checkpoint == a->current && !a->pending)) {
        resume(a, channel); /* A2 */
        return;
    }
    if (checkpoint > a->current) {
        if (a->pending)
            give_up(a, a->current, ALIGN_SUBSUMED); /* A3 */
        begin(a, checkpoint, created_ms, now_ms);
    }
    a->shut[channel] = true; /* A1 */
    decide(a, ALIGN_BLOCK)->channel = channel;
    count_aligned(a, now_ms);
}

void aligner_on_cancel(struct aligner *a, uint32_t channel, uint32_t checkpoint, int64_t now_ms)
{
    assert(channel < a->channels);
    a->actions = 0;
    if (checkpoint > a->current || (checkpoint == a->current && a->aligned > 0))
        give_up(a, checkpoint, ALIGN_CANCELLATION_BARRIER); /* A4 */
    (void)now_ms;
}

void aligner_on_end(struct aligner *a, uint32_t channel, int64_t now_ms)
{
    assert(channel < a->channels && !a->ended[channel]);
    a->actions = 0;
    a->ended[channel] = true;
    a->open--;
    if (!a->pending)
        return;
    if (a->after_finish)
        count_aligned(a, now_ms); /* A5 */
    else
        give_up(a, a->current, ALIGN_INPUT_END_OF_STREAM);
}
