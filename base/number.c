#include "base/number.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

size_t number_group(size_t digits)
{
    return digits == 0 ? 0 : (digits - 1) % 3 + 1;
}

/* By hand: every cell with a whole number is written so, and printf takes ten times as
 * long. */
static char *write_number(int64_t n, bool grouped, char *out)
{
    char text[NUMBER_LEN];
    char *p = text + sizeof(text);
    uint64_t rest = n < 0 ? 0 - (uint64_t)n : (uint64_t)n;

    *--p = '\0';
    for (size_t digits = 0; digits == 0 || rest > 0; digits++, rest /= 10) {
        if (grouped && digits > 0 && digits % 3 == 0)
            *--p = ',';
        *--p = (char)('0' + rest % 10);
    }
    if (n < 0)
        *--p = '-';
    memcpy(out, p, (size_t)(text + sizeof(text) - p));
    return out;
}

char *number_plain(int64_t n, char *out)
{
    return write_number(n, false, out);
}

char *number_grouped(int64_t n, char *out)
{
    return write_number(n, true, out);
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
