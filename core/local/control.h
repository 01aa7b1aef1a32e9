/* control.h -- how processes of one user speak to a run on this machine, and find it.
 *
 * Each run listens at a socket <runs>/<job id>; <runs> is $XDG_RUNTIME_DIR/weir or
 * /tmp/weir-<uid>, for its owner alone.  A caller sends one line and gets one
 * back, perhaps much later: `ok ...` or `error ...`.  A socket where nobody answers
 * belonged to a run that was killed, and is removed by whoever finds it.
 */
#ifndef CORE_LOCAL_CONTROL_H
#define CORE_LOCAL_CONTROL_H

#include <stdbool.h>

#include "base/err.h"

enum { CONTROL_LINE_MAX = 600, CONTROL_PATH_MAX = 108, CALLERS_MAX = 8 };

struct control {
    int listener; /* -1: nobody can call */
    char path[CONTROL_PATH_MAX];
};

/* Without it the run goes on, but nobody can call: `why` says so. */
int control_open(struct control *c, const char *job_id, struct diag *why);
void control_close(struct control *c);
/* The next caller and what he says; -1: nobody calls. */
int control_hear(struct control *c, char line[CONTROL_LINE_MAX]);
void control_answer(int caller, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The caller's side. */
typedef void control_each(void *arg, const char *job_id);
void control_list(control_each *each, void *arg); /* sorted by id; perhaps some have ended */
/* Say `line` to a run and wait for the answer; ERR_LOST: nobody is there, or it ended before. */
int control_call(const char *job_id, const char *line, char answer[CONTROL_LINE_MAX]);

#endif
