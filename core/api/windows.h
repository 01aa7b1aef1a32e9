/* windows.h -- what a window may be, and which mistakes are said when it is built. */
#ifndef CORE_API_WINDOWS_H
#define CORE_API_WINDOWS_H

#include "api/job.h"
#include "operators/window.h"

/* Mistakes go to the job.  `cannot_merge`: its aggregate has no merge. */
void window_check(struct weir_job *job, struct weir_here here, const struct weir_window *w,
                  bool cannot_merge);
/* The window with its trigger named and copied into the job. */
struct weir_window window_resolved(struct weir_job *job, const struct weir_window *w);
/* Of all that it says; of functions only that they are there. */
uint64_t window_hash(const struct window_config *c);

#endif
