#include "base/fs_os.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"

enum { PATH_BYTES = PATH_MAX + 8 };

struct view {
    struct view *next;
    char *path;
    struct span span;
};

struct fs_os {
    struct fs fs;
    char *root;
    bool absolute;
    struct view *views; /* mapped files, until the fs ends */
};

static int err_of_errno(void)
{
    switch (errno) {
    case ENOENT:
    case ENOTDIR:
        return ERR_NOT_FOUND;
    case ENOSPC:
    case EDQUOT:
        return ERR_FULL;
    case EEXIST:
        return ERR_EXISTS;
    default:
        return ERR_IO;
    }
}

static bool leaves_root(const char *path)
{
    for (const char *p = path; (p = strstr(p, "..")) != NULL; p += 2)
        if ((p == path || p[-1] == '/') && (p[2] == 0 || p[2] == '/'))
            return true;
    return false;
}

static int full_path(const struct fs_os *o, const char *path, char out[PATH_BYTES])
{
    int n;

    if (o->absolute) {
        if (path[0] == '/')
            n = snprintf(out, PATH_BYTES, "%s", path);
        else
            n = snprintf(out, PATH_BYTES, "%s/%s", o->root, path);
    } else {
        if (path[0] == '/' || leaves_root(path))
            return ERR_USAGE;
        n = snprintf(out, PATH_BYTES, "%s/%s", o->root, path);
    }
    return n < PATH_MAX ? ERR_NONE : ERR_LIMIT;
}

/* mkdir -p of everything before the last slash. */
static void make_parents(char *path)
{
    for (char *p = strchr(path + 1, '/'); p; p = strchr(p + 1, '/')) {
        *p = 0;
        mkdir(path, 0777);
        *p = '/';
    }
}

static int sync_parent(const char *path)
{
    char dir[PATH_BYTES];
    char *slash;
    int fd, err;

    snprintf(dir, sizeof dir, "%s", path);
    slash = strrchr(dir, '/');
    if (slash == NULL)
        strcpy(dir, ".");
    else if (slash == dir)
        strcpy(dir, "/");
    else
        *slash = 0;
    fd = open(dir, O_RDONLY | O_DIRECTORY);
    if (fd < 0)
        return err_of_errno();
    err = fsync(fd) < 0 ? err_of_errno() : ERR_NONE;
    close(fd);
    return err;
}

static int write_all(int fd, struct span body)
{
    for (size_t done = 0; done < body.bytes;) {
        ssize_t n = write(fd, body.p + done, body.bytes - done);

        if (n < 0 && errno != EINTR)
            return err_of_errno();
        done += n > 0 ? (size_t)n : 0;
    }
    return fsync(fd) < 0 ? err_of_errno() : ERR_NONE;
}

static int os_write(struct fs *fs, const char *path, struct span body)
{
    char final[PATH_BYTES], temp[PATH_BYTES + 8];
    int err = full_path((struct fs_os *)fs, path, final), fd;

    if (err)
        return err;
    make_parents(final);
    snprintf(temp, sizeof temp, "%s.tmp", final);
    fd = open(temp, O_WRONLY | O_CREAT | O_TRUNC, 0666);
    if (fd < 0)
        return err_of_errno();
    err = write_all(fd, body);
    close(fd);
    if (!err && rename(temp, final) < 0)
        err = err_of_errno();
    if (!err)
        err = sync_parent(final); /* the rename itself must be durable */
    if (err)
        unlink(temp);
    return err;
}

static int map_file(const char *path, struct span *out)
{
    int fd = open(path, O_RDONLY);
    struct stat st;
    void *p = NULL;
    int err = ERR_NONE;

    if (fd < 0)
        return err_of_errno();
    if (fstat(fd, &st) < 0)
        err = err_of_errno();
    else if (!S_ISREG(st.st_mode))
        err = ERR_MISMATCH;
    if (!err && st.st_size) {
        p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
        if (p == MAP_FAILED)
            err = err_of_errno();
    }
    close(fd);
    if (!err)
        *out = (struct span){p, (size_t)st.st_size};
    return err;
}

static int os_view(struct fs *fs, const char *path, struct span *out)
{
    struct fs_os *o = (struct fs_os *)fs;
    char full[PATH_BYTES];
    int err = full_path(o, path, full);
    struct view *v;

    for (v = o->views; !err && v; v = v->next)
        if (strcmp(v->path, full) == 0) {
            *out = v->span;
            return ERR_NONE;
        }
    if (!err)
        err = map_file(full, out);
    if (err)
        return err;
    v = mem_alloc(sizeof *v);
    *v = (struct view){o->views, mem_text(full), *out};
    o->views = v;
    return ERR_NONE;
}

static int os_read(struct fs *fs, const char *path, struct bytes *out)
{
    char full[PATH_BYTES];
    int err = full_path((struct fs_os *)fs, path, full);
    struct span s;

    if (!err)
        err = map_file(full, &s);
    if (err)
        return err;
    bytes_put(out, s.p, s.bytes);
    if (s.bytes)
        munmap((void *)(uintptr_t)s.p, s.bytes);
    return ERR_NONE;
}

static int os_rename(struct fs *fs, const char *from, const char *to)
{
    struct fs_os *o = (struct fs_os *)fs;
    char a[PATH_BYTES], b[PATH_BYTES];
    int err = full_path(o, from, a);

    if (!err)
        err = full_path(o, to, b);
    if (err)
        return err;
    make_parents(b);
    return rename(a, b) < 0 ? err_of_errno() : sync_parent(b);
}

static int os_remove(struct fs *fs, const char *path)
{
    char full[PATH_BYTES];
    int err = full_path((struct fs_os *)fs, path, full);

    if (!err && unlink(full) < 0)
        err = err_of_errno();
    return err;
}

static int os_list(struct fs *fs, const char *dir, fs_each *each, void *arg)
{
    struct fs_os *o = (struct fs_os *)fs;
    char full[PATH_BYTES], file[2 * PATH_BYTES];
    struct dirent **entry;
    struct stat st;
    int err = full_path(o, dir, full), n;

    if (err)
        return err;
    n = scandir(full, &entry, NULL, alphasort);
    if (n < 0)
        return errno == ENOENT ? ERR_NONE : err_of_errno();
    for (int i = 0; i < n; i++) {
        snprintf(file, sizeof file, "%s/%s", full, entry[i]->d_name);
        if (stat(file, &st) == 0 && S_ISREG(st.st_mode))
            each(arg, entry[i]->d_name, (uint64_t)st.st_size);
        free(entry[i]);
    }
    free(entry);
    return ERR_NONE;
}

static const struct fs_class os_class = {os_write, os_read, os_view, os_rename, os_remove, os_list};

struct fs *fs_os_new(const char *root, bool absolute_allowed)
{
    struct fs_os *o = mem_alloc(sizeof *o);

    o->fs.class = &os_class;
    o->root = mem_text(root[0] ? root : ".");
    o->absolute = absolute_allowed;
    return &o->fs;
}

void fs_os_free(struct fs *fs)
{
    struct fs_os *o = (struct fs_os *)fs;

    if (o == NULL)
        return;
    while (o->views) {
        struct view *v = o->views;

        o->views = v->next;
        if (v->span.bytes)
            munmap((void *)(uintptr_t)v->span.p, v->span.bytes);
        mem_free(v->path);
        mem_free(v);
    }
    mem_free(o->root);
    mem_free(o);
}
