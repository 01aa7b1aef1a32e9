/* session_parts.h -- the inside of a session, for session.c and session_keys.c alone. */
#ifndef TUI_SESSION_PARTS_H
#define TUI_SESSION_PARTS_H

#include "tui/session.h"

enum { TODO_MAX = 64, PLAY_STEPS_A_SECOND = 8 };

/* The question that is out. */
enum asked { ASKED_NOTHING, ASKED_GREETING, ASKED_FRAME, ASKED_FAULT, ASKED_FAULTS, ASKED_DROP };

struct todo {
    enum asked what;
    char line[INPUT_BYTES];
    int64_t number; /* step of a fault, index of a drop, -1 = all */
};

struct session {
    struct session_setup setup;
    struct json_reader *reader;
    struct view view;
    struct run *run;
    struct frame *frame; /* shown */
    struct cache cache;
    int64_t want;  /* step the learner is at */
    int direction; /* of the last move: what to fetch ahead */
    enum asked asked;
    int64_t asked_step;
    struct todo todo[TODO_MAX];
    size_t todo_count;
    bool broken; /* the wanted frame cannot be had; a key tries again */
    int64_t owed_us, waited_us;
    bool said_waiting; /* the notice is about waiting */
    char refused[NOTICE_BYTES], argument[INPUT_BYTES];
};

void session_ask(struct session *s); /* send what is due, if nothing is out */
void session_todo(struct session *s, enum asked what, const char *line, int64_t number);
void session_seek(struct session *s, int64_t step); /* clamped */

#endif
