/* engine.h -- the engine process: started with pipes, spoken to in lines, mourned when it dies.
 *
 * Its stderr is kept (the end of it) and shown when it is gone; it never reaches the screen
 * otherwise.  Nothing here knows what the lines mean.
 */
#ifndef TUI_ENGINE_H
#define TUI_ENGINE_H

#include <stdbool.h>
#include <stddef.h>
#include <uv.h>

enum { ENGINE_LINE_MAX = 64 << 20, ENGINE_TAIL = 1500 };

struct engine_calls {
    void (*on_line)(void *with, const char *line, size_t bytes);
    /* Once, when the process and its output have ended. */
    void (*on_gone)(void *with, const char *why, const char *tail);
    void *with;
};

struct engine;

/* `argv` ends in NULL.  NULL if it cannot be started; `why` says so. */
struct engine *engine_start(uv_loop_t *loop, char **argv, struct engine_calls calls, char *why,
                            size_t why_bytes);
void engine_send(struct engine *e, const char *line);
/* Says quit, closes the pipes, and kills what does not go.  Frees `e` in time; no more calls. */
void engine_stop(struct engine *e);

#endif
