#include "demo/seek.h"

#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "demo/literal.h"
#include "demo/order.h"
#include "demo/pattern.h"

/* What a cell is compared with. */
struct sought {
    struct column *value;    /* owned: one slot */
    struct pattern *pattern; /* owned; NULL: the value itself */
};

static const char *literal_name(enum wire_literal_kind kind)
{
    static const char *const names[] = {
        [WIRE_LITERAL_NONE] = "",         [WIRE_LITERAL_TEXT] = "String",
        [WIRE_LITERAL_DOUBLE] = "Double", [WIRE_LITERAL_BOOL] = "Boolean",
        [WIRE_LITERAL_LONG] = "Long",     [WIRE_LITERAL_TIME] = "Instant"};

    return (size_t)kind < sizeof(names) / sizeof(*names) ? names[kind] : "";
}

/* protocol: a double is cut to the type of the column. */
static struct wire_literal adapted(const struct wire_literal *l, enum kind kind)
{
    struct wire_literal out = *l;

    if (l->kind == WIRE_LITERAL_DOUBLE && order_is_whole(kind) && l->real > -1e18 &&
        l->real < 1e18) {
        out.kind = WIRE_LITERAL_LONG;
        out.number = (int64_t)l->real;
    }
    return out;
}

static enum err_code read_value(const struct wire_literal *l, const char *java,
                                struct column *out, struct err *e)
{
    enum kind kind = column_type(out)->kind;
    struct wire_literal value = adapted(l, kind);
    bool decimal = kind == KIND_BIG_INTEGER || kind == KIND_BIG_DECIMAL;

    if (order_is_real(kind) && l->kind == WIRE_LITERAL_DOUBLE) {
        column_push_double(out, kind == KIND_FLOAT ? (double)(float)l->real : l->real);
        return ERR_OK;
    }
    if (decimal && l->kind == WIRE_LITERAL_TEXT)
        return literal_decimal(l->text, out, e);
    if (!decimal && literal_candidate(&value, out, NULL) == ERR_OK)
        return ERR_OK;
    if (kind == KIND_CHAR && l->kind == WIRE_LITERAL_TEXT) {
        column_push_null(out); /* protocol: more than one character is nowhere */
        return ERR_OK;
    }
    return err_set(e, ERR_REFUSED, "Invalid %s type for seek: %s%s", literal_name(l->kind),
                   strchr(java, '.') ? "class " : "", java);
}

static bool is_sorted_by(const struct selection *v, const char *name)
{
    const char *by = selection_sorted_by(v);
    size_t n = strlen(name);

    return by && strncmp(by, name, n) == 0 && by[n] == '=';
}

static enum err_code read_wanted(const struct selection *v, size_t column,
                                 const struct wire_seek *what, struct sought *out,
                                 struct err *e)
{
    const struct type *type = selection_type(v, column);
    bool exact = is_sorted_by(v, v->columns[column].name);
    enum pattern_case which = what->ignores_case ? PATTERN_UNICODE : PATTERN_CASE;

    if (what->contains && type->kind != KIND_STRING && !exact)
        return err_set(e, ERR_USAGE, "contains is for texts");
    out->value = column_new(type);
    out->pattern = NULL;
    TRY(read_value(&what->value, selection_java(v, column), out->value, e));
    if (type->kind != KIND_STRING || exact)
        return ERR_OK;
    if (what->contains)
        out->pattern = pattern_part(what->value.text, which);
    else if (what->ignores_case)
        out->pattern = pattern_equal(what->value.text, which);
    return ERR_OK;
}

static bool is_wanted(const struct sought *wanted, const struct value *v)
{
    struct value value = column_get(wanted->value, 0);

    if (v->state != VALUE_SET)
        return false;
    if (wanted->pattern)
        return pattern_matches(wanted->pattern, v->bytes);
    return value_equal(v, &value);
}

static bool has(const struct selection *v, const struct world *w, size_t column,
                const struct sought *wanted, int64_t row)
{
    struct column *one = derived_read(v, w, column, row, 1);
    struct value cell = column_get(one, 0);
    bool found = is_wanted(wanted, &cell);

    column_free(one);
    return found;
}

/* Looks at the rows from behind the start, going round once. */
static enum err_code scan(const struct selection *v, const struct world *w, size_t column,
                          const struct wire_seek *what, const struct sought *wanted,
                          int64_t *row, struct err *e)
{
    int64_t size = table_size(v->table, w, 0);
    int64_t step = what->backward ? -1 : 1;
    int64_t last = max_i64(what->backward ? size : size - 1, 0); /* or behind it */
    int64_t at = clamp_i64(what->start, 0, last);

    for (int64_t looked = 0; looked < size; looked++) {
        if (looked == DERIVED_ROWS_MAX)
            return err_set(e, ERR_REFUSED,
                           "not in the next %d rows, and the demo server looks at no more",
                           DERIVED_ROWS_MAX);
        at = (at + step + size) % size;
        if (has(v, w, column, wanted, at)) {
            *row = at;
            return ERR_OK;
        }
    }
    *row = -1;
    return ERR_OK;
}

static enum err_code look(const struct selection *v, const struct world *w, size_t column,
                          const struct wire_seek *what, const struct sought *wanted,
                          int64_t *row, struct err *e)
{
    int64_t first, step, size = table_size(v->table, w, 0);

    if (!derived_line(v, column, &first, &step))
        return scan(v, w, column, what, wanted, row, e);
    *row = (clamp_i64(column_get(wanted->value, 0).i, -1, INT64_MAX / 2) - first) * step;
    if (*row < 0 || *row >= size)
        *row = -1;
    return ERR_OK;
}

enum err_code seek_row(const struct selection *v, const struct world *w,
                       const struct wire_seek *what, int64_t *row, struct err *e)
{
    size_t column = selection_find(v, what->column);
    struct sought wanted = {0};
    enum err_code rc;

    if (v->table->shape != TABLE_ROWS)
        return err_set(e, ERR_USAGE, "a hierarchical table is none that this works on");
    if (column == SIZE_MAX)
        return err_set(e, ERR_USAGE, "no such column");
    if (!table_is_static(v->table))
        return err_set(e, ERR_REFUSED,
                       "the demo server looks for rows in tables that never change only");
    rc = read_wanted(v, column, what, &wanted, e);
    if (rc == ERR_OK)
        rc = look(v, w, column, what, &wanted, row, e);
    pattern_free(wanted.pattern);
    column_free(wanted.value);
    return rc;
}
