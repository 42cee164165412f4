/*
 * Three tables, each made of the one before by its export: the rows that fit, with their
 * numbers, and the columns that are looked at; of them the numbers alone, which tell how
 * many there are; and those on one side of a row. The first has no stream. So all is told
 * of the same rows, also where these are a copy.
 *
 * A hit comes with the values of its first columns, which is enough for most tables. Of a
 * wide one the others are had when they are wanted, in blocks that grow, since a message
 * costs bytes for each column.
 */
#include "client/hits.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "client/server_log.h"

#define COLUMNS_FIRST 200 /* that come with a hit */
#define COLUMNS_GROW 4
#define STEPS_MAX 5

struct hits {
    struct connection *connection; /* borrowed */
    void (*changed)(void *ctx);
    void *ctx;
    struct recipe *recipe;       /* owned */
    struct condition *condition; /* owned */
    const char **names; /* owned, also what they name: the number, and the columns */
    size_t n_names;
    bool of_copy;
    struct table *fits; /* owned; NULL: nothing was asked yet */
    struct feed *all;   /* how many they are */
    struct feed *side;  /* those on one side of a row; or the hit, with other columns */
    size_t at, n;       /* of the names: the columns whose values are in side */
    bool reverse;       /* side is had from its end */
    bool asks, backward, wrapped;
    struct hit hit;         /* that was found; count 0: none */
    struct err why;         /* of the end of either feed; ERR_OK: none has ended */
    struct err refusal;     /* of fits; ERR_OK: there is none */
    struct server_log *log; /* owned: looks for the reason of that; or NULL */
};

/* --- what is asked --- */

/* What is left of the rows, with their numbers. Owned; NULL, with e, when the recipe has no
 * room for more steps. */
static struct recipe *recipe_of_fits(const struct hits *h, struct err *e)
{
    const struct recipe_step all[] = {
        {.op = RECIPE_SELECT, .names = h->names + 1, .n = h->n_names - 1},
        {.op = RECIPE_SNAPSHOT},
        {.op = RECIPE_ADD, .column = RECIPE_ROW_NUMBER, .text = "ii"},
        {.op = RECIPE_FILTER, .text = "", .condition = h->condition},
        {.op = RECIPE_SELECT, .names = h->names, .n = h->n_names},
    };
    size_t first = h->of_copy ? 0 : 2;
    struct recipe *out = NULL;

    (void)recipe_appended(h->recipe, all + first, STEPS_MAX - first, &out, e);
    return out;
}

/* Of the rows that fit those for which a condition holds (given; NULL: all), with their
 * numbers and the columns of h. Owned. */
static struct recipe *recipe_of_some(struct hits *h, struct condition *c, size_t columns)
{
    struct recipe *fits = recipe_new(recipe_name(h->recipe), table_ticket(h->fits)), *out;
    const char **names = MEM_ARRAY(const char *, columns + 1);
    const struct recipe_step steps[] = {
        {.op = RECIPE_SELECT, .names = names, .n = columns + 1},
        {.op = RECIPE_FILTER, .text = "", .condition = c},
    };

    names[0] = RECIPE_ROW_NUMBER;
    for (size_t i = 0; i < columns; i++)
        names[i + 1] = h->names[h->at + i];
    (void)recipe_appended(fits, steps, c ? 2 : 1, &out, NULL); /* two have room */
    recipe_free(fits);
    condition_free(c);
    free(names);
    return out;
}

static struct condition *side_of(int64_t row, bool backward)
{
    char digits[24];

    (void)snprintf(digits, sizeof(digits), "%" PRId64, row);
    return condition_compare(RECIPE_ROW_NUMBER, backward ? COMPARE_LESS : COMPARE_GREATER,
                             literal_text(LITERAL_DIGITS, digits));
}

static void on_changed(void *ctx)
{
    struct hits *h = ctx;

    h->changed(h->ctx);
}

static void on_ended(void *ctx, const struct err *why)
{
    struct hits *h = ctx;

    h->why = *why;
    h->changed(h->ctx);
}

