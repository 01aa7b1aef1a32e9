#include "labs/grader/lab.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void die(const char *file, const char *what)
{
    fprintf(stderr, "weir-lab: %s: %s\n", file, what);
    exit(70);
}

static int split_words(char out[FUNCTIONS_MAX][48], const char *value)
{
    char copy[1024], *save, *word;
    int n = 0;

    snprintf(copy, sizeof copy, "%s", value);
    for (word = strtok_r(copy, " ", &save); word && n < FUNCTIONS_MAX;
         word = strtok_r(NULL, " ", &save))
        snprintf(out[n++], 48, "%.47s", word);
    return n;
}

static void set(struct lab *l, const char *key, const char *value, const char *file)
{
    static const struct {
        const char *key;
        size_t offset, room;
    } texts[] = {
        {"id", offsetof(struct lab, id), 8},           {"title", offsetof(struct lab, title), 80},
        {"source", offsetof(struct lab, source), 128}, {"header", offsetof(struct lab, header), 64},
        {"topic", offsetof(struct lab, topic), 32},    {"organ", offsetof(struct lab, organ), 32}};

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        if (strcmp(texts[i].key, key) == 0) {
            snprintf((char *)l + texts[i].offset, texts[i].room, "%s", value);
            return;
        }
    if (strcmp(key, "kind") == 0)
        l->kind = strcmp(value, "job") == 0 ? LAB_JOB : LAB_ORGAN;
    else if (strcmp(key, "file") == 0)
        snprintf(l->file, sizeof l->file, "%s/%.60s", l->folder, value);
    else if (strcmp(key, "survive") == 0)
        l->survive = strcmp(value, "yes") == 0;
    else if (strcmp(key, "functions") == 0)
        l->functions = split_words(l->function, value);
    else if (strcmp(key, "helpers") == 0)
        l->helpers = split_words(l->helper, value);
    else if (strcmp(key, "jobs") == 0)
        l->jobs = split_words(l->job, value);
    else if (strcmp(key, "vectors") == 0)
        l->vectors = split_words(l->vector, value);
    else if (strncmp(key, "todo.", 5) == 0) {
        for (int i = 0; i < l->functions; i++)
            if (strcmp(l->function[i], key + 5) == 0)
                snprintf(l->todo[i], sizeof l->todo[i], "%.599s", value);
    } else if (strcmp(key, "minutes") != 0 && strcmp(key, "needs") != 0 &&
               strcmp(key, "stage") != 0 && strcmp(key, "invariants") != 0) {
        die(file, key);
    }
}

static void load(struct lab *l, const char *folder)
{
    char path[128], *line, *save;
    struct text t = {0};

    *l = (struct lab){0};
    snprintf(l->folder, sizeof l->folder, "labs/%.50s", folder);
    snprintf(path, sizeof path, "%s/lab.ini", l->folder);
    if (!text_load(&t, path))
        die(path, "cannot be read");
    for (line = text_line(&t, &save); line; line = strtok_r(NULL, "\n", &save)) {
        char key[64], value[1024];

        if (line[0] == '#' || sscanf(line, " %63[^= ] = %1023[^\n]", key, value) != 2)
            continue;
        set(l, key, value, path);
    }
    if (l->id[0] == 0 || l->file[0] == 0 || l->source[0] == 0 || l->functions == 0)
        die(path, "id, file, source and functions are needed");
    text_done(&t);
}

int labs_load(struct lab *labs)
{
    struct dirent **entry;
    int n = scandir("labs", &entry, NULL, alphasort), count = 0;

    if (n < 0)
        die("labs", "no such folder: run this from the top of the project");
    for (int i = 0; i < n; i++) {
        const char *name = entry[i]->d_name;

        if (name[0] >= '0' && name[0] <= '9' && count < LABS_MAX)
            load(&labs[count++], name);
        free(entry[i]);
    }
    free(entry);
    return count;
}

const struct lab *lab_find(const struct lab *labs, int count, const char *name)
{
    for (int i = 0; i < count; i++)
        if (strcmp(labs[i].id, name) == 0 || strcmp(labs[i].folder + 5, name) == 0 ||
            (atoi(name) && atoi(name) == atoi(labs[i].id)))
            return &labs[i];
    return NULL;
}

/* ---- cutting ---- */

/* The definition of `name` in `source`: from the first line of its signature to behind its "}". */
static bool find_function(const char *source, const char *name, const char **from, const char **to)
{
    char call[64];
    const char *p = source, *line, *brace;

    snprintf(call, sizeof call, "%.50s(", name);
    while ((p = strstr(p, call)) != NULL) {
        for (line = p; line > source && line[-1] != '\n'; line--)
            ;
        brace = strstr(p, "\n{\n");
        if (line[0] != ' ' && line[0] != '/' && line[0] != '#' && brace &&
            strcspn(p, ";") > (size_t)(brace - p)) {
            *from = line;
            *to = strstr(brace, "\n}\n");
            if (*to)
                *to += 3;
            return *to != NULL;
        }
        p++;
    }
    return false;
}

/* Where the comment right above `at` begins, or `at`. */
static const char *with_comment(const char *source, const char *at)
{
    const char *p = at;

    if (p - source < 3 || strncmp(p - 3, "*/\n", 3) != 0)
        return at;
    while (p > source && strncmp(p, "/*", 2) != 0)
        p--;
    return p;
}

static void put_wrapped(struct text *out, const char *prefix, const char *text)
{
    int column = 0;

    for (const char *p = text; *p;) {
        int n = (int)strcspn(p, " ");

        if (column == 0 || column + 1 + n > 88) {
            text_format(out, "%s%s", column ? "\n" : "", prefix);
            column = 0;
        }
        text_format(out, "%s%.*s", column ? " " : "", n, p);
        column += n + 1;
        p += n + (p[n] == ' ');
    }
    text_put(out, "\n", 1);
}

/* The place where the learner writes a function: what it must do, and its signature. */
static void put_todo(struct text *out, const char *from, const char *todo)
{
    const char *brace = strstr(from, "\n{\n");

    text_format(out, "/* TODO\n *\n");
    for (const char *p = from; p < brace;) {
        int n = (int)strcspn(p, "\n");

        text_format(out, " *     %.*s\n", n, p);
        p += n + 1;
    }
    text_format(out, " *\n");
    put_wrapped(out, " * ", todo);
    text_format(out, " */\n");
}

static bool take_out(struct text *t, const char *name, const char *todo, char why[160])
{
    const char *from, *to, *start;
    struct text cut = {0};

    if (!find_function(text_of(t), name, &from, &to)) {
        snprintf(why, 160, "no function '%s' to cut", name);
        return false;
    }
    start = todo ? from : with_comment(t->p, from);
    text_put(&cut, t->p, (size_t)(start - t->p));
    if (todo)
        put_todo(&cut, from, todo);
    else if (*to == '\n')
        to++;
    text_put(&cut, to, strlen(to));
    text_done(t);
    *t = cut;
    return true;
}

bool lab_cut(const struct lab *lab, struct text *starter, char why[160])
{
    text_clear(starter);
    if (!text_load(starter, lab->source)) {
        snprintf(why, 160, "%s cannot be read", lab->source);
        return false;
    }
    for (int i = 0; i < lab->functions; i++)
        if (!take_out(starter, lab->function[i], lab->todo[i], why))
            return false;
    for (int i = 0; i < lab->helpers; i++)
        if (!take_out(starter, lab->helper[i], NULL, why))
            return false;
    return true;
}
