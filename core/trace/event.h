/* event.h -- what happened, 48 bytes each: the one record that everybody reads.
 *
 * Trace hash, invariants, anchors of fault plans, the grader, diffs and the
 * screens read the same events, so none of them can see a run differently.
 *
 * Actors are numbers: the job master, then workers, then tasks.  A task keeps
 * its number over all attempts; what changes is `attempt`.
 */
#ifndef CORE_TRACE_EVENT_H
#define CORE_TRACE_EVENT_H

#include <stdint.h>

enum { ACTOR_MASTER = 0, ACTOR_WORKER = 1, ACTOR_TASK = 64, ACTOR_MAX = 4096 };
enum { WORKERS_MAX = ACTOR_TASK - ACTOR_WORKER };
enum { CHANNEL_NONE = UINT16_MAX };
/* worker i (tm-<i+1>) is ACTOR_WORKER + i, i < WORKERS_MAX; task t is ACTOR_TASK + t */

/* name: word in plans and logs; comment: who notes it; checkpoint, channel, a, b where used */
#define EVENT_LIST(E)                                                                              \
    E(START, "start")         /* task: RUNNING */                                                  \
    E(RECORD, "record")       /* task: a row enters; channel, a = event ms, b = origin;   \
                                 by a source: CHANNEL_NONE, a = where it was read */        \
    E(WATERMARK, "watermark") /* task: its event-time clock moves; a = watermark ms */             \
    E(STATUS, "status")       /* task: input idle or active; a = 1 active */                       \
    E(BARRIER, "barrier")     /* task: takes a barrier; checkpoint, channel */                     \
    E(ALIGN, "align")         /* task: the last barrier came; checkpoint, a = ms taken */          \
    E(CANCELED, "canceled")   /* task: gives a checkpoint up; checkpoint, a = reason */            \
    E(SNAPSHOT, "snapshot")   /* task: synchronous part done; checkpoint, a = bytes, b = crc */    \
    E(ACK, "ack")             /* task: all of it is durable, master is told; checkpoint */         \
    E(DECLINE, "decline")     /* task: tells the master it cannot; checkpoint, a = reason */       \
    E(NOTIFY, "notify")       /* task: hears that a checkpoint is complete; checkpoint */          \
    E(PRECOMMIT,                                                                                   \
      "precommit")        /* sink: a transaction is durable; checkpoint, channel = operator in \
                                 the chain, a = transaction; so in the next three */   \
    E(COMMIT, "commit")   /* sink: it is visible; checkpoint, a = transaction, b = rows */         \
    E(ABORT, "abort")     /* sink: it is thrown away; a = transaction */                           \
    E(RESTORE, "restore") /* task: state read back; checkpoint, a = bytes */                       \
    E(TIMER, "timer")     /* task: a timer fires; a = its ms */                                    \
    E(WINDOW, "window")   /* task: a pane fires; a = window start ms, b = rows << 32 | key hash */ \
    E(LATE, "late")       /* task: a row is late; a = event ms, b = watermark ms */                \
    E(OUTPUT, "output")   /* sink: a row enters a transaction; a = row hash, b = transaction */    \
    E(SEND, "send")       /* task: a segment leaves; channel, a = elements, b = credit left */     \
    E(CREDIT, "credit")   /* task: credit comes; channel, a = credit now */                        \
    E(RESUME, "resume")   /* task: a sender may go on behind its barrier; channel */               \
    E(DATA_END, "data_end") /* task: end of data on all inputs, operators flushed */               \
    E(FINISH, "finish")     /* task: FINISHED */                                                   \
    E(FAIL, "fail")         /* task: FAILED; a = enum err */                                       \
    E(TRIGGER, "trigger")   /* master: checkpoint begins */                                        \
    E(ACKED, "acked")       /* master: counts an ack; checkpoint, a = task */                      \
    E(COMPLETE, "complete") /* master: checkpoint is complete; a = bytes */                        \
    E(GIVE_UP, "give_up")   /* master: checkpoint aborted; checkpoint, a = reason */               \
    E(DEPLOY, "deploy")     /* master: an attempt is deployed; a = restored checkpoint or 0 */     \
    E(RESTART, "restart")   /* master: a failure, restart decided; a = delay us */                 \
    E(JOB, "job")           /* master: job state; a = enum job_state */                            \
    E(REGISTER, "register") /* worker: known to the master */                                      \
    E(KILL, "kill")         /* worker: gone; by a fault */                                         \
    E(FAULT, "fault")       /* a plan line fires; a = line index */

enum event_kind {
#define EVENT_ENUM_(name, word) EVENT_##name,
    EVENT_LIST(EVENT_ENUM_) EVENT_KINDS
};

struct event {
    uint64_t number; /* 0, 1, 2 ... in this run */
    int64_t us;      /* virtual time */
    int64_t a, b;
    uint32_t step;
    uint32_t checkpoint; /* 0 = none */
    uint16_t actor, channel;
    uint8_t kind, attempt, zero[2];
};

const char *event_word(int kind);    /* "barrier"; "?" if out of range */
int event_kind_of(const char *word); /* -1 if unknown */

#endif
