#include "demo/selection.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "client/wire/wire.h"
#include "model/format.h"

#define NAMESPACE "deephaven:"
#define PAIRS_PER_FIELD 4

#define PREVIEW_ITEMS 5
#define PREVIEW_TEXT 512

static const struct type preview_type = {.kind = KIND_STRING};

static const struct type *source_type(const struct selection *v, size_t c)
{
    return v->table->columns[v->columns[c].source].type;
}

const struct type *selection_type(const struct selection *v, size_t c)
{
    return v->columns[c].preview ? &preview_type : source_type(v, c);
}

void selection_of_table(const struct demo_table *t, struct selection *out)
{
    out->table = t;
    out->n_columns = t->n_columns;
    out->columns = MEM_ARRAY(struct selection_column, t->n_columns);
    for (size_t c = 0; c < t->n_columns; c++)
        out->columns[c] =
            (struct selection_column){c, mem_strdup(t->columns[c].name), false};
}

void selection_copy(struct selection *dst, const struct selection *src)
{
    *dst = *src;
    dst->columns = MEM_ARRAY(struct selection_column, src->n_columns);
    for (size_t c = 0; c < src->n_columns; c++)
        dst->columns[c] = (struct selection_column){src->columns[c].source,
                                                    mem_strdup(src->columns[c].name),
                                                    src->columns[c].preview};
}

void selection_release(struct selection *v)
{
    for (size_t c = 0; c < v->n_columns; c++)
        free(v->columns[c].name);
    free(v->columns);
    *v = (struct selection){0};
}

static struct bytes trimmed(struct bytes in)
{
    while (in.len > 0 && in.data[0] == ' ') {
        in.data++;
        in.len--;
    }
    while (in.len > 0 && in.data[in.len - 1] == ' ')
        in.len--;
    return in;
}

static const struct selection_column *find(const struct selection *v, struct bytes name)
{
    for (size_t c = 0; c < v->n_columns; c++) {
        if (bytes_equal(bytes_of(v->columns[c].name), name))
            return &v->columns[c];
    }
    return NULL;
}

enum err_code selection_select(const struct selection *source, const struct bytes *specs,
                               size_t n, struct selection *out, struct err *e)
{
    struct selection v = {.table = source->table};

    v.columns = MEM_ARRAY(struct selection_column, n);
    for (size_t i = 0; i < n; i++) {
        struct bytes old = specs[i], new;
        const uint8_t *sign = old.len ? memchr(old.data, '=', old.len) : NULL;
        const struct selection_column *found;

        new = sign ? (struct bytes){old.data, (size_t)(sign - old.data)} : old;
        if (sign)
            old = (struct bytes){sign + 1, old.len - new.len - 1};
        found = find(source, trimmed(old));
        if (!found) {
            selection_release(&v);
            return err_set(e, ERR_USAGE, "no column for \"%.*s\"",
                           (int)(specs[i].len < 80 ? specs[i].len : 80),
                           (const char *)specs[i].data);
        }
        new = trimmed(new);
        v.columns[v.n_columns++] = (struct selection_column){
            found->source, mem_strndup((const char *)new.data, new.len), found->preview};
    }
    *out = v;
    return ERR_OK;
}

/* --- previews --- */

static bool is_list(enum kind kind)
{
    return kind == KIND_LIST || kind == KIND_BINARY;
}

static bool is_named(const char *java, const struct bytes *types, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (bytes_equal(bytes_of(java), types[i]))
            return true;
    }
    return false;
}

static bool is_previewed(const struct demo_column *c, const struct bytes *types, size_t n,
                         bool with_lists)
{
    enum kind kind = c->type->kind;

    if (n == 0)
        return is_list(kind) || kind == KIND_DURATION || kind == KIND_PERIOD ||
               kind == KIND_PERIOD_DURATION;
    return is_list(kind) ? with_lists : !is_named(c->java, types, n);
}

void selection_preview(const struct selection *source, const struct bytes *types, size_t n,
                       bool with_lists, struct selection *out)
{
    selection_copy(out, source);
    for (size_t c = 0; c < out->n_columns; c++) {
        const struct demo_column *from = &source->table->columns[out->columns[c].source];

        out->columns[c].preview =
            out->columns[c].preview || is_previewed(from, types, n, with_lists);
    }
}

