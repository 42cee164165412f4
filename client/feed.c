/*
 * A stream is one subscription to a table (`root`), or to a part of it. `current` supplies
 * the rows that are shown, `next` is on its way to replace it; there is never a third, but
 * what is over waits to be freed (`retired`) until its own callback has returned.
 *
 *     table  -> current, and next when columns, interval or a contradiction ask for it
 *     coming -> next, when the table is asked for anew, or another recipe is to be shown;
 *               it becomes `table` with the swap
 *
 * next takes over when it holds all that is asked of it (next_is_complete()), whatever it
 * was opened for. Why there should be a next is always the same question to what is there
 * now (feed_needs_next()), asked again after every update and request, so that nobody has
 * to remember why it was opened: but for `replacing`, what the user asked for, where
 * current could go on.
 *
 * A feed that is suspended is one whose current stream is over: what would open a next one
 * does not (feed_open_next()), and feed_resume() does.
 *
 * The first stream is opened before the schema is known and asks for all columns. With the
 * schema it is limited to those that it can give and that harm nobody (table_withheld()),
 * and next brings the rest. A set of columns is in the numbers of a stream's own root:
 * `asked` of table, `asked_coming` of coming, which is the same by column names, but for
 * another recipe: that has other rows, and begins with the window that came with it. Of a
 * very wide table only the schema is waited for (leave_blind()).
 */
#include "client/feed.h"

#include <stdlib.h>

#include "base/mem.h"
#include "client/feed_parts.h"

/* --- streams --- */

void feed_drop_coming(struct feed *f)
{
    if (f->coming)
        versions_drop(f->versions, f->coming);
    versions_free(f->anew);
    f->anew = NULL;
    f->coming = NULL;
}

void feed_sweep(struct feed *f)
{
    stream_free_retired(&f->retired);
    if (f->next && f->next->done) {
        stream_free(f->next);
        f->next = NULL;
    }
    if (!f->replacing) /* else it was refused; no stream that is open is on it */
        feed_drop_coming(f);
}

/* --- columns --- */

void feed_translate(struct feed *f)
{
    struct viewport coming =
        stream_translate(f->applying ? &f->first : &f->asked, table_schema(f->table),
                         table_schema(f->coming));

    viewport_release(&f->asked_coming);
    f->asked_coming = coming;
}

/* --- the swap --- */

static bool next_is_complete(const struct feed *f)
{
    return next_is_open(f) && stream_is_complete(f->next, wanted(f, f->next));
}

/* It is freed later, by feed_sweep(): this may be its own callback. */
void feed_end_next(struct feed *f)
{
    if (!f->next)
        return;
    subscription_stop(f->next->subscription);
    f->next->done = true;
}

/* What comes is what is shown from now on; returns what goes with the one before. */
static struct versions *take_coming(struct feed *f)
{
    struct versions *old = f->anew ? f->versions : NULL;

    if (f->anew)
        f->versions = f->anew;
    f->anew = NULL;
    f->table = f->coming;
    f->coming = NULL;
    viewport_take(&f->asked, &f->asked_coming);
    return old;
}

static void promote(struct feed *f)
{
    struct stream *old = f->current;
    struct versions *old_versions = NULL;
    bool was_blind = old->is_blind, asked = f->replacing;

    f->current = f->next;
    f->next = NULL;
    f->replacing = f->applying = false;
    pacer_began(f->pacer, f->current->subscription, f->current->interval_ms);
    f->options.interval_ms = f->current->interval_ms;
    if (f->current->root == f->coming)
        old_versions = take_coming(f);
    table_become(f->table, TABLE_LIVE, NULL);
    subscription_stop(old->subscription);
    f->handler->changed(f->ctx); /* may still look at what was */
    if (asked)
        feed_tell_restarted(f, NULL);
    stream_free(old);
    versions_free(old_versions);
    versions_trim(f->versions, f->table);
    if (was_blind)
        mem_trim(); /* it began with all columns of the table */
}

/* --- what a stream tells --- */

/* The columns near the screen alone come sooner than all of them. */
static void leave_blind(struct feed *f)
{
    f->alone = false;
    subscription_stop(f->current->subscription);
    feed_follow_up(f);
    session_upkeep(session_of(f));
}

