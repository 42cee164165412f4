#include "demo/selection.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "client/ipc_encode.h"
#include "client/wire/wire.h"
#include "demo/written.h"
#include "model/format.h"

#define NAMESPACE "deephaven:"
#define PREVIEW "io.deephaven.engine.table.impl.preview."
#define FLAGS_MAX 4 /* of a column of a tree */
#define PAIRS_PER_FIELD (5 + FLAGS_MAX)

#define NAMES_MAX 200 /* bytes of names in an error */
#define PREVIEW_ITEMS 5
#define PREVIEW_TEXT 512

static const struct type preview_type = {.kind = KIND_STRING};
static const struct type position_type = {.kind = KIND_LONG};

static bool is_position(const struct selection *v, size_t c)
{
    return v->columns[c].source == SELECTION_POSITION;
}

static const struct type *source_type(const struct selection *v, size_t c)
{
    return is_position(v, c) ? &position_type
                             : v->table->columns[v->columns[c].source].type;
}

const struct type *selection_type(const struct selection *v, size_t c)
{
    return v->columns[c].preview ? &preview_type : source_type(v, c);
}

const char *selection_about(const struct selection *v, size_t c)
{
    return is_position(v, c) ? "" : v->table->columns[v->columns[c].source].about;
}

const char *selection_component(const struct selection *v, size_t c)
{
    return is_position(v, c) || v->columns[c].preview
               ? NULL
               : v->table->columns[v->columns[c].source].component;
}

const char *selection_sorted_by(const struct selection *v)
{
    return v->detached ? NULL : v->table->sorted_by;
}

bool selection_is_input(const struct selection *v)
{
    if (!v->table->written || v->detached || v->n_columns != v->table->n_columns)
        return false;
    for (size_t c = 0; c < v->n_columns; c++) {
        if (v->columns[c].preview)
            return false;
    }
    return true;
}

static struct selection new_selection(const struct demo_table *t, size_t columns)
{
    table_hold(t);
    return (struct selection){.table = t,
                              .columns = MEM_ARRAY(struct selection_column, columns)};
}

/* Adds a column under a name. */
static void add(struct selection *v, const struct selection_column *from, struct bytes name)
{
    v->columns[v->n_columns++] = (struct selection_column){
        from->source, mem_strndup((const char *)name.data, name.len), from->preview};
}

void selection_of_table(const struct demo_table *t, struct selection *out)
{
    *out = new_selection(t, t->n_columns);
    for (size_t c = 0; c < t->n_columns; c++)
        add(out, &(struct selection_column){.source = c}, bytes_of(t->columns[c].name));
}

void selection_copy(struct selection *dst, const struct selection *src)
{
    struct selection copy = new_selection(src->table, src->n_columns);

    for (size_t c = 0; c < src->n_columns; c++)
        add(&copy, &src->columns[c], bytes_of(src->columns[c].name));
    copy.detached = src->detached;
    *dst = copy;
}

