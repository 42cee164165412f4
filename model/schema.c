#include "model/schema.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

struct schema *schema_new(size_t n_columns)
{
    struct schema *s = MEM_NEW(struct schema);

    pool_init(&s->texts);
    s->columns = MEM_ARRAY(struct schema_column, n_columns);
    s->n_columns = n_columns;
    return s;
}

void schema_free(struct schema *s)
{
    if (!s)
        return;
    for (size_t i = 0; i < s->n_columns; i++)
        type_free(s->columns[i].type);
    free(s->columns);
    free(s->attributes);
    pool_release(&s->texts);
    free(s);
}

static struct type *type_copy(const struct type *t)
{
    return t ? type_new(t->kind, type_copy(t->item)) : NULL;
}

static const char *text_copy(struct schema *s, const char *text)
{
    return text ? pool_share(&s->texts, bytes_of(text)) : NULL;
}

static void column_copy_to(struct schema *s, const struct schema_column *c,
                           struct schema_column *out)
{
    *out = *c; /* the flags */
    out->name = pool_copy(&s->texts, bytes_of(c->name));
    out->java_type = text_copy(s, c->java_type);
    out->description = text_copy(s, c->description);
    out->type = type_copy(c->type);
    out->arrow_name = text_copy(s, c->arrow_name);
    out->style_column = text_copy(s, c->style_column);
    out->number_format_column = text_copy(s, c->number_format_column);
    out->date_format_column = text_copy(s, c->date_format_column);
}

struct schema *schema_copy(const struct schema *s)
{
    struct schema *out = schema_new(s->n_columns);

    for (size_t i = 0; i < s->n_columns; i++)
        column_copy_to(out, &s->columns[i], &out->columns[i]);
    out->attributes = MEM_ARRAY(struct schema_attribute, s->n_attributes);
    out->n_attributes = s->n_attributes;
    for (size_t i = 0; i < s->n_attributes; i++) {
        out->attributes[i].name = text_copy(out, s->attributes[i].name);
        out->attributes[i].value = text_copy(out, s->attributes[i].value);
    }
    out->is_blink = s->is_blink;
    out->is_append_only = s->is_append_only;
    out->is_input = s->is_input;
    out->hierarchy = s->hierarchy;
    out->depth = s->depth;
    out->expanded = s->expanded;
    out->leaf_depth = s->leaf_depth;
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

bool schema_is_sorted_by(const struct schema *s, const char *column)
{
    const char *at = schema_attribute(s, "SortedColumns");
    size_t len = strlen(column);

    while (at) {
        if (strncmp(at, column, len) == 0 && at[len] == '=')
            return true;
        at = strchr(at, ',');
        at = at ? at + 1 : NULL;
    }
    return false;
}

const char *schema_type_text(const struct schema_column *c, char *out, size_t size)
{
    const char *dot = strrchr(c->java_type, '.');

    if (c->type->kind == KIND_LIST)
        (void)snprintf(out, size, "%s[]", kind_name(c->type->item->kind));
    else if (c->type->kind == KIND_BINARY)
        (void)snprintf(out, size, "byte[]"); /* as the other lists */
    else if (c->type->kind == KIND_UNKNOWN)
        (void)snprintf(out, size, "%s", c->arrow_name);
    else if (c->type->kind == KIND_STRING && dot && strcmp(dot, ".String") != 0)
        (void)snprintf(out, size, "%s", dot + 1);
    else
        (void)snprintf(out, size, "%s", kind_name(c->type->kind));
    return out;
}

bool schema_has_keys(const struct schema *s)
{
    for (size_t i = 0; i < s->n_columns; i++)
        if (s->columns[i].is_key)
            return true;
    return false;
}

int64_t schema_find(const struct schema *s, const char *name)
{
    for (size_t i = 0; i < s->n_columns; i++)
        if (strcmp(s->columns[i].name, name) == 0)
            return (int64_t)i;
    return -1;
}
