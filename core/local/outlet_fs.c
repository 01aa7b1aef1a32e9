#include "local/outlet_fs.h"

#include <stdio.h>
#include <string.h>

#include "database/part_sqlite.h"

static bool is_print(const char *path)
{
    return strncmp(path, ".print/", 7) == 0;
}

static bool is_table(const char *path)
{
    return strncmp(path, TABLE_SINK_HOME, strlen(TABLE_SINK_HOME)) == 0;
}

static struct fs *home_of(struct fs *fs, const char *path)
{
    struct outlet_fs *o = (struct outlet_fs *)fs;

    return is_print(path) || is_table(path) ? o->pending : o->files;
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

/* ---- commit ---- */

static int print(const struct outlet_fs *o, struct span body)
{
    (void)o;
    return fwrite(body.p, 1, body.bytes, stdout) == body.bytes && fflush(stdout) == 0 ? ERR_NONE
                                                                                      : ERR_IO;
}

static int apply(const struct outlet_fs *o, struct span body)
{
    struct diag why = {0};

    return part_apply(body, o->directory, &why);
}

/* What is not there was consumed by whoever committed it before. */
static int consume(struct outlet_fs *o, const char *path)
{
    struct bytes body = {0};
    int err = fs_read(o->pending, path, &body);

    if (err == ERR_NONE)
        err = is_print(path) ? print(o, bytes_span(&body)) : apply(o, bytes_span(&body));
    else if (err == ERR_NOT_FOUND)
        return ERR_NONE;
    bytes_done(&body);
    return err ? err : fs_remove(o->pending, path);
}

static int outlet_rename(struct fs *fs, const char *from, const char *to)
{
    struct outlet_fs *o = (struct outlet_fs *)fs;

    return home_of(fs, from) == o->pending ? consume(o, from) : fs_rename(o->files, from, to);
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

void outlet_fs_init(struct outlet_fs *o, struct fs *files, struct fs *pending,
                    const char *directory)
{
    *o = (struct outlet_fs){{&outlet_class}, files, pending, directory};
}
