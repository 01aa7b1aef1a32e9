/* Set up: `channels N`.  Steps: `w CHANNEL MS`, `idle CHANNEL`, `active CHANNEL`.
 * Out: `w MS`, `idle`, `active`. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "labs/grader/organ.h"
#include "time/valve.h"

static struct valve *valve;

void organ_begin(const struct organ_step *setup)
{
    valve = valve_new((uint32_t)organ_number(setup, "channels"));
}

void organ_step(const struct organ_step *s)
{
    uint32_t c = (uint32_t)strtoul(s->word[1], NULL, 10);
    unsigned what;

    if (strcmp(s->word[0], "w") == 0)
        what = valve_on_watermark(valve, c, strtoll(s->word[2], NULL, 10));
    else if (strcmp(s->word[0], "idle") == 0)
        what = valve_on_idle(valve, c);
    else
        what = valve_on_active(valve, c);
    if (what & VALVE_WATERMARK)
        organ_out("w %" PRId64, valve_now(valve));
    if (what & VALVE_IDLE)
        organ_out("idle");
    if (what & VALVE_ACTIVE)
        organ_out("active");
}

void organ_end(void)
{
    valve_free(valve);
}
