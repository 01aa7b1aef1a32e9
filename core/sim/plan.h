/* plan.h -- faults as text: one line, one fault, anchored on what happens, never on step numbers.
 *
 *     at ack window[1] cp 2 kill tm-2          # a worker dies after its ack
 *     at complete cp 4 drop notify sink[0]     # a notification is lost
 *     at record of csv[0] #500 slow window[0] 5ms/rec
 *     at barrier cp 3 after ack of window[1] pause tm-1 for 20ms
 *     set seed = 7
 *
 *     line   = "at" anchor ["after" anchor] action | "set" key "=" value
 *     anchor = event [["of"] subject] ["cp" n] ["#" n]       (#n: the n-th time; default the first)
 *     event  = start record barrier align snapshot ack complete notify precommit commit restore
 *              watermark window finish
 *     action = "kill" s | "pause" s "for" time | "slow" s time"/rec"
 *            | ("drop" | "dup") ("notify" | "ack") s | "delay" ("notify" | "ack") s time
 *     s      = tm-1 | window[1] | window[*] | window | jm->window[1] | window[1]->jm
 *
 * `pause` is a delay here: the worker does nothing for that time (there are no
 * heartbeats yet that would take it for dead).  A plan is at most 64 lines of
 * 200 bytes.  plan_print() gives the canonical text, which parses to the same
 * plan.  What a subject means depends on the job: plan_bind().
 *
 * Source   reliability.md 5.2.
 */
#ifndef CORE_SIM_PLAN_H
#define CORE_SIM_PLAN_H

#include "base/bytes.h"
#include "base/err.h"
#include "graph/job_graph.h"
#include "trace/event.h"

enum { PLAN_LINES_MAX = 64, PLAN_LINE_BYTES = 200, PLAN_SETS_MAX = 32, SUBJECT_BYTES = 64 };

struct anchor {
    int event;                   /* enum event_kind; -1: no anchor */
    char subject[SUBJECT_BYTES]; /* "": anyone */
    uint32_t checkpoint;         /* 0: any */
    uint32_t nth;                /* >= 1 */
};

enum fault_kind { FAULT_KILL, FAULT_PAUSE, FAULT_SLOW, FAULT_DROP, FAULT_DUP, FAULT_DELAY };
enum fault_message { FAULT_NOTIFY, FAULT_ACK };

struct fault {
    struct anchor at, after;
    enum fault_kind kind;
    enum fault_message message;  /* DROP, DUP, DELAY */
    char subject[SUBJECT_BYTES]; /* who it is done to */
    int64_t us;                  /* PAUSE, SLOW, DELAY */
    uint32_t line;               /* in the file, from 1 */
};

struct setting {
    char key[SUBJECT_BYTES], value[128];
};

struct plan { /* zero-initialised is empty */
    struct fault fault[PLAN_LINES_MAX];
    uint32_t faults;
    struct setting set[PLAN_SETS_MAX];
    uint32_t sets;
};

/* `name` stands in messages: "p.plan:3:12: ...". */
int plan_parse(struct plan *p, struct span text, const char *name, struct diag *why);
void plan_print(const struct plan *p, struct bytes *out);
void fault_print(const struct fault *f, struct bytes *out);      /* without a newline */
const char *plan_setting(const struct plan *p, const char *key); /* NULL: not set */
int plan_set(struct plan *p, const char *key, const char *value, struct diag *why);

/* Who a subject is: a worker, or tasks. */
struct subject {
    bool is_worker;
    uint32_t worker;
    uint32_t tasks;
    uint32_t task[64];
};
/* "" = every task.  Unknown: ERR_USAGE naming the nearest. */
int subject_bind(struct subject *s, const char *text, const struct job_graph *g, uint32_t workers,
                 struct diag *why);
bool subject_has(const struct subject *s, uint32_t actor);
/* Every subject of the plan means something in this job. */
int plan_bind(const struct plan *p, const struct job_graph *g, uint32_t workers, struct diag *why);

#endif
