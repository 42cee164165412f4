#include "model/schema.h"

#include <stdlib.h>
#include <string.h>

static void column_release(struct schema_column *c)
{
    free(c->name);
    free(c->java_type);
    free(c->description);
    type_free(c->type);
    free(c->arrow_name);
    free(c->style_column);
    free(c->number_format_column);
    free(c->date_format_column);
}

void schema_free(struct schema *s)
{
    if (!s)
        return;
    for (size_t i = 0; i < s->n_columns; i++)
        column_release(&s->columns[i]);
    free(s->columns);
    for (size_t i = 0; i < s->n_attributes; i++) {
        free(s->attributes[i].name);
        free(s->attributes[i].value);
    }
    free(s->attributes);
    free(s);
}

const char *schema_attribute(const struct schema *s, const char *name)
{
    for (size_t i = 0; i < s->n_attributes; i++) {
        if (strcmp(s->attributes[i].name, name) == 0)
            return s->attributes[i].value;
    }
    return NULL;
}

long schema_find(const struct schema *s, const char *name)
{
    for (size_t i = 0; i < s->n_columns; i++) {
        if (strcmp(s->columns[i].name, name) == 0)
            return (long)i;
    }
    return -1;
}
