#include "connectors/two_phase.h"

#include <string.h>

#include "base/mem.h"

void two_phase_done(struct two_phase *t)
{
    for (uint32_t i = 0; i < t->count; i++)
        bytes_done(&t->owed[i].body);
    mem_free(t->owed);
    *t = (struct two_phase){0};
}

static struct transaction *append(struct two_phase *t)
{
    MEM_GROW(t->owed, t->count, t->room);
    t->owed[t->count] = (struct transaction){0};
    return &t->owed[t->count++];
}

struct transaction *two_phase_add(struct two_phase *t, uint32_t epoch, uint32_t checkpoint)
{
    struct transaction *x = append(t);

    x->number = t->next_number++;
    x->epoch = epoch;
    x->checkpoint = checkpoint;
    return x;
}

struct transaction *two_phase_awaiting(struct two_phase *t, uint64_t request)
{
    for (uint32_t i = 0; i < t->count; i++)
        if (t->owed[i].request == request)
            return &t->owed[i];
    return NULL;
}

void two_phase_remove(struct two_phase *t, struct transaction *x)
{
    bytes_done(&x->body);
    t->count--;
    memmove(x, x + 1, (size_t)(t->owed + t->count - x) * sizeof *x);
}

bool two_phase_owes(const struct two_phase *t, uint32_t epoch, uint64_t number)
{
    for (uint32_t i = 0; i < t->count; i++)
        if (t->owed[i].epoch == epoch && t->owed[i].number == number)
            return true;
    return false;
}

void two_phase_snapshot(const struct two_phase *t, struct bytes *out)
{
    bytes_put_u64(out, t->next_number);
    bytes_put_u32(out, t->count);
    for (uint32_t i = 0; i < t->count; i++) {
        bytes_put_u64(out, t->owed[i].number);
        bytes_put_u32(out, t->owed[i].epoch);
        bytes_put_u32(out, t->owed[i].checkpoint);
        bytes_put_u64(out, t->owed[i].rows);
    }
}

bool two_phase_restore(struct two_phase *t, struct reader *r)
{
    uint32_t count;

    t->next_number = read_u64(r);
    count = read_u32(r);
    for (uint32_t i = 0; i < count && reader_ok(r); i++) {
        struct transaction *x = append(t);

        x->number = read_u64(r);
        x->epoch = read_u32(r);
        x->checkpoint = read_u32(r);
        x->rows = read_u64(r);
        x->state = TRANSACTION_PRECOMMITTED;
    }
    return reader_at_end(r);
}
