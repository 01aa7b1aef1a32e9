#include "local/outlet_fs.h"

#include <stdio.h>
#include <string.h>

static bool is_print(const char *path)
{
    return strncmp(path, ".print/", 7) == 0;
}

static struct fs *home_of(struct fs *fs, const char *path)
{
    struct outlet_fs *p = (struct outlet_fs *)fs;

    return is_print(path) ? p->pending : p->files;
}

static int outlet_write(struct fs *fs, const char *path, struct span body)
{
    return fs_write(home_of(fs, path), path, body);
}

static int outlet_read(struct fs *fs, const char *path, struct bytes *out)
{
    return fs_read(home_of(fs, path), path, out);
}

static int outlet_view(struct fs *fs, const char *path, struct span *out)
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

static int outlet_rename(struct fs *fs, const char *from, const char *to)
{
    return is_print(from) ? print(home_of(fs, from), from) : fs_rename(home_of(fs, from), from, to);
}

static int outlet_remove(struct fs *fs, const char *path)
{
    return fs_remove(home_of(fs, path), path);
}

static int outlet_list(struct fs *fs, const char *dir, fs_each *each, void *arg)
{
    return fs_list(home_of(fs, dir), dir, each, arg);
}

static const struct fs_class outlet_class = {outlet_write,  outlet_read,   outlet_view,
                                             outlet_rename, outlet_remove, outlet_list};

void outlet_fs_init(struct outlet_fs *p, struct fs *files, struct fs *pending)
{
    *p = (struct outlet_fs){{&outlet_class}, files, pending};
}
