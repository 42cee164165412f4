/*
 * A condition is worked out for all rows at once: a list of booleans, which And, Or and Not
 * put together. Not goes down to the leaves on the way, as at a real server, so it is not
 * the opposite where nulls and NaN are concerned.
 */
#include "demo/filter.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/num.h"
#include "demo/literal.h"
#include "demo/order.h"
#include "demo/pattern.h"

#define DEPTH_MAX 64

struct filter {
    const struct selection *view;
    const struct world *world;
    int64_t first; /* of the rows looked at */
    size_t n;
    bool expression;
    struct column **columns; /* owned: by column, NULL until read */
    struct err *e;
};

static enum err_code refuse(struct filter *f, const char *what)
{
    return err_set(f->e, ERR_REFUSED, "the demo server cannot filter by %s", what);
}

static enum err_code find_column(struct filter *f, const struct wire_condition *c, size_t i,
                                 size_t *column)
{
    struct bytes name = i < c->n_columns ? c->columns[i] : (struct bytes){0};

    *column = selection_find(f->view, name);
    if (*column == SIZE_MAX)
        return err_set(f->e, ERR_USAGE, "Column \"%.*s\" doesn't exist in this table",
                       (int)(name.len < 80 ? name.len : 80), (const char *)name.data);
    return ERR_OK;
}

static struct value cell(struct filter *f, size_t column, size_t row)
{
    if (!f->columns[column])
        f->columns[column] =
            derived_read(f->view, f->world, column, f->first, (int64_t)f->n);
    return column_get(f->columns[column], row);
}

/* --- comparisons --- */

static enum wire_comparison opposite(enum wire_comparison c)
{
    static const enum wire_comparison opposites[] = {
        [WIRE_LESS] = WIRE_GREATER_EQUAL, [WIRE_LESS_EQUAL] = WIRE_GREATER,
        [WIRE_GREATER] = WIRE_LESS_EQUAL, [WIRE_GREATER_EQUAL] = WIRE_LESS,
        [WIRE_EQUAL] = WIRE_NOT_EQUAL,    [WIRE_NOT_EQUAL] = WIRE_EQUAL};

    return opposites[c];
}

static bool holds(enum wire_comparison c, int order)
{
    switch (c) {
    case WIRE_LESS:
        return order < 0;
    case WIRE_LESS_EQUAL:
        return order <= 0;
    case WIRE_GREATER:
        return order > 0;
    case WIRE_GREATER_EQUAL:
        return order >= 0;
    case WIRE_EQUAL:
        return order == 0;
    case WIRE_NOT_EQUAL:
        return order != 0;
    }
    return false;
}

/* The literal as the one value of a column; owned. */
static enum err_code read_bound(struct filter *f, const struct wire_condition *c,
                                size_t column, struct column **out)
{
    const struct type *type = selection_type(f->view, column);
    enum err_code rc;

    *out = NULL;
    if (!order_has(type->kind))
        return refuse(f, "comparing a column of this type");
    if (type->kind == KIND_DURATION && !f->expression)
        return err_set(f->e, ERR_USAGE, "Unsupported type class java.time.Duration");
    *out = column_new(type);
    rc = literal_bound(&c->literals[0], *out, f->e);
    if (rc != ERR_OK)
        column_free(*out);
    return rc;
}

static enum err_code eval_compare(struct filter *f, const struct wire_condition *c,
                                  bool inverted, bool *out)
{
    enum wire_comparison comparison = inverted ? opposite(c->comparison) : c->comparison;
    struct column *bound;
    size_t column;

    TRY(find_column(f, c, 0, &column));
    TRY(read_bound(f, c, column, &bound));
    struct value limit = column_get(bound, 0);
    for (size_t i = 0; i < f->n; i++) {
        struct value v = cell(f, column, i);

        out[i] = order_is_nan(&v) ? comparison == WIRE_NOT_EQUAL
                                  : holds(comparison, order_values(&v, &limit));
    }
    column_free(bound);
    return ERR_OK;
}

/* --- In --- */

static enum err_code read_candidates(struct filter *f, const struct wire_condition *c,
                                     size_t column, struct column **out)
{
    enum err_code rc = ERR_OK;

    *out = column_new(selection_type(f->view, column));
    for (size_t i = 0; i < c->n_literals && rc == ERR_OK; i++)
        rc = literal_candidate(&c->literals[i], *out, f->e);
    if (rc != ERR_OK)
        column_free(*out);
    return rc;
}

/* Texts that are equal, whatever their case; owned, one for each candidate. */
static struct pattern **fold_candidates(const struct column *candidates)
{
    size_t n = column_length(candidates);
    struct pattern **patterns = MEM_ARRAY(struct pattern *, n);

    for (size_t i = 0; i < n; i++)
        patterns[i] = pattern_equal(column_get(candidates, i).bytes, PATTERN_UNICODE);
    return patterns;
}

