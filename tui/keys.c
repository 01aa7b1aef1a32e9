#include "tui/keys.h"

#include <stdio.h>
#include <string.h>

#include "tui/grid.h"

static const struct key_row rows[ACTION_COUNT] = {
#define K(name, keys, word, help) [ACTION_##name] = {keys, word, help},
    KEYS(K)
#undef K
};

static const struct command_row commands[COMMAND_COUNT] = {
#define C(name, word, argument, help) [COMMAND_##name] = {word, argument, help},
    COMMANDS(C)
#undef C
};

static const struct {
    uint32_t key;
    const char *name;
} named[] = {{' ', "Space"},
             {KEY_CODE_ESC, "Esc"},
             {KEY_CODE_ENTER, "Enter"},
             {KEY_CODE_TAB, "Tab"},
             {KEY_CODE_BACKSPACE, "Backspace"},
             {KEY_CODE_UP, "Up"},
             {KEY_CODE_DOWN, "Down"},
             {KEY_CODE_LEFT, "Left"},
             {KEY_CODE_RIGHT, "Right"},
             {KEY_CODE_HOME, "Home"},
             {KEY_CODE_END, "End"},
             {KEY_CODE_PAGE_UP, "PageUp"},
             {KEY_CODE_PAGE_DOWN, "PageDown"},
             {KEY_CODE_DELETE, "Delete"}};

void key_text(uint32_t key, char *name, size_t bytes)
{
    char utf8[5] = {0};

    for (size_t i = 0; i < sizeof named / sizeof named[0]; i++)
        if (named[i].key == key) {
            snprintf(name, bytes, "%s", named[i].name);
            return;
        }
    if (key < ' ') {
        snprintf(name, bytes, "Ctrl-%c", (char)(key + 64));
        return;
    }
    utf8_put(key > 0x10ffff ? 0xfffd : key, utf8);
    snprintf(name, bytes, "%s", utf8);
}

uint32_t key_code(const char *name)
{
    const char *at = name;
    uint32_t ch;

    for (size_t i = 0; i < sizeof named / sizeof named[0]; i++)
        if (strcmp(named[i].name, name) == 0)
            return named[i].key;
    if (strncmp(name, "Ctrl-", 5) == 0 && name[5] >= '@' && name[5] <= '_' && name[6] == 0)
        return (uint32_t)name[5] - 64;
    if (*name == 0)
        return 0;
    ch = utf8_take(&at);
    return *at == 0 ? ch : 0;
}

/* Is `name` one of the words of `list`? */
static bool is_among(const char *list, const char *name)
{
    size_t bytes = strlen(name);

    for (const char *at = list; *at;) {
        size_t word = strcspn(at, " ");

        if (word == bytes && memcmp(at, name, bytes) == 0)
            return true;
        at += word;
        at += strspn(at, " ");
    }
    return false;
}

enum action key_action(uint32_t key)
{
    char name[24];

    key_text(key, name, sizeof name);
    for (int a = ACTION_NONE + 1; a < ACTION_COUNT; a++)
        if (is_among(rows[a].keys, name))
            return (enum action)a;
    return ACTION_NONE;
}

const struct key_row *key_row(enum action a)
{
    return a > ACTION_NONE && a < ACTION_COUNT ? &rows[a] : NULL;
}

const struct command_row *command_row(enum command c)
{
    return c > COMMAND_NONE && c < COMMAND_COUNT ? &commands[c] : NULL;
}

/* Levenshtein; both are short. */
static size_t distance(const char *a, size_t a_bytes, const char *b)
{
    size_t row[32], n = strlen(b) < 31 ? strlen(b) : 31;

    for (size_t k = 0; k <= n; k++)
        row[k] = k;
    for (size_t i = 1; i <= a_bytes; i++) {
        size_t diagonal = row[0];

        row[0] = i;
        for (size_t k = 1; k <= n; k++) {
            size_t change = diagonal + (a[i - 1] != b[k - 1]);
            size_t other = (row[k] < row[k - 1] ? row[k] : row[k - 1]) + 1;

            diagonal = row[k];
            row[k] = change < other ? change : other;
        }
    }
    return row[n];
}

enum command command_find(const char *word, size_t bytes, const char **nearest)
{
    size_t best = SIZE_MAX;

    for (int c = COMMAND_NONE + 1; c < COMMAND_COUNT; c++) {
        const char *name = commands[c].word;
        size_t away = distance(word, bytes, name);

        if (strlen(name) == bytes && memcmp(name, word, bytes) == 0)
            return (enum command)c;
        if (bytes && strncmp(name, word, bytes) == 0)
            away = 0;
        if (away < best) {
            best = away;
            *nearest = name;
        }
    }
    return COMMAND_NONE;
}
