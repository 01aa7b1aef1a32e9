#include "sim/watch.h"

int watch_bind(struct watch *x, const struct fault *f, const struct job_graph *g, uint32_t workers,
               struct diag *why)
{
    int err = subject_bind(&x->target, f->subject, g, workers, why);

    if (!err)
        err = subject_bind(&x->at, f->at.subject, g, workers, why);
    if (!err && f->after.event >= 0)
        err = subject_bind(&x->after, f->after.subject, g, workers, why);
    return err;
}

static bool anchor_matches(const struct anchor *a, const struct subject *s, const struct event *e)
{
    return e->kind == a->event && (a->checkpoint == 0 || a->checkpoint == e->checkpoint) &&
           (a->subject[0] == 0 || subject_has(s, e->actor));
}

bool watch_event(struct watch *x, const struct fault *f, const struct event *e)
{
    if (x->fired)
        return false;
    if (f->after.event >= 0 && x->after_seen < f->after.nth) {
        x->after_seen += anchor_matches(&f->after, &x->after, e);
        return false;
    }
    x->seen += anchor_matches(&f->at, &x->at, e);
    x->fired = x->seen >= f->at.nth;
    x->armed = x->fired && f->kind >= FAULT_DROP;
    return x->fired;
}
