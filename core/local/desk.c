#include "local/desk.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

int desk_open(struct desk *d, struct diag *why)
{
    d->began_ms = (int64_t)time(NULL) * 1000;
    return control_open(&d->control, d->retained->job_id, why);
}

void desk_close(struct desk *d, const char *how)
{
    for (int i = 0; i < CALLERS_MAX; i++)
        if (d->caller[i].request)
            control_answer(d->caller[i].fd, "error the job ended first: %s", how);
    memset(d->caller, 0, sizeof d->caller);
    control_close(&d->control);
}

static struct caller *caller_of(struct desk *d, uint32_t request)
{
    for (int i = 0; i < CALLERS_MAX; i++)
        if (d->caller[i].request == request)
            return &d->caller[i];
    return NULL;
}

/* ---- savepoints ---- */

static void directory_for(const struct desk *d, const char *said, char out[LAYOUT_PATH_MAX])
{
    const char *set = option_text(d->options, OPTION_SAVEPOINT_DIR);
    const char *output = option_text(d->options, OPTION_OUTPUT_DIR);

    if (said[0] || set[0] == '/')
        snprintf(out, LAYOUT_PATH_MAX, "%s", said[0] ? said : set);
    else
        snprintf(out, LAYOUT_PATH_MAX, "%.200s/%.200s", output, set);
}

static void take_savepoint(struct desk *d, struct local *l, int fd, enum snapshot_kind kind,
                           const char *directory)
{
    struct caller *c = caller_of(d, 0);

    if (option_number(d->options, OPTION_INTERVAL) == 0) {
        control_answer(fd, "error the job takes no checkpoints: run it with -D %s=...",
                       option_key(OPTION_INTERVAL));
        return;
    }
    if (c == NULL || strlen(directory) + 64 > LAYOUT_PATH_MAX) {
        control_answer(fd, c ? "error the path is too long" : "error too many wait already");
        return;
    }
    c->fd = fd;
    directory_for(d, directory, c->directory);
    c->request = local_snapshot(l, kind);
    if (c->request == 0)
        control_answer(fd, "error not all tasks run (or the job is stopping): try again");
}

void desk_answered(void *desk, const struct coordinator_note *answer)
{
    struct desk *d = desk;
    struct caller *c = caller_of(d, answer->request);
    struct diag why = {0};

    if (c == NULL)
        return;
    if (answer->kind == NOTE_REFUSED)
        control_answer(c->fd, "error the savepoint failed: %s", give_up_name(answer->reason));
    else if (retained_hand_over(d->retained, answer->checkpoint, c->directory, d->savepoint, &why))
        control_answer(c->fd, "error %s", why.text);
    else
        control_answer(c->fd, "ok %s", d->savepoint);
    c->request = 0;
}

/* ---- what is asked ---- */

static bool is_word(const char *line, const char *word)
{
    size_t n = strlen(word);

    return strncmp(line, word, n) == 0 && (line[n] == 0 || line[n] == ' ');
}

static void obey(struct desk *d, struct local *l, int fd, const char *line)
{
    const char *blank = strchr(line, ' '), *argument = blank ? blank + 1 : "";

    if (is_word(line, "info")) {
        control_answer(fd, "ok %s %s %" PRId64 " %s", d->retained->job_id,
                       job_state_name(master_state(local_master(l))), d->began_ms, d->job);
    } else if (is_word(line, "savepoint")) {
        take_savepoint(d, l, fd, SNAPSHOT_SAVEPOINT, argument);
    } else if (is_word(line, "stop")) {
        take_savepoint(d, l, fd, SNAPSHOT_SUSPEND, argument);
    } else if (is_word(line, "drain")) {
        take_savepoint(d, l, fd, SNAPSHOT_TERMINATE, argument);
    } else if (is_word(line, "cancel")) {
        local_cancel(l);
        control_answer(fd, "ok");
    } else {
        control_answer(fd, "error unknown word in '%.40s'", line);
    }
}

void desk_tick(struct desk *d, struct local *l)
{
    char line[CONTROL_LINE_MAX];
    int fd;

    while ((fd = control_hear(&d->control, line)) >= 0)
        obey(d, l, fd, line);
}
