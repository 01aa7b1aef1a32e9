#include "cli/engine.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "cli/report.h"

static void keep_event(void *arg, const struct event *event)
{
    struct engine *e = arg;

    MEM_GROW(e->event, e->events, e->room);
    e->event[e->events++] = *event;
}

static struct world *new_world(struct engine *e, trace_listener *listen, struct diag *why)
{
    struct world_spec spec = e->spec;

    spec.plan = &e->plan;
    spec.listen = listen;
    spec.listen_arg = e;
    return world_new(&spec, why);
}

int engine_run(struct engine *e, struct diag *why)
{
    struct world *w;

    world_free(e->world);
    e->world = NULL;
    e->events = 0;
    w = new_world(e, keep_event, why);
    if (w == NULL)
        return why->err;
    while (world_step(w))
        ;
    e->steps = world_steps(w);
    e->hash = world_hash(w);
    e->end = *world_failure(w);
    e->state = master_state(world_master(w));
    e->restarts = master_restarts(world_master(w));
    e->rows_in = report_rows_in(w, e->spec.graph);
    world_free(w);
    return ERR_NONE;
}

void engine_done(struct engine *e)
{
    world_free(e->world);
    mem_free(e->event);
    *e = (struct engine){0};
}

static void go_to(struct engine *e, uint64_t step)
{
    struct diag why = {0};

    if (e->world && world_steps(e->world) > step) {
        world_free(e->world);
        e->world = NULL;
    }
    if (e->world == NULL)
        e->world = new_world(e, NULL, &why); /* it could be made before */
    world_run_to(e->world, step);
}

/* ---- the world as inspect wants to see it ---- */

static const struct task *view_task(const void *world, uint32_t task)
{
    return world_task(world, task);
}

static bool view_worker_is_up(const void *world, uint32_t worker)
{
    return world_worker(world, worker) != NULL;
}

static int64_t view_slow_us(const void *world, uint32_t task)
{
    return world_slow_us(world, task);
}

static void view_in_flight(const void *world, const struct channel_id *c,
                           void (*each)(void *arg, const struct parcel *p), void *arg)
{
    world_in_flight(world, c->edge, c->from, c->to, each, arg);
}

/* How many events had happened when `step` was over; their steps ascend. */
static uint64_t events_up_to(const struct engine *e, uint64_t step)
{
    uint64_t low = 0, high = e->events;

    while (low < high) {
        uint64_t middle = (low + high) / 2;

        if (e->event[middle].step <= step)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

void engine_frame(struct engine *e, uint64_t step, struct json_writer *w)
{
    struct inspect_view v = {.graph = e->spec.graph,
                             .steps = e->steps,
                             .task = view_task,
                             .worker_is_up = view_worker_is_up,
                             .slow_us = view_slow_us,
                             .in_flight = view_in_flight,
                             .event = e->event,
                             .events = e->events};

    if (step > e->steps)
        step = e->steps;
    go_to(e, step);
    v.master = world_master(e->world);
    v.workers = world_workers(e->world);
    v.driver = e->world;
    v.step = step;
    v.now_us = world_now_us(e->world);
    v.cursor = events_up_to(e, step);
    frame_write(&v, w);
}

/* ---- faults "now" ---- */

static bool can_be_anchored(const struct event *e)
{
    static const uint8_t kinds[] = {EVENT_START,    EVENT_RECORD,  EVENT_BARRIER,   EVENT_ALIGN,
                                    EVENT_SNAPSHOT, EVENT_ACK,     EVENT_NOTIFY,    EVENT_PRECOMMIT,
                                    EVENT_COMMIT,   EVENT_RESTORE, EVENT_WATERMARK, EVENT_WINDOW,
                                    EVENT_FINISH};

    return e->actor >= ACTOR_TASK && memchr(kinds, e->kind, sizeof kinds);
}

int engine_fault_line(const struct engine *e, const char *action, uint64_t step, char out[256],
                      struct diag *why)
{
    uint64_t i = events_up_to(e, step), nth = 0;
    char name[64];

    while (i > 0 && !can_be_anchored(&e->event[i - 1]))
        i--;
    if (i > 0)
        i--;
    while (i < e->events &&
           !can_be_anchored(&e->event[i])) /* before anything happened: the first */
        i++;
    if (i == e->events)
        return diag_set(why, ERR_USAGE, "nothing happens in this run that a fault could hang on");
    for (uint64_t n = 0; n <= i; n++)
        nth += e->event[n].kind == e->event[i].kind && e->event[n].actor == e->event[i].actor;
    actor_name(e->spec.graph, e->event[i].actor, name);
    snprintf(out, 256, "at %s of %s #%llu %s", event_word(e->event[i].kind), name,
             (unsigned long long)nth, action);
    return ERR_NONE;
}
