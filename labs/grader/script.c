#include "labs/grader/script.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LIMIT_MS = 10000 };

/* ---- running ---- */

static void put_steps(const struct script *s, struct text *input)
{
    text_format(input, "channels %u %s\n", s->channels, s->option);
    for (int i = 0; i < s->steps; i++)
        text_format(input, "%s\n", s->step[i]);
    text_format(input, "---\n");
}

/* Answers of one script; *at moves behind it.  False: they end early. */
static bool take_answers(struct script *s, char **at, bool into_expected)
{
    s->answered = 0;
    for (;;) {
        char *line = *at, *end = strchr(line, '\n');

        if (end == NULL || strncmp(line, "LOOP\n", 5) == 0)
            return false;
        *end = 0;
        *at = end + 1;
        if (strcmp(line, "---") == 0)
            return s->answered == s->steps;
        if (s->answered == s->steps)
            return false;
        snprintf(into_expected ? s->expected[s->answered] : s->got[s->answered], ANSWER_BYTES, "%s",
                 line);
        s->answered++;
    }
}

/* The lines of a report that say something: the first error and frames in the learner's file. */
static void trim_report(const char *printed, struct text *out)
{
    int lines = 0;

    for (const char *p = printed; *p && lines < 6;) {
        int n = (int)strcspn(p, "\n");
        bool telling = strstr(p, "ERROR") == p || strstr(p, "runtime error") || strstr(p, "labs/") ||
                       strstr(p, "Assertion");
        const char *end = p + n;

        for (const char *q = p; q < end && !telling; q++)
            telling = strncmp(q, "ERROR: ", 7) == 0 || strncmp(q, "labs/", 5) == 0 ||
                      strncmp(q, "runtime error", 13) == 0 || strncmp(q, "Assertion", 9) == 0;
        if (telling) {
            text_format(out, "  %.*s\n", n > 120 ? 120 : n, p);
            lines++;
        }
        p = *end ? end + 1 : end;
    }
}

void scripts_run(const char *program, struct script *s, int count, bool into_expected, int perturb,
                 struct organ_run *run)
{
    char nonce[32];
    const char *argv[] = {program, nonce, NULL};
    struct text input = {0};
    struct child c = {.argv = argv, .limit_ms = LIMIT_MS, .perturb = perturb};
    char *at;
    int complete = 0;

    snprintf(nonce, sizeof nonce, "%x%lx", (unsigned)getpid(), random());
    for (int i = 0; i < count; i++)
        put_steps(&s[i], &input);
    c.input = text_of(&input);
    child_run(&c);
    text_format(&c.observed, "%s", "");
    at = c.observed.p;
    run->verdict = c.verdict;
    if (strncmp(at, nonce, strlen(nonce)) == 0) {
        at = strchr(at, '\n') + 1;
        while (complete < count && take_answers(&s[complete], &at, into_expected))
            complete++;
    }
    if (run->verdict == VERDICT_PASS &&
        (complete < count || strncmp(at, nonce, strlen(nonce)) != 0 || c.status != 0))
        run->verdict = VERDICT_EARLY_EXIT;
    for (int i = complete + (complete < count); i < count; i++)
        s[i].answered = 0;
    trim_report(text_of(&c.printed), &run->printed);
    text_done(&input);
    child_done(&c);
}

bool script_compare(struct script *s)
{
    s->first_wrong = -1;
    for (int i = 0; i < s->steps; i++)
        if (i >= s->answered || strcmp(s->expected[i], s->got[i]) != 0) {
            s->first_wrong = i;
            return false;
        }
    return true;
}

/* ---- drawing ---- */

static uint64_t next(uint64_t *seed)
{
    uint64_t x = *seed += 0x9e3779b97f4a7c15u;

    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
    x = (x ^ x >> 27) * 0x94d049bb133111ebu;
    return x ^ x >> 31;
}

static void draw_valve(struct script *s, uint64_t *seed)
{
    int64_t base = (int64_t)(next(seed) % 40) - 20;

    for (int i = 0; i < s->steps; i++) {
        unsigned c = (unsigned)(next(seed) % s->channels), kind = (unsigned)(next(seed) % 10);

        base += (int64_t)(next(seed) % 4);
        if (kind < 6)
            snprintf(s->step[i], STEP_BYTES, "w %u %lld", c,
                     (long long)(base + (int64_t)(next(seed) % 12) - 4));
        else
            snprintf(s->step[i], STEP_BYTES, "%s %u", kind < 8 ? "idle" : "active", c);
    }
}

