/* W7: flights a hour and origin, from the file: a hundred copies of flights.csv, each 90 days later;
 * 30 minutes of disorder, later rows are dropped, a watermark after every row. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/bench/workload.h"

#define FLIGHT(C) C(TIMESTAMP, event_time) C(STRING, origin)
#define COUNT(C) C(BIGINT, n)
#define RESULT(C) C(STRING, origin) C(BIGINT, end) C(BIGINT, n)
WEIR_ROW(flight, FLIGHT)
WEIR_ROW(count, COUNT)
WEIR_ROW(result, RESULT)

enum { HOUR_MS = 3600000, DISORDER_MS = 1800000, OPEN = 3, LETTERS = 26 };
enum { ORIGINS = LETTERS * LETTERS * LETTERS };

static void count_row(struct weir_ctx *c, void *acc, const struct weir_row *row)
{
    ((struct count *)acc)->n++;
    (void)c;
    (void)row;
}

static void emit_count(struct weir_ctx *c, const void *acc, int64_t start_ms, int64_t end_ms)
{
    result_emit(c, (struct result){.origin = weir_key_text(c),
                                   .end = end_ms,
                                   .n = ((const struct count *)acc)->n});
    (void)start_ms;
}

static uint64_t number_of(const char *origin)
{
    return (uint64_t)origin[0] | (uint64_t)origin[1] << 8 | (uint64_t)origin[2] << 16;
}

static void add(struct weir_ctx *c, void *acc, const struct weir_row *row)
{
    struct result r = result_of(row);

    ((struct sum *)acc)->digest += (int64_t)digest_of(number_of(r.origin.p), (uint64_t)r.end,
                                                      (uint64_t)r.n, 0);
    (void)c;
}

static struct weir_job *program(const struct bid *rows, uint64_t count, uint64_t *digest)
{
    static const struct weir_aggregate counting = {
        .acc = &count_schema, .add = count_row, .result = emit_count};
    struct weir_job *job = weir_job(0, NULL, "W7");
    struct weir_stream *s = weir_watermarks(
        weir_csv(job, flights_path, &flight_schema),
        (struct weir_time){.column = "event_time", .out_of_order_ms = DISORDER_MS});

    digest_sink(weir_windowed(weir_key_by(s, "origin"), (struct weir_window){.size_ms = HOUR_MS},
                              &counting, &result_schema),
                add, digest);
    (void)rows;
    (void)count;
    return job;
}

/* ---- the limit: the file mapped, two fields of fixed form, counts in arrays ---- */

struct hours {
    uint32_t count[OPEN][ORIGINS];
    uint32_t used[OPEN][ORIGINS], useds[OPEN]; /* origins that have a count */
};

static uint32_t digits(const char *p, int n)
{
    uint32_t v = 0;

    for (int i = 0; i < n; i++)
        v = 10 * v + (uint32_t)(p[i] - '0');
    return v;
}

/* yyyy-MM-dd HH:mm:ss, by days since March 1st of the year 0. */
static int64_t time_of(const char *p)
{
    int64_t month = digits(p + 5, 2), year = digits(p, 4), days;

    if (month < 3) {
        month += 12;
        year--;
    }
    days = 365 * year + year / 4 - year / 100 + year / 400 + (153 * month - 457) / 5 +
           digits(p + 8, 2) - 719469;
    return 1000 *
           (86400 * days + 3600 * digits(p + 11, 2) + 60 * digits(p + 14, 2) + digits(p + 17, 2));
}

static uint64_t close_hour(struct hours *h, int64_t end_ms)
{
    int64_t at = (end_ms / HOUR_MS - 1) % OPEN;
    uint64_t digest = 0;

    for (uint32_t i = 0; i < h->useds[at]; i++) {
        uint32_t o = h->used[at][i];
        const char origin[3] = {(char)('A' + o / LETTERS / LETTERS),
                                (char)('A' + o / LETTERS % LETTERS), (char)('A' + o % LETTERS)};

        digest += digest_of(number_of(origin), (uint64_t)end_ms, h->count[at][o], 0);
        h->count[at][o] = 0;
    }
    h->useds[at] = 0;
    return digest;
}

static uint64_t count_flights(struct hours *h, const char *p, const char *end)
{
    int64_t greatest = 0, end_ms = 0;
    uint64_t digest = 0;

    for (p = (const char *)memchr(p, '\n', (size_t)(end - p)) + 1; p < end;) {
        const char *time = (const char *)memchr(p, ',', (size_t)(end - p)) + 1;
        const char *origin = time + 40; /* two times and their commas on */
        int64_t ms = time_of(time), at = ms / HOUR_MS % OPEN;
        uint32_t o = (uint32_t)((origin[0] - 'A') * LETTERS * LETTERS +
                                (origin[1] - 'A') * LETTERS + origin[2] - 'A');

        p = (const char *)memchr(origin, '\n', (size_t)(end - origin)) + 1;
        end_ms = end_ms ? end_ms : ms - ms % HOUR_MS;
        if (ms < end_ms - HOUR_MS)
            continue;
        greatest = ms > greatest ? ms : greatest;
        for (; greatest - DISORDER_MS >= end_ms; end_ms += HOUR_MS)
            digest += close_hour(h, end_ms);
        if (h->count[at][o]++ == 0)
            h->used[at][h->useds[at]++] = o;
    }
    for (int i = 0; i < OPEN; i++, end_ms += HOUR_MS)
        digest += close_hour(h, end_ms);
    return digest;
}

static uint64_t limit(const struct bid *rows, uint64_t count)
{
    struct hours *h = calloc(1, sizeof *h);
    int fd = open(flights_path, O_RDONLY);
    struct stat st;
    uint64_t digest = 0;
    char *file;

    if (fd < 0 || fstat(fd, &st) != 0)
        abort();
    file = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd, 0);
    if (file == MAP_FAILED)
        abort();
    digest = count_flights(h, file, file + st.st_size);
    munmap(file, (size_t)st.st_size);
    close(fd);
    free(h);
    (void)rows;
    (void)count;
    return digest;
}

const struct workload w7_workload = {"W7",  "flights, file", 2000000, 0,    0,
                                     false, false,           program, limit};
