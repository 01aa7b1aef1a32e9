#include "time/generator.h"

#include <assert.h>

const int generator_version_1 = 1;

/* TODO
 *
 *     void generator_init(struct generator *g, int64_t delay_ms, int64_t idle_ms)
 *
 * Set every field: nothing has been seen and nothing is promised yet. What must
 * greatest_ms be now, so that generator_watermark() gives INT64_MIN (P3) without a
 * special case, and without a sum that overflows?
 */

/* TODO
 *
 *     void generator_on_row(struct generator *g, int64_t event_ms)
 *
 * A row with timestamp event_ms has passed. Keep the greatest timestamp (P2), and note
 * that there was life: that ends idleness (P5), even if the row is an old one.
 */

/* TODO
 *
 *     int64_t generator_watermark(const struct generator *g)
 *
 * What do you promise now (P1)? A watermark t says that nothing at or before t will
 * follow, and a row exactly delay_ms behind the greatest one may.
 */

/* TODO
 *
 *     enum generator_out generator_on_probe(struct generator *g, int64_t now_ms)
 *
 * The clock shows now_ms. Normally answer GENERATOR_WATERMARK. With idle_ms set, a source
 * that has been quiet for too long (P4) is idle: answer GENERATOR_IDLE the first time and
 * GENERATOR_NOTHING after it (P5). A static helper for P4 makes this short.
 */
