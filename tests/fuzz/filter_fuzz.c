/* What users type as a filter: it is refused with a place and a text, or is a condition.
 * The first byte is the type of the column. */
#include <stdlib.h>
#include <string.h>

#include "model/calendar.h"
#include "model/quick_filter.h"
#include "tests/fuzz/fuzz.h"

static const char *const types[] = {
    "byte",
    "long",
    "float",
    "double",
    "java.math.BigInteger",
    "java.math.BigDecimal",
    "java.lang.Boolean",
    "char",
    "java.lang.String",
    "java.time.Instant",
    "java.time.ZonedDateTime",
    "java.time.LocalDate",
    "java.time.LocalTime",
    "java.time.Duration",
    "java.time.Period",
    "int[]",
    "java.util.UUID",
};

static void parse(const char *text, const char *type)
{
    struct quick_filter_column column = {"X", type};
    struct when_now now = {NULL, INT64_C(1795179791) * CALENDAR_NANOS};
    struct condition *c = NULL, *copy;
    struct err e = {.code = ERR_OK};
    size_t at = SIZE_MAX;

    if (quick_filter_parse(text, &column, &now, &c, &at, &e) != ERR_OK) {
        FUZZ_CHECK(!c && e.code == ERR_USAGE && e.msg[0] != '\0' && at <= strlen(text));
        return;
    }
    copy = condition_copy(c);
    FUZZ_CHECK(condition_equal(c, copy));
    condition_free(copy);
    condition_free(c);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text;

    if (size == 0)
        return 0;
    text = fuzz_string((struct bytes){data + 1, size - 1});
    parse(text, types[data[0] % (sizeof(types) / sizeof(*types))]);
    free(text);
    return 0;
}
