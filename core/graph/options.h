/* options.h -- option keys, one table: key, kind, default, what it does.
 *
 * Keys and defaults are Flink's where Flink has them (`-D execution.checkpointing.interval=5s`);
 * ours begin with `weir.`.  Durations are written as Flink writes them (`10ms`, `2 min`, `1h`)
 * and, because virtual time is fine-grained, also in `us`.  Precedence: command line, then
 * weir_option() in the program, then the default.  An unknown key is refused with the nearest
 * known one.
 */
#ifndef CORE_GRAPH_OPTIONS_H
#define CORE_GRAPH_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"

enum option_kind {
    OPTION_INT,
    OPTION_BOOL,
    OPTION_DURATION_US,
    OPTION_BYTES,
    OPTION_REAL,
    OPTION_TEXT
};

/* E(NAME, key, kind, default as text, help).  An empty default = not set. */
#define OPTION_LIST(E)                                                                             \
    E(PARALLELISM, "parallelism.default", INT, "1", "subtasks of an operator that says nothing")   \
    E(MAX_PARALLELISM, "pipeline.max-parallelism", INT, "-1", "key groups; -1: from parallelism")  \
    E(CHAINING, "pipeline.operator-chaining.enabled", BOOL, "true", "chain forward edges")         \
    E(CHAIN_MIXED, "pipeline.operator-chaining.chain-operators-with-different-max-parallelism",    \
      BOOL, "true", "chain them too")                                                              \
    E(RUNTIME_MODE, "execution.runtime-mode", TEXT, "STREAMING",                                   \
      "STREAMING; BATCH: a key at a time, final results only; AUTOMATIC: BATCH if all inputs end") \
    E(INTERVAL, "execution.checkpointing.interval", DURATION_US, "",                               \
      "between checkpoints; not "                                                                  \
      "set: none are taken")                                                                       \
    E(MIN_PAUSE, "execution.checkpointing.min-pause", DURATION_US, "0ms",                          \
      "after one, before next")                                                                    \
    E(TIMEOUT, "execution.checkpointing.timeout", DURATION_US, "10min", "of one checkpoint")       \
    E(MAX_CONCURRENT, "execution.checkpointing.max-concurrent-checkpoints", INT, "1",              \
      "pending at a time")                                                                         \
    E(TOLERABLE, "execution.checkpointing.tolerable-failed-checkpoints", INT, "0",                 \
      "consecutive failures before the job fails")                                                 \
    E(RETAINED, "execution.checkpointing.num-retained", INT, "1", "complete checkpoints kept")     \
    E(RETENTION, "execution.checkpointing.externalized-checkpoint-retention", TEXT,                \
      "RETAIN_ON_CANCELLATION", "which checkpoints stay when the job ends")                        \
    E(OWN_DIRECTORY, "execution.checkpointing.create-subdir", BOOL, "true",                        \
      "each run writes into a directory of its own")                                               \
    E(SAVEPOINT_DIR, "execution.checkpointing.savepoint-dir", TEXT, "savepoints",                  \
      "where savepoints go, in the output directory")                                              \
    E(CHECKPOINT_DIR, "execution.checkpointing.dir", TEXT, "checkpoints",                          \
      "where they are kept, in the output directory")                                              \
    E(RESTART, "restart-strategy.type", TEXT, "",                                                  \
      "not set: exponential-delay with checkpoints, else none")                                    \
    E(RESTART_ATTEMPTS, "restart-strategy.fixed-delay.attempts", INT, "1", "restarts")             \
    E(RESTART_DELAY, "restart-strategy.fixed-delay.delay", DURATION_US, "1s", "before a restart")  \
    E(RESTART_RATE_FAILURES, "restart-strategy.failure-rate.max-failures-per-interval", INT, "1",  \
      "one more in an interval fails the job")                                                     \
    E(RESTART_RATE_INTERVAL, "restart-strategy.failure-rate.failure-rate-interval", DURATION_US,   \
      "1min", "in which failures are counted")                                                     \
    E(RESTART_RATE_DELAY, "restart-strategy.failure-rate.delay", DURATION_US, "1s",                \
      "before a restart")                                                                          \
    E(RESTART_EXP_INITIAL, "restart-strategy.exponential-delay.initial-backoff", DURATION_US,      \
      "1s", "before the first restart")                                                            \
    E(RESTART_EXP_MAX, "restart-strategy.exponential-delay.max-backoff", DURATION_US, "1min",      \
      "longest delay before a restart")                                                            \
    E(RESTART_EXP_MULTIPLIER, "restart-strategy.exponential-delay.backoff-multiplier", REAL,       \
      "1.5", "each delay is so many times the one before")                                         \
    E(RESTART_EXP_RESET, "restart-strategy.exponential-delay.reset-backoff-threshold",             \
      DURATION_US, "1h", "without a failure: delays begin anew")                                   \
    E(RESTART_EXP_JITTER, "restart-strategy.exponential-delay.jitter-factor", REAL, "0.1",         \
      "part of a delay by which it may differ")                                                    \
    E(RESTART_EXP_ATTEMPTS, "restart-strategy.exponential-delay.attempts-before-reset-backoff",    \
      INT, "2147483647", "restarts before the job fails")                                          \
    E(SEGMENT, "taskmanager.memory.segment-size", BYTES, "32kb", "bytes of a buffer")              \
    E(CHANNEL_BUFFERS, "taskmanager.network.memory.buffers-per-channel", INT, "2",                 \
      "credit of an empty channel")                                                                \
    E(SUBPARTITION_BUFFERS, "taskmanager.network.memory.max-buffers-per-channel", INT, "10",       \
      "buffers a sender may queue for one receiver")                                               \
    E(BUFFER_TIMEOUT, "execution.buffer-timeout.interval", DURATION_US, "100ms",                   \
      "longest stay of a row in a buffer that is not full")                                        \
    E(WATERMARK_INTERVAL, "pipeline.auto-watermark-interval", DURATION_US, "200ms",                \
      "period of periodic watermarks")                                                             \
    E(BUFFER_ELEMENTS, "weir.buffer.elements", INT, "0", "elements in a buffer; 0: by size")       \
    E(WORKERS, "weir.workers", INT, "-1", "workers; -1: one for each slot needed")                 \
    E(BAD_ROWS, "weir.source.bad-rows", TEXT, "fail",                                              \
      "fail, skip (counted, sampled) or dead-letter (counted, kept in files)")                     \
    E(DEAD_LETTERS, "weir.source.dead-letter-dir", TEXT, "dead-letter",                            \
      "where they are kept, in the output directory")                                              \
    E(JSON_MISSING, "json.fail-on-missing-field", BOOL, "false", "such a row is bad; else NULL")   \
    E(JSON_EXTRA, "weir.json.fail-on-extra-field", BOOL, "false",                                  \
      "a row with a field that is no column is bad; else it is passed over")                       \
    E(DATA_DIR, "weir.data-dir", TEXT, ".", "where relative input paths start")                    \
    E(OUTPUT_DIR, "weir.output-dir", TEXT, ".", "where relative output paths start")               \
    E(SIM_COST, "weir.sim.cost", DURATION_US, "1us", "virtual time of a row in an operator")       \
    E(SIM_LINK, "weir.sim.link", DURATION_US, "20us", "virtual time of a message on a link")       \
    E(SIM_DISK, "weir.sim.disk", DURATION_US, "100us", "virtual time of a write, rename or read")  \
    E(SIM_LOSS, "weir.sim.loss-detection", DURATION_US, "500us", "until a dead worker is noticed") \
    E(SIM_REBOOT, "weir.sim.reboot", DURATION_US, "500us", "until a killed worker is back")

