#include "sim/plan.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- words of a line ---- */

struct line {
    const char *name; /* of the file */
    uint32_t number;
    const char *start, *at; /* NUL-terminated copy of the line */
    struct diag *why;
};

static int wrong(struct line *l, const char *expected, const char *found)
{
    return diag_set(l->why, ERR_FORMAT, "%s:%u:%d: expected %s%s%s%s", l->name, l->number,
                    (int)(l->at - l->start) + 1, expected, found && found[0] ? ", not '" : "",
                    found && found[0] ? found : "", found && found[0] ? "'" : "");
}

/* The next word into `out`; false at the end of the line.  Words end at blanks; '=' is a word. */
static bool next_word(struct line *l, char out[SUBJECT_BYTES * 2])
{
    size_t n = 0;

    while (isspace((unsigned char)*l->at))
        l->at++;
    out[0] = 0;
    if (*l->at == 0)
        return false;
    while (*l->at && !isspace((unsigned char)*l->at) && n < SUBJECT_BYTES * 2 - 1)
        out[n++] = *l->at++;
    out[n] = 0;
    return true;
}

static bool peek_is(const struct line *l, const char *word)
{
    struct line copy = *l;
    char next[SUBJECT_BYTES * 2];

    return next_word(&copy, next) && strcmp(next, word) == 0;
}

static bool accept(struct line *l, const char *word)
{
    char next[SUBJECT_BYTES * 2];

    return peek_is(l, word) && next_word(l, next);
}

static int number(struct line *l, const char *text, uint32_t *out)
{
    char *end;
    unsigned long v = strtoul(text, &end, 10);

    if (end == text || *end || v == 0 || v > UINT32_MAX || text[0] == '-')
        return wrong(l, "a number from 1", text);
    *out = (uint32_t)v;
    return ERR_NONE;
}

static int subject(struct line *l, char out[SUBJECT_BYTES])
{
    char word[SUBJECT_BYTES * 2];

    if (!next_word(l, word))
        return wrong(l, "a worker (tm-1), a task (window[0]) or an operator's name", NULL);
    if (strlen(word) >= SUBJECT_BYTES)
        return wrong(l, "a name of less than 64 bytes", word);
    strcpy(out, word);
    return ERR_NONE;
}

static int duration(struct line *l, const char *suffix, int64_t *us)
{
    char word[SUBJECT_BYTES * 2];
    size_t n;

    next_word(l, word);
    n = strlen(word);
    if (n > strlen(suffix) && strcmp(word + n - strlen(suffix), suffix) == 0) {
        word[n - strlen(suffix)] = 0;
        if (duration_parse(word, us) == ERR_NONE)
            return ERR_NONE;
    }
    return wrong(l, suffix[0] ? "a time for each row, as 5ms/rec" : "a time, as 20ms", word);
}

/* ---- anchors ---- */

static const int anchor_events[] = {EVENT_START,     EVENT_RECORD, EVENT_BARRIER,  EVENT_ALIGN,
                                    EVENT_SNAPSHOT,  EVENT_ACK,    EVENT_COMPLETE, EVENT_NOTIFY,
                                    EVENT_PRECOMMIT, EVENT_COMMIT, EVENT_RESTORE,  EVENT_WATERMARK,
                                    EVENT_WINDOW,    EVENT_FINISH};
enum { ANCHOR_EVENTS = sizeof anchor_events / sizeof anchor_events[0] };

static int event_of(struct line *l, int *event)
{
    const char *words[ANCHOR_EVENTS], *near;
    char word[SUBJECT_BYTES * 2], expected[96];

    next_word(l, word);
    for (int i = 0; i < ANCHOR_EVENTS; i++) {
        words[i] = event_word(anchor_events[i]);
        *event = anchor_events[i];
        if (strcmp(words[i], word) == 0)
            return ERR_NONE;
    }
    near = nearest_word(word, words, ANCHOR_EVENTS);
    snprintf(expected, sizeof expected, "an event such as %s", near ? near : "ack or barrier");
    return wrong(l, expected, word);
}

static bool ends_anchor(const struct line *l)
{
    static const char *const words[] = {"after", "kill", "pause", "slow",
                                        "drop",  "dup",  "delay", "cp"};
    struct line copy = *l;
    char next[SUBJECT_BYTES * 2];

    if (!next_word(&copy, next) || next[0] == '#')
        return true;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strcmp(next, words[i]) == 0)
            return true;
    return false;
}

static int anchor(struct line *l, struct anchor *a)
{
    char word[SUBJECT_BYTES * 2];
    struct line before;
    int err = event_of(l, &a->event);

    a->nth = 1;
    if (!err && (accept(l, "of") || !ends_anchor(l)))
        err = subject(l, a->subject);
    if (!err && accept(l, "cp")) {
        next_word(l, word);
        err = number(l, word, &a->checkpoint);
    }
    before = *l;
    if (!err && next_word(l, word) && word[0] == '#')
        return number(l, word + 1, &a->nth);
    *l = before;
    return err;
}

/* ---- actions ---- */

