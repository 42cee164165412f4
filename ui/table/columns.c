/*
 * Two arrays: `all` holds every column in order, hidden ones included; `shown` holds, for
 * each display index, where it stands in `all`. Whatever changes order or marks ends in
 * reindex(), which makes `shown` anew. The frozen boundary counts entries of `all`, so a
 * frozen column that is hidden is frozen again when it comes back.
 */
#include "ui/table/columns.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "ui/table/column_groups.h"
#include "ui/table/layout_hints.h"

#define TEXT_WIDTH_MAX 40 /* that cells may widen a column to by themselves */
#define NUMBER_WIDTH_MAX 48
#define NAME_WIDTH_MAX 40
#define TYPE_WIDTH_MAX 16

struct entry {
    struct column_look look;
    const char *name; /* from the pool: outlives the schema, to be found in the next one */
    enum kind kind;
    bool hidden;
    bool fixed;      /* made narrower: does not grow by itself */
    int limit;       /* of growth */
    int first_width; /* what the header takes */
};

struct columns {
    bool ascii;
    const struct schema *schema; /* borrowed, NULL: not known for now */
    struct pool names;           /* of the entries */
    struct entry *all;
    size_t n_all;
    size_t frozen; /* entries of all */
    size_t *shown; /* display index to index in all */
    size_t *order; /* display index to schema column */
    size_t n_shown;
    uint64_t version;
    struct buf text; /* scratch for one cell, carries nothing over */
};

/* --- life --- */

struct columns *columns_new(bool ascii)
{
    struct columns *c = MEM_NEW(struct columns);

    c->ascii = ascii;
    pool_init(&c->names);
    buf_init(&c->text, COLUMN_CELL_BYTES);
    return c;
}

void columns_free(struct columns *c)
{
    if (!c)
        return;
    pool_release(&c->names);
    free(c->all);
    free(c->shown);
    free(c->order);
    buf_release(&c->text);
    free(c);
}

static int usual_limit(const struct schema_column *c)
{
    return format_align(c->type) == ALIGN_RIGHT ? NUMBER_WIDTH_MAX : TEXT_WIDTH_MAX;
}

/* What the header of a column takes, of its name no more than most. */
static int header_width(const struct columns *c, const struct schema_column *s, int most)
{
    char text[64];
    struct bytes type = bytes_of(schema_type_text(s, text, sizeof(text)));
    int name = (int)text_width(bytes_of(s->name), c->ascii, (size_t)most);
    int kind = (int)text_width(type, c->ascii, TYPE_WIDTH_MAX);

    return max_int(max_int(name, kind), COLUMN_WIDTH_MIN);
}

static struct entry entry_of(struct columns *c, size_t column)
{
    const struct schema_column *s = &c->schema->columns[column];
    struct entry e = {
        .look = {.schema = column, .width = header_width(c, s, NAME_WIDTH_MAX)},
        .name = pool_copy(&c->names, bytes_of(s->name)),
        .kind = s->type->kind,
        .limit = usual_limit(s)};

    e.first_width = e.look.width;
    return e;
}

static void reindex(struct columns *c)
{
    c->n_shown = 0;
    for (size_t i = 0; i < c->n_all; i++) {
        if (c->all[i].hidden)
            continue;
        c->shown[c->n_shown] = i;
        c->order[c->n_shown++] = c->all[i].look.schema;
    }
    c->version++;
}

/* --- finding columns by name --- */

/* The columns of a schema that can be shown, ordered by name; the same name by number. */
struct named {
    const char *name; /* borrowed from the schema */
    size_t column;
    bool taken;
    int group;   /* where layout hints put it */
    size_t rank; /* inside its group */
    bool hidden;
};

struct names {
    struct named *v;
    size_t n;
};

static int by_name(const void *a, const void *b)
{
    const struct named *x = a, *y = b;
    int order = strcmp(x->name, y->name);

    return order ? order : (x->column > y->column) - (x->column < y->column);
}

static int by_rank(const void *a, const void *b)
{
    const struct named *x = a, *y = b;

    if (x->group != y->group)
        return x->group - y->group;
    return (x->rank > y->rank) - (x->rank < y->rank);
}

static struct names names_of(const struct schema *s)
{
    struct names out = {MEM_ARRAY(struct named, s->n_columns), 0};

    for (size_t i = 0; i < s->n_columns; i++) {
        if (s->columns[i].is_format || s->columns[i].is_row_style)
            continue;
        out.v[out.n++] = (struct named){.name = s->columns[i].name, .column = i};
    }
    qsort(out.v, out.n, sizeof(*out.v), by_name);
    return out;
}

