#include "client/text_types.h"

#include <string.h>

static const struct text_type text_types[TEXT_TYPES_MAX] = {
    {"java.time.Period", 0, false},
    {"java.time.ZonedDateTime", 1, true},
    {"java.time.Duration", 1, true},
    {"java.time.Instant", 2, false},
};

const struct text_type *text_type_of(const char *java_type)
{
    for (size_t i = 0; i < TEXT_TYPES_MAX; i++)
        if (strcmp(text_types[i].java_type, java_type) == 0)
            return &text_types[i];
    return NULL;
}

bool text_types_have(const struct schema *s, int level)
{
    for (size_t i = 0; i < s->n_columns; i++) {
        const struct text_type *t = text_type_of(s->columns[i].java_type);

        if (t && t->level == level)
            return true;
    }
    return false;
}

int text_types_harmless(const struct schema *s)
{
    int level = -1;

    for (size_t i = 0; i < s->n_columns; i++) {
        const struct text_type *t = text_type_of(s->columns[i].java_type);

        if (t && t->is_harmful && t->level > level)
            level = t->level;
    }
    return level;
}

size_t text_types_wanted(const struct schema *s, int level, const char *out[TEXT_TYPES_MAX])
{
    size_t n = 0;

    for (size_t i = 0; i < TEXT_TYPES_MAX; i++)
        if (text_types[i].level <= level && text_types_have(s, text_types[i].level))
            out[n++] = text_types[i].java_type;
    return n;
}