static bool is_among(const struct value *v, const struct column *candidates,
                     struct pattern *const *patterns)
{
    if (v->state != VALUE_SET || order_is_nan(v))
        return false;
    for (size_t i = 0; i < column_length(candidates); i++) {
        struct value candidate = column_get(candidates, i);

        if (patterns ? pattern_matches(patterns[i], v->bytes)
                     : order_values(v, &candidate) == 0)
            return true;
    }
    return false;
}

static enum err_code eval_in(struct filter *f, const struct wire_condition *c,
                             bool inverted, bool *out)
{
    struct pattern **patterns = NULL;
    struct column *candidates;
    size_t column;

    TRY(find_column(f, c, 0, &column));
    TRY(read_candidates(f, c, column, &candidates));
    if (c->ignores_case && selection_type(f->view, column)->kind == KIND_STRING)
        patterns = fold_candidates(candidates);
    for (size_t i = 0; i < f->n; i++) {
        struct value v = cell(f, column, i);

        out[i] = is_among(&v, candidates, patterns) != (inverted != c->inverted);
    }
    for (size_t i = 0; patterns && i < column_length(candidates); i++)
        pattern_free(patterns[i]);
    free(patterns);
    column_free(candidates);
    return ERR_OK;
}

/* --- other leaves --- */

static enum err_code eval_null(struct filter *f, const struct wire_condition *c,
                               bool inverted, bool *out)
{
    size_t column;

    TRY(find_column(f, c, 0, &column));
    for (size_t i = 0; i < f->n; i++)
        out[i] = (cell(f, column, i).state != VALUE_SET) != inverted;
    return ERR_OK;
}

static enum err_code eval_invoke(struct filter *f, const struct wire_condition *c,
                                 bool inverted, bool *out)
{
    size_t column;

    if (!bytes_equal(c->text, bytes_of("isNaN")))
        return refuse(f, "methods other than isNaN");
    TRY(find_column(f, c, 0, &column));
    if (!order_is_real(selection_type(f->view, column)->kind))
        return err_set(f->e, ERR_USAGE, "Cannot find method isNaN for this column");
    for (size_t i = 0; i < f->n; i++) {
        struct value v = cell(f, column, i);

        out[i] = order_is_nan(&v) != inverted;
    }
    return ERR_OK;
}

/* Contains and Matches: a null is in neither of the two, also inverted. */
static enum err_code eval_pattern(struct filter *f, const struct wire_condition *c,
                                  bool inverted, bool *out)
{
    enum pattern_case which = c->ignores_case ? PATTERN_ASCII : PATTERN_CASE;
    struct pattern *pattern;
    size_t column;

    TRY(find_column(f, c, 0, &column));
    if (selection_type(f->view, column)->kind != KIND_STRING)
        return err_set(f->e, ERR_USAGE, "Not a column of texts");
    if (c->kind == WIRE_CONDITION_CONTAINS)
        pattern = pattern_part(c->text, which);
    else
        TRY(pattern_parse(c->text, which, &pattern, f->e));
    for (size_t i = 0; i < f->n; i++) {
        struct value v = cell(f, column, i);

        out[i] = v.state == VALUE_SET &&
                 pattern_matches(pattern, v.bytes) != (inverted != c->inverted);
    }
    pattern_free(pattern);
    return ERR_OK;
}

/* --- Search --- */

/* A number as Search takes it: a range from what is written to the next of its last digit.
 */
static bool is_near(double v, const char *text)
{
    const char *point = strchr(text, '.');
    double from = strtod(text, NULL), unit = 1;

    for (size_t i = point ? strlen(point + 1) : 0; i > 0; i--)
        unit /= 10;
    return *text == '-' ? v > from - unit && v <= from : v >= from && v < from + unit;
}

/* protocol: every type has its own rule. */
static bool is_found(const struct value *v, struct bytes text, const char *number,
                     const struct pattern *part)
{
    static const char *const words[] = {"false", "true"};
    struct column *one;
    struct err e;
    bool found;

    if (v->state != VALUE_SET)
        return false;
    if (v->type->kind == KIND_STRING)
        return pattern_matches(part, v->bytes);
    if (v->type->kind == KIND_BOOL)
        return text.len == strlen(words[v->i != 0]) &&
               strncasecmp((const char *)text.data, words[v->i != 0], text.len) == 0;
    if (order_is_real(v->type->kind))
        return number && !order_is_nan(v) && is_near(v->d, number);
    if (!order_is_whole(v->type->kind) && v->type->kind != KIND_BIG_INTEGER &&
        v->type->kind != KIND_CHAR)
        return false;
    one = column_new(v->type);
    found =
        (v->type->kind == KIND_CHAR
             ? literal_candidate(
                   &(struct wire_literal){.kind = WIRE_LITERAL_TEXT, .text = text}, one, &e)
             : literal_bound(
                   &(struct wire_literal){.kind = WIRE_LITERAL_TEXT, .text = text}, one,
                   &e)) == ERR_OK;
    if (found) {
        struct value wanted = column_get(one, 0);

        found = order_values(v, &wanted) == 0;
    }
    column_free(one);
    return found;
}

