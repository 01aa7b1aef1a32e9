/* lateness.h -- too late for a window, too late for good.
 *
 * A window lives until its maximum timestamp plus the allowed lateness; that
 * sum saturates (a window that would end after the end of time never goes).
 * An element is late for good if it entered no window and its own timestamp
 * plus the lateness is not after the watermark; *that* sum wraps, in Flink and
 * here (vector window-1-0207).
 *
 * Flink    WindowOperator.cleanupTime, isWindowLate, isElementLate.
 */
#ifndef CORE_WINDOW_LATENESS_H
#define CORE_WINDOW_LATENESS_H

#include <stdbool.h>

#include "window/time_window.h"

static inline int64_t lateness_cleanup(int64_t max_ms, int64_t lateness_ms)
{
    int64_t cleanup = ms_add(max_ms, lateness_ms);

    return cleanup >= max_ms ? cleanup : INT64_MAX;
}
static inline bool lateness_window_is_late(int64_t max_ms, int64_t lateness_ms, int64_t wm_ms)
{
    return lateness_cleanup(max_ms, lateness_ms) <= wm_ms;
}
static inline bool lateness_element_is_late(int64_t event_ms, int64_t lateness_ms, int64_t wm_ms)
{
    return ms_add(event_ms, lateness_ms) <= wm_ms;
}

#endif
