#include "model/aggregation.h"

#include <string.h>

enum takes {
    TAKES_SUMS,    /* numbers, characters and booleans, of which true counts */
    TAKES_NUMBERS, /* numbers and characters */
    TAKES_ORDERED, /* what has an order: all but Period and lists */
    TAKES_ALL
};

static const struct {
    const char *name, *python, *about;
    enum takes takes;
} infos[N_AGGREGATIONS] = {
#define X(op, name, python, takes, about) {name, python, about, TAKES_##takes},
    AGGREGATION_MAP(X)
#undef X
};

const char *aggregation_name(enum aggregation op)
{
    return infos[op].name;
}

const char *aggregation_python(enum aggregation op)
{
    return infos[op].python;
}

const char *aggregation_about(enum aggregation op)
{
    return infos[op].about;
}

bool aggregation_find(const char *name, enum aggregation *out)
{
    for (size_t i = 0; i < N_AGGREGATIONS; i++)
        if (strcmp(infos[i].name, name) == 0) {
            *out = (enum aggregation)i;
            return true;
        }
    return false;
}

static bool is_number(const char *java_type)
{
    static const char *const types[] = {"byte",
                                        "short",
                                        "int",
                                        "long",
                                        "float",
                                        "double",
                                        "char",
                                        "java.math.BigInteger",
                                        "java.math.BigDecimal"};

    for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++)
        if (strcmp(types[i], java_type) == 0)
            return true;
    return false;
}

static bool is_boolean(const char *java_type)
{
    return strcmp(java_type, "java.lang.Boolean") == 0 || strcmp(java_type, "boolean") == 0;
}

/* Arrays and the server's vectors. */
static bool is_list(const char *java_type)
{
    size_t len = strlen(java_type);

    return (len > 2 && strcmp(java_type + len - 2, "[]") == 0) ||
           strncmp(java_type, "io.deephaven.vector.", 20) == 0;
}

bool aggregation_takes(enum aggregation op, const char *java_type)
{
    switch (infos[op].takes) {
    case TAKES_SUMS:
        return is_number(java_type) || is_boolean(java_type);
    case TAKES_NUMBERS:
        return is_number(java_type);
    case TAKES_ORDERED:
        return !is_list(java_type) && strcmp(java_type, "java.time.Period") != 0;
    case TAKES_ALL:
        break;
    }
    return true;
}
