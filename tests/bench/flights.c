/* The file of W7: datasets/flights.csv a hundred times, each copy 90 days later. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fs_os.h"
#include "data/timestamp.h"
#include "tests/bench/flights.h"
#include "tests/bench/workload.h"

enum { COPIES = 100, TIME_BYTES = 19 };
static const int64_t shift_ms = (int64_t)90 * 24 * WEIR_HOUR;

const char *flights_path;

/* The time at `at`, so much later; returns what is behind it. */
static const char *put_later(FILE *out, const char *at, int64_t ms)
{
    struct bytes text = {0};
    int64_t then = 0;

    timestamp_parse((struct span){(const uint8_t *)at, TIME_BYTES}, &then);
    timestamp_format(then + ms, &text);
    fwrite(text.p, 1, text.bytes, out);
    bytes_done(&text);
    return at + TIME_BYTES;
}

/* id,event_time,report_time,...: the two times are shifted. */
static void put_copy(FILE *out, const char *p, const char *end, int64_t ms)
{
    while (p < end) {
        const char *newline = (const char *)memchr(p, '\n', (size_t)(end - p)) + 1;
        const char *time = (const char *)memchr(p, ',', (size_t)(end - p)) + 1;

        fwrite(p, 1, (size_t)(time - p), out);
        p = put_later(out, time, ms);
        putc(',', out);
        p = put_later(out, p + 1, ms);
        fwrite(p, 1, (size_t)(newline - p), out);
        p = newline;
    }
}

bool flights_make(void)
{
    static char path[] = "/tmp/weir-bench-flights-XXXXXX";
    struct fs *fs = fs_os_new("", true);
    struct span in;
    const char *first, *end;
    int fd = -1;
    FILE *out = NULL;

    flights_path = getenv("PEERS_FLIGHTS");
    if (flights_path == NULL && fs_view(fs, "datasets/flights.csv", &in) == ERR_NONE)
        fd = mkstemp(path);
    if (fd >= 0)
        out = fdopen(fd, "w");
    if (out) {
        first = (const char *)memchr(in.p, '\n', in.bytes) + 1;
        end = (const char *)in.p + in.bytes;
        fwrite(in.p, 1, (size_t)(first - (const char *)in.p), out);
        for (int i = 0; i < COPIES; i++)
            put_copy(out, first, end, i * shift_ms);
        flights_path = fclose(out) == 0 ? path : NULL;
    }
    fs_os_free(fs);
    return flights_path != NULL;
}

void flights_remove(void)
{
    if (flights_path && getenv("PEERS_FLIGHTS") == NULL)
        unlink(flights_path);
    flights_path = NULL;
}
