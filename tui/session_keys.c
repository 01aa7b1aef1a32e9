/* Keys and commands of a session. */
#include "tui/session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/keys.h"
#include "tui/session_parts.h"

/* ---- moving ---- */

static bool is_checkpoint_mark(const struct mark *m)
{
    return strcmp(m->kind, "trigger") == 0 || strcmp(m->kind, "complete") == 0;
}

static void seek_mark(struct session *s, int direction, bool checkpoints)
{
    const struct mark *found = NULL;

    for (size_t i = 0; s->run && i < s->run->mark_count; i++) {
        const struct mark *m = &s->run->marks[i];

        if (checkpoints && !is_checkpoint_mark(m))
            continue;
        if (direction > 0 && m->step > s->want) {
            found = m;
            break;
        }
        if (direction < 0 && m->step < s->want)
            found = m;
    }
    if (found)
        session_seek(s, found->step);
    else
        session_notice(s, direction > 0 ? "no mark after this step" : "no mark before this step");
}

/* The nearest vertex of the next column that way, wherever it stands. */
static void select_column(struct session *s, int direction)
{
    uint32_t *depth, here = s->view.selected.vertex;

    if (s->run == NULL || here >= s->run->vertex_count)
        return;
    depth = vertex_depths(s->run);
    for (uint32_t v = 0; v < s->run->vertex_count; v++)
        if ((int64_t)depth[v] == (int64_t)depth[here] + direction) {
            s->view.selected.vertex = v;
            break;
        }
    free(depth);
    if (s->view.selected.subtask >= s->run->vertices[s->view.selected.vertex].parallelism)
        s->view.selected.subtask = s->run->vertices[s->view.selected.vertex].parallelism - 1;
}

/* Through the subtasks of a column, vertex after vertex. */
static void select_row(struct session *s, int direction)
{
    struct selection *at = &s->view.selected;
    uint32_t *depth;
    int64_t v = at->vertex;

    if (s->run == NULL || at->vertex >= s->run->vertex_count)
        return;
    if (direction > 0 && at->subtask + 1 < s->run->vertices[v].parallelism) {
        at->subtask++;
        return;
    }
    if (direction < 0 && at->subtask > 0) {
        at->subtask--;
        return;
    }
    depth = vertex_depths(s->run);
    for (v += direction; v >= 0 && v < (int64_t)s->run->vertex_count; v += direction)
        if (depth[v] == depth[at->vertex]) {
            at->vertex = (uint32_t)v;
            at->subtask = direction > 0 ? 0 : s->run->vertices[v].parallelism - 1;
            break;
        }
    free(depth);
}

static void select_by(struct session *s, enum action a)
{
    s->view.picked = true;
    if (a == ACTION_LEFT || a == ACTION_RIGHT)
        select_column(s, a == ACTION_RIGHT ? 1 : -1);
    else
        select_row(s, a == ACTION_DOWN ? 1 : -1);
}

static void step_by(struct session *s, int direction)
{
    s->view.paused = true;
    if (s->run && direction > 0 && s->want >= s->run->steps)
        session_notice(s, "this is the last step");
    else if (direction < 0 && s->want <= 0)
        session_notice(s, "this is the first step");
    else
        session_seek(s, s->want + direction);
}

static void speed_by(struct session *s, int change)
{
    int speed = s->view.speed + change;

    s->view.speed = speed < 0 ? 0 : speed > SPEED_MAX ? SPEED_MAX : speed;
}

static void open_overlay(struct session *s, enum overlay o)
{
    s->view.overlay = o;
    s->view.input[0] = 0;
    s->view.choice = s->view.scroll = 0;
    if (o == OVERLAY_PALETTE && s->run)
        session_todo(s, ASKED_FAULTS, "", 0);
}

static void ask_disarm(struct session *s)
{
    if (s->run && s->run->plan_count)
        open_overlay(s, OVERLAY_ASK);
    else
        session_notice(s, "no fault is armed");
}

static void toggle_play(struct session *s)
{
    s->view.paused = !s->view.paused || s->view.gone || s->run == NULL;
    s->owed_us = 0;
    if (!s->view.paused && s->want >= s->run->steps)
        session_seek(s, 0);
}

static void seek_by(struct session *s, enum action a)
{
    s->view.paused = true;
    seek_mark(s, a == ACTION_NEXT_MARK || a == ACTION_NEXT_CHECKPOINT ? 1 : -1,
              a == ACTION_NEXT_CHECKPOINT || a == ACTION_LAST_CHECKPOINT);
}

static void say_later(struct session *s, enum action a)
{
    snprintf(s->view.notice, sizeof s->view.notice,
             "the %s comes in a later version of the workbench; 2 is the run view",
             key_row(a)->help);
}

