/* client.h -- a session joined to an engine process on one libuv loop. */
#ifndef TUI_CLIENT_H
#define TUI_CLIENT_H

#include <uv.h>

#include "tui/session.h"

struct client_setup {
    char **argv; /* the engine's command, ends in NULL; borrowed */
    bool use_cache;
    int64_t at;
    void (*on_change)(void *with); /* the screen may have changed; NULL is fine */
    void *with;
};

struct client;

enum { CLIENT_ANSWER_MS = 60000 }; /* no answer within this is no answer */

/* Starts the engine and waits for its greeting.  NULL if there is none that we understand. */
struct client *client_open(uv_loop_t *loop, const struct client_setup *setup, char *why,
                           size_t why_bytes);
void client_close(struct client *c); /* stops the engine and runs the loop until it is gone */
struct session *client_session(struct client *c);
/* Runs the loop until everything asked for is there, the engine is gone, or time is up. */
bool client_settle(struct client *c);
void client_restart(struct client *c); /* the wish WISH_RESTART */

#endif
