/* Files in memory: a vector of (path, body) sorted by path.  Files are few (parts and snapshots of
 * one run), so insertion by moving pointers is enough.
 *
 * A view is borrowed until the fs ends, so a body that was viewed is never changed: a write gives
 * the file a new body, and the old one is kept in `retired`.
 */
#include <assert.h>
#include <string.h>

#include "base/fs.h"
#include "base/mem.h"

struct body {
    struct body *next; /* in `retired` */
    bool viewed;
    size_t bytes;
    uint8_t p[];
};

struct file {
    char *path;
    struct body *body;
};

struct fs_memory {
    struct fs fs;
    struct fs *below;
    struct file *file; /* sorted by path */
    uint32_t files, room;
    struct body *retired;
};

static struct body *body_new(struct span from)
{
    struct body *b = mem_alloc(sizeof *b + from.bytes);

    b->bytes = from.bytes;
    if (from.bytes)
        memcpy(b->p, from.p, from.bytes);
    return b;
}

static void body_drop(struct fs_memory *m, struct body *b)
{
    if (b->viewed) {
        b->next = m->retired;
        m->retired = b;
    } else {
        mem_free(b);
    }
}

/* Where `path` stands, or would stand. */
static uint32_t place_of(const struct fs_memory *m, const char *path, bool *there)
{
    uint32_t low = 0, high = m->files;

    while (low < high) {
        uint32_t middle = (low + high) / 2;

        if (strcmp(m->file[middle].path, path) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    *there = low < m->files && strcmp(m->file[low].path, path) == 0;
    return low;
}

/* The file `path`, made if absent, has `body` from now on. */
static void put_file(struct fs_memory *m, const char *path, struct body *body)
{
    bool there;
    uint32_t at = place_of(m, path, &there);

    if (there) {
        body_drop(m, m->file[at].body);
        m->file[at].body = body;
        return;
    }
    MEM_GROW(m->file, m->files, m->room);
    memmove(&m->file[at + 1], &m->file[at], (m->files - at) * sizeof *m->file);
    m->file[at] = (struct file){mem_text(path), body};
    m->files++;
}

/* Its body, which the caller owns; NULL if there is no such file. */
static struct body *take_file(struct fs_memory *m, const char *path)
{
    bool there;
    uint32_t at = place_of(m, path, &there);
    struct body *body;

    if (!there)
        return NULL;
    body = m->file[at].body;
    mem_free(m->file[at].path);
    m->files--;
    memmove(&m->file[at], &m->file[at + 1], (m->files - at) * sizeof *m->file);
    return body;
}

static int memory_write(struct fs *fs, const char *path, struct span body)
{
    put_file((struct fs_memory *)fs, path, body_new(body));
    return ERR_NONE;
}

static struct body *body_of(const struct fs_memory *m, const char *path)
{
    bool there;
    uint32_t at = place_of(m, path, &there);

    return there ? m->file[at].body : NULL;
}

static int memory_view(struct fs *fs, const char *path, struct span *out)
{
    struct fs_memory *m = (struct fs_memory *)fs;
    struct body *b = body_of(m, path);

    if (b == NULL)
        return m->below ? fs_view(m->below, path, out) : ERR_NOT_FOUND;
    b->viewed = true;
    *out = (struct span){b->p, b->bytes};
    return ERR_NONE;
}

static int memory_read(struct fs *fs, const char *path, struct bytes *out)
{
    struct fs_memory *m = (struct fs_memory *)fs;
    const struct body *b = body_of(m, path);

    if (b == NULL)
        return m->below ? fs_read(m->below, path, out) : ERR_NOT_FOUND;
    bytes_put(out, b->p, b->bytes);
    return ERR_NONE;
}

static int memory_remove(struct fs *fs, const char *path)
{
    struct fs_memory *m = (struct fs_memory *)fs;
    struct body *b = take_file(m, path);

    if (b == NULL)
        return ERR_NOT_FOUND;
    body_drop(m, b);
    return ERR_NONE;
}

static int memory_rename(struct fs *fs, const char *from, const char *to)
{
    struct fs_memory *m = (struct fs_memory *)fs;
    struct body *b = take_file(m, from);

    if (b == NULL)
        return ERR_NOT_FOUND;
    put_file(m, to, b);
    return ERR_NONE;
}

/* The name of `path` if it stands directly in `dir` ("" is the root), else NULL. */
static const char *name_in(const char *path, const char *dir)
{
    size_t n = strlen(dir);

    while (n && dir[n - 1] == '/')
        n--;
    if (n) {
        if (strncmp(path, dir, n) != 0 || path[n] != '/')
            return NULL;
        path += n + 1;
    }
    return strchr(path, '/') ? NULL : path;
}

struct listed {
    char *name;
    uint64_t bytes;
};

/* Names are taken first: `each` may write and remove. */
static int memory_list(struct fs *fs, const char *dir, fs_each *each, void *arg)
{
    struct fs_memory *m = (struct fs_memory *)fs;
    struct listed *list = mem_alloc(m->files * sizeof *list);
    uint32_t count = 0;

    for (uint32_t i = 0; i < m->files; i++) {
        const char *name = name_in(m->file[i].path, dir);

        if (name)
            list[count++] = (struct listed){mem_text(name), m->file[i].body->bytes};
    }
    for (uint32_t i = 0; i < count; i++) {
        each(arg, list[i].name, list[i].bytes);
        mem_free(list[i].name);
    }
    mem_free(list);
    return ERR_NONE;
}

static const struct fs_class memory_class = {memory_write,  memory_read,   memory_view,
                                             memory_rename, memory_remove, memory_list};

struct fs *fs_memory_new(struct fs *below)
{
    struct fs_memory *m = mem_alloc(sizeof *m);

    m->fs.class = &memory_class;
    m->below = below;
    return &m->fs;
}

void fs_memory_free(struct fs *fs)
{
    struct fs_memory *m = (struct fs_memory *)fs;

    if (m == NULL)
        return;
    while (m->retired) {
        struct body *next = m->retired->next;

        mem_free(m->retired);
        m->retired = next;
    }
    for (uint32_t i = 0; i < m->files; i++) {
        mem_free(m->file[i].path);
        mem_free(m->file[i].body);
    }
    mem_free(m->file);
    mem_free(m);
}
