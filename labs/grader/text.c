#include "labs/grader/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void text_done(struct text *t)
{
    free(t->p);
    *t = (struct text){0};
}

void text_clear(struct text *t)
{
    t->bytes = 0;
    if (t->p)
        t->p[0] = 0;
}

void text_put(struct text *t, const char *p, size_t bytes)
{
    if (t->bytes + bytes + 1 > t->room) {
        t->room = 2 * (t->room + bytes + 64);
        t->p = realloc(t->p, t->room);
        if (t->p == NULL)
            abort();
    }
    memcpy(t->p + t->bytes, p, bytes);
    t->bytes += bytes;
    t->p[t->bytes] = 0;
}

void text_format(struct text *t, const char *format, ...)
{
    char line[8192];
    va_list args;
    int n;

    va_start(args, format);
    n = vsnprintf(line, sizeof line, format, args);
    va_end(args);
    text_put(t, line, n < (int)sizeof line ? (size_t)n : sizeof line - 1);
}

const char *text_of(const struct text *t)
{
    return t->p ? t->p : "";
}

char *text_line(struct text *t, char **save)
{
    return t->p ? strtok_r(t->p, "\n", save) : NULL;
}

bool text_load(struct text *t, const char *path)
{
    char block[16384];
    size_t n;
    FILE *f = fopen(path, "rb");

    if (f == NULL)
        return false;
    while ((n = fread(block, 1, sizeof block, f)) > 0)
        text_put(t, block, n);
    fclose(f);
    return true;
}

bool text_save(const char *path, const char *text)
{
    char temp[1024];
    FILE *f;
    bool ok;

    make_folders(path);
    snprintf(temp, sizeof temp, "%s.tmp", path);
    f = fopen(temp, "wb");
    if (f == NULL)
        return false;
    ok = fwrite(text, 1, strlen(text), f) == strlen(text);
    ok = fclose(f) == 0 && ok;
    return ok && rename(temp, path) == 0;
}

void text_relative(struct text *t)
{
    char here[1024];
    size_t n;

    if (t->p == NULL || getcwd(here, sizeof here - 1) == NULL)
        return;
    n = strlen(strcat(here, "/"));
    for (char *at = t->p; n > 1 && (at = strstr(at, here)) != NULL; t->bytes -= n)
        memmove(at, at + n, strlen(at + n) + 1);
}

uint64_t text_hash(const char *text)
{
    uint64_t h = 0xcbf29ce484222325u;

    for (; *text; text++)
        h = (h ^ (unsigned char)*text) * 0x100000001b3u;
    return h;
}

void make_folders(const char *path)
{
    char copy[1024];

    snprintf(copy, sizeof copy, "%s", path);
    for (char *p = strchr(copy + 1, '/'); p; p = strchr(p + 1, '/')) {
        *p = 0;
        mkdir(copy, 0777);
        *p = '/';
    }
}
