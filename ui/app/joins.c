#include "ui/app/joins.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "ui/app/state.h"
#include "ui/app/work.h"
#include "ui/term/theme.h"

#define KINDS 2
static const char *const kinds[KINDS] = {"natural", "asof"};

/* The words of a command; they borrow from a text that is cut up. */
struct join_words {
    char *kind, *tab, *on, *added; /* NULL: not there */
    bool too_many;
};

static struct join_words read_request(char *text)
{
    char *rest = NULL;
    struct join_words q = {.kind = strtok_r(text, " ", &rest)};

    q.tab = q.kind ? strtok_r(NULL, " ", &rest) : NULL;
    q.on = q.tab ? strtok_r(NULL, " ", &rest) : NULL;
    q.added = q.on ? strtok_r(NULL, " ", &rest) : NULL;
    q.too_many = q.added && strtok_r(NULL, " ", &rest);
    return q;
}

/* --- tabs --- */

static bool can_be_joined(const struct tab *t, const struct tab *other)
{
    return other != t && other->server == t->server && other->table;
}

/* The number of a tab, as the tab line shows it; 0: it is none. */
static size_t number_of(const char *text)
{
    char *end;
    unsigned long n = strtoul(text, &end, 10);

    return *text >= '0' && *text <= '9' && *end == '\0' ? n : 0;
}

static struct tab *find_tab(const struct tab *t, const char *text, struct err *e)
{
    const struct app *a = t->app;
    size_t n = number_of(text);

    for (size_t i = 0; i < a->n_tabs; i++) {
        struct tab *other = a->tabs[i];
        bool named = n > 0
                         ? n == i + 1
                         : other->table && strcmp(table_view_name(other->table), text) == 0;

        if (named && can_be_joined(t, other))
            return other;
    }
    (void)err_set(e, ERR_USAGE,
                  "no other tab of this server has the number or the table %s", text);
    return NULL;
}

/* --- columns --- */

/* Names between commas, which borrow from text (cut up). Owned. */
static const char **split(char *text, size_t *n)
{
    const char **out = MEM_ARRAY(const char *, strlen(text) / 2 + 1);
    char *rest = NULL;

    *n = 0;
    for (char *p = strtok_r(text, ",", &rest); p; p = strtok_r(NULL, ",", &rest))
        out[(*n)++] = p;
    return out;
}

static enum err_code check_column(const struct schema *s, const char *name, size_t len,
                                  const char *whose, struct err *e)
{
    for (size_t i = 0; i < s->n_columns; i++)
        if (strncmp(s->columns[i].name, name, len) == 0 && !s->columns[i].name[len])
            return ERR_OK;
    return err_set(e, ERR_USAGE, "no column of %s is named %.*s", whose, (int)len, name);
}

/* Of "A" or "A=B" the first is of the left table (NULL: what it is to be called there), and
 * the last of the right one. */
static enum err_code check_pair(const struct schema *left, const struct schema *right,
                                const char *pair, struct err *e)
{
    size_t n = strcspn(pair, "=");
    const char *other = pair[n] ? pair + n + 1 : pair;

    if (left)
        TRY(check_column(left, pair, n, "this table", e));
    return check_column(right, other, strlen(other), "the other table", e);
}

static enum err_code check_pairs(const struct schema *left, const struct schema *right,
                                 const char *const *names, size_t n, struct err *e)
{
    for (size_t i = 0; i < n; i++)
        TRY(check_pair(left, right, names[i], e));
    return ERR_OK;
}

/* --- the command --- */

static enum err_code check_words(const struct join_words *q, const char *text,
                                 struct err *e)
{
    bool known =
        q->kind && (strcmp(q->kind, kinds[0]) == 0 || strcmp(q->kind, kinds[1]) == 0);

    if (known && q->on && !q->too_many)
        return ERR_OK;
    return err_set(e, ERR_USAGE,
                   "expected natural or asof, a tab, columns with commas and perhaps those "
                   "to add, found \"%s\"",
                   text);
}

static enum err_code check_columns(const struct tab *t, const struct tab *other,
                                   const struct recipe_step *s, struct err *e)
{
    const struct schema *left = table_view_window(t->table).schema,
                        *right = table_view_window(other->table).schema;

    if (!left || !right || !table_view_recipe(other->table))
        return err_set(e, ERR_USAGE, "the columns of the tables are not here yet");
    TRY(check_pairs(left, right, s->names, s->n, e));
    return check_pairs(NULL, right, s->added, s->n_added, e);
}

/* on and added are cut up. */
static enum err_code join(const struct tab *t, const struct tab *other, bool asof, char *on,
                          char *added, struct recipe **out, struct err *e)
{
    struct recipe_step s = {0};
    const char **names = split(on, &s.n), **more = split(added, &s.n_added);
    enum err_code rc;

    s.names = names;
    s.added = more;
    rc = check_columns(t, other, &s, e);
    if (rc == ERR_OK)
        rc = recipe_joined(table_view_recipe(t->table), table_view_recipe(other->table),
                           asof, s.names, s.n, s.added, s.n_added, out, e);
    free(names);
    free(more);
    return rc;
}

static enum err_code read_and_join(const struct tab *t, const char *text,
                                   struct recipe **out, struct err *e)
{
    char *copy = mem_strdup(text), nothing[] = "";
    struct join_words q = read_request(copy);
    enum err_code rc = check_words(&q, text, e);
    const struct tab *other = rc == ERR_OK ? find_tab(t, q.tab, e) : NULL;

    if (other)
        rc = join(t, other, strcmp(q.kind, "asof") == 0, q.on, q.added ? q.added : nothing,
                  out, e);
    else if (rc == ERR_OK)
        rc = e->code;
    free(copy);
    return rc == ERR_OK ? rc : err_wrap(e, rc, "join");
}

void joins_make(struct tab *t, const char *text)
{
    struct recipe *r = NULL;
    enum err_code rc;
    struct err e;

    if (!work_recipe(t))
        return;
    rc = read_and_join(t, text, &r, &e);
    work_apply(t, rc, r, &e, mem_printf("join %s", text), ANCHOR_ROW);
}

/* --- completion --- */

size_t joins_count(const struct tab *t)
{
    size_t n = 0;

    for (size_t i = 0; i < t->app->n_tabs; i++)
        n += can_be_joined(t, t->app->tabs[i]) ? KINDS : 0;
    return n;
}

const char *joins_proposal(const struct tab *t, size_t i, char *out, size_t size)
{
    size_t n = i / KINDS;

    for (size_t k = 0; k < t->app->n_tabs; k++)
        if (can_be_joined(t, t->app->tabs[k]) && n-- == 0)
            (void)snprintf(out, size, "join %s %s", kinds[i % KINDS],
                           table_view_name(t->app->tabs[k]->table));
    return out;
}

const struct schema *joins_columns(const struct tab *t, const char *line)
{
    static const char command[] = "join ";
    const struct schema *s = NULL;
    const struct tab *other;
    struct join_words q;
    char *copy;

    if (!t->table || strncmp(line, command, strlen(command)) != 0)
        return NULL;
    copy = mem_strdup(line + strlen(command));
    q = read_request(copy);
    other = q.tab ? find_tab(t, q.tab, NULL) : NULL;
    if (other)
        s = table_view_window(other->table).schema;
    free(copy);
    return s;
}
