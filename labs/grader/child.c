#include "labs/grader/child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { OUTPUT_MAX = 256 << 10, RESIDENT_MAX_KB = 256 << 10, OBSERVED_MAX = 64 << 20 };

static int64_t now_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* In the child: its three streams, the pipe at its number, limits; then the program. */
static void become(const struct child *c, int in, int out, int observed)
{
    struct rlimit none = {0, 0}, files = {64 << 20, 64 << 20};
    char perturb[16];

    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL); /* a grader that was killed leaves nobody behind */
    dup2(in, 0);
    dup2(out, 1);
    dup2(out, 2);
    if (observed != CHILD_PIPE)
        dup2(observed, CHILD_PIPE);
    fcntl(CHILD_PIPE, F_SETFD, 0);
    for (int fd = CHILD_PIPE + 1; fd < 64; fd++)
        close(fd);
    setrlimit(RLIMIT_CORE, &none);
    setrlimit(RLIMIT_FSIZE, &files);
    snprintf(perturb, sizeof perturb, "%d", c->perturb);
    setenv("MALLOC_PERTURB_", perturb, 1);
    setenv("ASAN_OPTIONS",
           c->perturb % 2
               ? "exitcode=99:detect_leaks=1:max_malloc_fill_size=4096:malloc_fill_byte=171"
               : "exitcode=99:detect_leaks=1:max_malloc_fill_size=4096:malloc_fill_byte=85",
           1);
    setenv("UBSAN_OPTIONS", "exitcode=99:print_stacktrace=1", 1);
    execv(c->argv[0], (char *const *)(uintptr_t)c->argv);
    _exit(127);
}

static long resident_kb(pid_t pid)
{
    char path[64];
    long total, resident = 0;
    FILE *f;

    snprintf(path, sizeof path, "/proc/%d/statm", (int)pid);
    f = fopen(path, "r");
    if (f == NULL)
        return 0;
    if (fscanf(f, "%ld %ld", &total, &resident) != 2)
        resident = 0;
    fclose(f);
    return resident * (sysconf(_SC_PAGESIZE) / 1024);
}

/* Read what there is; false at the end of the stream. */
static bool drain(int fd, struct text *t, size_t max)
{
    char block[16384];
    ssize_t n = read(fd, block, sizeof block);

    if (n > 0 && t->bytes < max + sizeof block)
        text_put(t, block, (size_t)n);
    return n > 0 || (n < 0 && errno == EAGAIN);
}

static void feed(const struct child *c, int in, size_t *fed)
{
    size_t bytes = c->input ? strlen(c->input) : 0;
    ssize_t n = write(in, c->input + *fed, bytes - *fed);

    *fed = n < 0 && errno != EAGAIN ? bytes : *fed + (n > 0 ? (size_t)n : 0);
}

static enum verdict over_limit(const struct child *c, pid_t pid, int64_t started)
{
    if (now_ms() - started > c->limit_ms)
        return VERDICT_TIMEOUT;
    if (c->printed.bytes > OUTPUT_MAX || c->observed.bytes > OBSERVED_MAX)
        return VERDICT_FLOOD;
    return resident_kb(pid) > RESIDENT_MAX_KB ? VERDICT_MEMORY : VERDICT_PASS;
}

static void watch(struct child *c, pid_t pid, int in, int out, int observed)
{
    struct pollfd p[3] = {{out, POLLIN, 0}, {observed, POLLIN, 0}, {in, POLLOUT, 0}};
    int64_t started = now_ms();
    size_t fed = 0, bytes = c->input ? strlen(c->input) : 0;

    while (p[0].fd >= 0 || p[1].fd >= 0) {
        if (p[2].fd >= 0 && fed == bytes) {
            close(in);
            p[2].fd = -1;
        }
        poll(p, 3, 10);
        if (p[0].fd >= 0 && p[0].revents && !drain(out, &c->printed, OUTPUT_MAX))
            p[0].fd = -1;
        if (p[1].fd >= 0 && p[1].revents && !drain(observed, &c->observed, OBSERVED_MAX))
            p[1].fd = -1;
        if (p[2].fd >= 0 && p[2].revents)
            feed(c, in, &fed);
        c->verdict = over_limit(c, pid, started);
        if (c->verdict != VERDICT_PASS)
            break;
    }
    if (p[2].fd >= 0)
        close(in);
    while (c->verdict == VERDICT_PASS && waitpid(pid, &c->status, WNOHANG) == 0) {
        c->verdict = over_limit(c, pid, started);
        poll(NULL, 0, 1);
    }
}

static void judge_end(struct child *c, pid_t pid)
{
    int status = c->status;

    if (c->verdict != VERDICT_PASS) {
        kill(-pid, SIGKILL);
        waitpid(pid, &status, 0);
        return;
    }
    kill(-pid, SIGKILL); /* what it may have left behind */
    c->status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    if (WIFSIGNALED(status)) {
        c->signal = WTERMSIG(status);
        c->verdict = VERDICT_CRASH;
    } else if (c->status == CHILD_SANITIZER) {
        c->verdict = VERDICT_SANITIZER;
    } else if (c->status == CHILD_LOOP) {
        c->verdict = VERDICT_TIMEOUT;
    }
}

void child_run(struct child *c)
{
    int in[2], out[2], observed[2];
    pid_t pid;

    c->verdict = VERDICT_PASS;
    c->status = c->signal = 0;
    signal(SIGPIPE, SIG_IGN);
    if (pipe2(in, O_CLOEXEC) || pipe2(out, O_CLOEXEC) || pipe2(observed, O_CLOEXEC) ||
        (pid = fork()) < 0) {
        c->verdict = VERDICT_INTERNAL;
        return;
    }
    if (pid == 0)
        become(c, in[0], out[1], observed[1]);
    setpgid(pid, pid);
    close(in[0]);
    close(out[1]);
    close(observed[1]);
    fcntl(in[1], F_SETFL, O_NONBLOCK);
    watch(c, pid, in[1], out[0], observed[0]);
    judge_end(c, pid);
    close(out[0]);
    close(observed[0]);
}

void child_done(struct child *c)
{
    text_done(&c->printed);
    text_done(&c->observed);
}
