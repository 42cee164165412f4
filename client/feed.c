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
 * now (needs_next()), asked again after every update and request, so that nobody has to
 * remember why it was opened: but for `replacing`, what the user asked for, where current
 * could go on.
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

#include <inttypes.h>
#include <stdlib.h>

#include "base/log.h"
#include "base/mem.h"
#include "client/clock.h"
#include "client/feed_parts.h"
#include "client/loss.h"

/* --- streams --- */

static bool next_is_open(const struct feed *f)
{
    return f->next && !f->next->done;
}

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
    if (!f->next && !f->replacing)
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
static void end_next(struct feed *f)
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

static bool needs_next(const struct feed *f);
static void give_up(struct feed *f, const struct err *why);
static void stream_over(struct stream *s, const struct err *reason);

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
        stream_over(s, &e);
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

/* What was to replace the rows cannot be had: the screen keeps what it has, unless that is
 * over, or it waits for columns that only the new stream could bring. */
static void refuse(struct feed *f, const struct err *why)
{
    bool asked = f->replacing;
    struct err e = *why;

    table_explain(root_of_next(f), &e);
    end_next(f);
    f->replacing = f->applying = f->wants_schema = false;
    f->options.interval_ms = f->current->interval_ms;
    f->options.least_ms = f->current->least_ms;
    if (!feed_ended(f) &&
        (subscription_ended(f->current->subscription) || !covers(f, f->current)))
        give_up(f, &e);
    else if (asked)
        feed_tell_refusal(f, &e);
}

/* Replaces a stream that has just ended with a contradiction; false when that is of no
 * use. */
static bool resubscribed(struct feed *f, const struct err *why)
{
    struct err e;

    if (why->code != ERR_MISFIT || !needs_next(f) ||
        !resubscriptions_try(&f->resubscriptions, clock_ms()))
        return false;
    f->resubscribed_why = *why;
    log_line(LOG_LEVEL_WARN, "subscribing anew, for the %" PRIu64 ". time: %s",
             f->resubscriptions.count, why->msg);
    return feed_open_next(f, &e) == ERR_OK;
}

/* Which step of the table it was for which a stream on it failed, and mostly also why, is
 * still to be told. */
static bool waits_for_answer(const struct err *failure, const struct table *t)
{
    return table_asks(t) && (end_of_a_step(failure) ||
                             (table_is_edited(t) && !loss_of_call_may_pass(failure)));
}

/* Replaces a stream that has just ended, perhaps for a value, by one that asks for more
 * columns as text; false when there are none. A reason that only a step can tell is waited
 * for likewise. */
static bool asked_as_text(struct stream *s, const struct err *why)
{
    struct feed *f = s->owner;
    enum recipe_op op;
    struct err e;

    if (table_failure(s->root, &op) ||
        !(end_may_be_a_value(why) || end_of_a_step(why) || waits_for_answer(why, s->root)))
        return false;
    f->failure = *why;
    if (!table_schema(s->root) || waits_for_answer(why, s->root)) {
        f->wants_schema = table_build(s->root, &e) == ERR_OK;
        return f->wants_schema;
    }
    if (!table_as_text_more(s->root))
        return false;
    log_line(LOG_LEVEL_WARN, "asking for more columns of %s as text: %s",
             recipe_name(table_recipe(s->root)), why->msg);
    return feed_open_next(f, &e) == ERR_OK;
}

/* A stream is over and will be replaced: what is held is old when it was that stream's. */
static void note_over(struct feed *f, const struct stream *s, const struct err *why)
{
    if (s == f->current && table_state(f->table)->phase == TABLE_LIVE)
        table_become(f->table, TABLE_OLD, why);
    f->handler->changed(f->ctx);
}

/* Likewise, and will be opened again: nothing is to be opened before. Rows that are old
 * already are so for the newest reason. */
static void broke_off(struct feed *f, const struct stream *s, const struct err *why)
{
    if (s == f->next)
        end_next(f);
    else
        pacer_over(f->pacer);
    if (table_state(f->table)->phase == TABLE_OLD)
        table_become(f->table, TABLE_OLD, why);
    note_over(f, s, why);
}

static void stream_over(struct stream *s, const struct err *reason)
{
    struct feed *f = s->owner;
    struct err why = stream_end_reason(s, reason);

    /* next takes over, or ends for a reason too */
    bool replaced = s != f->next && (next_is_open(f) || f->wants_schema);

    if (replaced ||
        (is_served(f) && is_ready(f) && (resubscribed(f, &why) || asked_as_text(s, &why))))
        note_over(f, s, &why);
    else if (is_served(f) && comeback_wait(f->comeback, &why))
        broke_off(f, s, &why);
    else if (s == f->next)
        refuse(f, &why);
    else
        give_up(f, &why);
}

