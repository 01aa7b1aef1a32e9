/* reason.h -- why a checkpoint was given up, or a request for one refused.
 *
 * R(NAME, Flink's word, kind).  Pre-flight: it failed before any task had part in it, so the fault
 * is the master's, whoever reported it.  Only counted reasons make the job fail when too many
 * follow each other: the others say that the checkpoint came at a bad time, not that it cannot be
 * taken.
 *
 * Flink    CheckpointFailureReason, and the switch in CheckpointFailureManager.
 */
#ifndef CORE_CHECKPOINT_REASON_H
#define CORE_CHECKPOINT_REASON_H

#include <stdbool.h>

enum { REASON_PLAIN = 0, REASON_PRE_FLIGHT = 1, REASON_COUNTED = 2 };

#define GIVE_UP_LIST(R)                                                                            \
    R(EXPIRED, "CHECKPOINT_EXPIRED", REASON_COUNTED)                                               \
    R(DECLINED, "CHECKPOINT_DECLINED", REASON_COUNTED)                                             \
    R(TASK_FAILURE, "TASK_FAILURE", REASON_PLAIN)                                                  \
    R(FINALIZE, "FINALIZE_CHECKPOINT_FAILURE", REASON_COUNTED)                                     \
    R(ASYNC, "CHECKPOINT_ASYNC_EXCEPTION", REASON_COUNTED)                                         \
    R(IO, "IO_EXCEPTION", REASON_PRE_FLIGHT | REASON_COUNTED)                                      \
    R(SUBSUMED, "CHECKPOINT_SUBSUMED", REASON_PLAIN)                                               \
    R(SUSPEND, "CHECKPOINT_COORDINATOR_SUSPEND", REASON_PLAIN)                                     \
    R(SHUTDOWN, "CHECKPOINT_COORDINATOR_SHUTDOWN", REASON_PLAIN)                                   \
    R(NOT_PERIODIC, "PERIODIC_SCHEDULER_SHUTDOWN", REASON_PRE_FLIGHT)                              \
    R(TOO_MANY, "TOO_MANY_CHECKPOINT_REQUESTS", REASON_PRE_FLIGHT)                                 \
    R(TOO_SOON, "MINIMUM_TIME_BETWEEN_CHECKPOINTS", REASON_PRE_FLIGHT)                             \
    R(NOT_RUNNING, "NOT_ALL_REQUIRED_TASKS_RUNNING", REASON_PRE_FLIGHT)                            \
    R(NOT_READY, "CHECKPOINT_DECLINED_TASK_NOT_READY", REASON_PLAIN)                               \
    R(CLOSING, "CHECKPOINT_DECLINED_TASK_CLOSING", REASON_PLAIN)                                   \
    R(DECLINED_SUBSUMED, "CHECKPOINT_DECLINED_SUBSUMED", REASON_PLAIN)                             \
    R(CANCELED, "CHECKPOINT_DECLINED_ON_CANCELLATION_BARRIER", REASON_PLAIN)                       \
    R(END_OF_STREAM, "CHECKPOINT_DECLINED_INPUT_END_OF_STREAM", REASON_PLAIN)                      \
    R(TASK_CHECKPOINT, "TASK_CHECKPOINT_FAILURE", REASON_PLAIN)
enum give_up_reason {
#define GIVE_UP_ENUM_(name, word, kind) GIVE_UP_##name,
    GIVE_UP_LIST(GIVE_UP_ENUM_) GIVE_UP_REASONS
};

const char *give_up_name(int reason); /* "?" if there is none */
/* What a task wrote into its DECLINE; a text that is no reason: its snapshot failed (ASYNC). */
enum give_up_reason give_up_named(const char *word);
bool give_up_is_pre_flight(enum give_up_reason r);
bool give_up_is_counted(enum give_up_reason r);

#endif
