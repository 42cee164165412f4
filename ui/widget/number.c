#include "ui/widget/number.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>

char *number_grouped(int64_t n, char *out)
{
    char plain[24];
    size_t len = (size_t)snprintf(plain, sizeof(plain), "%" PRId64, n);
    char *p = out;

    for (size_t i = 0; i < len; i++) {
        *p++ = plain[i];
        if (plain[i] != '-' && i + 1 < len && (len - 1 - i) % 3 == 0)
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
