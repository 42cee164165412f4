#include "tests/support/rowset_text.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/mem.h"

struct rowset *rowset_parse(const char *text)
{
    struct rowset *rs = rowset_new();

    while (*text) {
        char *end;
        int64_t first = strtoll(text, &end, 10), last = first;

        if (*end == '-')
            last = strtoll(end + 1, &end, 10);
        if (end == text || (*end && *end != ','))
            fail_msg("not a row set: %s", text);
        rowset_add(rs, first, last);
        text = *end ? end + 1 : end;
    }
    return rs;
}

char *rowset_print(const struct rowset *rs)
{
    size_t n;
    const struct rowrange *r = rowset_ranges(rs, &n);
    char *text = mem_strdup("");

    for (size_t i = 0; i < n; i++) {
        const char *comma = i > 0 ? "," : "";
        char *more = r[i].first == r[i].last
                         ? mem_printf("%s%s%" PRId64, text, comma, r[i].first)
                         : mem_printf("%s%s%" PRId64 "-%" PRId64, text, comma, r[i].first,
                                      r[i].last);

        free(text);
        text = more;
    }
    return text;
}

void assert_rowset_at(const struct rowset *rs, const char *text, const char *file, int line)
{
    char *found = rowset_print(rs);

    rowset_check(rs);
    _assert_string_equal(found, text, file, line);
    free(found);
}
