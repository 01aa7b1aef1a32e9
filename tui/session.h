/* session.h -- one learner looking at one run: keys and engine lines go in, requests come out.
 *
 * Pure, like the engine's own machines: no terminal, no process, no clock.  The terminal loop,
 * the script reader, the plain prompt and the fuzzer all drive this.
 *
 *   S1  one request is out at a time; what the learner wants meanwhile is remembered, and of
 *       several wanted steps only the last is asked for.
 *   S2  keys act on the wanted step, so that ten steps typed fast are ten steps.
 *   S3  the shown frame belongs to the shown run; nothing outdated is ever drawn.
 */
#ifndef TUI_SESSION_H
#define TUI_SESSION_H

#include "tui/cache.h"
#include "tui/view.h"

/* What a key wishes of whoever drives the session. */
enum wish {
    WISH_QUIT = 1,
    WISH_SUSPEND = 2,
    WISH_REPAINT = 4, /* the terminal may show rubbish */
    WISH_RESTART = 8, /* start the engine again, then session_on_restart() */
    WISH_DUMP = 16,   /* print the screen (scripts) */
    WISH_ASSERT = 32  /* session_argument() must be on the screen (scripts) */
};

struct session_setup {
    void (*send)(void *with, const char *line); /* one request, without its line end */
    void *with;
    bool use_cache;
    int64_t at; /* step to open at; -1 = as the engine says, else 0 */
};

struct session;

struct session *session_new(const struct session_setup *setup);
void session_free(struct session *s);

unsigned session_key(struct session *s, uint32_t key);            /* wishes */
unsigned session_command(struct session *s, const char *command); /* "seek 12", without ':' */
const char *session_argument(const struct session *s);            /* of the last command */

void session_on_line(struct session *s, const char *line, size_t bytes);
/* The engine has ended: how, and the last of its stderr. */
void session_on_gone(struct session *s, const char *why, const char *tail);
void session_on_restart(struct session *s); /* a new engine: its greeting comes next */
/* Time has passed: plays on when running, and says when the engine lets us wait. */
void session_tick(struct session *s, int64_t us);

void session_notice(struct session *s, const char *text);
bool session_is_settled(const struct session *s); /* nothing asked for that has not come */
bool session_is_greeted(const struct session *s);
const char *session_refused(const struct session *s); /* why the greeting was no good; or NULL */
void session_draw(const struct session *s, struct grid *g);

const struct view *session_view(const struct session *s);
const struct run *session_run(const struct session *s);     /* NULL before the greeting */
const struct frame *session_frame(const struct session *s); /* NULL: none yet */
int64_t session_wanted(const struct session *s);            /* step */

#endif
