#include "connectors/socket_os.h"

#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/mem.h"
#include "connectors/address.h"

enum { PORTION_BYTES = 1 << 16 };

struct socket_input {
    struct line_input input;
    int fd;
    bool at_end;
    struct bytes read;  /* from `start` on: not yet given */
    size_t start, seen; /* no newline in [start, seen) */
};

/* ---- lines ---- */

/* What was given makes room. */
static void forget_given(struct socket_input *s)
{
    memmove(s->read.p, s->read.p + s->start, s->read.bytes - s->start);
    s->read.bytes -= s->start;
    s->seen -= s->start;
    s->start = 0;
}

static bool take_line(struct socket_input *s, struct span *line)
{
    const uint8_t *from = s->read.p + s->seen;
    const uint8_t *newline = s->seen < s->read.bytes ? memchr(from, '\n', s->read.bytes - s->seen)
                                                     : NULL;

    s->seen = newline ? (size_t)(newline - s->read.p) + 1 : s->read.bytes;
    if (newline == NULL && !(s->at_end && s->start < s->read.bytes))
        return false;
    *line = (struct span){s->read.p + s->start, s->seen - s->start - (newline != NULL)};
    s->start = s->seen;
    return true;
}

/* LINES_LINE: more bytes have come, or the end. */
static enum lines_next receive(struct socket_input *s)
{
    ssize_t n;

    if (s->start)
        forget_given(s);
    if (s->read.bytes > LINE_BYTES_MAX)
        return LINES_LONG;
    n = recv(s->fd, bytes_grow(&s->read, PORTION_BYTES), PORTION_BYTES, MSG_DONTWAIT);
    s->read.bytes -= PORTION_BYTES - (n > 0 ? (size_t)n : 0);
    if (n < 0)
        return errno == EAGAIN || errno == EINTR ? LINES_WAIT : LINES_LOST;
    s->at_end = n == 0;
    return LINES_LINE;
}

static enum lines_next socket_next(struct line_input *input, struct span *line)
{
    struct socket_input *s = (struct socket_input *)input;

    while (!take_line(s, line)) {
        enum lines_next next = s->at_end ? LINES_END : receive(s);

        if (next != LINES_LINE)
            return next;
    }
    return LINES_LINE;
}

static void socket_close(struct line_input *input)
{
    struct socket_input *s = (struct socket_input *)input;

    close(s->fd);
    bytes_done(&s->read);
    mem_free(s);
}

static const struct line_input_class socket_class = {socket_next, socket_close};

/* ---- connecting ---- */

static int connect_to(const struct addrinfo *to)
{
    struct timeval most = {SOCKET_CONNECT_MS / 1000, SOCKET_CONNECT_MS % 1000 * 1000};
    int fd = socket(to->ai_family, to->ai_socktype | SOCK_CLOEXEC, to->ai_protocol);

    if (fd < 0)
        return -1;
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &most, sizeof most); /* connect() heeds it */
    if (connect(fd, to->ai_addr, to->ai_addrlen) == 0)
        return fd;
    close(fd);
    return -1;
}

static int connect_to_any(const struct addrinfo *all)
{
    int fd = -1;

    for (const struct addrinfo *a = all; a && fd < 0; a = a->ai_next)
        fd = connect_to(a);
    return fd;
}

static int socket_open(const struct lines *lines, const char *address, struct line_input **out,
                       struct diag *why)
{
    const struct addrinfo wanted = {.ai_socktype = SOCK_STREAM};
    struct socket_input *s;
    struct addrinfo *all;
    struct address a;
    int fd, found;

    (void)lines;
    if (address_parse(&a, address, why))
        return ERR_USAGE;
    found = getaddrinfo(a.host, a.port, &wanted, &all);
    if (found)
        return diag_set(why, ERR_NOT_FOUND, "%s: '%s' is not known: %s", address, a.host,
                        gai_strerror(found));
    fd = connect_to_any(all);
    freeaddrinfo(all);
    if (fd < 0)
        return diag_set(why, ERR_LOST,
                        "%s: cannot be connected to: %s (is someone listening? `nc -lk %s`)",
                        address, errno == EINPROGRESS ? "no answer" : strerror(errno), a.port);
    s = mem_alloc(sizeof *s);
    s->input.class = &socket_class;
    s->fd = fd;
    *out = &s->input;
    return ERR_NONE;
}

const struct lines socket_lines = {socket_open};