static int message_kind(struct line *l, enum fault_message *m)
{
    char word[SUBJECT_BYTES * 2];

    next_word(l, word);
    *m = strcmp(word, "ack") == 0 ? FAULT_ACK : FAULT_NOTIFY;
    if (*m == FAULT_ACK || strcmp(word, "notify") == 0)
        return ERR_NONE;
    return wrong(l, "notify or ack", word);
}

static const char *const fault_words[] = {"kill", "pause", "slow", "drop", "dup", "delay"};

static int action(struct line *l, struct fault *f)
{
    char word[SUBJECT_BYTES * 2];
    int kind = 0, err = ERR_NONE;

    next_word(l, word);
    while (kind < 6 && strcmp(fault_words[kind], word) != 0)
        kind++;
    if (kind == 6)
        return wrong(l, "kill, pause, slow, drop, dup or delay", word);
    f->kind = (enum fault_kind)kind;
    if (f->kind >= FAULT_DROP)
        err = message_kind(l, &f->message);
    if (!err)
        err = subject(l, f->subject);
    if (!err && f->kind == FAULT_PAUSE && !accept(l, "for"))
        err = wrong(l, "'for' and a time, as in pause tm-1 for 20ms", NULL);
    if (!err && (f->kind == FAULT_PAUSE || f->kind == FAULT_DELAY))
        err = duration(l, "", &f->us);
    if (!err && f->kind == FAULT_SLOW)
        err = duration(l, "/rec", &f->us);
    if (!err && next_word(l, word))
        err = wrong(l, "the end of the line", word);
    return err;
}

static int fault_line(struct plan *p, struct line *l)
{
    struct fault f = {.after.event = -1, .line = l->number};
    int err;

    if (p->faults == PLAN_LINES_MAX)
        return diag_set(l->why, ERR_LIMIT, "%s:%u: more than %d faults", l->name, l->number,
                        PLAN_LINES_MAX);
    err = anchor(l, &f.at);
    if (!err && accept(l, "after"))
        err = anchor(l, &f.after);
    if (!err)
        err = action(l, &f);
    if (!err)
        p->fault[p->faults++] = f;
    return err;
}

/* ---- settings ---- */

const char *plan_setting(const struct plan *p, const char *key)
{
    for (uint32_t i = 0; i < p->sets; i++)
        if (strcmp(p->set[i].key, key) == 0)
            return p->set[i].value;
    return NULL;
}

int plan_set(struct plan *p, const char *key, const char *value, struct diag *why)
{
    uint32_t i = 0;

    if (strlen(key) >= SUBJECT_BYTES || strlen(value) >= sizeof p->set[0].value)
        return diag_set(why, ERR_LIMIT, "set %s: key or value is too long", key);
    while (i < p->sets && strcmp(p->set[i].key, key) != 0)
        i++;
    if (i == PLAN_SETS_MAX)
        return diag_set(why, ERR_LIMIT, "more than %d settings", PLAN_SETS_MAX);
    if (i == p->sets)
        p->sets++;
    strcpy(p->set[i].key, key);
    strcpy(p->set[i].value, value);
    return ERR_NONE;
}

static int set_line(struct plan *p, struct line *l)
{
    char key[SUBJECT_BYTES * 2], value[PLAN_LINE_BYTES + 1];
    size_t n;

    if (!next_word(l, key))
        return wrong(l, "a key", NULL);
    if (!accept(l, "="))
        return wrong(l, "=", NULL);
    while (isspace((unsigned char)*l->at))
        l->at++;
    snprintf(value, sizeof value, "%s", l->at);
    for (n = strlen(value); n && isspace((unsigned char)value[n - 1]); n--)
        value[n - 1] = 0;
    if (value[0] == 0)
        return wrong(l, "a value", NULL);
    return plan_set(p, key, value, l->why);
}

/* ---- the whole ---- */

static int parse_line(struct plan *p, struct line *l)
{
    char word[SUBJECT_BYTES * 2];

    if (!next_word(l, word))
        return ERR_NONE;
    if (strcmp(word, "at") == 0)
        return fault_line(p, l);
    if (strcmp(word, "set") == 0)
        return set_line(p, l);
    return wrong(l, "at or set", word);
}

int plan_parse(struct plan *p, struct span text, const char *name, struct diag *why)
{
    char copy[PLAN_LINE_BYTES + 1];
    uint32_t number_of_line = 0;
    int err = ERR_NONE;

    *p = (struct plan){0};
    for (size_t at = 0; at < text.bytes && !err;) {
        const uint8_t *start = text.p + at, *end = memchr(start, '\n', text.bytes - at);
        size_t n = end ? (size_t)(end - start) : text.bytes - at;
        const uint8_t *comment = memchr(start, '#', n);
        struct line l = {name, ++number_of_line, copy, copy, why};

        at += n + 1;
        while (comment && (size_t)(comment - start) + 1 < n && isdigit(comment[1])) /* "#5" */
            comment = memchr(comment + 1, '#', n - (size_t)(comment - start) - 1);
        if (comment)
            n = (size_t)(comment - start);
        if (n > PLAN_LINE_BYTES || memchr(start, 0, n))
            return diag_set(why, ERR_LIMIT, "%s:%u: a line is at most %d bytes of text", name,
                            number_of_line, PLAN_LINE_BYTES);
        memcpy(copy, start, n);
        copy[n] = 0;
        err = parse_line(p, &l);
    }
    return err;
}

