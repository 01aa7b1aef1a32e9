/* modes.h -- the three ways to drive a session: on a terminal, by a script, at a plain prompt. */
#ifndef TUI_MODES_H
#define TUI_MODES_H

#include "tui/client.h"

/* Exit codes of weir-tui. */
enum exit_code {
    EXIT_FINE = 0,
    EXIT_FAILED = 1,   /* a script's :assert */
    EXIT_USAGE = 2,    /* also: a script that cannot be read */
    EXIT_TERMINAL = 3, /* none there */
    EXIT_ENGINE = 4    /* could not be started, or is no engine of this format */
};

struct mode {
    uv_loop_t *loop;
    struct client_setup client;
    bool ascii;
    int cols, rows; /* of scripts */
    const char *script;
};

enum exit_code mode_terminal(const struct mode *m);
enum exit_code mode_script(const struct mode *m);
enum exit_code mode_plain(const struct mode *m);

#endif
