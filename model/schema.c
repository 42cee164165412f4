#include "model/schema.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

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

static struct type *type_copy(const struct type *t)
{
    return t ? type_new(t->kind, type_copy(t->item)) : NULL;
}

static char *text_copy(const char *text)
{
    return text ? mem_strdup(text) : NULL;
}

static struct schema_column column_copied(const struct schema_column *c)
{
    struct schema_column out = *c; /* the flags */

    out.name = text_copy(c->name);
    out.java_type = text_copy(c->java_type);
    out.description = text_copy(c->description);
    out.type = type_copy(c->type);
    out.arrow_name = text_copy(c->arrow_name);
    out.style_column = text_copy(c->style_column);
    out.number_format_column = text_copy(c->number_format_column);
    out.date_format_column = text_copy(c->date_format_column);
    return out;
}

struct schema *schema_copy(const struct schema *s)
{
    struct schema *out = mem_dup(s, sizeof(*s)); /* the flags */

    out->columns = MEM_ARRAY(struct schema_column, s->n_columns);
    for (size_t i = 0; i < s->n_columns; i++)
        out->columns[i] = column_copied(&s->columns[i]);
    out->attributes = MEM_ARRAY(struct schema_attribute, s->n_attributes);
    for (size_t i = 0; i < s->n_attributes; i++) {
        out->attributes[i].name = text_copy(s->attributes[i].name);
        out->attributes[i].value = text_copy(s->attributes[i].value);
    }
    return out;
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
