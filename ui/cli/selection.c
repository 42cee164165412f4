#include "ui/cli/selection.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "base/nearest.h"
#include "model/quick_filter.h"
#include "model/recipe_link.h"
#include "model/recipe_text.h"

/* A recipe that is being made, one edit after the other. */
struct making {
    const struct schema *schema; /* NULL: edits before may have changed the columns */
    struct recipe *r;            /* owned */
};

/* Takes an edit over; next is given. */
static void step(struct making *m, struct recipe *next)
{
    recipe_free(m->r);
    m->r = next;
}

static enum err_code check_column(const struct making *m, const char *name, struct err *e)
{
    struct nearest near = nearest_to(name);
    char hint[NEAREST_HINT_LEN];

    if (!m->schema || schema_find(m->schema, name) >= 0)
        return ERR_OK;
    for (size_t i = 0; i < m->schema->n_columns; i++)
        nearest_try(&near, m->schema->columns[i].name);
    return err_set(e, ERR_NOT_FOUND, "expected a column of %s, found \"%s\"%s",
                   recipe_name(m->r), name, nearest_hint(&near, hint, sizeof(hint)));
}

/* --- numbers of rows --- */

/* A number of up to 18 digits, perhaps with a sign; "" is usual. False: something else. */
static bool read_row(const char *text, size_t len, int64_t usual, int64_t *out)
{
    bool negative = len > 0 && text[0] == '-';
    int64_t n = 0;

    *out = usual;
    if (len == 0)
        return true;
    if (len - negative == 0 || len - negative > 18)
        return false;
    for (size_t i = negative; i < len; i++) {
        if (text[i] < '0' || text[i] > '9')
            return false;
        n = n * 10 + (text[i] - '0');
    }
    *out = negative ? -n : n;
    return n != 0;
}

/* A:B as numbers from 1, or from the end as -1; text NULL: all. */
static enum err_code read_rows(const char *text, int64_t *first, int64_t *last,
                               struct err *e)
{
    const char *colon = text ? strchr(text, ':') : NULL;

    *first = 1;
    *last = -1;
    if (!text)
        return ERR_OK;
    if (!colon || !read_row(text, (size_t)(colon - text), 1, first) ||
        !read_row(colon + 1, strlen(colon + 1), -1, last))
        return err_set(e, ERR_USAGE,
                       "--rows: expected A:B, such as 1:100 or -10:, found \"%s\"", text);
    if ((*first < 0) == (*last < 0) && *last < *first)
        return err_set(e, ERR_USAGE, "--rows: the last row of \"%s\" is before its first",
                       text);
    return ERR_OK;
}

/* A viewport can have them. */
static bool is_from_one_side(int64_t first, int64_t last)
{
    return (first < 0) == (last < 0) || (first > 0 && last == -1);
}

/* --- lists of names --- */

struct name_list {
    char *text; /* owned: the names lie in it */
    const char **items;
    size_t n, cap;
};

/* Without the blanks around it, which no name has. */
static char *trim(char *name)
{
    size_t n;

    name += strspn(name, " ");
    for (n = strlen(name); n > 0 && name[n - 1] == ' ';)
        n--;
    name[n] = '\0';
    return name;
}

static void names_release(struct name_list *n)
{
    free(n->text);
    free(n->items);
}

/* The names between commas of an option; released by the caller, but after an error. */
static enum err_code split(const char *option, const char *text, struct name_list *out,
                           struct err *e)
{
    char *rest, *name;

    *out = (struct name_list){.text = mem_strdup(text)};
    rest = out->text;
    while ((name = strsep(&rest, ","))) {
        MEM_GROW(out->items, out->cap, out->n + 1);
        out->items[out->n] = trim(name);
        if (*out->items[out->n++])
            continue;
        names_release(out);
        return err_set(e, ERR_USAGE,
                       "--%s: expected names with commas between them, found \"%s\"",
                       option, text);
    }
    return ERR_OK;
}

/* --- edits --- */

static enum err_code add_where(struct making *m, const char *formula, struct err *e)
{
    struct recipe *next = NULL;

    TRY(recipe_where(m->r, formula, &next, e));
    step(m, next);
    return ERR_OK;
}

