#include "tui/format.h"

#include <stdio.h>
#include <stdlib.h>

struct civil {
    int64_t year;
    int month, day, hour, minute, second;
};

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

/* Days since 1970 to a date of the proleptic Gregorian calendar, counted in eras of 400 years
 * that begin in March, so that the leap day is the last of its year. */
static struct civil civil_of(int64_t ms)
{
    int64_t seconds = floor_div(ms, 1000), days = floor_div(seconds, 86400);
    int64_t in_day = seconds - days * 86400, shifted = days + 719468;
    int64_t era = floor_div(shifted, 146097), doe = shifted - era * 146097;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;
    struct civil c = {.year = yoe + era * 400 + (mp >= 10),
                      .month = (int)(mp < 10 ? mp + 3 : mp - 9),
                      .day = (int)(doy - (153 * mp + 2) / 5 + 1),
                      .hour = (int)(in_day / 3600),
                      .minute = (int)(in_day / 60 % 60),
                      .second = (int)(in_day % 60)};

    return c;
}

struct formatted format_ms(int64_t us)
{
    struct formatted f;

    snprintf(f.text, sizeof f.text, "%lld.%03d", (long long)(us / 1000), (int)(us % 1000));
    return f;
}

struct formatted format_us(int64_t us)
{
    struct formatted f;
    int64_t ms = us / 1000;

    if (us < 10000000)
        snprintf(f.text, sizeof f.text, "%lld.%03d ms", (long long)ms, (int)(us % 1000));
    else
        snprintf(f.text, sizeof f.text, "%02lld:%02d.%03d", (long long)(ms / 60000),
                 (int)(ms / 1000 % 60), (int)(ms % 1000));
    return f;
}

enum { SMALL_MS = 100000000 }; /* below a day and a bit, "event time" is a lab's own count */

static bool is_word(bool has, int64_t ms, struct formatted *f)
{
    if (!has || ms == INT64_MIN)
        snprintf(f->text, sizeof f->text, "none");
    else if (ms == INT64_MAX)
        snprintf(f->text, sizeof f->text, "end");
    else if (ms < SMALL_MS && ms > -SMALL_MS)
        snprintf(f->text, sizeof f->text, "%lld", (long long)ms);
    else
        return false;
    return true;
}

struct formatted format_wm(bool has, int64_t ms)
{
    struct formatted f;
    struct civil c;

    if (is_word(has, ms, &f))
        return f;
    c = civil_of(ms);
    snprintf(f.text, sizeof f.text, "%04lld-%02d-%02d %02d:%02d:%02d", (long long)c.year, c.month,
             c.day, c.hour, c.minute, c.second);
    return f;
}

struct formatted format_wm_mid(bool has, int64_t ms)
{
    struct formatted f;
    struct civil c;

    if (is_word(has, ms, &f))
        return f;
    c = civil_of(ms);
    snprintf(f.text, sizeof f.text, "%02d-%02d %02d:%02d", c.month, c.day, c.hour, c.minute);
    return f;
}

struct formatted format_wm_tiny(bool has, int64_t ms)
{
    struct formatted f;
    struct civil c;

    if (is_word(has, ms, &f))
        return f;
    c = civil_of(ms);
    snprintf(f.text, sizeof f.text, "%02d:%02d", c.hour, c.minute);
    return f;
}

/* To the millisecond, but no longer than it must be. */
static struct formatted format_exact(int64_t ms)
{
    struct civil c = civil_of(ms);
    struct formatted f;
    int rest = (int)(ms - floor_div(ms, 1000) * 1000), n;

    n = snprintf(f.text, sizeof f.text, "%02d-%02d %02d:%02d", c.month, c.day, c.hour, c.minute);
    if (c.second || rest)
        n += snprintf(f.text + n, sizeof f.text - (size_t)n, ":%02d", c.second);
    if (rest)
        snprintf(f.text + n, sizeof f.text - (size_t)n, ".%03d", rest);
    return f;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

void format_sentence(const char *from, char *to, size_t bytes)
{
    size_t n = 0;

    while (*from && n + 1 < bytes) {
        size_t digits = 0;

        while (is_digit(from[digits]))
            digits++;
        if (digits == 12 || digits == 13) {
            n += (size_t)snprintf(to + n, bytes - n, "%s",
                                  format_exact(strtoll(from, NULL, 10)).text);
            from += digits;
        } else {
            do {
                to[n++] = *from++;
            } while (n + 1 < bytes && *from && is_digit(from[-1]) && is_digit(*from));
        }
        n = n < bytes ? n : bytes - 1;
    }
    if (bytes)
        to[n] = 0;
}