static void draw_aligner(struct script *s, uint64_t *seed)
{
    unsigned checkpoint = 1, now = 1000;

    if (next(seed) % 3 == 0)
        strcpy(s->option, "off");
    for (int i = 0; i < s->steps; i++) {
        unsigned c = (unsigned)(next(seed) % s->channels), kind = (unsigned)(next(seed) % 20);
        unsigned n = checkpoint + (unsigned)(next(seed) % 5 == 0) - (next(seed) % 9 == 0 && checkpoint > 1);

        checkpoint = n > checkpoint ? n : checkpoint + (next(seed) % 4 == 0);
        now += (unsigned)(next(seed) % 5);
        if (kind < 13)
            snprintf(s->step[i], STEP_BYTES, "barrier %u %u", c, n);
        else if (kind < 15)
            snprintf(s->step[i], STEP_BYTES, "cancel %u %u", c, n);
        else if (kind < 16)
            snprintf(s->step[i], STEP_BYTES, "end %u", c);
        else
            snprintf(s->step[i], STEP_BYTES, "time %u", now);
    }
}

void script_draw(struct script *s, const char *organ, uint64_t seed)
{
    *s = (struct script){.first_wrong = -1};
    s->channels = 1 + (uint32_t)(next(&seed) % 4);
    s->steps = 4 + (int)(next(&seed) % 28);
    if (strcmp(organ, "valve") == 0)
        draw_valve(s, &seed);
    else
        draw_aligner(s, &seed);
}

/* ---- shrinking ---- */

static unsigned channel_of(const char *step)
{
    char verb[16];
    unsigned c = 0;

    if (sscanf(step, "%15s %u", verb, &c) == 2 && strcmp(verb, "time") != 0)
        return c;
    return 0;
}

static void fit_channels(struct script *s)
{
    unsigned highest = 0;

    for (int i = 0; i < s->steps; i++)
        if (channel_of(s->step[i]) > highest)
            highest = channel_of(s->step[i]);
    if (highest + 1 < s->channels)
        s->channels = highest + 1;
}

static void without_step(struct script *to, const struct script *from, int drop)
{
    *to = *from;
    to->steps--;
    memmove(to->step[drop], to->step[drop + 1], (size_t)(to->steps - drop) * STEP_BYTES);
}

/* One round: every way to be one step (or the spare channels) smaller; the first that still differs. */
static bool smaller(struct script *s, const char *learner, const char *reference)
{
    struct script *candidate = calloc((size_t)s->steps + 1, sizeof *candidate);
    struct organ_run run = {0};
    bool found = false;
    int n = 0;

    for (int i = 0; i < s->steps; i++)
        without_step(&candidate[n++], s, i);
    candidate[n] = *s;
    fit_channels(&candidate[n]);
    n += candidate[n].channels < s->channels;
    scripts_run(reference, candidate, n, true, 1, &run);
    scripts_run(learner, candidate, n, false, 1, &run);
    for (int i = 0; i < n && run.verdict == VERDICT_PASS && !found; i++)
        if (candidate[i].steps && !script_compare(&candidate[i])) {
            *s = candidate[i];
            s->steps = s->first_wrong + 1; /* nothing behind the first difference is needed */
            found = true;
        }
    text_done(&run.printed);
    free(candidate);
    return found;
}

void script_shrink(struct script *s, const char *learner, const char *reference)
{
    s->steps = s->first_wrong + 1;
    s->answered = s->steps < s->answered ? s->steps : s->answered;
    while (smaller(s, learner, reference))
        ;
}

/* ---- text ---- */

void script_text(const struct script *s, struct text *out)
{
    text_format(out, "channels %u%s%s\n", s->channels, s->option[0] ? " " : "", s->option);
    for (int i = 0; i < s->steps; i++)
        text_format(out, "%s -> %s\n", s->step[i], s->expected[i]);
}

static void copy_trimmed(char *to, size_t room, const char *from, size_t bytes)
{
    while (bytes && *from == ' ') {
        from++;
        bytes--;
    }
    while (bytes && from[bytes - 1] == ' ')
        bytes--;
    snprintf(to, room, "%.*s", (int)bytes, from);
}

bool script_parse(struct script *s, const char *text)
{
    *s = (struct script){.first_wrong = -1};
    for (const char *p = text; *p;) {
        size_t n = strcspn(p, "\n");
        const char *arrow = strstr(p, "->");

        if (s->channels == 0) {
            char line[64];

            copy_trimmed(line, sizeof line, p, n);
            if (sscanf(line, "channels %u %7[a-z]", &s->channels, s->option) < 1)
                return false;
        } else if (n && s->steps < STEPS_MAX) {
            size_t step = arrow && arrow < p + n ? (size_t)(arrow - p) : n;

            copy_trimmed(s->step[s->steps], STEP_BYTES, p, step);
            if (step < n)
                copy_trimmed(s->expected[s->steps], ANSWER_BYTES, arrow + 2, n - step - 2);
            s->steps++;
        }
        p += n + (p[n] != 0);
    }
    return s->channels > 0 && s->steps > 0;
}

uint64_t script_hash(const struct script *s)
{
    struct text all = {0};
    uint64_t hash;

    for (int i = 0; i < s->steps; i++)
        text_format(&all, "%s\n", i < s->answered ? s->got[i] : "(none)");
    hash = text_hash(text_of(&all));
    text_done(&all);
    return hash;
}
