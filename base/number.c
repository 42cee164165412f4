#include "base/number.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

size_t number_group(size_t digits)
{
    return digits == 0 ? 0 : (digits - 1) % 3 + 1;
}

/* By hand, two digits at a time: every cell with a whole number is written so, and printf
 * takes ten times as long. Writes in front of end; returns where it begins. */
static char *put_before(char *end, uint64_t n)
{
    static const char pairs[] = "00010203040506070809101112131415161718192021222324"
                                "25262728293031323334353637383940414243444546474849"
                                "50515253545556575859606162636465666768697071727374"
                                "75767778798081828384858687888990919293949596979899";

    for (; n >= 100; n /= 100)
        memcpy(end -= 2, pairs + 2 * (n % 100), 2);
    if (n >= 10)
        memcpy(end -= 2, pairs + 2 * n, 2);
    else
        *--end = (char)('0' + n);
    return end;
}

static uint64_t size_of(int64_t n)
{
    return n < 0 ? 0 - (uint64_t)n : (uint64_t)n;
}

size_t number_put(int64_t n, char *out)
{
    char text[NUMBER_DIGITS], *end = text + sizeof(text), *p = put_before(end, size_of(n));

    if (n < 0)
        *--p = '-';
    memcpy(out, p, (size_t)(end - p));
    return (size_t)(end - p);
}

size_t number_width(int64_t n)
{
    size_t width = n < 0 ? 2 : 1;

    for (uint64_t rest = size_of(n); rest >= 10; rest /= 10)
        width++;
    return width;
}

char *number_plain(int64_t n, char *out)
{
    out[number_put(n, out)] = '\0';
    return out;
}

char *number_grouped(int64_t n, char *out)
{
    char text[NUMBER_DIGITS], *end = text + sizeof(text);
    const char *p = put_before(end, size_of(n));
    size_t at = 0;

    if (n < 0)
        out[at++] = '-';
    while (p < end) {
        size_t group = number_group((size_t)(end - p));

        memcpy(out + at, p, group);
        at += group;
        p += group;
        if (p < end)
            out[at++] = ',';
    }
    out[at] = '\0';
    return out;
}

char *number_rough(int64_t n, char *out)
{
    static const char units[] = "kMGTPE";
    int64_t size = n < 0 ? -(n + (n == INT64_MIN)) : n, tenths = 0;
    int unit = -1;

    for (; size >= 1000; unit++) {
        tenths = size % 1000 / 100;
        size /= 1000;
    }
    if (unit < 0)
        (void)number_plain(n, out);
    else if (size < 10)
        (void)snprintf(out, NUMBER_LEN, "%s%d.%d%c", n < 0 ? "-" : "", (int)size,
                       (int)tenths, units[unit]);
    else
        (void)snprintf(out, NUMBER_LEN, "%s%d%c", n < 0 ? "-" : "", (int)size, units[unit]);
    return out;
}

char *number_time(uint64_t seconds, char *out)
{
    static const struct {
        uint64_t seconds;
        const char *name;
    } units[] = {{86400, "days"}, {3600, "h"}, {60, "min"}, {1, "s"}};
    size_t i = 0;

    while (units[i].seconds > 1 && seconds < 2 * units[i].seconds)
        i++;
    (void)snprintf(out, NUMBER_LEN, "%" PRIu64 " %s", seconds / units[i].seconds,
                   units[i].name);
    return out;
}