static enum err_code open_zone(const struct options *o, struct zone **out, struct err *e)
{
    if (o->zone)
        return zone_open(o->zone, out, e);
    if (zone_open("local", out, e) == ERR_OK)
        return ERR_OK;
    return zone_open("UTC", out, e);
}

static enum err_code parse_filter(const struct options *o, const char *text,
                                  const struct quick_filter_column *column,
                                  struct condition **out, struct err *e)
{
    struct zone *zone = NULL;
    struct timespec ts;
    struct when_now now;
    size_t at = 0;
    enum err_code rc;

    TRY(open_zone(o, &zone, e));
    (void)clock_gettime(CLOCK_REALTIME, &ts);
    now = (struct when_now){zone, (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec};
    rc = quick_filter_parse(text, column, &now, out, &at, e);
    zone_free(zone);
    return rc;
}

/* COLUMN TEXT */
static enum err_code add_filter(struct making *m, const struct options *o,
                                const char *filter, struct err *e)
{
    size_t len = strcspn(filter, " ");
    char *name = mem_strndup(filter, len);
    const char *text = filter + len + strspn(filter + len, " ");
    struct condition *c = NULL;
    struct recipe *next = NULL;
    enum err_code rc = *text ? check_column(m, name, e)
                             : err_set(e, ERR_USAGE, "expected COLUMN TEXT, found no TEXT");

    if (rc == ERR_OK && recipe_filter_of(m->r, name))
        rc = err_set(e, ERR_USAGE, "two filters of %s; join them with && or ||", name);
    if (rc == ERR_OK) {
        const struct schema_column *column =
            &m->schema->columns[schema_find(m->schema, name)];
        struct quick_filter_column q = {name, column->java_type};

        rc = parse_filter(o, text, &q, &c, e);
    }
    if (rc == ERR_OK)
        rc = recipe_filtered(m->r, name, text, c, &next, e);
    else
        rc = err_wrap(e, rc, "filter '%s'", filter);
    condition_free(c);
    free(name);
    if (rc == ERR_OK)
        step(m, next);
    return rc;
}

static enum err_code add_sort(struct making *m, const char *text, struct err *e)
{
    struct name_list names;
    struct sort_key *keys;
    struct recipe *next = NULL;
    enum err_code rc = ERR_OK;

    TRY(split("sort", text, &names, e));
    keys = MEM_ARRAY(struct sort_key, names.n);
    for (size_t i = 0; i < names.n && rc == ERR_OK; i++) {
        bool descending = names.items[i][0] == '-';

        keys[i] = (struct sort_key){.column = names.items[i] + descending,
                                    .descending = descending};
        rc = check_column(m, keys[i].column, e);
    }
    if (rc == ERR_OK)
        rc = recipe_sorted(m->r, keys, names.n, &next, e);
    free(keys);
    names_release(&names);
    if (rc == ERR_OK)
        step(m, next);
    return rc;
}

static enum err_code add_columns(struct making *m, const char *text, struct err *e)
{
    struct name_list names;
    struct recipe *next = NULL;
    enum err_code rc = ERR_OK;

    TRY(split("columns", text, &names, e));
    for (size_t i = 0; i < names.n && rc == ERR_OK; i++)
        rc = check_column(m, names.items[i], e);
    if (rc == ERR_OK)
        rc = recipe_selected(m->r, names.items, names.n, &next, e);
    names_release(&names);
    if (rc == ERR_OK)
        step(m, next);
    return rc;
}

/* Columns that say how others look are no values of the table. */
static enum err_code drop_formats(struct making *m, struct err *e)
{
    const struct schema *s = m->schema;
    const char **names = MEM_ARRAY(const char *, s->n_columns);
    struct recipe *next = NULL;
    enum err_code rc = ERR_OK;
    size_t n = 0;

    for (size_t i = 0; i < s->n_columns; i++)
        if (s->columns[i].is_format || s->columns[i].is_row_style)
            names[n++] = s->columns[i].name;
    if (n > 0)
        rc = recipe_dropped(m->r, names, n, &next, e);
    free(names);
    if (next)
        step(m, next);
    return rc;
}

/* Rows of which one is counted from the start and one from the end are for the server to
 * find, who knows how many there are. */
static enum err_code add_rows(struct making *m, const char *rows, struct err *e)
{
    struct recipe *next = NULL;
    int64_t first, last;

