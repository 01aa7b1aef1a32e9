/* The script says what arrives on each channel and which channel the task polls; the queues are
 * the adapter's, every decision is the aligner's. */
#include <string.h>

#include "base/mem.h"
#include "checkpoint/aligner.h"
#include "tests/conformance/topic.h"

enum { QUEUE = 512 };

struct arrival {
    char verb; /* of its step: b(uf), B(arrier), c(ancel), e(op) */
    int64_t id, created_ms;
};

struct channel {
    struct arrival queue[QUEUE];
    uint32_t head, tail;
    bool ended; /* its eop has arrived: nothing may follow */
};

struct gate_script {
    struct aligner *aligner;
    struct channel *channel;
    int64_t now_ms;
};

static void *aligner_begin(const struct json *op, struct refusal *why)
{
    const char *mode = json_get_text(op, "mode");
    bool after_finish = json_bool(json_get(op, "checkpointsAfterFinish"));
    struct gate_script *s;
    uint32_t channels;

    if (!only_fields(op, "mode channels checkpointsAfterFinish alignedTimeoutMs startMs", why))
        return NULL;
    if (strcmp(mode, "aligned") != 0) {
        bool known = strcmp(mode, "at-least-once") == 0 || strcmp(mode, "unaligned") == 0 ||
                     strcmp(mode, "aligned-timeout") == 0;

        refuse(why, known ? CASE_SKIP : CASE_FAIL,
               known ? "mode %s is not built yet" : "unknown mode '%s'", mode);
        return NULL;
    }
    if (!number_between(op, "channels", 1, ALIGNER_CHANNELS_MAX, &channels, why))
        return NULL;
    if (json_kind(json_get(op, "checkpointsAfterFinish")) != JSON_BOOL ||
        json_kind(json_get(op, "startMs")) != JSON_INT) {
        refuse(why, CASE_FAIL, "malformed: 'checkpointsAfterFinish' or 'startMs'");
        return NULL;
    }
    s = mem_alloc(sizeof *s);
    s->aligner = aligner_new(channels, after_finish);
    s->channel = mem_alloc(channels * sizeof *s->channel);
    s->now_ms = json_get_int(op, "startMs");
    return s;
}

static void put(struct json_writer *out, const char *word, int64_t a, const int64_t *b)
{
    put_list(out, word);
    json_put_int(out, NULL, a);
    if (b)
        json_put_int(out, NULL, *b);
    json_end(out);
}

static void put_action(const struct align_action *d, struct json_writer *out)
{
    switch (d->kind) {
    case ALIGN_BLOCK:
        put(out, "block", d->channel, NULL);
        break;
    case ALIGN_RESUME:
        put(out, "resume", d->channel, NULL);
        break;
    case ALIGN_CHECKPOINT:
        put_list(out, "trigger");
        json_put_int(out, NULL, d->checkpoint);
        json_put_text(out, NULL, "ALIGNED");
        json_put_int(out, NULL, d->delay_ms);
        json_put_int(out, NULL, d->took_ms);
        json_end(out);
        break;
    case ALIGN_ABORT:
        put_list(out, "abort");
        json_put_int(out, NULL, d->checkpoint);
        json_put_text(out, NULL, align_reason_name(d->reason));
        json_end(out);
        break;
    }
}

static void poll(struct gate_script *s, uint32_t c, struct json_writer *out)
{
    struct channel *ch = &s->channel[c];
    struct arrival a;

    if (ch->head == ch->tail || aligner_is_shut(s->aligner, c))
        return;
    a = ch->queue[ch->head++];
    s->aligner->actions = 0;
    if (a.verb == 'b') {
        put(out, "deliver", c, &a.id);
    } else if (a.verb == 'B') {
        put(out, "barrier", c, &a.id);
        aligner_on_barrier(s->aligner, c, (uint32_t)a.id, a.created_ms, s->now_ms);
    } else if (a.verb == 'c') {
        put(out, "cancel", c, &a.id);
        aligner_on_cancel(s->aligner, c, (uint32_t)a.id, s->now_ms);
    } else {
        put(out, "eop", c, NULL);
        aligner_on_end(s->aligner, c, s->now_ms);
    }
    for (uint32_t i = 0; i < s->aligner->actions; i++)
        put_action(&s->aligner->action[i], out);
}

/* Words and numbers of a step: exactly these many, of these kinds; ids are positive 32-bit numbers. */
static bool is_shaped(const struct json *step, size_t numbers, bool has_kind)
{
    if (json_count(step) != 1 + numbers + has_kind)
        return false;
    for (size_t i = 1; i <= numbers; i++)
        if (json_kind(json_at(step, i)) != JSON_INT)
            return false;
    return !has_kind || strcmp(json_text(json_at(step, 1 + numbers)), "aligned") == 0;
}

/* The letter of an arrival; 0: not one, or not in the form of one. */
static char arrival_of(const char *verb, const struct json *step)
{
    if (strcmp(verb, "buf") == 0)
        return is_shaped(step, 2, false) ? 'b' : 0;
    if (strcmp(verb, "barrier") == 0)
        return is_shaped(step, 3, true) ? 'B' : 0;
    if (strcmp(verb, "cancel") == 0)
        return is_shaped(step, 2, false) ? 'c' : 0;
    if (strcmp(verb, "eop") == 0)
        return is_shaped(step, 1, false) ? 'e' : 0;
    return 0;
}

static bool arrive(struct channel *ch, struct arrival a)
{
    bool is_checkpoint = a.verb == 'B' || a.verb == 'c';

    if (a.verb == 0 || ch->ended || ch->tail == QUEUE)
        return false;
    if (is_checkpoint && (a.id < 1 || a.id > UINT32_MAX))
        return false;
    ch->ended = a.verb == 'e';
    ch->queue[ch->tail++] = a;
    return true;
}

static bool aligner_step(void *self, const struct json *step, struct json_writer *out)
{
    struct gate_script *s = self;
    const char *verb = json_text(json_at(step, 0));
    int64_t c = json_int(json_at(step, 1));

    if (strcmp(verb, "time") == 0 && is_shaped(step, 1, false)) {
        s->now_ms = c;
        return true;
    }
    if (c < 0 || c >= s->aligner->channels)
        return false;
    if (strcmp(verb, "poll") == 0 && is_shaped(step, 1, false)) {
        poll(s, (uint32_t)c, out);
        return true;
    }
    return arrive(&s->channel[c],
                  (struct arrival){arrival_of(verb, step), json_int(json_at(step, 2)),
                                   json_int(json_at(step, 3))});
}

static void aligner_end(void *self)
{
    struct gate_script *s = self;

    aligner_free(s->aligner);
    mem_free(s->channel);
    mem_free(s);
}

const struct topic aligner_topic = {
    .name = "aligner", .begin = aligner_begin, .step = aligner_step, .end = aligner_end};