/* The text as a C string where it is a plain decimal number, else NULL; owned. */
static char *number_of(struct bytes text)
{
    bool digits = false, point = false;

    for (size_t i = 0; i < text.len; i++) {
        uint8_t c = text.data[i];

        if ((c == '.' && point) || (c == '-' && i > 0) ||
            ((c < '0' || c > '9') && c != '.' && c != '-'))
            return NULL;
        point = point || c == '.';
        digits = digits || c >= '0';
    }
    return digits ? mem_strndup((const char *)text.data, text.len) : NULL;
}

static void search_column(struct filter *f, const struct wire_condition *c, size_t column,
                          const struct pattern *part, bool *out)
{
    char *number = number_of(c->text);

    for (size_t i = 0; i < f->n; i++) {
        struct value v = cell(f, column, i);

        out[i] = out[i] || is_found(&v, c->text, number, part);
    }
    free(number);
}

static enum err_code eval_search(struct filter *f, const struct wire_condition *c,
                                 bool inverted, bool *out)
{
    size_t n = c->n_columns > 0 ? c->n_columns : f->view->n_columns;
    struct pattern *part;
    enum err_code rc = ERR_OK;

    if (inverted)
        return err_set(f->e, ERR_USAGE, "Not of Search is not supported");
    part = pattern_part(c->text, PATTERN_ASCII);
    for (size_t i = 0; i < n && rc == ERR_OK; i++) {
        size_t column = i;

        if (c->n_columns > 0)
            rc = find_column(f, c, i, &column);
        if (rc == ERR_OK)
            search_column(f, c, column, part, out);
    }
    pattern_free(part);
    return rc;
}

/* --- trees --- */

static enum err_code eval(struct filter *f, const struct wire_condition *c, bool inverted,
                          int depth, bool *out);

/* The children of And or Or put together; protocol: of none, all rows. */
static enum err_code eval_list(struct filter *f, const struct wire_condition *c,
                               bool inverted, int depth, bool *out)
{
    bool all = (c->kind == WIRE_CONDITION_ALL) != inverted;
    bool *one = MEM_ARRAY(bool, f->n);
    enum err_code rc = ERR_OK;

    memset(out, all || c->n_children == 0, f->n * sizeof(*out));
    for (size_t i = 0; i < c->n_children && rc == ERR_OK; i++) {
        memset(one, 0, f->n * sizeof(*one));
        rc = eval(f, &c->children[i], inverted, depth + 1, one);
        for (size_t k = 0; k < f->n; k++)
            out[k] = all ? out[k] && one[k] : out[k] || one[k];
    }
    free(one);
    return rc;
}

/* out is all false. */
static enum err_code eval(struct filter *f, const struct wire_condition *c, bool inverted,
                          int depth, bool *out)
{
    if (depth > DEPTH_MAX)
        return refuse(f, "conditions this deep in each other");
    switch (c->kind) {
    case WIRE_CONDITION_ALL:
    case WIRE_CONDITION_ANY:
        return eval_list(f, c, inverted, depth, out);
    case WIRE_CONDITION_NOT:
        return eval(f, &c->children[0], !inverted, depth + 1, out);
    case WIRE_CONDITION_COMPARE:
        return eval_compare(f, c, inverted, out);
    case WIRE_CONDITION_IN:
        return eval_in(f, c, inverted, out);
    case WIRE_CONDITION_INVOKE:
        return eval_invoke(f, c, inverted, out);
    case WIRE_CONDITION_IS_NULL:
        return eval_null(f, c, inverted, out);
    case WIRE_CONDITION_MATCHES:
    case WIRE_CONDITION_CONTAINS:
        return eval_pattern(f, c, inverted, out);
    case WIRE_CONDITION_SEARCH:
        return eval_search(f, c, inverted, out);
    case WIRE_CONDITION_NONE:
        break;
    }
    return refuse(f, "a condition of this form");
}

/* --- rows by their number --- */

struct row_bounds {
    int64_t from, to; /* to exclusive */
};

/* Cuts a range of positions by a comparison of what is first, first + step and so on in
 * them with a limit. */