    TRY(read_rows(rows, &first, &last, e));
    if (is_from_one_side(first, last))
        return ERR_OK;
    TRY(recipe_rows(m->r, first, last, &next, e));
    step(m, next);
    return ERR_OK;
}

static enum err_code add_all(struct making *m, const struct options *o, struct err *e)
{
    for (size_t i = 0; i < o->where.n; i++)
        TRY(add_where(m, o->where.items[i], e));
    for (size_t i = 0; i < o->filter.n; i++)
        TRY(add_filter(m, o, o->filter.items[i], e));
    if (o->until)
        TRY(add_filter(m, o, o->until, e));
    if (o->sort)
        TRY(add_sort(m, o->sort, e));
    if (o->columns)
        TRY(add_columns(m, o->columns, e));
    else if (m->schema)
        TRY(drop_formats(m, e));
    return add_rows(m, o->rows, e);
}

/* Nobody is there who could be asked whether an expression of another may run. */
static enum err_code refuse_code(const struct recipe *linked, struct err *e)
{
    size_t n;
    const struct recipe_step *steps = recipe_steps(linked, &n);

    for (size_t i = 0; i < n; i++) {
        char *code = recipe_step_code_text(&steps[i]);

        if (!code)
            continue;
        (void)err_set(e, ERR_USAGE,
                      "the target would run \"%s\" on the server: give it as --where, or "
                      "open it on the screen, where it is asked about",
                      code);
        free(code);
        return ERR_USAGE;
    }
    return ERR_OK;
}

enum err_code selection_recipe(const struct options *o, const char *ops,
                               const struct recipe *source, const struct schema *schema,
                               struct recipe **out, struct err *e)
{
    struct making m = {schema, recipe_copy(source)};
    struct recipe *linked = NULL;
    enum err_code rc = ops ? recipe_link_read(m.r, ops, &linked, e) : ERR_OK;

    if (linked) {
        m.schema = recipe_keeps_schema(linked) ? schema : NULL;
        step(&m, linked);
        rc = refuse_code(linked, e);
    }
    if (rc == ERR_OK && !m.schema && (o->filter.n > 0 || o->until))
        rc = err_set(e, ERR_USAGE,
                     "--filter cannot follow operations of the target that "
                     "change columns; use --where");
    if (rc == ERR_OK)
        rc = add_all(&m, o, e);
    if (rc == ERR_OK)
        *out = m.r;
    else
        recipe_free(m.r);
    return rc;
}

/* --- rows --- */

enum err_code selection_rows(const char *text, struct snapshot_rows *out, struct err *e)
{
    int64_t first, last;

    TRY(read_rows(text, &first, &last, e));
    *out = (struct snapshot_rows){0, INT64_MAX, false};
    if (!is_from_one_side(first, last))
        return ERR_OK; /* what is chosen of the table has these rows and no others */
    if (first < 0)
        *out = (struct snapshot_rows){-last - 1, -first - 1, true};
    else
        *out = (struct snapshot_rows){first - 1, last == -1 ? INT64_MAX : last - 1, false};
    return ERR_OK;
}

/* --- format --- */

/* The name of a file says which; one without an ending says nothing. */
static enum err_code format_of_output(const char *path, enum exporter_format *out,
                                      struct err *e)
{
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;

    if (exporter_format_of_file(name, out) || !strchr(name, '.'))
        return ERR_OK;
    return err_set(e, ERR_USAGE,
                   "--output: expected a name that ends in .csv, .tsv, .json, .jsonl, "
                   ".ndjson, .arrow or .arrows, or a --format, found \"%s\"",
                   name);
}

enum err_code selection_format(const struct options *o, enum exporter_format usual,
                               enum exporter_format *out, struct err *e)
{
    *out = usual;
    if (o->format && !exporter_format_named(o->format, out))
        return err_set(e, ERR_USAGE,
                       "--format: expected csv, tsv, json or arrow, found \"%s\"",
                       o->format);
    if (!o->format && o->output)
        TRY(format_of_output(o->output, out, e));
    if (o->no_header && *out != EXPORTER_CSV && *out != EXPORTER_TSV)
        return err_set(e, ERR_USAGE, "--no-header is for csv and tsv");
    return ERR_OK;
}