static void put_item(const struct value *v, size_t i, struct buf *text)
{
    (void)buf_append(text, i ? "," : "[", 1, NULL);
    if (v->state == VALUE_SET)
        format_value(v, &(struct format_options){.time_digits = 9}, text);
    else
        (void)buf_append(text, " ", 1, NULL); /* protocol: a null is an empty place */
}

/* protocol: an array's preview has its first items. */
static void put_list(const struct value *v, struct buf *text)
{
    size_t n = v->type->kind == KIND_LIST ? column_length(v->list) : v->bytes.len;

    for (size_t i = 0; i < n && i < PREVIEW_ITEMS; i++) {
        static const struct type byte = {.kind = KIND_BYTE};
        struct value item = {.state = VALUE_SET, .type = &byte};

        if (v->type->kind == KIND_LIST)
            item = column_get(v->list, i);
        else
            item.i = (int8_t)v->bytes.data[i]; /* NOLINT(bugprone-signed-char-misuse) */
        put_item(&item, i, text);
    }
    if (n == 0)
        (void)buf_append(text, "[", 1, NULL);
    if (n > PREVIEW_ITEMS)
        (void)buf_append(text, ", ...", 5, NULL);
    (void)buf_append(text, "]", 1, NULL);
}

static void push_preview(const struct value *v, struct column *out)
{
    struct buf text;

    if (v->state != VALUE_SET) {
        column_push_null(out);
        return;
    }
    buf_init(&text, PREVIEW_TEXT);
    if (is_list(v->type->kind))
        put_list(v, &text);
    else
        format_value(v, &(struct format_options){.time_digits = 9}, &text);
    column_push_bytes(out, buf_bytes(&text));
    buf_release(&text);
}

void selection_cell(const struct selection *v, const struct world *w, int64_t id, size_t c,
                    int64_t at_ms, struct column *out)
{
    size_t source = v->columns[c].source;
    struct column *cell;
    struct value value;

    if (!v->columns[c].preview) {
        v->table->cell(w, id, source, at_ms, out);
        return;
    }
    cell = column_new(source_type(v, c));
    v->table->cell(w, id, source, at_ms, cell);
    value = column_get(cell, 0);
    push_preview(&value, out);
    column_free(cell);
}

/* --- schema --- */

/* protocol: Arrow types of Deephaven columns. */
static struct wire_field field_of(const struct type *t)
{
    switch (t->kind) {
    case KIND_BYTE:
        return (struct wire_field){
            .type = WIRE_TYPE_INT, .bit_width = 8, .is_signed = true};
    case KIND_SHORT:
        return (struct wire_field){
            .type = WIRE_TYPE_INT, .bit_width = 16, .is_signed = true};
    case KIND_INT:
        return (struct wire_field){
            .type = WIRE_TYPE_INT, .bit_width = 32, .is_signed = true};
    case KIND_LONG:
        return (struct wire_field){
            .type = WIRE_TYPE_INT, .bit_width = 64, .is_signed = true};
    case KIND_CHAR:
        return (struct wire_field){.type = WIRE_TYPE_INT, .bit_width = 16};
    case KIND_BOOL:
        return (struct wire_field){.type = WIRE_TYPE_BOOL};
    case KIND_FLOAT:
        return (struct wire_field){.type = WIRE_TYPE_FLOAT, .bit_width = 32};
    case KIND_DOUBLE:
        return (struct wire_field){.type = WIRE_TYPE_FLOAT, .bit_width = 64};
    case KIND_INSTANT:
        return (struct wire_field){.type = WIRE_TYPE_TIMESTAMP, .unit = 3};
    case KIND_DATE:
        return (struct wire_field){.type = WIRE_TYPE_DATE, .unit = 1};
    case KIND_TIME:
        return (struct wire_field){.type = WIRE_TYPE_TIME, .unit = 3, .bit_width = 64};
    case KIND_DURATION:
        return (struct wire_field){.type = WIRE_TYPE_DURATION, .unit = 3};
    case KIND_PERIOD:
        return (struct wire_field){.type = WIRE_TYPE_INTERVAL, .unit = 0};
    case KIND_PERIOD_DURATION:
        return (struct wire_field){.type = WIRE_TYPE_INTERVAL, .unit = 2};
    case KIND_BIG_INTEGER:
    case KIND_BIG_DECIMAL:
    case KIND_BINARY:
        return (struct wire_field){.type = WIRE_TYPE_BINARY};
    case KIND_LIST:
        return (struct wire_field){.type = WIRE_TYPE_LIST, .n_children = 1};
    case KIND_STRING:
    case KIND_UNKNOWN:
        break;
    }
    return (struct wire_field){.type = WIRE_TYPE_UTF8};
}

