#include "runtime/counters_state.h"

void counters_snapshot(const struct counters *c, struct snapshot_out *out)
{
    struct bytes *b = snapshot_block(out, "task/counters", 1);

    for (int i = 0; i < COUNTER_BUSY_US; i++)
        bytes_put_u64(b, c->of[i]);
    snapshot_block_end(out);
}

void counters_restore(struct counters *c, const struct snapshot_in *in)
{
    struct reader r;
    uint32_t version;

    if (snapshot_find(in, "task/counters", &version, &r))
        return;
    for (int i = 0; i < COUNTER_BUSY_US; i++)
        c->of[i] = read_u64(&r);
}
