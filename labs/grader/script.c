#include "labs/grader/script.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LIMIT_MS = 10000, CANDIDATES = 400, ROUNDS = 40 };

unsigned script_channels(const struct script *s)
{
    unsigned n;

    return sscanf(s->setup, "channels %u", &n) == 1 ? n : 0;
}

/* ---- running ---- */

static void put_steps(const struct script *s, struct text *input)
{
    text_format(input, "%s\n", s->setup);
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

static bool has(const char *line, int bytes, const char *word)
{
    const char *at = strstr(line, word);

    return at && at < line + bytes;
}

/* The lines of a report that say something: the first error, and frames in the learner's file. */
static void trim_report(const char *printed, struct text *out)
{
    int lines = 0;

    for (const char *p = printed; *p && lines < 6;) {
        int n = (int)strcspn(p, "\n");
        bool is_error = has(p, n, "ERROR: ") || has(p, n, "runtime error") ||
                        has(p, n, "Assertion");
        bool is_frame = has(p, n, "#") && has(p, n, ".c:") && !has(p, n, "labs/grader/") &&
                        !has(p, n, "libc_start");

        if (is_error || is_frame) {
            text_format(out, "  %.*s\n", n, p);
            lines++;
        }
        p += n + (p[n] != 0);
    }
}

void scripts_run(const char *program, struct script *s, int count, bool into_expected, int perturb,
                 struct organ_run *run)
{
    char nonce[32];
    const char *argv[] = {program, nonce, into_expected ? "model" : NULL, NULL};
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
    char rest[SETUP_BYTES] = "";

    for (int i = 0; i < s->steps; i++)
        if (channel_of(s->step[i]) > highest)
            highest = channel_of(s->step[i]);
    sscanf(s->setup, "channels %*u%79[^\n]", rest);
    if (highest + 1 < script_channels(s))
        snprintf(s->setup, sizeof s->setup, "channels %u%.60s", highest + 1, rest);
}

static void without_steps(struct script *to, const struct script *from, int first, int count)
{
    *to = *from;
    to->steps -= count;
    memmove(to->step[first], to->step[first + count], (size_t)(to->steps - first) * STEP_BYTES);
}

/* The number that begins at or behind *at, and its length; false: no more. */
static bool find_number(const char *line, size_t *at, long long *n, size_t *bytes)
{
    for (; line[*at]; ++*at) {
        char *end;

        if (*at && line[*at - 1] != ' ')
            continue;
        *n = strtoll(line + *at, &end, 10);
        *bytes = (size_t)(end - (line + *at));
        if (*bytes)
            return true;
    }
    return false;
}

/* `s` with smaller numbers in the line that lies at `offset` in it: at most `room` candidates. */
static int smaller_numbers(struct script *out, int room, const struct script *s, size_t offset,
                           size_t line_bytes)
{
    const char *line = (const char *)s + offset;
    size_t bytes;
    long long n;
    int made = 0;

    for (size_t at = 0; find_number(line, &at, &n, &bytes); at += bytes) {
        const long long less[] = {strncmp(line, "probe", 5) == 0, /* no clock begins at 0 */
                                  n / 2, n - (n > 0) + (n < 0)};

        for (int i = 0; i < 3 && made < room; i++)
            if (less[i] != n && (i == 0 || less[i] != less[i - 1])) {
                out[made] = *s;
                snprintf((char *)&out[made++] + offset, line_bytes, "%.*s%lld%s", (int)at, line,
                         less[i], line + at + bytes);
            }
    }
    return made;
}

/* Every way to be a little smaller: halves of the steps first, then single ones; then channels, or
 * if there are none, numbers. */
static int candidates(struct script *out, int room, const struct script *s, bool numbers)
{
    int n = 0;

    for (int count = s->steps / 2; count >= 1; count /= 2)
        for (int i = 0; i + count <= s->steps && n < room; i += count)
            without_steps(&out[n++], s, i, count);
    if (script_channels(s) && n < room) {
        out[n] = *s;
        fit_channels(&out[n]);
        return n + (strcmp(out[n].setup, s->setup) != 0);
    }
    if (!numbers)
        return n;
    n += smaller_numbers(out + n, room - n, s, offsetof(struct script, setup), SETUP_BYTES);
    for (int i = 0; i < s->steps; i++)
        n += smaller_numbers(out + n, room - n, s,
                             offsetof(struct script, step) + (size_t)i * STEP_BYTES, STEP_BYTES);
    return n;
}

/* The first candidate that differs takes the place of `s`. */
static bool smaller(struct script *s, const char *learner, const char *reference, bool numbers)
{
    struct script *candidate = calloc(CANDIDATES, sizeof *candidate);
    int n = candidates(candidate, CANDIDATES, s, numbers);
    struct organ_run run = {0};
    bool found = false;

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

void script_shrink(struct script *s, const char *learner, const char *reference, bool numbers)
{
    s->steps = s->first_wrong + 1;
    s->answered = s->steps < s->answered ? s->steps : s->answered;
    for (int round = 0; round < ROUNDS && smaller(s, learner, reference, numbers); round++)
        ;
}

void script_shrink_death(struct script *s, const char *learner, enum verdict death)
{
    struct script *less = calloc(1, sizeof *less);

    s->steps = s->answered < s->steps ? s->answered + 1 : s->steps;
    for (int count = s->steps / 2; count >= 1; count /= 2)
        for (int i = 0; i + count <= s->steps && s->steps > count;) {
            struct organ_run run = {0};

            without_steps(less, s, i, count);
            scripts_run(learner, less, 1, false, 1, &run);
            if (run.verdict == death && less->answered < less->steps) {
                *s = *less;
                s->steps = s->answered + 1;
            } else {
                i += count;
            }
            text_done(&run.printed);
        }
    free(less);
}

/* ---- text ---- */

void script_text(const struct script *s, struct text *out)
{
    text_format(out, "%s\n", s->setup);
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

        if (n && s->setup[0] == 0) {
            copy_trimmed(s->setup, SETUP_BYTES, p, n);
        } else if (n && s->steps < STEPS_MAX) {
            size_t step = arrow && arrow < p + n ? (size_t)(arrow - p) : n;

            copy_trimmed(s->step[s->steps], STEP_BYTES, p, step);
            if (step < n)
                copy_trimmed(s->expected[s->steps], ANSWER_BYTES, arrow + 2, n - step - 2);
            s->steps++;
        }
        p += n + (p[n] != 0);
    }
    return s->setup[0] && s->steps > 0;
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