static void on_ended(void *ctx, const struct err *why)
{
    stream_over(ctx, why);
}

static const struct subscription_handler stream_handler = {on_schema, on_update, on_ended};

/* --- what a table tells --- */

/* A blind stream has failed, or there was none for a table known to need text: with the
 * schema there is a second try. */
static void try_with_schema(struct feed *f, struct table *t)
{
    enum recipe_op op;
    const struct err *failure = table_failure(t, &op);
    struct err e = failure ? *failure : f->failure;
    bool can = !failure && table_schema(t);

    if (failure && comeback_wait(f->comeback, failure)) {
        f->failure.code = ERR_OK; /* it is known now, and no value */
        return;
    }
    f->wants_schema = false;
    if (can && f->failure.code != ERR_OK && !table_as_text_more(t))
        can = false;
    f->failure.code = ERR_OK;
    if (can && feed_open_next(f, &e) == ERR_OK)
        return;
    if (t == f->coming)
        refuse(f, &e);
    else
        give_up(f, &e);
}

/* Streams that wait for an export that may never be made. */
static void interrupted(struct feed *f, const struct err *why)
{
    if (!comeback_wait(f->comeback, why))
        return;
    if (f->next && !subscription_settled(f->next->subscription))
        end_next(f);
    if (!f->current->is_blind && !subscription_settled(f->current->subscription))
        subscription_stop(f->current->subscription);
}

/* Mostly the stream is told so too; but one that waits for an export which the server has
 * not even begun, or which a gateway has refused, would wait for ever. */
static void end_in_vain(const struct table *t, struct stream *s)
{
    enum recipe_op op;

    if (!s || s->done || s->root != t || subscription_ended(s->subscription) ||
        subscription_settled(s->subscription))
        return;
    subscription_stop(s->subscription);
    stream_over(s, table_failure(t, &op));
}

static void on_told(void *ctx, struct table *t)
{
    struct feed *f = ctx;
    enum recipe_op op;

    if (table_interruption(t))
        interrupted(f, table_interruption(t));
    if (t == f->coming && table_schema(t))
        feed_translate(f);
    if (table_is_refused(t)) {
        end_in_vain(t, f->next);
        end_in_vain(t, f->current);
    } else if (table_has_no_source(t)) {
        end_in_vain(t, f->next); /* the current one may have been opened by name */
    }
    if (f->wants_schema && t == root_of_next(f) &&
        (table_failure(t, &op) || (table_schema(t) && !waits_for_answer(&f->failure, t))))
        try_with_schema(f, t);
    f->handler->changed(f->ctx);
}

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
static bool needs_next(const struct feed *f)
{
    return f->replacing || subscription_ended(f->current->subscription) ||
           f->current->least_ms != f->options.least_ms || !covers(f, f->current) ||
           (!f->current->part && stream_is_wide(f->table));
}

/* A next stream that does not have the columns any more is replaced only once it is
 * complete: a screen in a hurry would else open a view and a stream with every step, and
 * never see one of them through. */
static bool wants_other_next(const struct feed *f)
{
    if (f->wants_schema || !needs_next(f))
        return false;
    return !f->next || (subscription_settled(f->next->subscription) && !covers(f, f->next));
}

/* Ends the feed. Streams that could go on are stopped too, since what they bring would make
 * the rows look current. */
static void give_up(struct feed *f, const struct err *why)
{
    struct err e = *why;

    if (feed_ended(f))
        return;
    session_upkeep(session_of(f)); /* so that a server too old to be understood is told */
    table_explain(f->table, &e);
    table_become(
        f->table,
        subscription_replica(f->current->subscription) ? TABLE_ENDED : TABLE_FAILED, &e);
    subscription_stop(f->current->subscription);
    pacer_over(f->pacer);
    end_next(f);
    feed_forget_refusal(f);
    comeback_stop(f->comeback);
    f->replacing = f->applying = f->wants_schema = f->suspended = false;
    f->handler->ended(f->ctx, &e);
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
        refuse(f, &e);
    else
        note_over(f, f->current, &why);
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
        refuse(f, &e);
    if (changed && f->handler->paced)
        f->handler->paced(f->ctx);
}

static void apply_wanted(struct feed *f)
{
    struct recipe *recipe = f->wanted;
    struct viewport first;
    struct err e;

    f->wanted = NULL;
    viewport_copy(&first, &f->asked);
    if (feed_apply(f, recipe, &first, &e) != ERR_OK)
        feed_tell_restarted(f, &e);
    viewport_release(&first);
}