static void cut(struct row_bounds *r, enum wire_comparison c, int64_t limit, int64_t first,
                int64_t step)
{
    int64_t at = (limit - first) * step; /* steps are 1 and -1 */

    if (step < 0 && c < WIRE_EQUAL) {
        static const enum wire_comparison swapped[] = {
            [WIRE_LESS] = WIRE_GREATER,
            [WIRE_LESS_EQUAL] = WIRE_GREATER_EQUAL,
            [WIRE_GREATER] = WIRE_LESS,
            [WIRE_GREATER_EQUAL] = WIRE_LESS_EQUAL};
        c = swapped[c];
    }
    if (c == WIRE_LESS || c == WIRE_LESS_EQUAL || c == WIRE_EQUAL)
        r->to = min_i64(r->to, at + (c != WIRE_LESS));
    if (c == WIRE_GREATER || c == WIRE_GREATER_EQUAL || c == WIRE_EQUAL)
        r->from = max_i64(r->from, at + (c == WIRE_GREATER));
    r->to = max_i64(r->from, r->to);
}

/* The number that a column of row numbers is compared with, kept from overflowing. */
static enum err_code read_limit(struct filter *f, const struct wire_condition *c,
                                size_t column, int64_t *out)
{
    const int64_t far = INT64_MAX / 4;
    struct column *one = column_new(selection_type(f->view, column));
    enum err_code rc = c->kind == WIRE_CONDITION_IN
                           ? literal_candidate(&c->literals[0], one, f->e)
                           : literal_bound(&c->literals[0], one, f->e);

    if (rc == ERR_OK)
        *out = clamp_i64(column_get(one, 0).i, -far, far);
    column_free(one);
    return rc;
}

static enum err_code cut_by(struct filter *f, const struct wire_condition *c,
                            struct row_bounds *r, bool *whole);

static enum err_code cut_by_all(struct filter *f, const struct wire_condition *c, size_t n,
                                struct row_bounds *r, bool *whole)
{
    for (size_t i = 0; i < n; i++)
        TRY(cut_by(f, &c[i], r, whole));
    return ERR_OK;
}

/* Cuts the range by what a condition says of row numbers; *whole becomes false when it says
 * more than that. */
static enum err_code cut_by(struct filter *f, const struct wire_condition *c,
                            struct row_bounds *r, bool *whole)
{
    bool equal = c->kind == WIRE_CONDITION_IN && c->n_literals == 1 && !c->inverted;
    int64_t first, step, limit;
    size_t column;

    if (c->kind == WIRE_CONDITION_ALL)
        return cut_by_all(f, c->children, c->n_children, r, whole);
    if (equal || (c->kind == WIRE_CONDITION_COMPARE && c->comparison != WIRE_NOT_EQUAL)) {
        TRY(find_column(f, c, 0, &column));
        if (derived_line(f->view, column, &first, &step)) {
            TRY(read_limit(f, c, column, &limit));
            cut(r, equal ? WIRE_EQUAL : c->comparison, limit, first, step);
            return ERR_OK;
        }
    }
    *whole = false;
    return ERR_OK;
}

/* --- all of it --- */

static void take_rows(const struct filter *f, const bool *passes, struct row_list *out)
{
    *out = (struct row_list){.rows = MEM_ARRAY(int64_t, f->n)};
    for (size_t i = 0; i < f->n; i++) {
        if (passes[i])
            out->rows[out->n++] = f->first + (int64_t)i;
    }
}

static enum err_code look_at_rows(struct filter *f, const struct wire_condition *c,
                                  size_t n, struct row_list *out)
{
    struct wire_condition all = {
        .kind = WIRE_CONDITION_ALL, .children = c, .n_children = n};
    bool *passes = MEM_ARRAY(bool, f->n);
    enum err_code rc = eval(f, &all, false, 0, passes);

    if (rc == ERR_OK)
        take_rows(f, passes, out);
    free(passes);
    return rc;
}

enum err_code filter_rows(const struct selection *v, const struct world *w,
                          const struct wire_condition *conditions, size_t n,
                          bool expression, struct row_list *out, struct err *e)
{
    struct filter f = {.view = v, .world = w, .expression = expression, .e = e};
    struct row_bounds r = {0, table_size(v->table, w, 0)};
    bool whole = true; /* the range is all that is asked for */
    enum err_code rc;

    TRY(cut_by_all(&f, conditions, n, &r, &whole));
    if (whole) {
        *out = (struct row_list){.first = r.from, .step = 1, .n = r.to - r.from};
        return ERR_OK;
    }
    if (r.to - r.from > DERIVED_ROWS_MAX)
        return err_set(e, ERR_REFUSED,
                       "the demo server looks at %d rows at most: take fewer by a range of "
                       "row numbers first",
                       DERIVED_ROWS_MAX);
    f.first = r.from;
    f.n = (size_t)(r.to - r.from);
    f.columns = MEM_ARRAY(struct column *, v->n_columns);
    rc = look_at_rows(&f, conditions, n, out);
    for (size_t c = 0; c < v->n_columns; c++)
        column_free(f.columns[c]);
    free(f.columns);
    return rc;
}