static const struct feed_handler feed_handler = {.changed = on_changed, .ended = on_ended};

static void on_explained(void *ctx, const struct err *explained)
{
    struct hits *h = ctx;

    h->log = NULL;
    h->refusal = *explained;
    h->changed(h->ctx);
}

static void on_told(void *ctx, struct table *t)
{
    struct hits *h = ctx;
    enum recipe_op op;
    const struct err *why = table_failure(t, &op);

    if (why && h->refusal.code == ERR_OK) {
        h->refusal = *why;
        table_explain(t, &h->refusal);
        h->log = server_log_explain(connection_session(h->connection), &h->refusal,
                                    on_explained, h);
    }
    h->changed(h->ctx);
}

static enum err_code make_fits(struct hits *h, struct err *e)
{
    struct recipe *r = recipe_of_fits(h, e);

    if (!r)
        return e->code;
    h->fits = table_new(h->connection, r, NULL, on_told, h);
    if (table_build(h->fits, e) == ERR_OK)
        return ERR_OK;
    table_free(h->fits);
    h->fits = NULL;
    return e->code;
}

/* Asks for the first row of those for which a condition holds (given), or for the last one.
 */
static enum err_code open_feed(struct hits *h, struct condition *c, size_t columns,
                               bool last, struct feed **out, struct err *e)
{
    struct recipe *r = recipe_of_some(h, c, columns);
    struct stream_options o = {.list_limit = 1};
    struct viewport v = {.rows = rowset_new_range(0, 0),
                         .columns = rowset_new_range(0, (int64_t)columns),
                         .reverse = last};
    enum err_code rc = feed_open(h->connection, r, NULL, &o, &v, &feed_handler, h, out, e);

    viewport_release(&v);
    return rc;
}

/* Asks for values of the columns, of the first or the last row of some. */
static enum err_code ask_some(struct hits *h, struct condition *c, bool last, struct err *e)
{
    feed_close(h->side);
    h->side = NULL;
    h->reverse = last;
    return open_feed(h, c, h->n, last, &h->side, e);
}

static enum err_code ask_side(struct hits *h, int64_t row, struct err *e)
{
    h->at = 1;
    h->n = h->n_names - 1 < COLUMNS_FIRST ? h->n_names - 1 : COLUMNS_FIRST;
    return ask_some(h, side_of(row, h->backward), h->backward, e);
}

enum err_code hits_seek(struct hits *h, int64_t row, bool backward, struct err *e)
{
    h->wrapped = h->asks = false;
    h->backward = backward;
    h->hit.count = 0;
    if (!h->fits)
        TRY(make_fits(h, e));
    if (!h->all)
        TRY(open_feed(h, NULL, 0, false, &h->all, e));
    TRY(ask_side(h, row, e));
    h->asks = true;
    return ERR_OK;
}

bool hits_more(struct hits *h)
{
    size_t at = h->at + h->n, left = h->n_names - at, n = h->n * COLUMNS_GROW;
    struct err e;

    if (left == 0 || h->hit.count == 0)
        return false;
    h->at = at;
    h->n = n > VIEWPORT_MAX_COLUMNS - 1 ? VIEWPORT_MAX_COLUMNS - 1 : n;
    h->n = h->n > left ? left : h->n;
    h->asks =
        ask_some(h,
                 condition_in(RECIPE_ROW_NUMBER, literal_number(LITERAL_LONG, h->hit.row)),
                 false, &e) == ERR_OK;
    return h->asks;
}

bool hits_asks(const struct hits *h)
{
    return h->asks;
}

/* --- what is answered --- */

static bool is_there(const struct feed *f)
{
    struct window w = feed_window(f);

    return w.schema && window_ready(&w);
}

static int64_t rows_of(const struct feed *f)
{
    struct window w = feed_window(f);

    return window_rows(&w);
}

