/* Files in memory: a sorted vector of (path, body).  Files are few (parts and snapshots of one
 * run), so insertion by moving pointers is enough. */
#include <assert.h>
#include <string.h>

#include "base/fs.h"
#include "base/mem.h"

struct file {
    char *path;
    struct bytes body;
};

struct fs_memory {
    struct fs fs;
    struct fs *below;
    struct file **file; /* sorted by path */
    uint32_t files, room;
};

/* Where `path` stands, or would stand. */
static uint32_t place_of(const struct fs_memory *m, const char *path, bool *there)
{
    uint32_t low = 0, high = m->files;

    while (low < high) {
        uint32_t middle = (low + high) / 2;

        if (strcmp(m->file[middle]->path, path) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    *there = low < m->files && strcmp(m->file[low]->path, path) == 0;
    return low;
}

static void insert(struct fs_memory *m, uint32_t at, struct file *f)
{
    if (m->files == m->room) {
        m->room = m->room ? 2 * m->room : 16;
        m->file = mem_resize(m->file, m->room * sizeof *m->file);
    }
    memmove(&m->file[at + 1], &m->file[at], (m->files - at) * sizeof *m->file);
    m->file[at] = f;
    m->files++;
}

static struct file *take_out(struct fs_memory *m, uint32_t at)
{
    struct file *f = m->file[at];

    m->files--;
    memmove(&m->file[at], &m->file[at + 1], (m->files - at) * sizeof *m->file);
    return f;
}

static void file_free(struct file *f)
{
    mem_free(f->path);
    bytes_done(&f->body);
    mem_free(f);
}

static int memory_write(struct fs *fs, const char *path, struct span body)
{
    struct fs_memory *m = (struct fs_memory *)fs;
    bool there;
    uint32_t at = place_of(m, path, &there);

    if (!there) {
        struct file *f = mem_alloc(sizeof *f);

        f->path = mem_text(path);
        insert(m, at, f);
    }
    bytes_clear(&m->file[at]->body);
    bytes_put(&m->file[at]->body, body.p, body.bytes);
    return ERR_NONE;
}

static int memory_view(struct fs *fs, const char *path, struct span *out)
{
    struct fs_memory *m = (struct fs_memory *)fs;
    bool there;
    uint32_t at = place_of(m, path, &there);

    if (!there)
        return m->below ? fs_view(m->below, path, out) : ERR_NOT_FOUND;
    *out = bytes_span(&m->file[at]->body);
    return ERR_NONE;
}

static int memory_read(struct fs *fs, const char *path, struct bytes *out)
{
    struct span s;
    int err = memory_view(fs, path, &s);

    if (!err)
        bytes_put(out, s.p, s.bytes);
    return err;
}

static int memory_remove(struct fs *fs, const char *path)
{
    struct fs_memory *m = (struct fs_memory *)fs;
    bool there;
    uint32_t at = place_of(m, path, &there);

    if (!there)
        return ERR_NOT_FOUND;
    file_free(take_out(m, at));
    return ERR_NONE;
}

static int memory_rename(struct fs *fs, const char *from, const char *to)
{
    struct fs_memory *m = (struct fs_memory *)fs;
    bool there;
    uint32_t at = place_of(m, from, &there);
    struct file *f;

    if (!there)
        return ERR_NOT_FOUND;
    f = take_out(m, at);
    memory_remove(fs, to);
    mem_free(f->path);
    f->path = mem_text(to);
    insert(m, place_of(m, to, &there), f);
    return ERR_NONE;
}

static int memory_list(struct fs *fs, const char *dir, fs_each *each, void *arg)
{
    struct fs_memory *m = (struct fs_memory *)fs;
    size_t n = strlen(dir);

    for (uint32_t i = 0; i < m->files; i++) {
        const char *path = m->file[i]->path;

        if (strncmp(path, dir, n) == 0 && path[n] == '/' && strchr(path + n + 1, '/') == NULL)
            each(arg, path + n + 1, m->file[i]->body.bytes);
    }
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
    for (uint32_t i = 0; i < m->files; i++)
        file_free(m->file[i]);
    mem_free(m->file);
    mem_free(m);
}
