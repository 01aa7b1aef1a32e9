/* keys.h -- every key and every command, once.
 *
 * The loop, the help page, the hint bar, the script reader, the fuzzer and the tests all read
 * these two lists; there is no other place where a key has a meaning.  (Inside the palette, the
 * prompt and a question, letters are text; their own bottom line says what else works.)
 *
 *   action, keys by name (blank between), word in the hint bar or "", help line
 */
#ifndef TUI_KEYS_H
#define TUI_KEYS_H

#include <stddef.h>
#include <stdint.h>

#define KEYS(K)                                                                                    \
    K(RUN, "Space", "run", "run, or pause")                                                        \
    K(STEP, ".", "step", "one step on (pauses)")                                                   \
    K(BACK, ",", "back", "one step back (pauses)")                                                 \
    K(NEXT_MARK, "]", "mark", "on to the next mark: trigger, fault, restore, window ...")          \
    K(LAST_MARK, "[", "", "back to the mark before")                                               \
    K(NEXT_CHECKPOINT, "}", "chk", "on to the next checkpoint triggered or completed")             \
    K(LAST_CHECKPOINT, "{", "", "back to the checkpoint before")                                   \
    K(FIRST, "0 Home", "", "to the first step")                                                    \
    K(END, "$ End", "", "to the last step")                                                        \
    K(FASTER, "+ =", "", "twice as fast")                                                          \
    K(SLOWER, "-", "", "half as fast")                                                             \
    K(LEFT, "h Left", "", "select the operator to the left")                                       \
    K(RIGHT, "l Right", "task", "select the operator to the right")                                \
    K(DOWN, "j Down", "", "select the next subtask")                                               \
    K(UP, "k Up", "", "select the subtask before")                                                 \
    K(UNPICK, "Esc", "", "WHY follows the run again, not the selected task")                       \
    K(FAULT, "F", "fault", "inject a fault: opens the palette")                                    \
    K(DISARM, "X", "", "drop all faults (asks)")                                                   \
    K(COMMAND, ":", "cmd", "type a command: seek, fault, drop, plan, restart, quit")               \
    K(HELP, "?", "", "this page")                                                                  \
    K(VIEW_1, "1", "", "lab view")                                                                 \
    K(VIEW_2, "2", "", "run view (this one)")                                                      \
    K(VIEW_3, "3", "", "time view")                                                                \
    K(VIEW_4, "4", "", "checkpoint view")                                                          \
    K(VIEW_5, "5", "", "state view")                                                               \
    K(VIEW_6, "6", "", "skew view")                                                                \
    K(VIEW_7, "7", "", "log view")                                                                 \
    K(REDRAW, "Ctrl-L", "", "draw the screen anew")                                                \
    K(SUSPEND, "Ctrl-Z", "", "suspend; fg comes back")                                             \
    K(QUIT, "q Ctrl-C", "", "quit")

enum action {
    ACTION_NONE,
#define K(name, keys, word, help) ACTION_##name,
    KEYS(K)
#undef K
        ACTION_COUNT
};

/*   command, argument or "", help line */
#define COMMANDS(C)                                                                                \
    C(SEEK, "seek", "N", "go to step N; +N and -N from here")                                      \
    C(FAULT, "fault", "LINE", "add a plan line; without 'at ...' it strikes now")                  \
    C(DROP, "drop", "N", "drop plan line N")                                                       \
    C(PLAN, "plan", "", "list the plan lines")                                                     \
    C(RESTART, "restart", "", "start the engine again")                                            \
    C(HELP, "help", "", "the page of keys")                                                        \
    C(QUIT, "quit", "", "leave the workbench")                                                     \
    C(DUMP, "dump", "", "(script) print the screen")                                               \
    C(ASSERT, "assert", "WORD...", "(script) fail unless the screen shows WORD...")

enum command {
    COMMAND_NONE,
#define C(name, word, argument, help) COMMAND_##name,
    COMMANDS(C)
#undef C
        COMMAND_COUNT
};

/* Characters stand for themselves; what has none is above Unicode. */
enum key {
    KEY_CODE_ESC = 27,
    KEY_CODE_ENTER = 13,
    KEY_CODE_TAB = 9,
    KEY_CODE_BACKSPACE = 127,
    KEY_CODE_UP = 0x110000,
    KEY_CODE_DOWN,
    KEY_CODE_LEFT,
    KEY_CODE_RIGHT,
    KEY_CODE_HOME,
    KEY_CODE_END,
    KEY_CODE_PAGE_UP,
    KEY_CODE_PAGE_DOWN,
    KEY_CODE_DELETE
};

struct key_row {
    const char *keys, *word, *help;
};

enum action key_action(uint32_t key);                  /* ACTION_NONE: not bound */
const struct key_row *key_row(enum action a);          /* NULL for NONE and COUNT */
void key_text(uint32_t key, char *name, size_t bytes); /* "Space", "Ctrl-L", "x" */
uint32_t key_code(const char *name);                   /* 0: no such key */

struct command_row {
    const char *word, *argument, *help;
};

/* COMMAND_NONE when unknown; *nearest is then the word most like it. */
enum command command_find(const char *word, size_t bytes, const char **nearest);
const struct command_row *command_row(enum command c);

#endif