void selection_release(struct selection *v)
{
    for (size_t c = 0; c < v->n_columns; c++)
        free(v->columns[c].name);
    free(v->columns);
    if (v->table)
        table_drop(v->table);
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

size_t selection_find(const struct selection *v, struct bytes name)
{
    for (size_t c = 0; c < v->n_columns; c++) {
        if (bytes_equal(bytes_of(v->columns[c].name), name))
            return c;
    }
    return SIZE_MAX;
}

enum err_code selection_find_all(const struct selection *v, const struct bytes *names,
                                 size_t n, struct err *e)
{
    size_t missing = 0; /* counted: a name can be empty */
    enum err_code rc = ERR_OK;
    struct buf list;

    buf_init(&list, NAMES_MAX);
    for (size_t i = 0; i < n; i++) {
        if (selection_find(v, names[i]) != SIZE_MAX)
            continue;
        buf_append_fitting(&list, ", ", missing++ > 0 ? 2 : 0);
        buf_append_fitting(&list, names[i].data, names[i].len);
    }
    if (missing > 0)
        rc = err_set(e, ERR_NOT_FOUND, "column(s) not found: %.*s", (int)list.len,
                     (const char *)list.data);
    buf_release(&list);
    return rc;
}

/* A spec: the name of the result, and what is to stand there. */
struct spec {
    struct bytes name, value;
};

static struct spec split(struct bytes text)
{
    const uint8_t *sign = text.len ? memchr(text.data, '=', text.len) : NULL;
    size_t n = sign ? (size_t)(sign - text.data) : text.len;
    struct bytes name = trimmed((struct bytes){text.data, n});

    return sign ? (struct spec){name, trimmed((struct bytes){sign + 1, text.len - n - 1})}
                : (struct spec){name, name};
}

static bool is_name(struct bytes text)
{
    for (size_t i = 0; i < text.len; i++) {
        uint8_t c = text.data[i];

        if (!isalnum(c) && c != '_' && c < 0x80)
            return false;
    }
    return text.len > 0 && !isdigit(text.data[0]);
}

static int shown(struct bytes text)
{
    return (int)(text.len < 80 ? text.len : 80);
}

static enum err_code no_column(struct bytes name, struct err *e)
{
    return err_set(e, ERR_USAGE, "Column \"%.*s\" doesn't exist in this table", shown(name),
                   (const char *)name.data);
}

/* What a spec is to show. */
static enum err_code find_source(const struct selection *v, struct bytes value,
                                 struct selection_column *out, struct err *e)
{
    size_t c = selection_find(v, value);

    *out = (struct selection_column){0};
    if (c != SIZE_MAX)
        *out = v->columns[c];
    else if (bytes_equal(value, bytes_of("ii")))
        *out = (struct selection_column){.source = SELECTION_POSITION};
    else if (is_name(value))
        return no_column(value, e);
    else
        return err_set(
            e, ERR_REFUSED,
            "the demo server cannot compute \"%.*s\": it knows names of columns, "
            "and ii",
            shown(value), (const char *)value.data);
    if (out->source == SELECTION_POSITION && !table_is_static(v->table) &&
        !v->table->is_append_only)
        return err_set(e, ERR_USAGE, "ii needs a table that is static or append-only");
    return ERR_OK;
}

enum err_code selection_select(const struct selection *source, const struct bytes *specs,
                               size_t n, struct selection *out, struct err *e)
{
    struct selection v = new_selection(source->table, n);

    for (size_t i = 0; i < n; i++) {
        struct spec spec = split(specs[i]);
        struct selection_column found;
        enum err_code rc = find_source(source, spec.value, &found, e);

        if (rc != ERR_OK) {
            selection_release(&v);
            return rc;
        }
        add(&v, &found, spec.name);
    }
    v.detached = true;
    *out = v;
    return ERR_OK;
}

enum err_code selection_update(const struct selection *source, const struct bytes *specs,
                               size_t n, struct selection *out, struct err *e)
{
    struct selection v = new_selection(source->table, source->n_columns + n);

    for (size_t c = 0; c < source->n_columns; c++)
        add(&v, &source->columns[c], bytes_of(source->columns[c].name));
    for (size_t i = 0; i < n; i++) {
        struct spec spec = split(specs[i]);
        size_t old = selection_find(&v, spec.name);
        struct selection_column found;
        enum err_code rc = find_source(&v, spec.value, &found, e);

        if (rc != ERR_OK) {
            selection_release(&v);
            return rc;
        }
        if (old == SIZE_MAX) {
            add(&v, &found, spec.name);
        } else {
            v.columns[old].source = found.source;
            v.columns[old].preview = found.preview;
        }
    }
    v.detached = true;
    *out = v;
    return ERR_OK;
}

enum err_code selection_drop(const struct selection *source, const struct bytes *names,
                             size_t n, struct selection *out, struct err *e)
{
    struct selection v = new_selection(source->table, source->n_columns);
    bool *dropped = MEM_ARRAY(bool, source->n_columns);
    enum err_code rc = ERR_OK;

    for (size_t i = 0; i < n && rc == ERR_OK; i++) {
        size_t c = selection_find(source, names[i]);

        if (c == SIZE_MAX)
            rc = no_column(names[i], e);
        else
            dropped[c] = true;
    }
    for (size_t c = 0; c < source->n_columns; c++) {
        if (!dropped[c])
            add(&v, &source->columns[c], bytes_of(source->columns[c].name));
    }
    free(dropped);
    v.detached = true;
    if (rc != ERR_OK)
        selection_release(&v);
    else
        *out = v;
    return rc;
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

static bool is_previewed(const struct selection *v, size_t c, const struct bytes *types,
                         size_t n, bool with_lists)
{
    enum kind kind = source_type(v, c)->kind;

    if (n == 0)
        return is_list(kind) || kind == KIND_DURATION || kind == KIND_PERIOD ||
               kind == KIND_PERIOD_DURATION;
    return is_list(kind) ? with_lists : !is_named(selection_java(v, c), types, n);
}

void selection_preview(const struct selection *source, const struct bytes *types, size_t n,
                       bool with_lists, struct selection *out)
{
    selection_copy(out, source);
    for (size_t c = 0; c < out->n_columns; c++) {
        out->columns[c].preview =
            out->columns[c].preview || is_previewed(source, c, types, n, with_lists);
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

/* Ids are positions wherever a position is asked for. */
static void source_cell(const struct selection *v, const struct world *w, int64_t id,
                        size_t c, int64_t at_ms, struct column *out)
{
    if (is_position(v, c))
        column_push_int(out, id);
    else
        table_cell(v->table, w, id, v->columns[c].source, at_ms, out);
}

void selection_cell(const struct selection *v, const struct world *w, int64_t id, size_t c,
                    int64_t at_ms, struct column *out)
{
    struct column *cell;
    struct value value;

    if (!v->columns[c].preview) {
        source_cell(v, w, id, c, at_ms, out);
        return;
    }
    cell = column_new(source_type(v, c));
    source_cell(v, w, id, c, at_ms, cell);
    value = column_get(cell, 0);
    push_preview(&value, out);
    column_free(cell);
}

/* --- schema --- */

static void add_pair(struct wire_schema *s, struct wire_field *f, const char *key,
                     const char *value)
{
    s->pairs[s->n_pairs++] = (struct wire_pair){bytes_of(key), bytes_of(value)};
    f->n_pairs++;
}

const char *selection_java(const struct selection *v, size_t c)
{
    if (!v->columns[c].preview)
        return is_position(v, c) ? "long" : v->table->columns[v->columns[c].source].java;
    return is_list(source_type(v, c)->kind) ? PREVIEW "ArrayPreview"
                                            : PREVIEW "DisplayWrapper";
}

static void add_flags(struct wire_schema *s, struct wire_field *f, const char *const *flags)
{
    for (size_t i = 0; flags && flags[i] && i < FLAGS_MAX; i++)
        add_pair(s, f, flags[i], "true");
}

static void add_field(struct wire_schema *s, const struct selection *v, size_t c)
{
    const char *about = selection_about(v, c);
    struct wire_field *f = &s->fields[s->n_fields++];

    *f = *ipc_field_of(selection_type(v, c)->kind);
    f->name = bytes_of(v->columns[c].name);
    f->nullable = true;
    f->first_pair = s->n_pairs;
    add_pair(s, f, NAMESPACE "type", selection_java(v, c));
    add_pair(s, f, NAMESPACE "isSortable", "true");
    if (selection_is_input(v))
        add_pair(s, f, NAMESPACE "inputtable.isKey",
                 c < written_keys(v->table->written) ? "true" : "false");
    if (selection_component(v, c))
        add_pair(s, f, NAMESPACE "componentType", selection_component(v, c));
    if (*about)
        add_pair(s, f, NAMESPACE "description", about);
    if (!is_position(v, c))
        add_flags(s, f, v->table->columns[v->columns[c].source].flags);
    for (const struct type *t = selection_type(v, c); t->item; t = t->item) {
        struct wire_field *child = &s->fields[s->n_fields++];

        *child = *ipc_field_of(t->item->kind);
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
#define MAX_ATTRIBUTES 6

static void add_attributes(struct wire_schema *s, const struct selection *v)
{
    const struct demo_table *t = v->table;
    static const char *const flag = "java.lang.Boolean";

    add_attribute(s, ATTRIBUTE("TableDescription"), t->about, "java.lang.String");
    if (t->is_blink)
        add_attribute(s, ATTRIBUTE("BlinkTable"), "true", flag);
    if (t->is_append_only) {
        add_attribute(s, ATTRIBUTE("AddOnly"), "true", flag);
        add_attribute(s, ATTRIBUTE("AppendOnly"), "true", flag);
    }
    if (!t->id_at && !t->written)
        add_attribute(s, ATTRIBUTE("IsFlat"), "true", flag);
    if (selection_is_input(v)) /* protocol: its text and type are not sent */
        s->table_pairs[s->n_table_pairs++] =
            (struct wire_pair){bytes_of(NAMESPACE "unsent.attribute.InputTable"), {0}};
    if (selection_sorted_by(v))
        add_attribute(s, ATTRIBUTE("SortedColumns"), selection_sorted_by(v),
                      "java.lang.String");
}

enum err_code selection_schema(const struct selection *v, struct buf *out, struct err *e)
{
    struct wire_pair attributes[2 * MAX_ATTRIBUTES];
    struct wire_schema s = {.n_columns = v->n_columns, .table_pairs = attributes};
    enum err_code rc;

    s.fields = MEM_ARRAY(struct wire_field, count_fields(v));
    s.pairs = MEM_ARRAY(struct wire_pair, PAIRS_PER_FIELD * v->n_columns);
    add_attributes(&s, v);
    for (size_t c = 0; c < v->n_columns; c++)
        add_field(&s, v, c);
    rc = wire_schema_encode(&s, out, e);
    free(s.fields);
    free(s.pairs);
    return rc;
}