static void on_schema(void *ctx)
{
    struct stream *s = ctx;
    struct feed *f = s->owner;
    struct err e;

    if (stream_take_schema(s, &e) != ERR_OK) {
        subscription_stop(s->subscription);
        feed_stream_over(s, &e);
        return;
    }
    if (s->root == f->coming)
        feed_translate(f);
    else /* what was asked before was a guess */
        viewport_clip(&f->asked, table_schema(s->root)->n_columns);
    /* else the stream limits itself */
    if (s->columns || !rowset_contains(subscription_asked(s->subscription)->columns,
                                       wanted(f, s)->columns))
        stream_request(s, wanted(f, s));
    if (s == f->current && stream_asked_too_much(s) && is_ready(f))
        leave_blind(f);
    if (s == f->current)
        f->handler->changed(f->ctx);
}

static void on_update(void *ctx)
{
    struct stream *s = ctx;
    struct feed *f = s->owner;

    stream_free_retired(&f->retired);
    if (s == f->next && (next_is_complete(f) || stream_is_void(f->current))) {
        promote(f);
    } else if (s == f->current) {
        if (table_state(f->table)->phase == TABLE_RESOLVING)
            table_become(f->table, TABLE_LIVE, NULL);
        pacer_update(f->pacer, s->subscription, s->interval_ms);
        f->handler->changed(f->ctx);
    }
    feed_follow_up(f);
}

static void on_ended(void *ctx, const struct err *why)
{
    feed_stream_over(ctx, why);
}

static const struct subscription_handler stream_handler = {on_schema, on_update, on_ended};

/* --- opening --- */

enum err_code feed_open_next(struct feed *f, struct err *e)
{
    struct table *root = root_of_next(f);
    struct stream *s;
    uint64_t due_ms;

    if (f->suspended || comeback_waits(f->comeback, &due_ms))
        return ERR_OK;
    TRY(stream_open(f->connection, root, &f->options,
                    root == f->coming ? &f->asked_coming : &f->asked, &stream_handler, f,
                    &s, e));
    if (f->next)
        stream_retire(f->next, &f->retired); /* this may be its own callback */
    f->next = s;
    return ERR_OK;
}

/* The screen needs another stream than the current one. */
bool feed_needs_next(const struct feed *f)
{
    return f->replacing || subscription_ended(f->current->subscription) ||
           f->current->least_ms != f->options.least_ms || !covers(f, f->current) ||
           (!f->current->part && table_is_wide(f->table));
}

/* A next stream that does not have the columns any more is replaced only once it is
 * complete: a screen in a hurry would else open a view and a stream with every step, and
 * never see one of them through. */
static bool wants_other_next(const struct feed *f)
{
    if (f->wants_schema || !feed_needs_next(f))
        return false;
    return !f->next || (subscription_settled(f->next->subscription) && !covers(f, f->next));
}

/* --- a slow link --- */

/* What the link has not brought yet goes with its stream, and the answer to what is asked
 * now does not wait for it. */
static void drop_backlog(struct feed *f, bool opens)
{
    struct err e, why;

    (void)err_set(&why, ERR_LIMIT, "the link brings less than the table changes");
    subscription_stop(f->current->subscription);
    if (opens && feed_open_next(f, &e) != ERR_OK)
        feed_refuse(f, &e);
    else
        feed_note_over(f, f->current, &why);
}

/* What the user has asked for meanwhile comes first. */
static void on_pace(void *ctx, bool late, bool changed)
{
    struct feed *f = ctx;
    bool opens = !f->replacing;
    struct err e;

    if (opens)
        f->options.least_ms = pacer_least_ms(f->pacer);
    if (late)
        drop_backlog(f, opens);
    else if (opens && feed_open_next(f, &e) != ERR_OK)
        feed_refuse(f, &e);
    if (changed && f->handler->paced)
        f->handler->paced(f->ctx);
}

void feed_follow_up(struct feed *f)
{
    struct err e;
    enum err_code rc;

    if (!is_served(f) || f->alone || !is_ready(f))
        return;
    rc = table_build(f->table, &e);
    if (rc == ERR_OK && wants_other_next(f) &&
        (subscription_settled(f->current->subscription) ||
         subscription_ended(f->current->subscription)))
        rc = feed_open_next(f, &e);
    if (rc != ERR_OK)
        feed_refuse(f, &e);
}

/* --- life --- */

/* Opens the first stream. What the login is to come with can only be the source itself:
 * what makes an edited table is another call, and has to be the first one then. */
static enum err_code begin(struct feed *f, struct err *e)
{
    if (!session_can_call(session_of(f)) || (table_is_edited(f->table) && !is_ready(f)))
        return err_set(e, ERR_LOST, "the connection is gone");
    return stream_open(f->connection, f->table, &f->options, &f->asked, &stream_handler, f,
                       &f->current, e);
}

