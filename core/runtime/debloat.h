/* debloat.h -- how large buffers should be, so that what waits in front of a task takes no longer
 * than a target time.
 *
 * A slow consumer with full-sized buffers in front of it makes barriers wait for seconds.  The size
 * wanted is (throughput * target) / buffers in use, never more than twice the last one; it is
 * smoothed (a moving average over `samples`), kept between least and most, and announced to the
 * senders only if it differs enough from what they were told, or reached a bound.
 *
 *   D1  the average stays a real number; it is rounded only when it is read
 *   D2  a size of `min_bytes` or `max_bytes` is always announced (unless it already was)
 *
 * Pure: throughput is measured, and time read, by others.  (The gate does not ask it yet: sizes
 * would go to the senders as a parcel of their own.)
 *
 * Flink    BufferDebloater, BufferSizeEMA, BufferDebloatConfiguration
 *          (taskmanager.network.memory.buffer-debloat.*).
 */
#ifndef CORE_RUNTIME_DEBLOAT_H
#define CORE_RUNTIME_DEBLOAT_H

#include <stdbool.h>
#include <stdint.h>

struct debloat_spec {
    int64_t target_ms;
    uint32_t min_bytes, max_bytes;
    uint32_t threshold_percent; /* smaller changes are not announced */
    uint32_t samples;           /* of the average */
};

struct debloat {
    struct debloat_spec spec;
    double average;     /* D1 */
    uint32_t announced; /* what the senders were told last */
    int64_t estimated_ms;
};

void debloat_init(struct debloat *d, const struct debloat_spec *spec, uint32_t start_bytes);
/* A measurement: bytes a second, and buffers that are in use.  True: tell the senders
 * d->announced.  d->estimated_ms: how long the buffers in use take at the
 * average size. */
bool debloat_on_sample(struct debloat *d, int64_t bytes_per_second, uint32_t used);

#endif
