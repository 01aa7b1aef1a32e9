/* message.h -- what master and workers say to each other, as structs and as bytes.
 *
 * Every message carries the attempt it is about; a stale one changes nothing.
 * Ids, never pointers.  message_write/read are used by every driver, the
 * simulator included, so what cannot be said in bytes cannot be said.
 */
#ifndef CORE_WIRE_MESSAGE_H
#define CORE_WIRE_MESSAGE_H

#include "base/bytes.h"
#include "base/err.h"

/* M(NAME, word, direction) */
#define MESSAGE_LIST(M)                                                                            \
    M(REGISTER, "register", UP)        /* worker is there; graph_hash */                           \
    M(TASK_STATE, "state", UP)         /* task is now `state`; text says why if FAILED */          \
    M(DATA_END, "data-end", UP)        /* task has processed all of its input */                   \
    M(ACK, "ack", UP)                  /* task's part of checkpoint is durable; handle */          \
    M(DECLINE, "decline", UP)          /* task cannot take checkpoint; text says why */            \
    M(DEPLOY, "deploy", DOWN)          /* run task as attempt; restore from handle if any */       \
    M(CANCEL, "cancel", DOWN)          /* drop every task of attempt and older */                  \
    M(TRIGGER, "trigger", DOWN)        /* source task: inject barrier of checkpoint */             \
    M(NOTIFY_COMPLETE, "notify", DOWN) /* checkpoint is complete */                                \
    M(NOTIFY_ABORTED, "notify-aborted", DOWN) /* checkpoint was given up */
enum message_kind {
#define MESSAGE_ENUM_(name, word, direction) MESSAGE_##name,
    MESSAGE_LIST(MESSAGE_ENUM_) MESSAGE_KINDS
};

#define TASK_STATE_LIST(S)                                                                         \
    S(CREATED) S(DEPLOYING) S(RUNNING) S(FINISHED) S(CANCELING) S(CANCELED) S(FAILED)
enum task_state {
#define TASK_STATE_ENUM_(name) TASK_STATE_##name,
    TASK_STATE_LIST(TASK_STATE_ENUM_) TASK_STATES
};
const char *task_state_name(enum task_state s);

/* What is taken: a checkpoint, or a savepoint for a user; after the last two the job ends, with all
 * windows fired (terminate: drain) or as it stands (suspend). */
#define SNAPSHOT_LIST(S)                                                                           \
    S(CHECKPOINT, "checkpoint")                                                                    \
    S(SAVEPOINT, "savepoint")                                                                      \
    S(TERMINATE, "terminate")                                                                      \
    S(SUSPEND, "suspend")
enum snapshot_kind {
#define SNAPSHOT_ENUM_(name, word) SNAPSHOT_##name,
    SNAPSHOT_LIST(SNAPSHOT_ENUM_) SNAPSHOT_KINDS
};
const char *snapshot_word(enum snapshot_kind k);
static inline bool snapshot_stops(enum snapshot_kind k)
{
    return k == SNAPSHOT_TERMINATE || k == SNAPSHOT_SUSPEND;
}

/* How its barriers go through the channels (Flink: CheckpointOptions.AlignmentType). */
#define ALIGNMENT_LIST(A) A(ALIGNED) A(UNALIGNED) A(AT_LEAST_ONCE)
enum alignment {
#define ALIGNMENT_ENUM_(name) ALIGNMENT_##name,
    ALIGNMENT_LIST(ALIGNMENT_ENUM_) ALIGNMENTS
};
const char *alignment_name(enum alignment a);

enum { HANDLE_PATH_MAX = 160, MESSAGE_TEXT_MAX = 240 };

/* Where a task's part of a checkpoint lies, and how to know that it is the right one. */
struct state_handle {
    char path[HANDLE_PATH_MAX]; /* under the checkpoint directory; "" = no state */
    uint64_t bytes;
    uint32_t
        check; /* of the bytes, handle_check(): a snapshot file's own CRC32C makes every such file
                       end in the same remainder, so a CRC here would tell nothing */
};

struct message {
    enum message_kind kind;
    uint32_t worker;  /* 0 = tm-1 */
    uint32_t task;    /* number in the job graph */
    uint32_t attempt; /* of the job: 1, 2, ... ; all tasks of a deployment share it */
    uint32_t checkpoint;
    enum task_state state;
    enum snapshot_kind snapshot; /* TRIGGER, NOTIFY_... */
    enum alignment alignment;    /* TRIGGER */
    uint32_t subsumed;           /* NOTIFY_COMPLETE: pushed out by it; 0: none */
    uint32_t latest;             /* NOTIFY_ABORTED: the newest that is complete; 0: none */
    int64_t created_us;          /* TRIGGER: the coordinator's wall clock */
    bool is_final; /* NOTIFY_COMPLETE: it began after every task had reported DATA_END */
    uint64_t graph_hash;
    int32_t err; /* TASK_STATE FAILED: enum err */
    struct state_handle handle;
    char text[MESSAGE_TEXT_MAX];
};

uint32_t handle_check(struct span bytes);
/* The folder of its files, under the checkpoint directory: chk-<n> or savepoint-<n>. */
enum { SNAPSHOT_FOLDER_MAX = 32 };
void snapshot_folder(enum snapshot_kind kind, uint32_t checkpoint, char out[SNAPSHOT_FOLDER_MAX]);
bool snapshot_owns(const char *path); /* lies in such a folder */

const char *message_word(enum message_kind k);
void message_write(const struct message *m, struct bytes *out);
/* All of `in` must be one message: anything else is ERR_FORMAT and says where. */
int message_read(struct message *m, struct span in, struct diag *why);

#endif
