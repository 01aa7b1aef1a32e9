/* Lines over a real connection: whole ones, in pieces, without a last newline, broken off. */
#include "connectors/socket_os.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"
#include "tests/check.h"

struct pair {
    int listener, server;
    struct line_input *input;
};

static int listen_anywhere(char address[64])
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t bytes = sizeof at;
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof at), 0);
    assert_int_equal(listen(fd, 1), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &bytes), 0);
    snprintf(address, 64, "socket://127.0.0.1:%u", ntohs(at.sin_port));
    return fd;
}

static struct pair connected(void)
{
    struct pair p = {0};
    struct diag why = {0};
    char address[64];

    p.listener = listen_anywhere(address);
    if (socket_lines.open(&socket_lines, address, &p.input, &why))
        fail_msg("%s", why.text);
    p.server = accept(p.listener, NULL, NULL);
    return p;
}

static void done(struct pair *p)
{
    p->input->class->close(p->input);
    close(p->server);
    close(p->listener);
}

static void say(const struct pair *p, const char *text)
{
    assert_int_equal(write(p->server, text, strlen(text)), (ssize_t)strlen(text));
}

/* What comes next, waiting for it a second at most where something must come. */
static enum lines_next next(const struct pair *p, struct span *line)
{
    enum lines_next n = LINES_WAIT;

    for (int i = 0; i < 1000 && n == LINES_WAIT; i++) {
        n = p->input->class->next(p->input, line);
        if (n == LINES_WAIT)
            usleep(1000);
    }
    return n;
}

static void assert_line(const struct pair *p, const char *wanted)
{
    struct span line;

    assert_int_equal(next(p, &line), LINES_LINE);
    assert_true(span_equal(line, span_text(wanted)));
}

static void test_lines_come_whole_and_in_pieces(void **state)
{
    struct pair p = connected();
    struct span line;

    assert_int_equal(p.input->class->next(p.input, &line), LINES_WAIT);
    say(&p, "one\n\ntwo\r\nthr");
    assert_line(&p, "one");
    assert_line(&p, "");
    assert_line(&p, "two\r");
    assert_int_equal(p.input->class->next(p.input, &line), LINES_WAIT);
    say(&p, "ee\nfour");
    assert_line(&p, "three");
    close(p.server);
    assert_line(&p, "four"); /* the last needs no newline */
    assert_int_equal(next(&p, &line), LINES_END);
    assert_int_equal(next(&p, &line), LINES_END);
    done(&p);
}

static void test_many_lines_longer_than_a_portion(void **state)
{
    enum { BYTES = 300000 };
    struct pair p = connected();
    char *text = mem_alloc(BYTES + 2);
    size_t sent = 0;
    struct span line;

    memset(text, 'x', BYTES);
    text[BYTES] = '\n';
    for (enum lines_next n = LINES_WAIT; n == LINES_WAIT;) { /* send as the buffers allow */
        ssize_t more = send(p.server, text + sent, BYTES + 1 - sent, MSG_DONTWAIT);

        sent += more > 0 ? (size_t)more : 0;
        n = p.input->class->next(p.input, &line);
    }
    assert_int_equal(line.bytes, BYTES);
    say(&p, "after\n");
    assert_line(&p, "after");
    mem_free(text);
    done(&p);
}

static void test_a_connection_that_breaks_is_no_end(void **state)
{
    struct linger at_once = {1, 0}; /* close() resets */
    struct pair p = connected();
    struct span line;

    setsockopt(p.server, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    close(p.server);
    assert_int_equal(next(&p, &line), LINES_LOST);
    done(&p);
}

static void test_who_cannot_be_reached_is_named(void **state)
{
    struct line_input *input = NULL;
    struct diag nobody = {0}, unknown = {0}, wrong = {0};
    char address[64];

    close(listen_anywhere(address));
    assert_int_equal(socket_lines.open(&socket_lines, address, &input, &nobody), ERR_LOST);
    assert_non_null(strstr(nobody.text, address));
    assert_non_null(strstr(nobody.text, "Connection refused (is someone listening? `nc -lk "));
    assert_int_equal(socket_lines.open(&socket_lines, "socket://no host:1", &input, &unknown),
                     ERR_NOT_FOUND);
    assert_non_null(strstr(unknown.text, "'no host' is not known"));
    assert_int_equal(socket_lines.open(&socket_lines, "socket://x", &input, &wrong), ERR_USAGE);
    assert_null(input);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines_come_whole_and_in_pieces),
        cmocka_unit_test(test_many_lines_longer_than_a_portion),
        cmocka_unit_test(test_a_connection_that_breaks_is_no_end),
        cmocka_unit_test(test_who_cannot_be_reached_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