static void add_pair(struct wire_schema *s, struct wire_field *f, const char *key,
                     const char *value)
{
    s->pairs[s->n_pairs++] = (struct wire_pair){bytes_of(key), bytes_of(value)};
    f->n_pairs++;
}

#define PREVIEW "io.deephaven.engine.table.impl.preview."

static const char *java_of(const struct selection *v, size_t c)
{
    if (!v->columns[c].preview)
        return v->table->columns[v->columns[c].source].java;
    return is_list(source_type(v, c)->kind) ? PREVIEW "ArrayPreview"
                                            : PREVIEW "DisplayWrapper";
}

static void add_field(struct wire_schema *s, const struct selection *v, size_t c)
{
    const struct demo_column *column = &v->table->columns[v->columns[c].source];
    struct wire_field *f = &s->fields[s->n_fields++];

    *f = field_of(selection_type(v, c));
    f->name = bytes_of(v->columns[c].name);
    f->nullable = true;
    f->first_pair = s->n_pairs;
    add_pair(s, f, NAMESPACE "type", java_of(v, c));
    add_pair(s, f, NAMESPACE "isSortable", "true");
    if (*column->about)
        add_pair(s, f, NAMESPACE "description", column->about);
    for (const struct type *t = selection_type(v, c); t->item; t = t->item) {
        struct wire_field *child = &s->fields[s->n_fields++];

        *child = field_of(t->item);
        child->name = bytes_of("item");
        child->nullable = true;
    }
}

static size_t count_fields(const struct selection *v)
{
    size_t n = 0;

    for (size_t c = 0; c < v->n_columns; c++) {
        for (const struct type *t = selection_type(v, c); t; t = t->item)
            n++;
    }
    return n;
}

/* protocol: an attribute comes as its text and its Java type. */
static void add_attribute(struct wire_schema *s, const char *const keys[2],
                          const char *value, const char *java)
{
    s->table_pairs[s->n_table_pairs++] =
        (struct wire_pair){bytes_of(keys[0]), bytes_of(value)};
    s->table_pairs[s->n_table_pairs++] =
        (struct wire_pair){bytes_of(keys[1]), bytes_of(java)};
}

#define ATTRIBUTE(name)                                                                    \
    (const char *const[])                                                                  \
    {                                                                                      \
        NAMESPACE "attribute." name, NAMESPACE "attribute_type." name                      \
    }
#define MAX_ATTRIBUTES 5

static void add_attributes(struct wire_schema *s, const struct demo_table *t)
{
    static const char *const flag = "java.lang.Boolean";

    add_attribute(s, ATTRIBUTE("TableDescription"), t->about, "java.lang.String");
    if (t->is_blink)
        add_attribute(s, ATTRIBUTE("BlinkTable"), "true", flag);
    if (t->is_append_only) {
        add_attribute(s, ATTRIBUTE("AddOnly"), "true", flag);
        add_attribute(s, ATTRIBUTE("AppendOnly"), "true", flag);
    }
    if (!t->id_at)
        add_attribute(s, ATTRIBUTE("IsFlat"), "true", flag);
}

enum err_code selection_schema(const struct selection *v, struct buf *out, struct err *e)
{
    struct wire_pair attributes[2 * MAX_ATTRIBUTES];
    struct wire_schema s = {.n_columns = v->n_columns, .table_pairs = attributes};
    enum err_code rc;

    s.fields = MEM_ARRAY(struct wire_field, count_fields(v));
    s.pairs = MEM_ARRAY(struct wire_pair, PAIRS_PER_FIELD * v->n_columns);
    add_attributes(&s, v->table);
    for (size_t c = 0; c < v->n_columns; c++)
        add_field(&s, v, c);
    rc = wire_schema_encode(&s, out, e);
    free(s.fields);
    free(s.pairs);
    return rc;
}
