#include "base/fs_os.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"

enum { PATH_BYTES = PATH_MAX + 8, TEMP_BYTES = PATH_BYTES + 64 };

/* A mapped file.  The same file viewed again, unchanged, is not mapped again. */
struct view {
    struct view *next;
    dev_t device;
    ino_t inode;
    struct timespec changed;
    struct span span;
};

struct fs_os {
    struct fs fs;
    char *root;
    bool absolute;
    pthread_mutex_t lock; /* of what follows */
    struct view *views;   /* until the fs ends */
    uint32_t temps;       /* temp names made so far */
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
    case EISDIR:
        return ERR_MISMATCH;
    default:
        return ERR_IO;
    }
}

/* ---- paths ---- */

static bool has_dotdot(const char *path)
{
    for (const char *p = path; (p = strstr(p, "..")) != NULL; p += 2)
        if ((p == path || p[-1] == '/') && (p[2] == 0 || p[2] == '/'))
            return true;
    return false;
}

static int full_path(const struct fs_os *o, const char *path, char out[PATH_BYTES])
{
    int n;

    if (!o->absolute && (path[0] == '/' || has_dotdot(path)))
        return ERR_USAGE;
    if (path[0] == '/')
        n = snprintf(out, PATH_BYTES, "%s", path);
    else
        n = snprintf(out, PATH_BYTES, "%s/%s", o->root, path);
    return n < PATH_MAX ? ERR_NONE : ERR_LIMIT;
}

static void parent_of(const char *path, char out[PATH_BYTES])
{
    char *slash;

    snprintf(out, PATH_BYTES, "%s", path);
    slash = strrchr(out, '/');
    if (slash == NULL)
        strcpy(out, ".");
    else if (slash == out)
        strcpy(out, "/");
    else
        *slash = 0;
}

/* A name is durable once its directory is. */
static int sync_parent(const char *path)
{
    char dir[PATH_BYTES];
    int fd, err;

    parent_of(path, dir);
    fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return err_of_errno();
    err = fsync(fd) < 0 ? err_of_errno() : ERR_NONE;
    close(fd);
    return err;
}

/* mkdir -p of everything before the last slash.  If that fails, what follows fails and says why. */
static void make_parents(char *path)
{
    for (char *p = strchr(path + 1, '/'); p; p = strchr(p + 1, '/')) {
        *p = 0;
        if (mkdir(path, 0777) == 0)
            sync_parent(path);
        *p = '/';
    }
}

/* ---- write ---- */

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

/* A new file beside `final`, under a name that no one else writes to.  Returns its fd or -1.  Its
 * directory may vanish before it is there, with the last file of another thread: made again. */
