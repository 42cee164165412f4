#include "model/java_type.h"

#include <stddef.h>
#include <string.h>

#define VECTORS "io.deephaven.vector."

static const struct {
    const char *name;
    enum java_type type;
} types[] = {
    {"byte", JAVA_BYTE},
    {"short", JAVA_SHORT},
    {"int", JAVA_INT},
    {"long", JAVA_LONG},
    {"float", JAVA_FLOAT},
    {"double", JAVA_DOUBLE},
    {"char", JAVA_CHAR},
    {"boolean", JAVA_BOOLEAN},
    {"java.lang.Byte", JAVA_BYTE},
    {"java.lang.Short", JAVA_SHORT},
    {"java.lang.Integer", JAVA_INT},
    {"java.lang.Long", JAVA_LONG},
    {"java.lang.Float", JAVA_FLOAT},
    {"java.lang.Double", JAVA_DOUBLE},
    {"java.lang.Character", JAVA_CHAR},
    {"java.lang.Boolean", JAVA_BOOLEAN},
    {"java.lang.String", JAVA_STRING},
    {"java.math.BigInteger", JAVA_BIG_INTEGER},
    {"java.math.BigDecimal", JAVA_BIG_DECIMAL},
    {"java.time.Instant", JAVA_INSTANT},
    {"java.time.ZonedDateTime", JAVA_ZONED_DATE_TIME},
    {"java.time.LocalDate", JAVA_LOCAL_DATE},
    {"java.time.LocalTime", JAVA_LOCAL_TIME},
    {"java.time.Duration", JAVA_DURATION},
    {"java.time.Period", JAVA_PERIOD},
};

enum java_type java_type_of(const char *name)
{
    for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++)
        if (strcmp(types[i].name, name) == 0)
            return types[i].type;
    if (strchr(name, '[') || strncmp(name, VECTORS, strlen(VECTORS)) == 0)
        return JAVA_LIST;
    return JAVA_OBJECT;
}

bool java_type_is_primitive_number(enum java_type t)
{
    return t >= JAVA_BYTE && t <= JAVA_DOUBLE;
}
