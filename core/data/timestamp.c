#include "data/timestamp.h"

#include <inttypes.h>

#include "base/err.h"

enum { DAY_MS = 86400000, TEXT_BYTES = 19 };

/* Both ways between days and dates count years from 1 March, so that a leap day is the last of
 * its year, and in eras of 400 years, which all have 146097 days; 1970-01-01 is day 719468 of
 * 0000-03-01 (Hinnant, chrono-Compatible Low-Level Date Algorithms). */
static int32_t days_of(uint32_t year, uint32_t month, uint32_t day)
{
    uint32_t y = year + 400 - (month <= 2), era = y / 400, in_era = y % 400;
    uint32_t in_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;

    return (int32_t)(era * 146097 + in_era * 365 + in_era / 4 - in_era / 100 + in_year) -
           (719468 + 146097);
}

static void date_of(int64_t days, int64_t *year, uint32_t *month, uint32_t *day)
{
    int64_t z = days + 719468, era = (z >= 0 ? z : z - 146096) / 146097;
    uint32_t in_era = (uint32_t)(z - era * 146097);
    uint32_t y = (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) / 365;
    uint32_t in_year = in_era - (365 * y + y / 4 - y / 100), m = (5 * in_year + 2) / 153;

    *day = in_year - (153 * m + 2) / 5 + 1;
    *month = m < 10 ? m + 3 : m - 9;
    *year = y + era * 400 + (*month <= 2);
}

static uint32_t month_days(uint32_t year, uint32_t month)
{
    static const uint8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

    return days[month - 1] + (month == 2 && leap);
}

/* Two digits at p; what is none sets *bad, which is looked at once, at the end. */
static uint32_t two_digits(const uint8_t *p, uint32_t *bad)
{
    uint32_t tens = (uint32_t)p[0] - '0', ones = (uint32_t)p[1] - '0';

    *bad |= (tens > 9) | (ones > 9);
    return 10 * tens + ones;
}

/* What may stand behind the seconds: nothing, or a point and up to three digits (".5" is 500). */
static uint32_t millis(const uint8_t *p, size_t n, uint32_t *bad)
{
    uint32_t v = 0;

    if (n == 0)
        return 0;
    *bad |= n < 2 || n > 4 || p[0] != '.';
    for (size_t i = 1; i < 4; i++) {
        uint32_t digit = i < n ? (uint32_t)p[i] - '0' : 0;

        *bad |= digit > 9;
        v = 10 * v + digit;
    }
    return v;
}

int timestamp_parse(struct span text, int64_t *ms)
{
    const uint8_t *p = text.p;
    uint32_t bad, year, month, day, hour, minute, second, milli;

    if (text.bytes < TEXT_BYTES)
        return ERR_FORMAT;
    bad = (p[4] != '-') | (p[7] != '-') | (p[13] != ':') | (p[16] != ':') |
          ((p[10] != ' ') & (p[10] != 'T'));
    year = 100 * two_digits(p, &bad) + two_digits(p + 2, &bad);
    month = two_digits(p + 5, &bad);
    day = two_digits(p + 8, &bad);
    hour = two_digits(p + 11, &bad);
    minute = two_digits(p + 14, &bad);
    second = two_digits(p + 17, &bad);
    milli = millis(p + TEXT_BYTES, text.bytes - TEXT_BYTES, &bad);
    if (bad || month < 1 || month > 12 || day < 1 || day > month_days(year, month) || hour > 23 ||
        minute > 59 || second > 59)
        return ERR_FORMAT;
    *ms = days_of(year, month, day) * (int64_t)DAY_MS +
          ((hour * 60 + minute) * 60 + second) * (int64_t)1000 + milli;
    return ERR_NONE;
}

static uint8_t *put_two(uint8_t *p, uint32_t v)
{
    p[0] = (uint8_t)('0' + v / 10);
    p[1] = (uint8_t)('0' + v % 10);
    return p + 2;
}

static void put_year(int64_t year, struct bytes *out)
{
    if (year < 0 || year > 9999) {
        bytes_format(out, "%05" PRId64, year);
        return;
    }
    put_two(put_two(bytes_grow(out, 4), (uint32_t)year / 100), (uint32_t)year % 100);
}

void timestamp_format(int64_t ms, struct bytes *out)
{
    int64_t days = ms / DAY_MS, year;
    int32_t rest = (int32_t)(ms % DAY_MS);
    uint32_t month, day, second;
    uint8_t *p;

    if (rest < 0) {
        rest += DAY_MS;
        days--;
    }
    date_of(days, &year, &month, &day);
    second = (uint32_t)rest / 1000;
    put_year(year, out);
    p = bytes_grow(out, TEXT_BYTES - 4);
    *p++ = '-';
    p = put_two(p, month);
    *p++ = '-';
    p = put_two(p, day);
    *p++ = ' ';
    p = put_two(p, second / 3600);
    *p++ = ':';
    p = put_two(p, second / 60 % 60);
    *p++ = ':';
    put_two(p, second % 60);
    if (rest % 1000)
        bytes_format(out, ".%03d", (int)(rest % 1000));
}