/* strcmp of a C string with bytes that have no end mark. */
static int compare(const char *name, struct bytes key)
{
    int order = strncmp(name, (const char *)key.data, key.len);

    return order ? order : name[key.len] != '\0';
}

/* Where that name begins, or would; past those of it that are taken, which are always its
 * first ones, when they are not wanted. */
static size_t first_named(const struct names *names, struct bytes key, bool also_taken)
{
    size_t low = 0, high = names->n;

    while (low < high) {
        size_t mid = low + (high - low) / 2;
        int order = compare(names->v[mid].name, key);

        if (order < 0 || (order == 0 && !also_taken && names->v[mid].taken))
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

static bool is_named(const struct names *names, size_t i, struct bytes key)
{
    return i < names->n && compare(names->v[i].name, key) == 0;
}

/* The first of that name that is not taken, or NULL. */
static struct named *find_named(const struct names *names, struct bytes key)
{
    size_t i = first_named(names, key, false);

    return is_named(names, i, key) ? &names->v[i] : NULL;
}

/* --- a table's columns --- */

enum { GROUP_FROZEN = -2, GROUP_FRONT = -1, GROUP_REST = 0, GROUP_BACK = 1 };

/* Puts the columns that a hint names into a group, each once; returns how many. */
static size_t apply_hint(struct names *names, const char *hints, const char *key, int group)
{
    struct layout_hints h = layout_hints(hints, key);
    struct bytes name;
    size_t n = 0;

    while (layout_hints_next(&h, &name)) {
        struct named *found = find_named(names, name);

        if (!found)
            continue;
        found->taken = true;
        found->group = group;
        found->rank = n++;
    }
    return n;
}

static void apply_hidden(struct names *names, const char *hints)
{
    struct layout_hints h = layout_hints(hints, "hide");
    struct bytes name;
    size_t n = 0;

    for (size_t i = 0; i < names->n; i++)
        names->v[i].taken = false;
    while (n + 1 < names->n && layout_hints_next(&h, &name)) {
        struct named *found = find_named(names, name);

        if (!found)
            continue;
        found->taken = found->hidden = true;
        n++;
    }
}

/* A column_groups_find among the names, which are ordered by name. */
static size_t find_item(const void *ctx, struct bytes name)
{
    const struct names *names = ctx;
    size_t at = first_named(names, name, true);

    return is_named(names, at, name) ? at : COLUMN_GROUPS_NONE;
}

/* The indexes of names, which stay as they are, in the order that hints ask for. */
static size_t *ranked(const struct names *names, const char *hints, size_t frozen)
{
    struct named *by = MEM_ARRAY(struct named, names->n);
    size_t *order = MEM_ARRAY(size_t, names->n);

    for (size_t i = 0; i < names->n; i++) {
        by[i] = names->v[i];
        by[i].column = i;
    }
    qsort(by, names->n, sizeof(*by), by_rank);
    for (size_t i = 0; i < names->n; i++)
        order[i] = by[i].column;
    free(by);
    column_groups_apply(hints, order, names->n, frozen, find_item, names);
    return order;
}

/* A table that was not seen before. */
static void lay_out(struct columns *c, const struct schema *s, struct names *names)
{
    const char *hints = schema_attribute(s, "LayoutHints");
    size_t *order;

    for (size_t i = 0; i < names->n; i++)
        names->v[i].rank = names->v[i].column;
    c->frozen = apply_hint(names, hints, "freeze", GROUP_FROZEN);
    (void)apply_hint(names, hints, "front", GROUP_FRONT);
    (void)apply_hint(names, hints, "back", GROUP_BACK);
    apply_hidden(names, hints);
    order = ranked(names, hints, c->frozen);
    for (size_t i = 0; i < names->n; i++) {
        c->all[i] = entry_of(c, names->v[order[i]].column);
        c->all[i].hidden = names->v[order[i]].hidden;
    }
    free(order);
}

/* What the user made of a column goes over to its like in the next schema. */
static void inherit(struct entry *e, const struct entry *old)
{
    size_t schema = e->look.schema;

    e->hidden = old->hidden;
    if (e->kind != old->kind)
        return;
    e->look = old->look;
    e->look.schema = schema;
    e->fixed = old->fixed;
    e->limit = old->limit;
}

static void append_new(struct columns *c, const struct schema *s, const struct names *names,
                       size_t at)
{
    bool *taken = MEM_ARRAY(bool, s->n_columns);

    for (size_t i = 0; i < names->n; i++)
        taken[names->v[i].column] = names->v[i].taken;
    for (size_t i = 0; i < s->n_columns; i++) {
        if (!taken[i] && !s->columns[i].is_format && !s->columns[i].is_row_style)
            c->all[at++] = entry_of(c, i);
    }
    free(taken);
    assert(at == c->n_all);
}

/* Columns that the table had before, in their order, then new ones; returns how many the
 * table had. */
static size_t carry_over(struct columns *c, const struct schema *s, struct names *names,
                         const struct entry *old, size_t n_old, size_t old_frozen)
{
    size_t n = 0;

    c->frozen = 0;
    for (size_t i = 0; i < n_old; i++) {
        struct named *found = find_named(names, bytes_of(old[i].name));

        if (!found)
            continue;
        found->taken = true;
        c->all[n] = entry_of(c, found->column);
        inherit(&c->all[n++], &old[i]);
        c->frozen += i < old_frozen;
    }
    if (n > 0)
        append_new(c, s, names, n);
    return n;
}

static void show_something(struct columns *c)
{
    if (c->n_shown > 0 || c->n_all == 0)
        return;
    c->all[0].hidden = false;
    reindex(c);
}

void columns_set_schema(struct columns *c, const struct schema *s)
{
    struct pool old_names = c->names;
    struct entry *old = c->all;
    size_t n_old = c->n_all;
    struct names names;

    c->schema = s;
    if (!s)
        return;
    names = names_of(s);
    pool_init(&c->names);
    c->all = MEM_ARRAY(struct entry, names.n);
    c->n_all = names.n;
    if (carry_over(c, s, &names, old, n_old, c->frozen) == 0)
        lay_out(c, s, &names);
    free(names.v);
    free(old);
    pool_release(&old_names);
    free(c->shown);
    free(c->order);
    c->shown = MEM_ARRAY(size_t, c->n_all);
    c->order = MEM_ARRAY(size_t, c->n_all);
    reindex(c);
    show_something(c);
}

const struct schema *columns_schema(const struct columns *c)
{
    return c->schema;
}

/* --- reading --- */

static struct entry *entry_at(const struct columns *c, size_t i)
{
    assert(i < c->n_shown);
    return &c->all[c->shown[i]];
}

size_t columns_count(const struct columns *c)
{
    return c->n_shown;
}

const size_t *columns_order(const struct columns *c)
{
    return c->order;
}

const struct column_look *columns_look(const struct columns *c, size_t i)
{
    return &entry_at(c, i)->look;
}

const char *columns_name(const struct columns *c, size_t i)
{
    return entry_at(c, i)->name;
}

long columns_find(const struct columns *c, size_t schema)
{
    for (size_t i = 0; i < c->n_shown; i++)
        if (c->order[i] == schema)
            return (long)i;
    return -1;
}

long columns_find_name(const struct columns *c, const char *name)
{
    for (size_t i = 0; i < c->n_shown; i++)
        if (strcmp(entry_at(c, i)->name, name) == 0)
            return (long)i;
    return -1;
}

uint64_t columns_version(const struct columns *c)
{
    return c->version;
}

bool columns_hidden_before(const struct columns *c, size_t i)
{
    size_t from = i > 0 ? c->shown[i - 1] + 1 : 0;
    size_t to = i < c->n_shown ? c->shown[i] : c->n_all;

    return from < to;
}

/* --- widths --- */

static bool has_time_digits(enum kind kind)
{
    return kind == KIND_INSTANT || kind == KIND_TIME || kind == KIND_DURATION;
}

void columns_format(const struct column_look *look, const struct value *v,
                    const struct draw_env *env, struct buf *out)
{
    struct format_options o = {.zone = env->zone,
                               .time_digits = look->time_digits,
                               .max_bytes = COLUMN_CELL_BYTES};

    format_value(v, &o, out);
}

void columns_see(struct columns *c, size_t i, const struct value *v,
                 const struct draw_env *env)
{
    struct entry *e = entry_at(c, i);
    struct column_look *look = &e->look;
    int width;

    if (v->state != VALUE_SET)
        return;
    if (has_time_digits(v->type->kind))
        look->time_digits = max_int(look->time_digits, format_time_digits(v));
    buf_clear(&c->text);
    columns_format(look, v, env, &c->text);
    if (format_align(v->type) == ALIGN_RIGHT) {
        size_t point = format_point(v->type, (const char *)c->text.data, c->text.len);

        look->before = min_int(max_int(look->before, (int)point), e->limit);
        look->after = max_int(look->after, (int)(c->text.len - point));
        look->after = min_int(look->after, e->limit - look->before);
        width = look->before + look->after;
    } else {
        width = (int)text_width(buf_bytes(&c->text), env->ascii, (size_t)e->limit);
    }
    if (!e->fixed)
        look->width = max_int(look->width, min_int(width, e->limit));
}

void columns_resize(struct columns *c, size_t i, int64_t by)
{
    struct entry *e = entry_at(c, i);
    int64_t width;

    if (__builtin_add_overflow((int64_t)e->look.width, by, &width))
        width = by < 0 ? 0 : COLUMN_WIDTH_MAX;
    if (width < COLUMN_WIDTH_MIN)
        width = COLUMN_WIDTH_MIN;
    e->look.width = (int)(width < COLUMN_WIDTH_MAX ? width : COLUMN_WIDTH_MAX);
    e->fixed = e->fixed || by < 0;
    c->version++;
}

static void refit(struct entry *e, int width, int limit)
{
    e->look = (struct column_look){.schema = e->look.schema, .width = width};
    e->limit = limit;
    e->fixed = false;
}

void columns_fit(struct columns *c, size_t i)
{
    struct entry *e = entry_at(c, i);
    int width = c->schema
                    ? header_width(c, &c->schema->columns[e->look.schema], COLUMN_WIDTH_MAX)
                    : e->first_width;

    refit(e, width, COLUMN_WIDTH_MAX);
    c->version++;
}

void columns_fit_all(struct columns *c)
{
    if (!c->schema)
        return;
    for (size_t i = 0; i < c->n_all; i++)
        refit(&c->all[i], c->all[i].first_width,
              usual_limit(&c->schema->columns[c->all[i].look.schema]));
    c->version++;
}

/* --- order and marks --- */

size_t columns_hide(struct columns *c, size_t i, int64_t n)
{
    size_t hidden = 0;

    for (; i < c->n_shown && n > 0 && hidden + 1 < c->n_shown; i++, n--, hidden++)
        entry_at(c, i)->hidden = true;
    reindex(c);
    return hidden;
}

size_t columns_show_all(struct columns *c)
{
    size_t hidden = c->n_all - c->n_shown;

    for (size_t i = 0; i < c->n_all; i++)
        c->all[i].hidden = false;
    reindex(c);
    return hidden;
}

/* Takes the entry at from out and puts it in so that it stands at to. */
static void move_entry(struct columns *c, size_t from, size_t to)
{
    struct entry e = c->all[from];

    if (from < to)
        memmove(&c->all[from], &c->all[from + 1], (to - from) * sizeof(e));
    else
        memmove(&c->all[to + 1], &c->all[to], (from - to) * sizeof(e));
    c->all[to] = e;
    reindex(c);
}

/* i + by, kept among the frozen ones when i is below the boundary, else among the rest. */
static size_t step(size_t i, int64_t by, size_t boundary, size_t n)
{
    int64_t first = i < boundary ? 0 : (int64_t)boundary;
    int64_t last = i < boundary ? (int64_t)boundary - 1 : (int64_t)n - 1;
    int64_t to;

    if (__builtin_add_overflow((int64_t)i, by, &to))
        to = by < 0 ? first : last;
    return (size_t)(to < first ? first : to > last ? last : to);
}

size_t columns_move(struct columns *c, size_t i, int64_t by)
{
    size_t to = step(i, by, columns_frozen(c), c->n_shown);

    move_entry(c, c->shown[i], c->shown[to]);
    return to;
}

void columns_freeze(struct columns *c, size_t n)
{
    n = n < c->n_shown ? n : c->n_shown;
    c->frozen = n > 0 ? c->shown[n - 1] + 1 : 0;
    c->version++;
}

size_t columns_frozen(const struct columns *c)
{
    size_t low = 0, high = c->n_shown;

    while (low < high) {
        size_t mid = low + (high - low) / 2;

        if (c->shown[mid] < c->frozen)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

/* --- all columns --- */

size_t columns_all(const struct columns *c)
{
    return c->n_all;
}

struct column_entry columns_entry(const struct columns *c, size_t i)
{
    const struct entry *e = &c->all[i];

    assert(i < c->n_all);
    return (struct column_entry){e->look.schema, e->name, e->hidden, i < c->frozen};
}

bool columns_set_hidden(struct columns *c, size_t i, bool hidden)
{
    assert(i < c->n_all);
    if (hidden && !c->all[i].hidden && c->n_shown < 2)
        return false;
    c->all[i].hidden = hidden;
    reindex(c);
    return true;
}

size_t columns_shift(struct columns *c, size_t i, int64_t by)
{
    size_t to = step(i, by, c->frozen, c->n_all);

    move_entry(c, i, to);
    return to;
}
