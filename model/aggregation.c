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

static bool is_number(enum java_type t)
{
    return java_type_is_primitive_number(t) || t == JAVA_CHAR || t == JAVA_BIG_INTEGER ||
           t == JAVA_BIG_DECIMAL;
}

bool aggregation_takes(enum aggregation op, enum java_type t)
{
    switch (infos[op].takes) {
    case TAKES_SUMS:
        return is_number(t) || t == JAVA_BOOLEAN;
    case TAKES_NUMBERS:
        return is_number(t);
    case TAKES_ORDERED:
        return t != JAVA_LIST && t != JAVA_PERIOD;
    case TAKES_ALL:
        break;
    }
    return true;
}