/* A flat switch over the key table. */
static unsigned act(struct session *s, enum action a)
{
    switch (a) {
    case ACTION_RUN:
        toggle_play(s);
        break;
    case ACTION_STEP:
    case ACTION_BACK:
        step_by(s, a == ACTION_STEP ? 1 : -1);
        break;
    case ACTION_NEXT_MARK:
    case ACTION_LAST_MARK:
    case ACTION_NEXT_CHECKPOINT:
    case ACTION_LAST_CHECKPOINT:
        seek_by(s, a);
        break;
    case ACTION_FIRST:
    case ACTION_END:
        s->view.paused = true;
        session_seek(s, a == ACTION_FIRST ? 0 : INT64_MAX);
        break;
    case ACTION_FASTER:
    case ACTION_SLOWER:
        speed_by(s, a == ACTION_FASTER ? 1 : -1);
        break;
    case ACTION_LEFT:
    case ACTION_RIGHT:
    case ACTION_DOWN:
    case ACTION_UP:
        select_by(s, a);
        break;
    case ACTION_UNPICK:
        s->view.picked = false;
        break;
    case ACTION_FAULT:
        s->view.paused = true;
        open_overlay(s, OVERLAY_PALETTE);
        break;
    case ACTION_DISARM:
        ask_disarm(s);
        break;
    case ACTION_COMMAND:
        open_overlay(s, OVERLAY_PROMPT);
        break;
    case ACTION_HELP:
        s->view.paused = true;
        open_overlay(s, OVERLAY_HELP);
        break;
    case ACTION_VIEW_1:
    case ACTION_VIEW_3:
    case ACTION_VIEW_4:
    case ACTION_VIEW_5:
    case ACTION_VIEW_6:
    case ACTION_VIEW_7:
        say_later(s, a);
        break;
    case ACTION_REDRAW:
        return WISH_REPAINT;
    case ACTION_SUSPEND:
        return WISH_SUSPEND;
    case ACTION_QUIT:
        return WISH_QUIT;
    case ACTION_VIEW_2:
    case ACTION_NONE:
    case ACTION_COUNT:
        break;
    }
    return 0;
}

/* ---- commands ---- */

static void command_seek(struct session *s, const char *text)
{
    char *end;
    long long n = strtoll(text, &end, 10);

    if (*text == 0 || *end) {
        snprintf(s->view.notice, sizeof s->view.notice,
                 "seek wants a step, as in :seek 4182 or :seek +100, not '%.60s'", text);
        return;
    }
    s->view.paused = true;
    if (*text == '+' || *text == '-')
        n = n > INT32_MAX ? INT32_MAX : n < -INT32_MAX ? -INT32_MAX : n;
    session_seek(s, *text == '+' || *text == '-' ? s->want + n : n);
}

static void command_fault(struct session *s, const char *text)
{
    if (*text == 0) {
        session_notice(s, "fault wants a plan line, as in :fault kill tm-1; F shows what there is");
        return;
    }
    s->view.paused = true;
    session_todo(s, ASKED_FAULT, text, s->want); /* without "at" it strikes at this step */
}

static void command_drop(struct session *s, const char *text)
{
    char *end;
    long long n = strtoll(text, &end, 10);

    if (*text == 0 || *end || n < 0 || s->run == NULL || (size_t)n >= s->run->plan_count)
        snprintf(s->view.notice, sizeof s->view.notice,
                 "drop wants the number of a plan line, 0 to %lld; :plan lists them",
                 s->run ? (long long)s->run->plan_count - 1 : -1);
    else
        session_todo(s, ASKED_DROP, "", n);
}

static void command_plan(struct session *s)
{
    size_t at = 0, room = sizeof s->view.notice;

    if (s->run == NULL || s->run->plan_count == 0) {
        session_notice(s, "the plan is empty");
        return;
    }
    for (size_t i = 0; i < s->run->plan_count && at < room; i++)
        at += (size_t)snprintf(s->view.notice + at, room - at, "%s%zu: %s", i ? "   " : "", i,
                               s->run->plan[i]);
}

static unsigned run_command(struct session *s, enum command c)
{
    switch (c) {
    case COMMAND_SEEK:
        command_seek(s, s->argument);
        return 0;
    case COMMAND_FAULT:
        command_fault(s, s->argument);
        return 0;
    case COMMAND_DROP:
        command_drop(s, s->argument);
        return 0;
    case COMMAND_PLAN:
        command_plan(s);
        return 0;
    case COMMAND_RESTART:
        return WISH_RESTART;
    case COMMAND_HELP:
        return act(s, ACTION_HELP);
    case COMMAND_QUIT:
        return WISH_QUIT;
    case COMMAND_DUMP:
        return WISH_DUMP;
    case COMMAND_ASSERT:
        return WISH_ASSERT;
    case COMMAND_NONE:
    case COMMAND_COUNT:
        break;
    }
    return 0;
}

