/* Set up: `generator delay MS idle MS`.  Steps: `row MS`, `probe CLOCK`.
 * Out: a row says what is promised now, `stands at MS`; a probe says `w MS`, `idle` or nothing.  A
 * watermark of INT64_MIN is `none`. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "labs/grader/organ.h"
#include "time/generator.h"

static void out_watermark(const char *word, int64_t ms)
{
    if (ms == INT64_MIN)
        organ_out("%s none", word);
    else
        organ_out("%s %" PRId64, word, ms);
}

/* ---- the model: all that ever happened, and each rule looked up in it ---- */

enum { PAST = 4096 };

static struct {
    int64_t delay_ms, idle_ms;
    int steps;
    struct {
        bool is_row;
        int64_t ms;
    } past[PAST];
} model;

/* P1 to P3, of all rows. */
static int64_t model_promise(void)
{
    __int128 promise = INT64_MIN;

    for (int i = 0; i < model.steps; i++) {
        __int128 of_row = (__int128)model.past[i].ms - model.delay_ms - 1;

        if (model.past[i].is_row && of_row > promise)
            promise = of_row;
    }
    return (int64_t)promise;
}

/* P4: is the probe at `at` quiet for too long?  The first probe behind a row is not quiet; the next
 * at which the clock is not 0 starts the timer. */
static bool model_is_too_quiet(int at)
{
    int row = at, first;

    while (row >= 0 && !model.past[row].is_row)
        row--;
    first = row < 0 ? 0 : row + 2;
    while (first < at && model.past[first].ms == 0)
        first++;
    return model.idle_ms && first < at && model.past[at].ms - model.past[first].ms > model.idle_ms;
}

static void model_step(bool is_row, int64_t ms)
{
    int at = model.steps++;

    model.past[at].is_row = is_row;
    model.past[at].ms = ms;
    if (is_row)
        out_watermark("stands at", model_promise());
    else if (!model_is_too_quiet(at))
        out_watermark("w", model_promise());
    else if (model.past[at - 1].is_row || !model_is_too_quiet(at - 1)) /* P5 */
        organ_out("idle");
}

/* ---- the organ ---- */

static struct generator *generator; /* of its own: what is not set shows */
static int64_t clock_ms;
static bool is_void; /* the script has put the clock back: it says nothing any more */

void organ_begin(const struct organ_step *setup)
{
    int64_t delay_ms = organ_number(setup, "delay"), idle_ms = organ_number(setup, "idle");

    model.delay_ms = delay_ms;
    model.idle_ms = idle_ms;
    model.steps = 0;
    clock_ms = 0;
    is_void = false;
    generator = malloc(sizeof *generator);
    if (generator && !organ_is_model)
        generator_init(generator, delay_ms, idle_ms);
}

static void step(bool is_row, int64_t ms)
{
    enum generator_out what;

    if (is_row) {
        generator_on_row(generator, ms);
        out_watermark("stands at", generator_watermark(generator));
        return;
    }
    what = generator_on_probe(generator, ms);
    if (what == GENERATOR_WATERMARK)
        out_watermark("w", generator_watermark(generator));
    else if (what == GENERATOR_IDLE)
        organ_out("idle");
    else if (what != GENERATOR_NOTHING)
        organ_out("%d, which is no answer", (int)what);
}

void organ_step(const struct organ_step *s)
{
    bool is_row = strcmp(s->word[0], "row") == 0;
    int64_t ms = strtoll(s->word[1], NULL, 10);

    is_void = is_void || (!is_row && ms < clock_ms);
    if (!is_row)
        clock_ms = ms;
    if (is_void)
        organ_out("(the clock does not go back)");
    else
        (organ_is_model ? model_step : step)(is_row, ms);
}

void organ_end(void)
{
    free(generator);
}