/* L(NAME, least, most): numbers that can be meant; durations in microseconds.  -1 where it is the
 * default; an interval of 0 means that no checkpoints are taken. */
#define OPTION_YEAR_US_ INT64_C(31536000000000)
#define OPTION_LIMIT_LIST(L)                                                                       \
    L(PARALLELISM, 1, 32768)                                                                       \
    L(MAX_PARALLELISM, -1, 32768)                                                                  \
    L(INTERVAL, 0, OPTION_YEAR_US_)                                                                \
    L(MIN_PAUSE, 0, OPTION_YEAR_US_)                                                               \
    L(TIMEOUT, 1, OPTION_YEAR_US_)                                                                 \
    L(MAX_CONCURRENT, 1, 1000)                                                                     \
    L(TOLERABLE, 0, INT32_MAX)                                                                     \
    L(RETAINED, 1, 1000)                                                                           \
    L(RESTART_ATTEMPTS, 0, INT32_MAX)                                                              \
    L(RESTART_DELAY, 0, OPTION_YEAR_US_)                                                           \
    L(RESTART_RATE_FAILURES, 1, INT32_MAX)                                                         \
    L(RESTART_RATE_INTERVAL, 1, OPTION_YEAR_US_)                                                   \
    L(RESTART_RATE_DELAY, 0, OPTION_YEAR_US_)                                                      \
    L(RESTART_EXP_INITIAL, 1, OPTION_YEAR_US_)                                                     \
    L(RESTART_EXP_MAX, 1, OPTION_YEAR_US_)                                                         \
    L(RESTART_EXP_MULTIPLIER, 1, 1000)                                                             \
    L(RESTART_EXP_RESET, 1, OPTION_YEAR_US_)                                                       \
    L(RESTART_EXP_JITTER, 0, 1)                                                                    \
    L(RESTART_EXP_ATTEMPTS, 1, INT32_MAX)                                                          \
    L(SEGMENT, 64, 1 << 26)                                                                        \
    L(CHANNEL_BUFFERS, 1, 4096)                                                                    \
    L(SUBPARTITION_BUFFERS, 1, 4096)                                                               \
    L(BUFFER_TIMEOUT, 0, OPTION_YEAR_US_)                                                          \
    L(WATERMARK_INTERVAL, 1, OPTION_YEAR_US_)                                                      \
    L(BUFFER_ELEMENTS, 0, INT32_MAX)                                                               \
    L(WORKERS, -1, 63)                                                                             \
    L(SIM_COST, 0, OPTION_YEAR_US_)                                                                \
    L(SIM_LINK, 0, OPTION_YEAR_US_)                                                                \
    L(SIM_DISK, 0, OPTION_YEAR_US_)                                                                \
    L(SIM_LOSS, 0, OPTION_YEAR_US_)                                                                \
    L(SIM_REBOOT, 0, OPTION_YEAR_US_)