unsigned session_command(struct session *s, const char *command)
{
    const char *nearest = "help";
    size_t word;
    enum command c;

    command += strspn(command, " ");
    word = strcspn(command, " ");
    c = command_find(command, word, &nearest);
    if (c == COMMAND_DUMP || c == COMMAND_ASSERT) { /* they look, so they change nothing */
        snprintf(s->argument, sizeof s->argument, "%s",
                 command + word + strspn(command + word, " "));
        return run_command(s, c);
    }
    s->view.notice[0] = 0;
    s->broken = false;
    if (word == 0)
        return 0;
    snprintf(s->argument, sizeof s->argument, "%s", command + word + strspn(command + word, " "));
    if (c == COMMAND_NONE)
        snprintf(s->view.notice, sizeof s->view.notice,
                 "no command '%.*s'; did you mean :%s? (:help lists all)",
                 (int)(word < 40 ? word : 40), command, nearest);
    return run_command(s, c);
}

/* ---- overlays ---- */

static void type(struct session *s, uint32_t key)
{
    size_t n = strlen(s->view.input);

    if (key == KEY_CODE_BACKSPACE || key == 8) {
        while (n > 0 && ((unsigned char)s->view.input[n - 1] & 0xc0) == 0x80)
            n--;
        s->view.input[n ? n - 1 : 0] = 0;
    } else if (key == 21) { /* Ctrl-U */
        s->view.input[0] = 0;
    } else if (key >= ' ' && key <= 0x10ffff && n + 5 < sizeof s->view.input) {
        n += utf8_put(key, s->view.input + n);
        s->view.input[n] = 0;
    }
}

static unsigned prompt_key(struct session *s, uint32_t key)
{
    if (key == KEY_CODE_BACKSPACE && s->view.input[0] == 0)
        key = KEY_CODE_ESC;
    if (key == KEY_CODE_ESC || key == KEY_CODE_ENTER) {
        char command[INPUT_BYTES];

        snprintf(command, sizeof command, "%s", s->view.input);
        open_overlay(s, OVERLAY_NONE);
        return key == KEY_CODE_ENTER ? session_command(s, command) : 0;
    }
    type(s, key);
    return 0;
}

static void arm_choice(struct session *s)
{
    size_t shown[FAULTS_MAX], count = view_matching_faults(&s->view, shown, FAULTS_MAX);

    if ((size_t)s->view.choice >= count)
        return;
    s->view.overlay = OVERLAY_NONE;
    command_fault(s, s->view.faults[shown[s->view.choice]].line);
}

static unsigned palette_key(struct session *s, uint32_t key)
{
    size_t shown[FAULTS_MAX];
    int count = (int)view_matching_faults(&s->view, shown, FAULTS_MAX), *choice = &s->view.choice;

    if (key == KEY_CODE_ESC)
        open_overlay(s, OVERLAY_NONE);
    else if (key == KEY_CODE_ENTER)
        arm_choice(s);
    else if (key == KEY_CODE_DOWN || key == 14)
        *choice = *choice + 1 < count ? *choice + 1 : *choice;
    else if (key == KEY_CODE_UP || key == 16)
        *choice = *choice > 0 ? *choice - 1 : 0;
    else {
        type(s, key);
        *choice = 0;
    }
    return 0;
}

static unsigned ask_key(struct session *s, uint32_t key)
{
    s->view.overlay = OVERLAY_NONE;
    if (key != 'y' && key != 'Y') {
        session_notice(s, "nothing was dropped");
        return 0;
    }
    session_todo(s, ASKED_DROP, "", -1);
    return 0;
}

static unsigned help_key(struct session *s, uint32_t key)
{
    int *at = &s->view.scroll, most = help_rows() - 1;

    if (key == 'j' || key == KEY_CODE_DOWN)
        *at += 1;
    else if (key == 'k' || key == KEY_CODE_UP)
        *at -= 1;
    else if (key == ' ' || key == KEY_CODE_PAGE_DOWN)
        *at += 10;
    else if (key == KEY_CODE_PAGE_UP)
        *at -= 10;
    else
        open_overlay(s, OVERLAY_NONE);
    *at = *at < 0 ? 0 : *at > most ? most : *at;
    return 0;
}

unsigned session_key(struct session *s, uint32_t key)
{
    unsigned wish = 0;

    s->view.notice[0] = 0;
    s->broken = false;
    if (key == 10 || key == '\r')
        key = KEY_CODE_ENTER;
    if (key == 3 || key == 12 || key == 26) /* these three mean the same everywhere */
        return act(s, key_action(key));
    switch (s->view.overlay) {
    case OVERLAY_NONE:
        wish = act(s, key_action(key));
        break;
    case OVERLAY_HELP:
        wish = help_key(s, key);
        break;
    case OVERLAY_PALETTE:
        wish = palette_key(s, key);
        break;
    case OVERLAY_PROMPT:
        wish = prompt_key(s, key);
        break;
    case OVERLAY_ASK:
        wish = ask_key(s, key);
        break;
    }
    session_ask(s);
    return wish;
}
