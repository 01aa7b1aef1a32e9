/* task_box.h -- one subtask as a picture, at any level of detail and any size. */
#ifndef TUI_TASK_BOX_H
#define TUI_TASK_BOX_H

#include "tui/frame.h"
#include "tui/grid.h"
#include "tui/layout.h"

/* `t` NULL: the engine has no such task now. */
void task_box(struct pane p, const char *name, const struct task *t, enum level level,
              bool selected);

/* Many subtasks of one vertex as one box with two strips: busy ▂▁▇▂ and bkpr. */
void task_strip(struct pane p, const struct run *run, const struct frame *f, uint32_t vertex,
                bool selected);

/* The word for what it does, as the box shows it: "ALIGN 1/2", "SLOW F1", "run". */
enum role task_word(const struct task *t, char *word, size_t bytes);

/* "panes 3 keys 41, late 12" */
void task_details(const struct task *t, char *text, size_t bytes);

const struct task *frame_task(const struct frame *f, uint32_t vertex, uint32_t subtask);

#endif