static void anchor_print(const struct anchor *a, struct bytes *out)
{
    bytes_format(out, "%s", event_word(a->event));
    if (a->subject[0])
        bytes_format(out, " of %s", a->subject);
    if (a->checkpoint)
        bytes_format(out, " cp %u", a->checkpoint);
    if (a->nth != 1)
        bytes_format(out, " #%u", a->nth);
}

void fault_print(const struct fault *f, struct bytes *out)
{
    char time[24];

    duration_format(f->us, time);
    bytes_format(out, "at ");
    anchor_print(&f->at, out);
    if (f->after.event >= 0) {
        bytes_format(out, " after ");
        anchor_print(&f->after, out);
    }
    bytes_format(out, " %s", fault_words[f->kind]);
    if (f->kind >= FAULT_DROP)
        bytes_format(out, " %s", f->message == FAULT_ACK ? "ack" : "notify");
    bytes_format(out, " %s", f->subject);
    if (f->kind == FAULT_PAUSE)
        bytes_format(out, " for %s", time);
    else if (f->kind == FAULT_SLOW)
        bytes_format(out, " %s/rec", time);
    else if (f->kind == FAULT_DELAY)
        bytes_format(out, " %s", time);
}

void plan_print(const struct plan *p, struct bytes *out)
{
    for (uint32_t i = 0; i < p->sets; i++)
        bytes_format(out, "set %s = %s\n", p->set[i].key, p->set[i].value);
    for (uint32_t i = 0; i < p->faults; i++) {
        fault_print(&p->fault[i], out);
        bytes_put_u8(out, '\n');
    }
}

/* ---- subjects ---- */

/* "jm->sink[0]" and "sink[0]->jm" name the task's end of the link. */
static const char *task_end(const char *text, char out[SUBJECT_BYTES])
{
    const char *arrow = strstr(text, "->");

    if (arrow == NULL)
        return text;
    if (strncmp(text, "jm->", 4) == 0)
        return arrow + 2;
    snprintf(out, SUBJECT_BYTES, "%.*s", (int)(arrow - text), text);
    return out;
}

/* "window[7]" of two, or an operator that is not there. */
static int unknown_subject(const char *name, const struct job_graph *g, struct diag *why)
{
    char operator[SUBJECT_BYTES];
    const char *near = NULL;
    uint32_t task[64], tasks;

    snprintf(operator, sizeof operator, "%.*s", (int)strcspn(name, "["), name);
    tasks = job_graph_find(g, operator, task, 64, &near);
    if (tasks)
        return diag_set(why, ERR_FORMAT, "unknown task '%s': there are %s[0] to %s[%u]",
                        name, operator, operator, tasks - 1);
    return diag_set(why, ERR_FORMAT, "unknown subject '%s'%s%s%s", name,
                    near ? ": did you mean '" : "", near ? near : "",
                    near ? "'?" : "; `graph` lists the operators");
}

int subject_bind(struct subject *s, const char *text, const struct job_graph *g, uint32_t workers,
                 struct diag *why)
{
    char buffer[SUBJECT_BYTES];
    const char *name = task_end(text, buffer), *near;
    unsigned worker;
    char rest;

    *s = (struct subject){0};
    if (sscanf(name, "tm-%u%c", &worker, &rest) == 1) {
        if (worker < 1 || worker > workers)
            return diag_set(why, ERR_FORMAT, "unknown worker '%s': there are tm-1 to tm-%u", name,
                            workers);
        s->is_worker = true;
        s->worker = worker - 1;
        return ERR_NONE;
    }
    if (name[0] == 0)
        return ERR_NONE;
    s->tasks = job_graph_find(g, name, s->task, 64, &near);
    if (s->tasks > 64)
        s->tasks = 64;
    if (s->tasks)
        return ERR_NONE;
    return unknown_subject(name, g, why);
}

int plan_bind(const struct plan *p, const struct job_graph *g, uint32_t workers, struct diag *why)
{
    struct subject s;
    int err = ERR_NONE;

    for (uint32_t i = 0; i < p->faults && !err; i++) {
        const struct fault *f = &p->fault[i];

        err = subject_bind(&s, f->subject, g, workers, why);
        if (!err && f->at.subject[0])
            err = subject_bind(&s, f->at.subject, g, workers, why);
        if (!err && f->after.event >= 0)
            err = subject_bind(&s, f->after.subject, g, workers, why);
    }
    return err;
}

bool subject_has(const struct subject *s, uint32_t actor)
{
    if (s->is_worker)
        return actor == ACTOR_WORKER + s->worker;
    for (uint32_t i = 0; i < s->tasks; i++)
        if (actor == ACTOR_TASK + s->task[i])
            return true;
    return s->tasks == 0;
}
