#include "tests/support/build.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

struct rowset *build_set(const char *text)
{
    struct rowset *rs = rowset_new();

    while (*text) {
        char *end;
        int64_t first = strtoll(text, &end, 10);
        int64_t last = first;

        assert(end != text);
        if (*end == '-')
            last = strtoll(end + 1, &end, 10);
        rowset_add(rs, first, last);
        assert(*end == ',' || *end == '\0');
        text = *end == ',' ? end + 1 : end;
    }
    return rs;
}

/* Appends to an owned string. */
static void __attribute__((format(printf, 2, 3))) add(char **s, const char *fmt, ...)
{
    char *part = NULL;
    va_list ap;

    va_start(ap, fmt);
    if (vasprintf(&part, fmt, ap) < 0)
        abort();
    va_end(ap);
    size_t len = strlen(*s);
    size_t more = strlen(part);
    *s = mem_realloc(*s, len + more + 1, 1);
    memcpy(*s + len, part, more + 1);
    free(part);
}

char *text_of_set(const struct rowset *rs)
{
    size_t n;

    if (!rs)
        return mem_strdup("none");
    const struct rowrange *r = rowset_ranges(rs, &n);
    char *s = mem_strdup("");
    for (size_t i = 0; i < n; i++) {
        add(&s, "%s%" PRId64, i ? "," : "", r[i].first);
        if (r[i].last > r[i].first)
            add(&s, "-%" PRId64, r[i].last);
    }
    return s;
}

static struct type *type_of(char letter)
{
    switch (letter) {
    case 'i':
        return type_new(KIND_INT, NULL);
    case 'l':
        return type_new(KIND_LONG, NULL);
    case 'd':
        return type_new(KIND_DOUBLE, NULL);
    case 's':
        return type_new(KIND_STRING, NULL);
    default:
        assert(letter == 'I');
        return type_new(KIND_LIST, type_new(KIND_INT, NULL));
    }
}

struct schema *build_schema(const char *letters)
{
    struct schema *s = schema_new(strlen(letters));

    for (size_t c = 0; c < s->n_columns; c++) {
        char name[24];

        (void)snprintf(name, sizeof(name), "c%zu", c);
        s->columns[c].name = pool_copy(&s->texts, bytes_of(name));
        s->columns[c].java_type = "";
        s->columns[c].description = "";
        s->columns[c].arrow_name = "";
        s->columns[c].type = type_of(letters[c]);
    }
    return s;
}

static void push_word(struct column *c, char *word)
{
    const struct type *t = column_type(c);

    if (strcmp(word, "null") == 0) {
        column_push_null(c);
    } else if (strcmp(word, "absent") == 0) {
        column_push_absent(c, 1);
    } else if (t->kind == KIND_STRING) {
        column_push_bytes(c, bytes_of(word));
    } else if (t->kind == KIND_DOUBLE) {
        column_push_double(c, strtod(word, NULL));
    } else if (t->kind == KIND_LIST) {
        assert(word[0] == '(' && word[strlen(word) - 1] == ')');
        word[strlen(word) - 1] = '\0';
        for (char *p = word; *p; p++)
            *p = *p == ';' ? ',' : *p;
        column_push_list(c, build_column(t->item, word + 1));
    } else {
        column_push_int(c, strtoll(word, NULL, 10));
    }
}

struct column *build_column(const struct type *type, const char *text)
{
    struct column *c = column_new(type);

    while (*text) {
        size_t len = strcspn(text, ",");
        char *word = mem_strndup(text, len);

        push_word(c, word);
        free(word);
        text += len;
        text += *text == ',';
    }
    return c;
}

char *text_of_value(const struct value *v)
{
    if (v->state != VALUE_SET)
        return mem_strdup(v->state == VALUE_NULL ? "null" : "absent");
    switch (v->type->kind) {
    case KIND_FLOAT:
    case KIND_DOUBLE:
        return mem_printf("%.17g", v->d);
    case KIND_STRING:
        return mem_strndup((const char *)v->bytes.data, v->bytes.len);
    case KIND_LIST: {
        char *items = text_of_column(v->list);
        char *s = mem_printf("(%s)", items);
        free(items);
        return s;
    }
    default:
        return mem_printf("%" PRId64, v->i);
    }
}