enum err_code feed_open(struct connection *connection, struct recipe *recipe,
                        const struct schema *schema, const struct stream_options *o,
                        const struct viewport *viewport, const struct feed_handler *handler,
                        void *ctx, struct feed **out, struct err *e)
{
    struct feed *f = MEM_NEW(struct feed);
    enum err_code rc;

    f->connection = connection;
    f->handler = handler;
    f->ctx = ctx;
    f->options = *o;
    viewport_copy(&f->asked, viewport);
    viewport_copy(&f->asked_coming, viewport);
    f->versions = versions_new(connection, recipe, feed_told, f);
    f->table = versions_get(f->versions, recipe);
    if (schema) {
        table_take_schema(f->table, schema);
        viewport_clip(&f->asked, schema->n_columns);
    }
    f->alone = !is_ready(f);
    f->pacer = pacer_new(connection, on_pace, f);
    f->comeback = comeback_new(connection, &feed_comeback, f);
    rc = begin(f, e);
    if (rc == ERR_OK)
        *out = f;
    else
        feed_close(f);
    return rc;
}

enum err_code feed_peek(const struct feed *of, const struct stream_options *o,
                        const struct viewport *viewport, const struct feed_handler *handler,
                        void *ctx, struct feed **out, struct err *e)
{
    const struct recipe *recipe = table_recipe(of->table);

    TRY(feed_open(of->connection, recipe_of_source(recipe, table_source(of->table)),
                  table_schema(of->table), o, viewport, handler, ctx, out, e));
    versions_set_origin((*out)->versions, recipe_ticket(recipe));
    return ERR_OK;
}

void feed_close(struct feed *f)
{
    if (!f)
        return;
    feed_forget_reason(f);
    stream_free_retired(&f->retired);
    stream_free(f->next);
    stream_free(f->current);
    pacer_free(f->pacer);
    versions_free(f->anew);
    versions_free(f->versions);
    comeback_free(f->comeback);
    viewport_release(&f->first);
    viewport_release(&f->asked);
    viewport_release(&f->asked_coming);
    free(f);
}

/* --- a pause of its streams --- */

void feed_suspend(struct feed *f, const struct err *why)
{
    uint64_t due_ms;

    if (f->suspended || !is_served(f))
        return;
    f->suspended = true;
    f->alone = false;
    if (!comeback_waits(f->comeback, &due_ms))
        feed_follow_up(f); /* a table that was not asked for yet is now */
    subscription_stop(f->current->subscription);
    pacer_over(f->pacer);
    feed_end_next(f);
    if (table_state(f->table)->phase == TABLE_LIVE)
        table_become(f->table, TABLE_OLD, why);
}

void feed_resume(struct feed *f)
{
    struct err e;

    if (!f->suspended || !is_ready(f))
        return;
    f->suspended = false;
    feed_sweep(f);
    feed_forget_failures(f);
    if (!f->wants_schema && feed_open_next(f, &e) != ERR_OK)
        feed_refuse(f, &e);
}

/* --- asking --- */

/* After another viewport was asked for. */
static void settle_next(struct feed *f)
{
    struct err e;

    if (!feed_needs_next(f)) {
        stream_free(f->next); /* the screen came back before it was needed */
        f->next = NULL;
    } else if (next_is_open(f) && covers(f, f->next)) {
        stream_request(f->next, wanted(f, f->next));
        if (next_is_complete(f)) /* for an earlier screen: nothing more comes of it */
            promote(f);
    } else if (is_ready(f) && wants_other_next(f) && feed_open_next(f, &e) != ERR_OK) {
        feed_refuse(f, &e);
    }
}

void feed_request(struct feed *f, const struct viewport *viewport)
{
    feed_sweep(f);
    if (!is_served(f))
        return;
    viewport_take(&f->asked, viewport);
    if (f->coming && !f->applying)
        feed_translate(f);
    if (pacer_is_behind(f->pacer)) {
        pacer_over(f->pacer);
        drop_backlog(f, !next_is_open(f));
    } else {
        stream_request(f->current, &f->asked);
    }
    if (table_schema(f->table) && is_served(f))
        settle_next(f);
}

void feed_shown(struct feed *f)
{
    if (!f->alone || !subscription_settled(f->current->subscription))
        return;
    f->alone = false;
    session_upkeep(session_of(f));
    feed_follow_up(f);
}
