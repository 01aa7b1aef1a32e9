#include "cli/printing_fs.h"

#include <stdio.h>
#include <string.h>

static bool is_print(const char *path)
{
    return strncmp(path, ".print/", 7) == 0;
}

static struct fs *home_of(struct fs *fs, const char *path)
{
    struct printing_fs *p = (struct printing_fs *)fs;

    return is_print(path) ? p->pending : p->files;
}

static int printing_write(struct fs *fs, const char *path, struct span body)
{
    return fs_write(home_of(fs, path), path, body);
}

static int printing_read(struct fs *fs, const char *path, struct bytes *out)
{
    return fs_read(home_of(fs, path), path, out);
}

static int printing_view(struct fs *fs, const char *path, struct span *out)
{
    return fs_view(home_of(fs, path), path, out);
}

/* Commit.  What is not there was printed by whoever committed it before. */
static int print(struct fs *pending, const char *path)
{
    struct bytes body = {0};
    int err = fs_read(pending, path, &body);
    bool ok = fwrite(body.p, 1, body.bytes, stdout) == body.bytes && fflush(stdout) == 0;

    bytes_done(&body);
    if (err)
        return err == ERR_NOT_FOUND ? ERR_NONE : err;
    return ok ? fs_remove(pending, path) : ERR_IO;
}

static int printing_rename(struct fs *fs, const char *from, const char *to)
{
    return is_print(from) ? print(home_of(fs, from), from) : fs_rename(home_of(fs, from), from, to);
}

static int printing_remove(struct fs *fs, const char *path)
{
    return fs_remove(home_of(fs, path), path);
}

static int printing_list(struct fs *fs, const char *dir, fs_each *each, void *arg)
{
    return fs_list(home_of(fs, dir), dir, each, arg);
}

static const struct fs_class printing_class = {printing_write,  printing_read,   printing_view,
                                               printing_rename, printing_remove, printing_list};

void printing_fs_init(struct printing_fs *p, struct fs *files, struct fs *pending)
{
    *p = (struct printing_fs){{&printing_class}, files, pending};
}
