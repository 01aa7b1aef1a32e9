/* aligner.h -- make a consistent cut out of barriers that come at different times.
 *
 * A barrier n divides each channel into what belongs to checkpoint n and what
 * does not.  When the first barrier n comes, its channel is shut; when the
 * barrier has come on every open channel, the task takes the checkpoint and
 * all channels open again.  So no row behind a barrier is processed before the
 * cut is taken, and each row is in exactly one side of it.
 *
 *   A1  between the first and the last barrier n, nothing is taken from a shut channel
 *   A2  checkpoint ids only grow: an older barrier changes nothing and its channel goes on
 *   A3  a newer barrier while n is pending gives n up (SUBSUMED) and begins its own
 *   A4  a cancellation of n gives n up if n is pending, or was not seen yet and is newer
 *   A5  a channel that has ended counts as aligned (or, if checkpoints after tasks finish are
 *       off, gives the pending checkpoint up)
 *
 * Pure: time is an argument, decisions come out as a list.
 *
 * Source   Carbone et al., Lightweight asynchronous snapshots, 2015 (Chandy, Lamport 1985)
 * Flink    SingleCheckpointBarrierHandler with WaitingForFirstBarrier / CollectingBarriers
 * Lab      labs/21-aligner
 */
#ifndef CORE_CHECKPOINT_ALIGNER_H
#define CORE_CHECKPOINT_ALIGNER_H

#include <stdbool.h>
#include <stdint.h>

enum { ALIGNER_CHANNELS_MAX = 1024 };

#define ALIGN_REASON_LIST(R)                                                                       \
    R(CANCELLATION_BARRIER, "CHECKPOINT_DECLINED_ON_CANCELLATION_BARRIER")                         \
    R(SUBSUMED, "CHECKPOINT_DECLINED_SUBSUMED")                                                    \
    R(INPUT_END_OF_STREAM, "CHECKPOINT_DECLINED_INPUT_END_OF_STREAM")
enum align_reason {
#define ALIGN_REASON_ENUM_(name, word) ALIGN_##name,
    ALIGN_REASON_LIST(ALIGN_REASON_ENUM_) ALIGN_REASONS
};
const char *align_reason_name(enum align_reason r);

enum align_kind {
    ALIGN_BLOCK,      /* channel is shut from now on */
    ALIGN_RESUME,     /* channel is open again, and its sender is told to go on */
    ALIGN_CHECKPOINT, /* take checkpoint now */
    ALIGN_ABORT       /* give checkpoint up: decline at the master, cancel marker downstream */
};
struct align_action {
    enum align_kind kind;
    uint32_t channel;    /* BLOCK, RESUME */
    uint32_t checkpoint; /* CHECKPOINT, ABORT */
    enum align_reason reason;
    int64_t created_ms; /* CHECKPOINT: the coordinator's timestamp */
    int64_t delay_ms;   /* CHECKPOINT: from it to the first barrier here */
    int64_t took_ms;    /* CHECKPOINT: from the first barrier to the last */
};

struct aligner {
    uint32_t channels;
    bool after_finish;            /* execution.checkpointing.checkpoints-after-tasks-finish */
    uint32_t current;             /* highest checkpoint id seen; 0: none */
    bool pending;                 /* `current` has begun and is neither taken nor given up */
    uint32_t aligned;             /* channels that count as aligned for `current` */
    uint32_t target;              /* channels that were open when `current` began */
    uint32_t open;                /* channels that have not ended */
    int64_t created_ms, first_ms; /* of `current` */
    uint32_t actions;             /* decisions of the last call, in order */
    struct align_action *action;  /* room for 2 * channels + 4 */
    uint8_t *shut, *ended;        /* one flag a channel */
};

/* `channels` in 1..ALIGNER_CHANNELS_MAX, all open. */
struct aligner *aligner_new(uint32_t channels, bool after_finish);
void aligner_free(struct aligner *a); /* NULL is fine */

/* Each call replaces a->action[0 .. a->actions - 1] with what must be done, in order. */
void aligner_on_barrier(struct aligner *a, uint32_t channel, uint32_t checkpoint,
                        int64_t created_ms, int64_t now_ms);
void aligner_on_cancel(struct aligner *a, uint32_t channel, uint32_t checkpoint, int64_t now_ms);
void aligner_on_end(struct aligner *a, uint32_t channel, int64_t now_ms);

static inline bool aligner_is_shut(const struct aligner *a, uint32_t channel)
{
    return a->shut[channel];
}

extern const int aligner_version_1;

#endif