static int open_temp(struct fs_os *o, char *final, char temp[TEMP_BYTES])
{
    int fd, vanished = 0;

    do {
        uint32_t number;

        make_parents(final);
        pthread_mutex_lock(&o->lock);
        number = o->temps++;
        pthread_mutex_unlock(&o->lock);
        snprintf(temp, TEMP_BYTES, "%s.%d-%u.tmp", final, (int)getpid(), number);
        fd = open(temp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    } while (fd < 0 && (errno == EEXIST || (errno == ENOENT && vanished++ < 8)));
    return fd;
}

static int os_write(struct fs *fs, const char *path, struct span body)
{
    char final[PATH_BYTES], temp[TEMP_BYTES];
    struct fs_os *o = (struct fs_os *)fs;
    int err = full_path(o, path, final), fd;

    if (err)
        return err;
    fd = open_temp(o, final, temp);
    if (fd < 0)
        return err_of_errno();
    err = write_all(fd, body);
    if (close(fd) < 0 && !err)
        err = err_of_errno();
    if (!err && rename(temp, final) < 0)
        err = err_of_errno();
    if (err) {
        unlink(temp);
        return err;
    }
    return sync_parent(final);
}

/* ---- read ---- */

static int open_file(const char *path, struct stat *st, int *fd)
{
    int err = ERR_NONE;

    *fd = open(path, O_RDONLY | O_CLOEXEC);
    if (*fd < 0)
        return err_of_errno();
    if (fstat(*fd, st) < 0)
        err = err_of_errno();
    else if (!S_ISREG(st->st_mode))
        err = ERR_MISMATCH;
    if (err)
        close(*fd);
    return err;
}

/* `bytes` from a file that may end before: then there were fewer. */
static int read_all(int fd, struct bytes *out, size_t bytes)
{
    while (bytes) {
        ssize_t n = read(fd, bytes_grow(out, bytes), bytes);

        out->bytes -= bytes - (n > 0 ? (size_t)n : 0);
        if (n < 0 && errno != EINTR)
            return err_of_errno();
        if (n == 0)
            break;
        bytes -= n > 0 ? (size_t)n : 0;
    }
    return ERR_NONE;
}

static int os_read(struct fs *fs, const char *path, struct bytes *out)
{
    char full[PATH_BYTES];
    struct stat st;
    int err = full_path((struct fs_os *)fs, path, full), fd;

    if (!err)
        err = open_file(full, &st, &fd);
    if (err)
        return err;
    err = read_all(fd, out, (size_t)st.st_size);
    close(fd);
    return err;
}

static bool view_is(const struct view *v, const struct stat *st)
{
    return v->device == st->st_dev && v->inode == st->st_ino &&
           v->span.bytes == (size_t)st->st_size && v->changed.tv_sec == st->st_mtim.tv_sec &&
           v->changed.tv_nsec == st->st_mtim.tv_nsec;
}

/* The file open at `fd`, mapped: an old view of the same file, or a new one.  NULL: errno. */
static const struct view *view_file(struct fs_os *o, int fd, const struct stat *st)
{
    size_t bytes = (size_t)st->st_size;
    void *p = NULL;
    struct view *v;

    for (v = o->views; v; v = v->next)
        if (view_is(v, st))
            return v;
    if (bytes)
        p = mmap(NULL, bytes, PROT_READ, MAP_PRIVATE, fd, 0);
    if (p == MAP_FAILED)
        return NULL;
    v = mem_alloc(sizeof *v);
    *v = (struct view){o->views, st->st_dev, st->st_ino, st->st_mtim, {p, bytes}};
    return o->views = v;
}

static int os_view(struct fs *fs, const char *path, struct span *out)
{
    struct fs_os *o = (struct fs_os *)fs;
    char full[PATH_BYTES];
    const struct view *v;
    struct stat st;
    int err = full_path(o, path, full), fd;

    if (!err)
        err = open_file(full, &st, &fd);
    if (err)
        return err;
    pthread_mutex_lock(&o->lock);
    v = view_file(o, fd, &st);
    if (v)
        *out = v->span;
    else
        err = err_of_errno();
    pthread_mutex_unlock(&o->lock);
    close(fd);
    return err;
}

/* ---- names ---- */

static int os_rename(struct fs *fs, const char *from, const char *to)
{
    struct fs_os *o = (struct fs_os *)fs;
    char a[PATH_BYTES], b[PATH_BYTES];
    int err = full_path(o, from, a);

    if (!err)
        err = full_path(o, to, b);
    if (err)
        return err;
    if (access(a, F_OK) < 0) /* or directories would be made for nothing */
        return err_of_errno();
    make_parents(b);
    if (rename(a, b) < 0)
        return err_of_errno();
    err = sync_parent(b);
    return err ? err : sync_parent(a);
}

/* Directories are made as needed, and go with the last file in them. */
static void remove_empty_parents(const struct fs_os *o, const char *path)
{
    char dir[PATH_BYTES];
    size_t root = strlen(o->root);

    parent_of(path, dir);
    while (strlen(dir) > root && strncmp(dir, o->root, root) == 0 && rmdir(dir) == 0)
        *strrchr(dir, '/') = 0; /* behind the root there is one */
}

static int os_remove(struct fs *fs, const char *path)
{
    struct fs_os *o = (struct fs_os *)fs;
    char full[PATH_BYTES];
    int err = full_path(o, path, full);

    if (!err && unlink(full) < 0)
        err = err_of_errno();
    if (!err)
        remove_empty_parents(o, full);
    return err;
}

static int by_bytes(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name); /* alphasort() asks the locale */
}

static int is_ours_to_show(const struct dirent *e)
{
    size_t n = strlen(e->d_name);

    return n < 4 || strcmp(e->d_name + n - 4, ".tmp") != 0;
}

static int os_list(struct fs *fs, const char *dir, fs_each *each, void *arg)
{
    char full[PATH_BYTES], file[PATH_BYTES + NAME_MAX + 2];
    struct dirent **entry;
    struct stat st;
    int err = full_path((struct fs_os *)fs, dir, full), n;

    if (err)
        return err;
    n = scandir(full, &entry, is_ours_to_show, by_bytes);
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
    pthread_mutex_init(&o->lock, NULL);
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
        mem_free(v);
    }
    pthread_mutex_destroy(&o->lock);
    mem_free(o->root);
    mem_free(o);
}
