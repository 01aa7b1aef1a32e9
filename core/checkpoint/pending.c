#include "checkpoint/pending.h"

#include "base/mem.h"

struct pending *pending_new(const struct plan *plan, const struct request *r)
{
    struct pending *p = mem_alloc(sizeof *p);

    p->request = *r;
    p->manifest.tasks = plan->tasks;
    p->manifest.handle = mem_alloc(plan->tasks * sizeof *p->manifest.handle);
    p->owes = mem_alloc(plan->tasks);
    p->is_in = mem_alloc(plan->tasks);
    for (uint32_t t = 0; t < plan->tasks; t++) {
        p->owes[t] = p->is_in[t] = !plan->finished[t];
        p->owed += p->owes[t];
    }
    return p;
}

void pending_free(struct pending *p)
{
    manifest_done(&p->manifest);
    mem_free(p->owes);
    mem_free(p->is_in);
    mem_free(p);
}

static bool a_source_runs(const struct plan *plan)
{
    for (uint32_t t = 0; t < plan->tasks; t++)
        if (plan->is_source[t] && !plan->finished[t])
            return true;
    return false;
}

bool plan_tells(const struct plan *plan, uint32_t task)
{
    return !plan->finished[task] && (plan->is_source[task] || !a_source_runs(plan));
}

bool plan_is_empty(const struct plan *plan)
{
    for (uint32_t t = 0; t < plan->tasks; t++)
        if (!plan->finished[t])
            return false;
    return true;
}

bool pending_on_ack(struct pending *p, uint32_t task, const struct state_handle *handle)
{
    if (task >= p->manifest.tasks || !p->owes[task])
        return false;
    p->owes[task] = false;
    p->owed--;
    p->manifest.handle[task] = *handle;
    return true;
}

uint32_t pending_number(const struct pending *p)
{
    return p->manifest.checkpoint;
}
