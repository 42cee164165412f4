#include "base/number.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

size_t number_group(size_t digits)
{
    return digits == 0 ? 0 : (digits - 1) % 3 + 1;
}

char *number_grouped(int64_t n, char *out)
{
    char plain[24];
    size_t left = (size_t)snprintf(plain, sizeof(plain), "%" PRId64, n);
    const char *from = plain;
    char *p = out;

    if (n < 0) {
        *p++ = *from++;
        left--;
    }
    while (left > 0) {
        size_t group = number_group(left);

        memcpy(p, from, group);
        p += group;
        from += group;
        left -= group;
        if (left > 0)
            *p++ = ',';
    }
    *p = '\0';
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
        (void)snprintf(out, NUMBER_LEN, "%" PRId64, n);
    else if (size < 10)
        (void)snprintf(out, NUMBER_LEN, "%s%d.%d%c", n < 0 ? "-" : "", (int)size,
                       (int)tenths, units[unit]);
    else
        (void)snprintf(out, NUMBER_LEN, "%s%d%c", n < 0 ? "-" : "", (int)size, units[unit]);
    return out;
}
