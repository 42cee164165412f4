#include "client/hits.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define NUMBER_COLUMN "__DhviewHit"

struct hits {
    struct connection *connection; /* borrowed */
    void (*changed)(void *ctx);
    void *ctx;
    struct recipe *recipe;       /* owned */
    struct condition *condition; /* owned */
    const char **names; /* owned, also what they name: the number, and the others */
    size_t n_names;
    struct feed *all;  /* what fits; NULL: nothing was asked yet */
    struct feed *side; /* of that, what is on one side of a row */
    bool asks, backward, wrapped;
    struct err why; /* of the end of either; ERR_OK: none has ended */
};

/* --- what is asked --- */

/* The rows that fit, with their numbers, and beside a number that they are to be behind or
 * before (NULL: all). Owned; NULL, with e, when the recipe has no room for more steps. */
static struct recipe *recipe_of(const struct hits *h, const struct condition *side,
                                struct err *e)
{
    const struct recipe_step steps[] = {
        {.op = RECIPE_ADD, .column = NUMBER_COLUMN, .text = "ii"},
        {.op = RECIPE_FILTER, .text = "", .condition = h->condition},
        {.op = RECIPE_SELECT, .names = h->names, .n = h->n_names},
        {.op = RECIPE_FILTER, .text = "", .condition = side},
    };
    struct recipe *out = NULL;

    (void)recipe_appended(h->recipe, steps, side ? 4 : 3, &out, e);
    return out;
}

static struct condition *side_of(int64_t row, bool backward)
{
    char digits[24];

    (void)snprintf(digits, sizeof(digits), "%" PRId64, row);
    return condition_compare(NUMBER_COLUMN, backward ? COMPARE_LESS : COMPARE_GREATER,
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

/* Asks for the first row of a recipe (given, or NULL), or for the last one. */
static enum err_code open_feed(struct hits *h, struct recipe *r, bool last,
                               struct feed **out, struct err *e)
{
    struct stream_options o = {.list_limit = 1};
    struct viewport v = {.rows = rowset_new_range(0, 0),
                         .columns = rowset_new_range(0, (int64_t)h->n_names - 1),
                         .reverse = last};
    enum err_code rc =
        r ? feed_open(h->connection, r, NULL, &o, &v, &feed_handler, h, out, e) : e->code;

    viewport_release(&v);
    return rc;
}

static enum err_code ask_side(struct hits *h, int64_t row, bool backward, struct err *e)
{
    struct condition *side = side_of(row, backward);
    struct recipe *r = recipe_of(h, side, e);

    condition_free(side);
    feed_close(h->side);
    h->side = NULL;
    h->backward = backward;
    return open_feed(h, r, backward, &h->side, e);
}

enum err_code hits_seek(struct hits *h, int64_t row, bool backward, struct err *e)
{
    h->wrapped = h->asks = false;
    if (!h->all)
        TRY(open_feed(h, recipe_of(h, NULL, e), false, &h->all, e));
    TRY(ask_side(h, row, backward, e));
    h->asks = true;
    return ERR_OK;
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

    return window_cell(&w, column, h->backward ? window_rows(&w) - 1 : 0);
}

size_t hits_columns(const struct hits *h)
{
    return h->n_names - 1;
}

const char *hits_column(const struct hits *h, size_t i)
{
    return h->names[i + 1];
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

static bool fail(struct hits *h, struct err *e)
{
    h->asks = false;
    *e = h->why;
    return true;
}

bool hits_take(struct hits *h, struct hit *out, struct err *e)
{
    e->code = ERR_OK;
    if (!h->asks)
        return false;
    if (h->why.code != ERR_OK)
        return fail(h, e);
    if (!is_there(h->all) || !is_there(h->side))
        return false;
    if (rows_of(h->side) == 0 && rows_of(h->all) > 0 && !h->wrapped) {
        h->wrapped = true;
        if (ask_side(h, h->backward ? INT64_MAX : -1, h->backward, &h->why) != ERR_OK)
            return fail(h, e);
        return false;
    }
    if (rows_of(h->side) == 0)
        *out = (struct hit){.count = 0};
    else if (!read_hit(h, out))
        return false;
    else if (out->row < 0 || out->row == INT64_MAX) {
        (void)err_set(&h->why, ERR_PROTO, "expected the number of a row, found %" PRId64,
                      out->row);
        return fail(h, e);
    }
    h->asks = false;
    return true;
}

/* --- */

struct hits *hits_new(struct connection *connection, const struct recipe *recipe,
                      const struct condition *c, const char *const *columns, size_t n,
                      void (*changed)(void *ctx), void *ctx)
{
    struct hits *h = MEM_NEW(struct hits);

    *h = (struct hits){.connection = connection,
                       .changed = changed,
                       .ctx = ctx,
                       .recipe = recipe_copy(recipe),
                       .condition = condition_copy(c),
                       .names = MEM_ARRAY(const char *, n + 1),
                       .n_names = n + 1};
    h->names[0] = mem_strdup(NUMBER_COLUMN);
    for (size_t i = 0; i < n; i++)
        h->names[i + 1] = mem_strdup(columns[i]);
    return h;
}

void hits_free(struct hits *h)
{
    if (!h)
        return;
    feed_close(h->all);
    feed_close(h->side);
    recipe_free(h->recipe);
    condition_free(h->condition);
    for (size_t i = 0; i < h->n_names; i++)
        free((char *)h->names[i]);
    free(h->names);
    free(h);
}
