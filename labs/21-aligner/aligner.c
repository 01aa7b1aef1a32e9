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

/* TODO
 *
 *     void aligner_on_barrier(struct aligner *a, uint32_t channel, uint32_t checkpoint,
 *                             int64_t created_ms, int64_t now_ms)
 *
 * The barrier of `checkpoint` came on `channel`. An older one than `current`, or one that
 * is over, only opens its channel again (A2). A newer one gives a pending checkpoint up
 * first (A3, SUBSUMED) and begins its own: remember created_ms and when its first barrier
 * came. Then shut the channel (A1); if every channel that was open at the beginning is
 * aligned now, the checkpoint is taken and all channels open, in this order: CHECKPOINT,
 * then a RESUME each, by channel.
 */

/* TODO
 *
 *     void aligner_on_cancel(struct aligner *a, uint32_t channel, uint32_t checkpoint, int64_t now_ms)
 *
 * The sender gave `checkpoint` up. It concerns us if we have not seen it yet (it is newer
 * than `current`), or if it is current and some channel is already aligned (A4). Then all
 * shut channels open, and ABORT goes out last; its later barriers are ignored.
 */

/* TODO
 *
 *     void aligner_on_end(struct aligner *a, uint32_t channel, int64_t now_ms)
 *
 * Nothing follows on `channel`. While a checkpoint is pending the channel counts as
 * aligned, and may be the last one (A5); or, without after_finish, the checkpoint is
 * given up (INPUT_END_OF_STREAM).
 */