/* A cell of the one row that was asked for. */
static struct value cell(const struct hits *h, size_t column)
{
    struct window w = feed_window(h->side);

    return window_cell(&w, column, h->reverse ? window_rows(&w) - 1 : 0);
}

size_t hits_columns(const struct hits *h)
{
    return h->n;
}

const char *hits_column(const struct hits *h, size_t i)
{
    return h->names[h->at + i];
}

struct value hits_value(const struct hits *h, size_t i)
{
    return cell(h, i + 1);
}

/* Reads the hit; false: its row is still to come. */
static bool read_hit(const struct hits *h, struct hit *out)
{
    int64_t on_side = rows_of(h->side), count = rows_of(h->all);
    struct value v = cell(h, 0);

    if (v.state != VALUE_SET || v.type->kind != KIND_LONG)
        return false;
    if (count < on_side)
        count = on_side; /* rows have been added since */
    *out = (struct hit){.row = v.i,
                        .number = h->backward ? on_side : count - on_side + 1,
                        .count = count,
                        .wrapped = h->wrapped};
    return true;
}

static bool fail(struct hits *h, const struct err *why, struct err *e)
{
    h->asks = false;
    *e = *why;
    return true;
}

/* Why nothing comes of it; NULL: it may, or the reason is still to come. What waits for the
 * rows that fit is only told that they cannot be had. */
static const struct err *end_of(const struct hits *h)
{
    const struct err *why = table_interruption(h->fits);

    if (!why && h->refusal.code != ERR_OK && !h->log)
        why = &h->refusal;
    if (why || h->log || table_asks(h->fits))
        return why;
    return h->why.code != ERR_OK ? &h->why : NULL;
}

bool hits_take(struct hits *h, struct hit *out, struct err *e)
{
    const struct err *end;

    e->code = ERR_OK;
    if (!h->asks)
        return false;
    end = end_of(h);
    if (end)
        return fail(h, end, e);
    if (!is_there(h->all) || !is_there(h->side))
        return false;
    if (h->hit.count > 0) { /* other columns of it */
        *out = h->hit;
        h->asks = false;
        return true;
    }
    if (rows_of(h->side) == 0 && rows_of(h->all) > 0 && !h->wrapped) {
        h->wrapped = true;
        if (ask_side(h, h->backward ? INT64_MAX : -1, &h->why) != ERR_OK)
            return fail(h, &h->why, e);
        return false;
    }
    if (rows_of(h->side) == 0)
        *out = (struct hit){.count = 0};
    else if (!read_hit(h, out))
        return false;
    else if (out->row < 0 || out->row == INT64_MAX) {
        (void)err_set(&h->why, ERR_PROTO, "expected the number of a row, found %" PRId64,
                      out->row);
        return fail(h, &h->why, e);
    }
    h->hit = *out;
    h->asks = false;
    return true;
}

/* --- */

struct hits *hits_new(struct connection *connection, const struct hits_wish *wish,
                      void (*changed)(void *ctx), void *ctx)
{
    struct hits *h = MEM_NEW(struct hits);

    *h = (struct hits){.connection = connection,
                       .changed = changed,
                       .ctx = ctx,
                       .recipe = recipe_copy(wish->recipe),
                       .condition = condition_copy(wish->condition),
                       .names = MEM_ARRAY(const char *, wish->n + 1),
                       .n_names = wish->n + 1,
                       .of_copy = wish->of_copy};
    h->names[0] = mem_strdup(RECIPE_ROW_NUMBER);
    for (size_t i = 0; i < wish->n; i++)
        h->names[i + 1] = mem_strdup(wish->columns[i]);
    return h;
}

void hits_free(struct hits *h)
{
    if (!h)
        return;
    feed_close(h->all);
    feed_close(h->side);
    server_log_stop(h->log);
    table_free(h->fits);
    recipe_free(h->recipe);
    condition_free(h->condition);
    for (size_t i = 0; i < h->n_names; i++)
        free((char *)h->names[i]);
    free(h->names);
    free(h);
}
