/* Set up: `tumbling size MS offset MS`, `sliding size MS slide MS offset MS`, `cumulate size MS
 * step MS offset MS`.  Step: `t MS`.  Out: its windows, each as `[START,END)`. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "labs/grader/organ.h"
#include "window/assigner.h"

enum { SHOWN = 8 };

static struct assigner a;
static bool is_one; /* of what graph building lets through */
static int shown;   /* windows of this step */

static void out_window(int64_t start_ms, int64_t end_ms)
{
    if (shown++ < SHOWN)
        organ_out("[%" PRId64 ",%" PRId64 ")", start_ms, end_ms);
    else if (shown == SHOWN + 1)
        organ_out("...");
}

/* ---- the model: every window of the line of time that can hold t is tried ---- */

static __int128 floor_of(__int128 ms, int64_t every_ms)
{
    return (ms >= 0 ? ms : ms - every_ms + 1) / every_ms;
}

static void model_tries(__int128 start, __int128 end, int64_t ms)
{
    if (start <= ms && ms < end)
        out_window((int64_t)start, (int64_t)end);
}

static void model_step(int64_t ms)
{
    int64_t every_ms = a.kind == ASSIGNER_SLIDING ? a.step_ms : a.size_ms;
    __int128 newest = a.offset_ms + every_ms * (floor_of((__int128)ms - a.offset_ms, every_ms) + 2);

    for (__int128 start = newest; start > (__int128)ms - a.size_ms; start -= every_ms)
        if (a.kind != ASSIGNER_CUMULATE)
            model_tries(start, start + a.size_ms, ms);
        else
            for (int64_t n = 1; n * a.step_ms <= a.size_ms; n++)
                model_tries(start, start + n * a.step_ms, ms);
}

/* ---- the organ ---- */

void organ_begin(const struct organ_step *setup)
{
    int64_t every_ms;

    a.kind = strcmp(setup->word[0], "sliding") == 0    ? ASSIGNER_SLIDING
             : strcmp(setup->word[0], "cumulate") == 0 ? ASSIGNER_CUMULATE
                                                       : ASSIGNER_TUMBLING;
    a.size_ms = organ_number(setup, "size");
    a.step_ms = organ_number(setup, a.kind == ASSIGNER_SLIDING ? "slide" : "step");
    a.offset_ms = organ_number(setup, "offset");
    every_ms = a.kind == ASSIGNER_SLIDING ? a.step_ms : a.size_ms;
    is_one = a.size_ms > 0 && every_ms > 0 && llabs(a.offset_ms) < every_ms &&
             (a.kind != ASSIGNER_CUMULATE || (a.step_ms > 0 && a.size_ms % a.step_ms == 0));
}

static void step(int64_t ms)
{
    struct time_window *w = malloc(sizeof *w); /* of its own: what is not set shows */

    for (bool more = assigner_first(&a, ms, w); more && shown <= SHOWN;
         more = assigner_next(&a, ms, w))
        out_window(w->start_ms, w->end_ms);
    free(w);
}

void organ_step(const struct organ_step *s)
{
    int64_t ms = strtoll(s->word[1], NULL, 10);

    shown = 0;
    if (!is_one)
        organ_out("(no such window)");
    else
        (organ_is_model ? model_step : step)(ms);
}

void organ_end(void)
{
}
