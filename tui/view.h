/* view.h -- what the learner has chosen to see: the other half of a screen, beside the frame.
 *
 * A screen is a function of (run, frame, view, size) and of nothing else: not of where the
 * cursor has been, nor of what was drawn before.  session.c alone changes a view.
 */
#ifndef TUI_VIEW_H
#define TUI_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tui/frame.h"
#include "tui/grid.h"
#include "tui/layout.h"

enum overlay { OVERLAY_NONE, OVERLAY_HELP, OVERLAY_PALETTE, OVERLAY_PROMPT, OVERLAY_ASK };

/* One line of the palette, as the engine offers it. */
struct fault {
    char name[48], target[64], line[128];
};

enum { INPUT_BYTES = 200, NOTICE_BYTES = 400, FAULTS_MAX = 500, SPEED_MAX = 12 };

struct view {
    bool paused;
    int speed;   /* 2^speed */
    bool picked; /* WHY speaks of the selected task */
    struct selection selected;
    enum overlay overlay;
    char input[INPUT_BYTES]; /* of the palette or the prompt */
    int choice, scroll;
    struct fault *faults;
    size_t fault_count;
    char notice[NOTICE_BYTES]; /* on the last row until the next key */
    bool gone;                 /* the engine has ended */
    char gone_why[NOTICE_BYTES], gone_tail[2000];
};

/* Draws the whole screen.  `run` and `frame` may be NULL: nothing known yet. */
void view_run_draw(struct grid *g, const struct view *v, const struct run *run,
                   const struct frame *f);

/* The WHY line; never empty. */
void view_why(const struct view *v, const struct run *run, const struct frame *f, char *text,
              size_t bytes);

/* Palette lines that the typed filter lets through, at most `max` indexes. */
size_t view_matching_faults(const struct view *v, size_t *indexes, size_t max);

/* The parts, for the files that share the work. */
void view_title(struct pane p, const struct view *v, const struct run *run, const struct frame *f);
void view_hints(struct pane p, const struct view *v, const struct run *run);
void view_rows_draw(struct pane p, const struct view *v, const struct run *run,
                    const struct frame *f);
void view_small_draw(struct pane p, const struct view *v, const struct run *run,
                     const struct frame *f);
void view_inspector(struct pane p, const struct view *v, const struct run *run,
                    const struct frame *f);
void overlay_draw(struct pane p, const struct view *v, const struct run *run);
int help_rows(void); /* lines of the help page */

#endif
