/*
 * Two arrays: `all` holds every column in order, hidden ones included; `shown` holds, for
 * each display index, where it stands in `all`. Whatever changes order or marks ends in
 * reindex(), which makes `shown` anew. The frozen boundary counts entries of `all`, so a
 * frozen column that is hidden is frozen again when it comes back.
 *
 * Each entry knows what the user did to it himself. When another table takes the place of
 * this one, only that goes over to the columns of the same names, and where there was
 * nothing the new table's own layout counts (carry_over()).
 */
#include "ui/table/columns.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "ui/table/column_layout.h"

#define TEXT_WIDTH_MAX 40 /* that cells may widen a column to by themselves */
#define NUMBER_WIDTH_MAX 48
#define NAME_WIDTH_MAX 40
#define TYPE_WIDTH_MAX 16
#define MARK_WIDTH_MAX 16

struct entry {
    struct column_look look;
    const char *name; /* from the pool: outlives the schema, to be found in the next one */
    enum kind kind;
    bool hidden;
    bool chosen;     /* by the user: hidden or shown */
    bool moved;      /* by the user */
    bool sized;      /* by the user, wider or narrower */
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
    struct entry *gone; /* that the user changed, and this table does not have; owned, and
                         * their names */
    size_t n_gone, gone_cap;
    size_t frozen; /* entries of all */
    bool froze;    /* the user has set that */
    size_t *shown; /* display index to index in all */
    size_t *order; /* display index to schema column */
    size_t n_shown;
    uint64_t version;
    struct column_mark *marks; /* owned, and their texts */
    size_t n_marks;
    struct column_formats formats;
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

static void release_marks(struct columns *c)
{
    for (size_t i = 0; i < c->n_marks; i++) {
        free((char *)(uintptr_t)c->marks[i].column);
        free((char *)(uintptr_t)c->marks[i].text);
    }
    free(c->marks);
}

/* Leaves the first n. */
static void forget_gone(struct columns *c, size_t n)
{
    while (c->n_gone > n)
        free((char *)(uintptr_t)c->gone[--c->n_gone].name);
}

void columns_free(struct columns *c)
{
    if (!c)
        return;
    release_marks(c);
    forget_gone(c, 0);
    free(c->gone);
    column_formats_release(&c->formats);
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

static const char *mark_of(const struct columns *c, const char *column)
{
    for (size_t i = 0; i < c->n_marks; i++)
        if (strcmp(c->marks[i].column, column) == 0)
            return c->marks[i].text;
    return "";
}

/* What a mark takes, the blank before it included. */
static int mark_width(const struct columns *c, const char *mark)
{
    return *mark ? (int)text_width(bytes_of(mark), c->ascii, MARK_WIDTH_MAX) + 1 : 0;
}

/* What the header of a column takes, of its name no more than most. */
static int header_width(const struct columns *c, const struct schema_column *s, int most)
{
    char text[64];
    struct bytes type = bytes_of(schema_type_text(s, text, sizeof(text)));
    int name = (int)text_width(bytes_of(s->name), c->ascii, (size_t)most) +
               mark_width(c, mark_of(c, s->name));
    int kind = (int)text_width(type, c->ascii, TYPE_WIDTH_MAX);

    return max_int(max_int(name, kind), COLUMN_WIDTH_MIN);
}

static struct entry entry_of(struct columns *c, size_t column)
{
    const struct schema_column *s = &c->schema->columns[column];
    struct entry e = {
        .look = {.schema = column,
                 .width = header_width(c, s, NAME_WIDTH_MAX),
                 .format = column_formats_find(&c->formats, s->name, s->type)},
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

/* --- a table's columns --- */

/* The entries of a table that is new, as its maker lays them out, and what the user made of
 * those before. Both zones, frozen and not, are chains through `next`, which end with their
 * own head: links go by index in `all`, and the heads are behind its last. */
struct merge {
    struct entry *all; /* borrowed */
    size_t n;
    bool *frozen;
    size_t *next;
    size_t last[2]; /* where the chain of a zone goes on */
};

static void inherit(struct entry *e, const struct entry *old)
{
    const struct value_format *format = e->look.format;
    size_t schema = e->look.schema;

    e->moved = old->moved;
    e->chosen = old->chosen;
    e->sized = old->sized;
    e->fixed = old->fixed;
    if (old->chosen)
        e->hidden = old->hidden;
    if (e->kind == old->kind) {
        e->look = old->look;
        e->look.schema = schema;
        e->look.format = format;
        e->limit = old->limit;
    } else if (old->sized) {
        e->look.width = old->look.width;
    }
}

static void link_entry(struct merge *m, size_t i)
{
    size_t *last = &m->last[m->frozen[i]];

    m->next[i] = m->next[*last];
    m->next[*last] = i;
    *last = i;
}

static void start_chains(struct merge *m)
{
    for (size_t zone = 0; zone < 2; zone++)
        m->last[zone] = m->n + zone;
}

/* Entries stand as their maker wants it; one that the user moved stands behind the nearest
 * of those that stood before it, and so do those that he froze. */
static void chain(struct merge *m, const size_t *like, size_t n_old, bool froze)
{
    for (size_t zone = 0; zone < 2; zone++)
        m->next[m->n + zone] = m->n + zone;
    start_chains(m);
    for (size_t i = 0; i < m->n; i++)
        if (!m->all[i].moved && !(froze && m->frozen[i]))
            link_entry(m, i);
    start_chains(m);
    for (size_t k = 0; k < n_old; k++) {
        size_t i = like[k];

        if (i == m->n)
            continue;
        if (m->all[i].moved || (froze && m->frozen[i]))
            link_entry(m, i);
        else
            m->last[m->frozen[i]] = i;
    }
}

/* Puts the entries into the order of the chains; returns how many are frozen. */
static size_t unchain(struct merge *m)
{
    struct entry *out = MEM_ARRAY(struct entry, m->n);
    size_t n = 0, frozen = 0;

    for (size_t zone = 2; zone-- > 0;) {
        size_t head = m->n + zone;

        for (size_t i = m->next[head]; i != head; i = m->next[i])
            out[n++] = m->all[i];
        if (zone == 1)
            frozen = n;
    }
    assert(n == m->n);
    memcpy(m->all, out, n * sizeof(*out));
    free(out);
    return frozen;
}

/* The user froze columns, some of which are left, or let none be frozen. */
static bool still_froze(const struct columns *c, const size_t *like, size_t n_old,
                        size_t frozen)
{
    size_t n = frozen > 0 ? frozen : n_old;
    bool left = false;

    for (size_t k = 0; k < n; k++)
        left = left || like[k] < c->n_all;
    return c->froze && left;
}

/* Columns that the table had before are as the user made them; `frozen` of the old ones
 * were. */
static void carry_over(struct columns *c, const size_t *like, size_t n_old, size_t frozen)
{
    struct merge m = {.all = c->all, .n = c->n_all};

    c->froze = still_froze(c, like, n_old, frozen);
    m.frozen = MEM_ARRAY(bool, m.n + 1);
    m.next = MEM_ARRAY(size_t, m.n + 2);
    for (size_t i = 0; !c->froze && i < c->frozen; i++)
        m.frozen[i] = true;
    for (size_t k = 0; c->froze && k < frozen; k++)
        m.frozen[like[k]] = true;
    chain(&m, like, n_old, c->froze);
    c->frozen = unchain(&m);
    free(m.frozen);
    free(m.next);
}

/* As the table's maker wants it. */
static void lay_out(struct columns *c, const struct column_layout *l)
{
    c->n_all = column_layout_count(l);
    c->all = MEM_ARRAY(struct entry, c->n_all);
    c->frozen = column_layout_frozen(l);
    for (size_t i = 0; i < c->n_all; i++) {
        c->all[i] = entry_of(c, column_layout_schema(l, i));
        c->all[i].hidden = column_layout_hidden(l, i);
    }
}

/* Finds the old ones again, and what the user made of each; owned: where they are now. */
static size_t *find_again(struct columns *c, struct column_layout *l,
                          const struct entry *old, size_t n_old)
{
    size_t *like = MEM_ARRAY(size_t, n_old + 1);

    for (size_t k = 0; k < n_old; k++) {
        like[k] = column_layout_take(l, bytes_of(old[k].name));
        if (like[k] < c->n_all)
            inherit(&c->all[like[k]], &old[k]);
    }
    return like;
}

static bool is_changed(const struct entry *e)
{
    return e->chosen || e->moved || e->sized;
}

/* A column that an operation took out comes back as the user had it, but for its place. */
static void bring_back(struct columns *c, struct column_layout *l)
{
    size_t n = 0;

    for (size_t k = 0; k < c->n_gone; k++) {
        size_t i = column_layout_take(l, bytes_of(c->gone[k].name));

        if (i < c->n_all) {
            c->gone[k].moved = false;
            inherit(&c->all[i], &c->gone[k]);
            free((char *)(uintptr_t)c->gone[k].name);
        } else {
            c->gone[n++] = c->gone[k];
        }
    }
    c->n_gone = n;
}

static void remember_gone(struct columns *c, const size_t *like, const struct entry *old,
                          size_t n_old)
{
    for (size_t k = 0; k < n_old; k++) {
        if (like[k] < c->n_all || !is_changed(&old[k]))
            continue;
        MEM_GROW(c->gone, c->gone_cap, c->n_gone + 1);
        c->gone[c->n_gone] = old[k];
        c->gone[c->n_gone++].name = mem_strdup(old[k].name);
    }
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
    size_t n_old = c->n_all, old_frozen = c->frozen, *like;
    struct column_layout *l;

    c->schema = s;
    if (!s)
        return;
    pool_init(&c->names);
    l = column_layout_new(s);
    lay_out(c, l);
    like = find_again(c, l, old, n_old);
    bring_back(c, l);
    remember_gone(c, like, old, n_old);
    carry_over(c, like, n_old, old_frozen);
    free(like);
    column_layout_free(l);
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

/* --- marks --- */

/* Headers are as wide as their marks want, and cells that were seen keep their room. */
static void measure_headers(struct columns *c)
{
    for (size_t i = 0; c->schema && i < c->n_all; i++) {
        struct entry *e = &c->all[i];

        e->first_width =
            header_width(c, &c->schema->columns[e->look.schema], NAME_WIDTH_MAX);
        if (*mark_of(c, e->name) && !e->fixed)
            e->look.width = max_int(e->look.width, e->first_width);
    }
}

void columns_set_marks(struct columns *c, const struct column_mark *marks, size_t n)
{
    release_marks(c);
    c->marks = MEM_ARRAY(struct column_mark, n);
    c->n_marks = n;
    for (size_t i = 0; i < n; i++)
        c->marks[i] =
            (struct column_mark){mem_strdup(marks[i].column), mem_strdup(marks[i].text)};
    measure_headers(c);
    c->version++;
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

const char *columns_mark(const struct columns *c, size_t i)
{
    return mark_of(c, entry_at(c, i)->name);
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

/* --- formats --- */

/* As nothing had been seen of its cells. */
static void show_by(struct columns *c, struct entry *e)
{
    e->look = (struct column_look){
        .schema = e->look.schema,
        .width = e->sized ? e->look.width : e->first_width,
        .format = columns_format_of(c, e->look.schema),
    };
    c->version++;
}

void columns_set_format(struct columns *c, const char *name, struct value_format *format)
{
    column_formats_set(&c->formats, name, format);
    for (size_t i = 0; c->schema && i < c->n_all; i++)
        if (strcmp(c->all[i].name, name) == 0)
            show_by(c, &c->all[i]);
}

void columns_measure_anew(struct columns *c)
{
    for (size_t i = 0; c->schema && i < c->n_all; i++)
        show_by(c, &c->all[i]);
}

const struct column_formats *columns_formats(const struct columns *c)
{
    return &c->formats;
}

const struct value_format *columns_format_of(const struct columns *c, size_t schema)
{
    const struct schema_column *s;

    if (!c->schema || schema >= c->schema->n_columns)
        return NULL;
    s = &c->schema->columns[schema];
    return column_formats_find(&c->formats, s->name, s->type);
}

/* --- widths --- */

void columns_see(struct columns *c, size_t i, int before, const struct value *v,
                 const struct value_format *server, const struct draw_env *env)
{
    struct entry *e = entry_at(c, i);
    const struct value_format *own = e->look.format;
    int width;

    if (v->state != VALUE_SET)
        return;
    e->look.format = own ? own : server;
    width = before + column_look_see(&e->look, v, e->limit, &c->text, env);
    e->look.format = own;
    if (!e->fixed)
        e->look.width = max_int(e->look.width, min_int(width, e->limit));
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
    e->sized = true;
    e->fixed = e->fixed || by < 0;
    c->version++;
}

static void refit(struct entry *e, int width, int limit)
{
    e->look = (struct column_look){
        .schema = e->look.schema, .width = width, .format = e->look.format};
    e->limit = limit;
    e->fixed = e->sized = false;
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

static void choose(struct entry *e, bool hidden)
{
    e->chosen = e->chosen || e->hidden != hidden;
    e->hidden = hidden;
}

size_t columns_hide(struct columns *c, size_t i, int64_t n)
{
    size_t hidden = 0;

    for (; i < c->n_shown && n > 0 && hidden + 1 < c->n_shown; i++, n--, hidden++)
        choose(entry_at(c, i), true);
    reindex(c);
    return hidden;
}

size_t columns_show_all(struct columns *c)
{
    size_t hidden = c->n_all - c->n_shown;

    for (size_t i = 0; i < c->n_all; i++)
        choose(&c->all[i], false);
    reindex(c);
    return hidden;
}

/* Takes the entry at from out and puts it in so that it stands at to. */
static void move_entry(struct columns *c, size_t from, size_t to)
{
    struct entry e = c->all[from];

    e.moved = e.moved || from != to;
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
    c->froze = true;
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
    choose(&c->all[i], hidden);
    reindex(c);
    return true;
}

size_t columns_shift(struct columns *c, size_t i, int64_t by)
{
    size_t to = step(i, by, c->frozen, c->n_all);

    move_entry(c, i, to);
    return to;
}
