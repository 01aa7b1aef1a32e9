/* frame.h -- what the engine process says, decoded: a run (its greeting) and a frame (one step).
 *
 * These two structs are all that a view may know.  The engine is another program, perhaps
 * running a learner's code, perhaps of another version: nothing that it writes is believed.
 * A field that is missing, of the wrong type or out of range makes the decoding fail with
 * "where: what is wanted, what was there"; unknown fields are ignored (the format may grow).
 *
 *   F1  every index in a decoded struct is good: a channel's `from`, a task's `vertex`,
 *       an edge's ends, an ack's task.
 *   F3  event times inside sentences (why, text) have become dates (format_sentence()).
 *   F2  texts are never NULL; they and the arrays live until run_free() / frame_free().
 */
#ifndef TUI_FRAME_H
#define TUI_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { FRAME_FORMAT = 1 };

/* What a task does, in the protocol's words.  ABSENT is ours: dead before any attempt. */
#define DOINGS(D)                                                                                  \
    D(RUN, "run")                                                                                  \
    D(IDLE, "idle")                                                                                \
    D(BKPR, "bkpr")                                                                                \
    D(ALIGN, "align")                                                                              \
    D(SNAPSHOT, "snapshot")                                                                        \
    D(FIRING, "firing")                                                                            \
    D(END, "end")                                                                                  \
    D(DEAD, "dead")                                                                                \
    D(ABSENT, "absent")

enum doing {
#define D(name, word) DOING_##name,
    DOINGS(D)
#undef D
        DOING_COUNT
};

struct vertex {
    int64_t vertex_id;
    const char *name, *short_name, *kind;
    uint32_t parallelism;
};

struct edge {
    uint32_t from, to; /* indexes of vertices */
    const char *ship, *key;
};

/* A step worth jumping to. */
struct mark {
    int64_t step;
    const char *kind, *text;
    int64_t cp; /* 0 = none */
};

struct run {
    const char *job, *program, *data, *hash, *end_state;
    int64_t seed, steps, rows_in, restarts, open_at; /* open_at -1 = not said */
    const char **plan;
    size_t plan_count;
    struct vertex *vertices;
    size_t vertex_count;
    struct edge *edges;
    size_t edge_count;
    struct mark *marks; /* ascending */
    size_t mark_count;
    void *kept;
};

/* 'r' row, 'l' late row, 'b' barrier, 'c' its cancel marker, 'w' watermark, 'i' idle, 'a' active,
 * 'e' end of data, 'E' end of the channel, '?' one that we do not know */
struct element {
    char kind;
    int64_t value; /* id of a barrier or cancel marker, or watermark */
};

struct channel {
    int64_t index;
    uint32_t from;                /* index of the sending task */
    struct element *queue, *sent; /* oldest first */
    size_t queue_count, sent_count;
    int64_t used, capacity, credit, wm;
    bool shut, has_wm, idle;
};

struct task {
    int64_t task_id;
    uint32_t vertex, subtask; /* index of the vertex */
    const char *name, *worker, *state, *slow, *why;
    enum doing doing;
    int64_t attempt, busy, bkpr, idle, in, out, wm; /* busy, bkpr, idle in permille */
    bool has_wm;
    const char **detail;
    size_t detail_count;
    struct channel *channels;
    size_t channel_count;
};

struct ack {
    uint32_t task; /* index */
    bool acked;
};

struct checkpoint {
    int64_t cp_id, triggered_us;
    const char *state, *type;
    struct ack *acks;
    size_t ack_count;
};

struct worker {
    const char *name, *state;
};

struct event {
    int64_t step, us;
    const char *actor, *text;
};

struct frame {
    int64_t step, steps, us, attempt, last_completed; /* last_completed 0 = none */
    const char *job, *why;
    struct task *tasks; /* by vertex, then subtask */
    size_t task_count;
    struct checkpoint checkpoint;
    struct worker *workers;
    size_t worker_count;
    struct event *events, *next;
    size_t event_count, next_count;
    void *kept;
};

struct json; /* tui/json.h */

/* NULL and a text in `why` when `j` is not one.  The result keeps nothing of `j`. */
struct run *run_decode(const struct json *j, char *why, size_t why_bytes);
struct frame *frame_decode(const struct run *run, const struct json *j, char *why,
                           size_t why_bytes);
void run_free(struct run *r);     /* NULL is fine */
void frame_free(struct frame *f); /* NULL is fine */

const char *doing_word(enum doing d);
const struct mark *run_mark_at(const struct run *r, int64_t step); /* NULL: none there */

#endif