char *text_of_column(const struct column *c)
{
    char *s = mem_strdup("");

    for (size_t i = 0; i < column_length(c); i++) {
        struct value v = column_get(c, i);
        char *word = text_of_value(&v);

        add(&s, "%s%s", i ? "," : "", word);
        free(word);
    }
    return s;
}

static void add_set(char **s, const char *name, const struct rowset *rs)
{
    char *text = text_of_set(rs);

    add(s, " %s=%s", name, text);
    free(text);
}

char *text_of_replica(const struct replica *r)
{
    char *s = mem_printf("size=%" PRId64, replica_table_size(r));

    add_set(&s, "viewport", replica_viewport(r));
    add_set(&s, "columns", replica_columns(r));
    add(&s, "%s", replica_reverse(r) ? " reverse" : "");
    if (replica_keys(r))
        add_set(&s, "keys", replica_keys(r));
    for (size_t i = 0; i < replica_held(r); i++) {
        struct rowset_iter it = rowset_iter(replica_columns(r));
        int64_t position = replica_position(r, i);
        int64_t c;

        add(&s, "\n%" PRId64 ":", position);
        while (rowset_next(&it, &c)) {
            struct value v = replica_cell(r, (size_t)c, position);
            char *word = text_of_value(&v);

            add(&s, " %s", word);
            free(word);
        }
    }
    return s;
}

/* FNV-1a, 64 bits. */
static uint64_t mix(uint64_t h, const void *data, size_t n)
{
    const uint8_t *p = data;

    for (size_t i = 0; i < n; i++)
        h = (h ^ p[i]) * UINT64_C(1099511628211);
    return h;
}

static uint64_t mix_int(uint64_t h, int64_t v)
{
    return mix(h, &v, sizeof(v));
}

static uint64_t mix_value(uint64_t h, const struct value *v)
{
    h = mix_int(h, v->state);
    if (v->state != VALUE_SET)
        return h;
    switch (v->type->kind) {
    case KIND_STRING:
    case KIND_PERIOD_DURATION:
    case KIND_BIG_INTEGER:
    case KIND_BIG_DECIMAL:
    case KIND_BINARY:
        return mix(mix_int(h, (int64_t)v->bytes.len), v->bytes.data, v->bytes.len);
    case KIND_LIST:
        for (size_t i = 0; i < column_length(v->list); i++) {
            struct value item = column_get(v->list, i);
            h = mix_value(h, &item);
        }
        return mix_int(h, (int64_t)column_length(v->list));
    default:
        return mix_int(h, v->i); /* a double's bits as well */
    }
}

static uint64_t mix_set(uint64_t h, const struct rowset *rs)
{
    size_t n = 0;
    const struct rowrange *r = rs ? rowset_ranges(rs, &n) : NULL;

    return mix(mix_int(h, rs ? (int64_t)n : -1), r, n * sizeof(*r));
}

uint64_t hash_of_replica(const struct replica *r)
{
    uint64_t h = UINT64_C(14695981039346656037);

    h = mix_int(h, (int64_t)replica_generation(r));
    h = mix_int(h, replica_table_size(r));
    h = mix_set(mix_set(h, replica_viewport(r)), replica_columns(r));
    h = mix_int(mix_set(h, replica_keys(r)), replica_reverse(r));
    h = mix_int(h, (int64_t)replica_held(r));
    if (rowset_empty(replica_columns(r)))
        return h;
    for (size_t i = 0; i < replica_held(r); i++) {
        struct rowset_iter it = rowset_iter(replica_columns(r));
        int64_t position = replica_position(r, i);
        int64_t c;

        while (rowset_next(&it, &c)) {
            struct value v = replica_cell(r, (size_t)c, position);
            h = mix_value(h, &v);
        }
    }
    return h;
}
