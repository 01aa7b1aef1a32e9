#include "local/control.h"

#include <dirent.h>
#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { HEAR_MS = 100 }; /* a caller who connects and says nothing holds nobody up for longer */

/* ---- the place ---- */

static void folder_of_runs(char out[CONTROL_PATH_MAX])
{
    const char *runtime = getenv("XDG_RUNTIME_DIR");

    if (runtime && runtime[0] == '/' && strlen(runtime) < 60)
        snprintf(out, CONTROL_PATH_MAX, "%s/weir", runtime);
    else
        snprintf(out, CONTROL_PATH_MAX, "/tmp/weir-%u", (unsigned)getuid());
}

/* Another user could have made it: then it is not used. */
static bool is_ours(const char *folder)
{
    struct stat st;

    return lstat(folder, &st) == 0 && S_ISDIR(st.st_mode) && st.st_uid == getuid() &&
           (st.st_mode & 077) == 0;
}

static bool address_of(const char *job_id, struct sockaddr_un *a)
{
    char folder[CONTROL_PATH_MAX];
    int n;

    folder_of_runs(folder);
    *a = (struct sockaddr_un){.sun_family = AF_UNIX};
    n = snprintf(a->sun_path, sizeof a->sun_path, "%s/%s", folder, job_id);
    return n > 0 && (size_t)n < sizeof a->sun_path && is_ours(folder);
}

/* ---- the run's side ---- */

static int listen_at(const struct sockaddr_un *a)
{
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

    if (fd >= 0 && bind(fd, (const struct sockaddr *)a, sizeof *a) == 0 &&
        listen(fd, CALLERS_MAX) == 0)
        return fd;
    if (fd >= 0)
        close(fd);
    return -1;
}

int control_open(struct control *c, const char *job_id, struct diag *why)
{
    char folder[CONTROL_PATH_MAX];
    struct sockaddr_un a;

    folder_of_runs(folder);
    mkdir(folder, 0700);
    c->listener = address_of(job_id, &a) ? listen_at(&a) : -1;
    snprintf(c->path, sizeof c->path, "%s", a.sun_path);
    if (c->listener >= 0)
        return ERR_NONE;
    return diag_set(why, ERR_IO, "%s: cannot listen there, so `weir list` will not show this run",
                    folder);
}

void control_close(struct control *c)
{
    if (c->listener < 0)
        return;
    unlink(c->path);
    close(c->listener);
    c->listener = -1;
}

/* Up to the end of the line; false: the caller says nothing that can be understood. */
static bool read_line(int fd, char line[CONTROL_LINE_MAX], int wait_ms)
{
    size_t n = 0;

    while (n + 1 < CONTROL_LINE_MAX) {
        struct pollfd p = {.fd = fd, .events = POLLIN};
        ssize_t got;

        if (poll(&p, 1, wait_ms) <= 0)
            return false;
        got = read(fd, line + n, 1);
        if (got <= 0)
            return false;
        if (line[n] == '\n') {
            line[n] = 0;
            return true;
        }
        n++;
    }
    return false;
}

int control_hear(struct control *c, char line[CONTROL_LINE_MAX])
{
    int fd = c->listener < 0 ? -1 : accept4(c->listener, NULL, NULL, SOCK_CLOEXEC);

    if (fd >= 0 && !read_line(fd, line, HEAR_MS)) {
        close(fd);
        fd = -1;
    }
    return fd;
}

static void say(int fd, const char *line)
{
    char text[CONTROL_LINE_MAX + 1];
    int n = snprintf(text, sizeof text, "%s\n", line);

    for (int at = 0; at < n;) {
        ssize_t sent = send(fd, text + at, (size_t)(n - at), MSG_NOSIGNAL);

        if (sent <= 0)
            return; /* he has gone */
        at += (int)sent;
    }
}

void control_answer(int caller, const char *format, ...)
{
    char line[CONTROL_LINE_MAX];
    va_list args;

    va_start(args, format);
    vsnprintf(line, sizeof line, format, args);
    va_end(args);
    say(caller, line);
    close(caller);
}

/* ---- the caller's side ---- */

static int is_id(const struct dirent *e)
{
    return e->d_name[0] != '.';
}

static int by_bytes(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

void control_list(control_each *each, void *arg)
{
    char folder[CONTROL_PATH_MAX];
    struct dirent **entry;
    int n;

    folder_of_runs(folder);
    n = is_ours(folder) ? scandir(folder, &entry, is_id, by_bytes) : 0;
    for (int i = 0; i < n; i++) {
        each(arg, entry[i]->d_name);
        free(entry[i]);
    }
    if (n > 0)
        free(entry);
}

int control_call(const char *job_id, const char *line, char answer[CONTROL_LINE_MAX])
{
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), err = ERR_LOST;
    struct sockaddr_un a;

    if (fd < 0)
        return ERR_IO;
    if (address_of(job_id, &a) && connect(fd, (struct sockaddr *)&a, sizeof a) == 0) {
        say(fd, line);
        err = read_line(fd, answer, -1) ? ERR_NONE : ERR_LOST;
    } else if (errno == ECONNREFUSED) {
        unlink(a.sun_path); /* its run was killed */
    }
    close(fd);
    return err;
}
