/*
 * What replaces the table that is shown, or its stream, because the user asks for it; how
 * it takes over is client/feed.c's.
 */
#include "client/feed.h"

#include <string.h>

#include "client/feed_parts.h"

/* --- what is told of it --- */

void feed_tell_restarted(struct feed *f, const struct err *why)
{
    if (f->handler->restarted)
        f->handler->restarted(f->ctx, why);
}

void feed_tell_ended(struct feed *f, const struct err *why)
{
    f->end_untold = false;
    table_become(f->table, table_state(f->table)->phase, why);
    f->handler->ended(f->ctx, why);
}

void feed_forget_reason(struct feed *f)
{
    server_log_stop(f->log);
    f->log = NULL;
}

static void on_explained(void *ctx, const struct err *explained)
{
    struct feed *f = ctx;

    f->log = NULL;
    f->tell(f, explained);
}

void feed_explain(struct feed *f, const struct err *why, feed_tell_fn *tell)
{
    feed_forget_reason(f);
    f->tell = tell;
    f->log = server_log_explain(session_of(f), why, on_explained, f);
    if (f->log)
        f->handler->changed(f->ctx); /* what is known already is shown meanwhile */
    else
        tell(f, why);
}

/* --- asking --- */

enum err_code feed_set_interval(struct feed *f, int32_t interval_ms, struct err *e)
{
    const struct table_state *state = table_state(f->table);
    int32_t before = f->options.interval_ms;

    if (!is_ready(f))
        return err_set(e, ERR_LOST, "the connection is gone");
    f->options.interval_ms = interval_ms;
    f->options.least_ms = 0;
    pacer_forget(f->pacer);
    feed_sweep(f);
    feed_forget_reason(f);
    /* one that waits for the schema is opened with it, at this interval */
    if (!f->wants_schema && feed_open_next(f, e) != ERR_OK) {
        f->options.interval_ms = before;
        return e->code;
    }
    f->replacing = true;
    if (state->phase == TABLE_ENDED)
        table_become(f->table, TABLE_OLD, &state->why);
    return ERR_OK;
}

/* Whatever was on its way is so no more. */
static void clear_way(struct feed *f)
{
    feed_forget_reason(f);
    feed_sweep(f);
    stream_free(f->next);
    f->next = NULL;
    feed_drop_coming(f);
    f->replacing = f->applying = f->wants_schema = false;
    f->failure.code = ERR_OK;
}

/* Opens a stream on what comes. When its schema has to be known first, which is when it may
 * not be asked for blindly, the stream is opened with that. */
static enum err_code begin_coming(struct feed *f, bool blindly, struct err *e)
{
    struct table *root;
    enum err_code rc;

    f->replacing = true;
    root = root_of_next(f);
    f->wants_schema = !table_schema(root) && !blindly;
    rc = f->wants_schema ? table_build(root, e) : feed_open_next(f, e);
    if (rc != ERR_OK)
        clear_way(f);
    return rc;
}

enum err_code feed_reload(struct feed *f, const struct viewport *viewport, struct err *e)
{
    const struct recipe *recipe = table_recipe(f->table);

    if (!is_ready(f))
        return err_set(e, ERR_LOST, "the connection is gone");
    clear_way(f);
    comeback_stop(f->comeback);
    f->anew = versions_anew(f->versions);
    f->coming = versions_get(f->anew, recipe_copy(recipe));
    viewport_take(&f->asked, viewport);
    feed_translate(f);
    /* a table that needed text is not asked for blindly again: that would end other
     * clients' streams on it */
    return begin_coming(f, !recipe_has_text(recipe), e);
}

enum err_code feed_apply(struct feed *f, struct recipe *recipe,
                         const struct viewport *first, struct err *e)
{
    struct table *coming;

    if (!is_ready(f)) {
        recipe_free(recipe);
        return err_set(e, ERR_LOST, "the connection is gone");
    }
    clear_way(f);
    coming = versions_get(f->versions, recipe);
    f->applying = true;
    viewport_take(&f->first, first);
    if (coming == f->table) {
        viewport_take(&f->asked, first);
    } else {
        f->coming = coming;
        feed_translate(f);
    }
    /* of a wide table that would bring all columns; that of a tree is told by nothing else
     */
    return begin_coming(
        f,
        recipe_is_tree(table_recipe(coming)) ||
            (!recipe_has_text(table_recipe(coming)) && !table_is_wide(f->table)),
        e);
}

void feed_cancel(struct feed *f)
{
    if (!feed_reloading(f))
        return;
    clear_way(f);
    feed_follow_up(f);
}
