#include "base/fs_stdin_os.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"

enum { PORTION_BYTES = 1 << 16 };

struct fs_stdin {
    struct fs fs;
    struct fs *below;
    pthread_mutex_t lock; /* of what follows */
    bool is_read;
    int err; /* of reading it */
    struct bytes body;
};

static struct fs_stdin *self(struct fs *fs)
{
    return (struct fs_stdin *)fs;
}

static bool is_stdin(const char *path)
{
    return strcmp(path, "-") == 0;
}

static int read_all(struct bytes *to)
{
    for (;;) {
        ssize_t n = read(STDIN_FILENO, bytes_grow(to, PORTION_BYTES), PORTION_BYTES);

        to->bytes -= PORTION_BYTES - (n > 0 ? (size_t)n : 0);
        if (n == 0)
            return ERR_NONE;
        if (n < 0 && errno != EINTR)
            return ERR_IO;
    }
}

/* All of it; the first who asks waits for the end. */
static int view_stdin(struct fs_stdin *s, struct span *out)
{
    pthread_mutex_lock(&s->lock);
    if (!s->is_read)
        s->err = read_all(&s->body);
    s->is_read = true;
    *out = bytes_span(&s->body);
    pthread_mutex_unlock(&s->lock);
    return s->err;
}

static int stdin_view(struct fs *fs, const char *path, struct span *out)
{
    return is_stdin(path) ? view_stdin(self(fs), out) : fs_view(self(fs)->below, path, out);
}

static int stdin_read(struct fs *fs, const char *path, struct bytes *out)
{
    struct span all;
    int err;

    if (!is_stdin(path))
        return fs_read(self(fs)->below, path, out);
    err = view_stdin(self(fs), &all);
    if (!err)
        bytes_put(out, all.p, all.bytes);
    return err;
}

static int stdin_write(struct fs *fs, const char *path, struct span body)
{
    return is_stdin(path) ? ERR_USAGE : fs_write(self(fs)->below, path, body);
}

static int stdin_rename(struct fs *fs, const char *from, const char *to)
{
    return is_stdin(from) || is_stdin(to) ? ERR_USAGE : fs_rename(self(fs)->below, from, to);
}

static int stdin_remove(struct fs *fs, const char *path)
{
    return is_stdin(path) ? ERR_USAGE : fs_remove(self(fs)->below, path);
}

static int stdin_list(struct fs *fs, const char *dir, fs_each *each, void *arg)
{
    return fs_list(self(fs)->below, dir, each, arg);
}

static const struct fs_class stdin_class = {stdin_write,  stdin_read,   stdin_view,
                                            stdin_rename, stdin_remove, stdin_list};

struct fs *fs_stdin_new(struct fs *below)
{
    struct fs_stdin *s = mem_alloc(sizeof *s);

    s->fs.class = &stdin_class;
    s->below = below;
    pthread_mutex_init(&s->lock, NULL);
    return &s->fs;
}

void fs_stdin_free(struct fs *fs)
{
    if (fs == NULL)
        return;
    pthread_mutex_destroy(&self(fs)->lock);
    bytes_done(&self(fs)->body);
    mem_free(fs);
}
