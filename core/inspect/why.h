/* why.h -- one sentence each: why does this task wait, why is the job where it is.
 *
 * Rules in order, the first that fits speaks; the last one always does, so
 * there is never silence.
 */
#ifndef CORE_INSPECT_WHY_H
#define CORE_INSPECT_WHY_H

#include "inspect/frame.h"

void why_task(const struct inspect_view *v, uint32_t task, struct bytes *out);
void why_job(const struct inspect_view *v, struct bytes *out);

#endif
