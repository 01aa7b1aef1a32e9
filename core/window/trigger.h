/* trigger.h -- when a pane speaks.
 *
 * The event-time trigger: once the watermark has reached the window's maximum
 * timestamp.  Until then an element registers the pane's timer for its key
 * (once), and is not asked again; after that, an element that is still allowed
 * fires its key at once.
 *
 * Flink    EventTimeTrigger, the default of event-time windows.
 */
#ifndef CORE_WINDOW_TRIGGER_H
#define CORE_WINDOW_TRIGGER_H

#include <stdint.h>

enum trigger_result { TRIGGER_WAIT, TRIGGER_FIRE };

/* For an element of a window; WAIT: a timer at `max_ms` is wanted. */
static inline enum trigger_result trigger_on_element(int64_t max_ms, int64_t wm_ms)
{
    return max_ms <= wm_ms ? TRIGGER_FIRE : TRIGGER_WAIT;
}

#endif