void feed_follow_up(struct feed *f)
{
    struct err e;
    enum err_code rc;

    if (!is_served(f) || f->alone || !is_ready(f))
        return;
    if (f->wanted) {
        apply_wanted(f);
        return;
    }
    rc = table_build(f->table, &e);
    if (rc == ERR_OK && wants_other_next(f) &&
        (subscription_settled(f->current->subscription) ||
         subscription_ended(f->current->subscription)))
        rc = feed_open_next(f, &e);
    if (rc != ERR_OK)
        refuse(f, &e);
}

/* --- what broke off --- */

static void on_again(void *ctx)
{
    struct feed *f = ctx;
    struct err e;

    if (f->suspended) { /* all of it comes with feed_resume() */
        if (table_state(f->table)->phase == TABLE_OLD)
            table_become(f->table, TABLE_OLD, NULL);
        return;
    }
    feed_sweep(f); /* before: one that could not be had is not asked for again */
    f->replacing = f->replacing || feed_ended(f);
    f->alone = false;
    table_forget_failure(f->table);
    if (f->coming)
        table_forget_failure(f->coming);
    if (f->wants_schema && table_build(root_of_next(f), &e) != ERR_OK)
        refuse(f, &e);
    feed_follow_up(f);
    f->handler->changed(f->ctx);
}

static void on_gone(void *ctx, const struct err *why)
{
    give_up(ctx, why);
}

static const struct comeback_handler comeback_events = {on_again, on_gone};

bool feed_revive(struct feed *f)
{
    uint64_t due_ms;
    bool waits = comeback_waits(f->comeback, &due_ms);

    if (waits) {
        comeback_hurry(f->comeback);
    } else if (feed_ended(f) && !f->replacing && is_ready(f)) {
        versions_forget_made(f->versions, f->table);
        on_again(f);
    }
    return waits || feed_ended(f);
}

/* Edits can be asked for only with a session; until then it is the source. */
static struct table *first_table(struct feed *f, struct recipe *recipe)
{
    struct recipe *bare;

    if (is_ready(f))
        return versions_get(f->versions, recipe);
    bare = recipe_without_edits(recipe);
    if (!recipe_equal(bare, recipe))
        f->wanted = recipe;
    else
        recipe_free(recipe);
    return versions_get(f->versions, bare);
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
    f->versions = versions_new(connection, recipe, on_told, f);
    f->table = first_table(f, recipe);
    if (schema && !f->wanted) {
        table_take_schema(f->table, schema);
        viewport_clip(&f->asked, schema->n_columns);
    }
    f->alone = !is_ready(f);
    f->pacer = pacer_new(connection, on_pace, f);
    f->comeback = comeback_new(connection, &comeback_events, f);
    rc =
        stream_open(connection, f->table, o, &f->asked, &stream_handler, f, &f->current, e);
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
    feed_forget_refusal(f);
    stream_free_retired(&f->retired);
    stream_free(f->next);
    stream_free(f->current);
    pacer_free(f->pacer);
    versions_free(f->anew);
    versions_free(f->versions);
    comeback_free(f->comeback);
    recipe_free(f->wanted);
    viewport_release(&f->first);
    viewport_release(&f->asked);
    viewport_release(&f->asked_coming);
    free(f);
}

/* --- a pause of its streams --- */

void feed_suspend(struct feed *f, const struct err *why)
{
    if (f->suspended || !is_served(f))
        return;
    f->suspended = true;
    f->alone = false;
    feed_follow_up(f); /* a table that was not asked for yet is now */
    subscription_stop(f->current->subscription);
    pacer_over(f->pacer);
    end_next(f);
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
    if (!f->wants_schema && feed_open_next(f, &e) != ERR_OK)
        refuse(f, &e);
}

void feed_failed(struct feed *f, const struct err *why)
{
    if (f->suspended)
        give_up(f, why);
}

/* --- asking --- */

/* After another viewport was asked for. */
static void settle_next(struct feed *f)
{
    struct err e;

    if (!needs_next(f)) {
        stream_free(f->next); /* the screen came back before it was needed */
        f->next = NULL;
    } else if (next_is_open(f) && covers(f, f->next)) {
        stream_request(f->next, wanted(f, f->next));
        if (next_is_complete(f)) /* for an earlier screen: nothing more comes of it */
            promote(f);
    } else if (is_ready(f) && wants_other_next(f) && feed_open_next(f, &e) != ERR_OK) {
        refuse(f, &e);
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
