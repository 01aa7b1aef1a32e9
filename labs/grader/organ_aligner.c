/* Set up: `channels N [off]`; off: checkpoints after tasks finish are off.
 * Steps: `barrier CHANNEL CHECKPOINT`, `cancel CHANNEL CHECKPOINT`, `end CHANNEL`, `time MS`; a
 * step for a channel that is shut waits behind the barrier, so it is left out (`-`).
 * Out: `shut C`, `open C`, `take N delay D took T`, `give up N REASON`. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "checkpoint/aligner.h"
#include "labs/grader/organ.h"

static struct aligner *aligner;
static int64_t now_ms;

void organ_begin(const struct organ_step *setup)
{
    bool is_off = setup->words > 2 && strcmp(setup->word[2], "off") == 0;

    aligner = aligner_new((uint32_t)organ_number(setup, "channels"), !is_off);
    now_ms = 1000;
}

static void report(const struct align_action *d)
{
    switch (d->kind) {
    case ALIGN_BLOCK:
        organ_out("shut %u", d->channel);
        break;
    case ALIGN_RESUME:
        organ_out("open %u", d->channel);
        break;
    case ALIGN_CHECKPOINT:
        organ_out("take %u delay %" PRId64 " took %" PRId64, d->checkpoint, d->delay_ms,
                  d->took_ms);
        break;
    case ALIGN_ABORT:
        organ_out("give up %u %s", d->checkpoint, align_reason_name(d->reason));
        break;
    }
}

void organ_step(const struct organ_step *s)
{
    uint32_t c = (uint32_t)strtoul(s->word[1], NULL, 10);
    uint32_t n = s->words > 2 ? (uint32_t)strtoul(s->word[2], NULL, 10) : 0;

    aligner->actions = 0;
    if (strcmp(s->word[0], "time") == 0) {
        now_ms = strtoll(s->word[1], NULL, 10);
        return;
    }
    if (aligner_is_shut(aligner, c) || aligner->ended[c]) {
        organ_out("-");
        return;
    }
    if (strcmp(s->word[0], "barrier") == 0) {
        aligner_on_barrier(aligner, c, n, 1000, now_ms);
    } else if (strcmp(s->word[0], "cancel") == 0) {
        aligner_on_cancel(aligner, c, n, now_ms);
    } else {
        aligner_on_end(aligner, c, now_ms);
    }
    for (uint32_t i = 0; i < aligner->actions; i++)
        report(&aligner->action[i]);
}

void organ_end(void)
{
    aligner_free(aligner);
}
