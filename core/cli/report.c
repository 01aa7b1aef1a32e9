#include "cli/report.h"

#include <stdio.h>
#include <string.h>

#include "inspect/frame.h"

static void print_event(const struct job_graph *g, const struct event *e)
{
    char name[64];

    actor_name(g, e->actor, name);
    printf("%u\t%lld\t%s\t%s\tcp %u\tch %u\t%lld\t%lld\n", e->step, (long long)e->us, name,
           event_word(e->kind), e->checkpoint, e->channel, (long long)e->a, (long long)e->b);
}

void report_listen(void *report, const struct event *e)
{
    struct report *r = report;

    if (r->events)
        print_event(r->events, e);

    if (e->kind == EVENT_COMPLETE) {
        r->checkpoints++;
        r->last_checkpoint = e->checkpoint;
    }
    if (e->kind != EVENT_KILL && e->kind != EVENT_RESTART && e->kind != EVENT_DEPLOY &&
        e->kind != EVENT_GIVE_UP && e->kind != EVENT_FAIL)
        return;
    r->all_moments++;
    if (r->moments < MOMENTS_MAX)
        r->moment[r->moments++] = (struct moment){e->step,  e->us,         e->kind,
                                                  e->actor, e->checkpoint, e->a};
}

uint64_t report_rows_in(const struct world *w, const struct job_graph *g)
{
    uint64_t rows = 0;

    for (uint32_t t = 0; t < g->tasks; t++)
        if (job_graph_vertex_of(g, t)->is_source && world_counters(w, t))
            rows += world_counters(w, t)->of[COUNTER_RECORDS_IN];
    return rows;
}
