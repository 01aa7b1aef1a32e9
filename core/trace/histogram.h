/* histogram.h -- how values are spread, of the newest so many.
 *
 *   H1  statistics are of the values in the window; `count` is of all ever
 *   H2  the quantile q lies at position q * (n + 1) of the n sorted values, between two of them in
 *       proportion, and at the ends beyond the ends
 *   H3  the standard deviation is the sample's: by n - 1; of one value 0
 *
 * Flink    DescriptiveStatisticsHistogram (and below it commons-math: SecondMoment, Percentile).
 */
#ifndef CORE_TRACE_HISTOGRAM_H
#define CORE_TRACE_HISTOGRAM_H

#include <stdint.h>

struct histogram {
    uint64_t count;
    uint32_t window, size; /* room for values; how many there are */
    int64_t *value;        /* owned: value `i` ever, at i % window */
};

struct histogram_statistics {
    int64_t min, max;
    double mean, deviation;
};

void histogram_init(struct histogram *h, uint32_t window); /* >= 1 */
void histogram_done(struct histogram *h);
void histogram_add(struct histogram *h, int64_t value);
struct histogram_statistics histogram_statistics(const struct histogram *h); /* zero if empty */
double histogram_quantile(const struct histogram *h, double q); /* 0 if empty; q in 0..1 */

#endif
