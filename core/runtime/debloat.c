#include "runtime/debloat.h"

void debloat_init(struct debloat *d, const struct debloat_spec *spec, uint32_t start_bytes)
{
    *d = (struct debloat){.spec = *spec, .average = start_bytes, .announced = start_bytes};
}

static double within(const struct debloat_spec *s, double bytes)
{
    if (bytes > s->max_bytes)
        return s->max_bytes;
    return bytes > s->min_bytes ? bytes : s->min_bytes;
}

static bool is_worth_telling(const struct debloat *d, uint32_t bytes)
{
    uint32_t apart = bytes > d->announced ? bytes - d->announced : d->announced - bytes;
    bool is_a_bound = bytes <= d->spec.min_bytes || bytes >= d->spec.max_bytes; /* D2 */

    return apart &&
           (is_a_bound || apart >= (uint64_t)d->announced * d->spec.threshold_percent / 100);
}

bool debloat_on_sample(struct debloat *d, int64_t bytes_per_second, uint32_t used)
{
    int64_t buffers = used ? used : 1, wanted = bytes_per_second * d->spec.target_ms / 1000;
    double instant = (double)wanted / (double)buffers, most = 2 * d->average;
    uint32_t bytes;
    bool tell;

    instant = instant < most ? instant : most;
    d->average = within(&d->spec,
                        d->average + 2.0 / (d->spec.samples + 1) * (instant - d->average));
    bytes = (uint32_t)(d->average + 0.5);
    d->estimated_ms = bytes * buffers * 1000 / (bytes_per_second > 1 ? bytes_per_second : 1);
    tell = is_worth_telling(d, bytes);
    if (tell)
        d->announced = bytes;
    return tell;
}
