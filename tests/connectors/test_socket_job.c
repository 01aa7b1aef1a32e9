/* A whole job that reads a socket, under the local driver: every line arrives; a connection that
 * breaks makes the job connect again, and what was not yet in a checkpoint is lost, never doubled. */
#include <arpa/inet.h>
#include <ftw.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "api/job.h"
#include "base/fs_os.h"
#include "cli/run.h"
#include "connectors/socket_os.h"
#include "local/local.h"
#include "tests/check.h"

#define NUMBER(C) C(BIGINT, n)
#define SUM(C) C(BIGINT, rows) C(BIGINT, first) C(BIGINT, second)
WEIR_ROW(number, NUMBER)
WEIR_ROW(sum, SUM)

enum { LINES = 1000, PAUSE_US = 20000 };

/* ---- who is listened to: LINES numbers a connection, the first of which breaks off or not ---- */

struct server {
    int listener, connections;
    bool breaks;
    pthread_t thread;
};

static void send_lines(int fd, int from)
{
    for (int i = from; i < from + LINES; i++) {
        char line[32];
        int bytes = snprintf(line, sizeof line, "{\"n\":%d}\n", i);

        assert_int_equal(write(fd, line, (size_t)bytes), bytes);
        if (i % (LINES / 4) == 0)
            usleep(PAUSE_US);
    }
}

static void *serve(void *arg)
{
    struct server *s = arg;

    for (int i = 0; i < s->connections; i++) {
        struct linger at_once = {1, 0};
        int fd = accept(s->listener, NULL, NULL);

        send_lines(fd, i * LINES);
        usleep(PAUSE_US);
        if (s->breaks && i == 0) /* close() resets */
            setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
        close(fd);
    }
    return NULL;
}

static void start_server(struct server *s, char address[64])
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t bytes = sizeof at;

    s->listener = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(s->listener, (struct sockaddr *)&at, sizeof at), 0);
    assert_int_equal(listen(s->listener, 2), 0);
    assert_int_equal(getsockname(s->listener, (struct sockaddr *)&at, &bytes), 0);
    snprintf(address, 64, "socket://127.0.0.1:%u", ntohs(at.sin_port));
    pthread_create(&s->thread, NULL, serve, s);
}

static void stop_server(struct server *s)
{
    pthread_join(s->thread, NULL);
    close(s->listener);
}

/* ---- the job ---- */

static struct sum result;

static void add(struct weir_ctx *c, void *acc, const struct weir_row *row)
{
    struct sum *s = acc;
    int64_t n = number_of(row).n;

    s->rows++;
    *(n < LINES ? &s->first : &s->second) += n;
    (void)c;
}

static void finish(struct weir_ctx *c, const void *acc)
{
    result = *(const struct sum *)acc;
    (void)c;
}

static const struct weir_fold fold = {.acc = &sum_schema, .add = add, .finish = finish};

static void tick(void *arg, struct local *l)
{
    (void)arg;
    (void)l;
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *walk)
{
    return remove(path);
}

static void remove_folder(const char *path)
{
    nftw(path, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static enum local_end run(const char *address, uint32_t *restarts)
{
    struct weir_job *job = weir_job(0, NULL, "socket");
    char folder[] = "/tmp/weir-socket-XXXXXX";
    struct fs *files = fs_os_new(mkdtemp(folder), false);
    struct local_spec spec = {.options = job->options,
                              .data = files,
                              .output = files,
                              .checkpoints = files,
                              .lines = &socket_lines,
                              .find = classes_find,
                              .quiet = true,
                              .tick = tick,
                              .tick_us = 100000};
    enum local_end end;
    struct local *l;

    weir_folded(weir_json(job, address, &number_schema), &fold);
    weir_option(job, "execution.checkpointing.interval", "5ms");
    weir_option(job, "restart-strategy.fixed-delay.delay", "1ms");
    spec.graph = job_seal(job);
    assert_non_null(spec.graph);
    l = local_new(&spec);
    end = local_run(l);
    *restarts = master_restarts(local_master(l));
    local_free(l);
    fs_os_free(files);
    job_free(job);
    remove_folder(folder);
    return end;
}

static int64_t numbers_from(int from)
{
    return (int64_t)LINES * from + (int64_t)LINES * (LINES - 1) / 2;
}

static void test_every_line_of_a_socket_arrives_and_its_end_is_the_jobs(void **state)
{
    struct server s = {.connections = 1};
    uint32_t restarts;
    char address[64];

    start_server(&s, address);
    assert_int_equal(run(address, &restarts), LOCAL_FINISHED);
    stop_server(&s);
    assert_int_equal(restarts, 0);
    assert_true(result.rows == LINES && result.first == numbers_from(0) && result.second == 0);
}

static void test_a_broken_connection_is_made_again_and_no_line_comes_twice(void **state)
{
    struct server s = {.connections = 2, .breaks = true};
    uint32_t restarts;
    char address[64];

    start_server(&s, address);
    assert_int_equal(run(address, &restarts), LOCAL_FINISHED);
    stop_server(&s);
    assert_int_equal(restarts, 1);
    assert_true(result.second == numbers_from(LINES));
    assert_true(result.rows >= LINES && result.rows <= 2 * LINES &&
                result.first <= numbers_from(0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_line_of_a_socket_arrives_and_its_end_is_the_jobs),
        cmocka_unit_test(test_a_broken_connection_is_made_again_and_no_line_comes_twice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