/* W(NAME, words): texts that are one of some words. */
enum { OPTION_WORDS_MAX = 4 };
#define OPTION_WORD_LIST(W)                                                                        \
    W(RUNTIME_MODE, "STREAMING", "BATCH", "AUTOMATIC")                                             \
    W(RESTART, "none", "fixed-delay", "failure-rate", "exponential-delay")                         \
    W(RETENTION, "NO_EXTERNALIZED_CHECKPOINTS", "DELETE_ON_CANCELLATION",                          \
      "RETAIN_ON_CANCELLATION")                                                                    \
    W(BAD_ROWS, "fail", "skip", "dead-letter")

enum option {
#define OPTION_ENUM_(name, key, kind, fallback, help) OPTION_##name,
    OPTION_LIST(OPTION_ENUM_) OPTIONS
};

struct options; /* values by enum option; `weir.sim.cost.<uid>` are kept beside them */

struct options *options_new(struct arena *a); /* all defaults */
/* From the program (weir_option) or the command line (`command_line` wins over the program,
 * in whatever order they come).  Unknown key, or a value that is not of the kind or beyond its
 * limits: ERR_USAGE. */
int options_set(struct options *o, const char *key, const char *value, bool command_line,
                struct diag *why);
int options_set_pair(struct options *o, const char *key_equals_value, bool command_line,
                     struct diag *why);
bool option_is_set(const struct options *o, enum option id); /* has a value, perhaps its default */
int64_t option_number(const struct options *o, enum option id); /* INT, BOOL, us, bytes */
double option_real(const struct options *o, enum option id);
const char *option_text(const struct options *o, enum option id);
int64_t option_cost_us(const struct options *o,
                       const char *uid);        /* weir.sim.cost.<uid> or default */
uint64_t options_hash(const struct options *o); /* of what was set, not of defaults */
const char *option_key(enum option id);
const char *option_help(enum option id);
const char *option_default(enum option id);
const char *option_kind_name(enum option id); /* "duration" */
/* What no single value says: an initial backoff above the maximum. */
int options_check(const struct options *o, struct diag *why);
int duration_parse(const char *text, int64_t *us);
void duration_format(int64_t us, char out[24]); /* shortest exact: "5ms", "20us", "1s" */

#endif
