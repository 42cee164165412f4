/*
 * What becomes of a feed when a stream ends, when a step of its table is refused, or when
 * what was asked for cannot be had: it is replaced at once, opened again later, refused, or
 * the feed is over. What takes over, and when, is client/feed.c's.
 *
 * A stream that ended is, in this order: of no more interest, since next takes over or ends
 * for a reason too; replaced, where another one may get further (resubscribed(),
 * asked_as_text()); opened again after a wait (client/comeback); and then either what was
 * to replace the rows cannot be had, or the rows themselves cannot.
 *
 * A step that the server refuses is told by the batch that makes it, a stream on its export
 * only says that something before it has failed. Whichever comes first, the other explains
 * it (waits_for_answer(), end_in_vain()).
 */
#include "client/feed.h"

#include <inttypes.h>

#include "base/log.h"
#include "client/clock.h"
#include "client/feed_parts.h"
#include "client/loss.h"

/* --- ends --- */

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
    feed_end_next(f);
    comeback_stop(f->comeback);
    f->replacing = f->applying = f->wants_schema = f->suspended = false;
    f->end_untold = true;
    feed_explain(f, &e, feed_tell_ended);
}

/* The current stream is over, or has not the columns that are asked for. */
static bool falls_short(const struct feed *f)
{
    return subscription_ended(f->current->subscription) || !covers(f, f->current);
}

/* The table that is shown is to go on, also where the current stream has fallen short while
 * another one was on its way. False when that cannot be: e. */
static bool goes_on(struct feed *f, struct err *e)
{
    struct err lost;

    if (feed_ended(f) || !feed_needs_next(f))
        return true;
    if (is_ready(f))
        return feed_open_next(f, e) == ERR_OK;
    (void)err_set(&lost, ERR_LOST, "the connection is gone");
    return comeback_wait(f->comeback, &lost);
}

void feed_refuse(struct feed *f, const struct err *why)
{
    bool asked = f->replacing;
    struct err e = *why, fault = *why;

    table_explain(root_of_next(f), &e);
    feed_end_next(f);
    f->replacing = f->applying = f->wants_schema = false;
    f->options.interval_ms = f->current->interval_ms;
    f->options.least_ms = f->current->least_ms;
    if (asked && goes_on(f, &fault))
        feed_explain(
            f, &e, feed_ended(f) && f->end_untold ? feed_tell_ended : feed_tell_restarted);
    else if (asked || falls_short(f))
        give_up(f, &fault);
}

/* Replaces a stream that has just ended with a contradiction; false when that is of no
 * use. */
static bool resubscribed(struct feed *f, const struct err *why)
{
    struct err e;

    if (why->code != ERR_MISFIT || !feed_needs_next(f) ||
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
    if (recipe_is_tree(table_recipe(s->root)) && !waits_for_answer(why, s->root))
        return false; /* its schema is told by a stream alone */
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

void feed_note_over(struct feed *f, const struct stream *s, const struct err *why)
{
    if (s == f->current && table_state(f->table)->phase == TABLE_LIVE)
        table_become(f->table, TABLE_OLD, why);
    f->handler->changed(f->ctx);
}

/* Rows that are old already are so for the newest reason. */
static void stay_old(struct feed *f, const struct err *why)
{
    if (table_state(f->table)->phase == TABLE_OLD)
        table_become(f->table, TABLE_OLD, why);
}

/* A stream is over, and will be opened again: nothing is to be opened before. */
static void broke_off(struct feed *f, const struct stream *s, const struct err *why)
{
    if (s == f->next)
        feed_end_next(f);
    else
        pacer_over(f->pacer);
    stay_old(f, why);
    feed_note_over(f, s, why);
}

void feed_stream_over(struct stream *s, const struct err *reason)
{
    struct feed *f = s->owner;
    struct err why = stream_end_reason(s, reason);

    /* next takes over, or ends for a reason too */
    bool replaced = s != f->next && (next_is_open(f) || f->wants_schema);

    if (replaced ||
        (is_served(f) && is_ready(f) && (resubscribed(f, &why) || asked_as_text(s, &why))))
        feed_note_over(f, s, &why);
    else if (is_served(f) && comeback_wait(f->comeback, &why))
        broke_off(f, s, &why);
    else if (s == f->next)
        feed_refuse(f, &why);
    else
        give_up(f, &why);
}

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
        stay_old(f, failure);
        return;
    }
    f->wants_schema = false;
    if (can && f->failure.code != ERR_OK && !table_as_text_more(t))
        can = false;
    f->failure.code = ERR_OK;
    if (can && feed_open_next(f, &e) == ERR_OK)
        return;
    feed_refuse(f, &e);
}

/* A blind stream was opened by name, but for one on what the steps of a table make. */
static bool is_by_name(const struct feed *f, const struct stream *s)
{
    return s->is_blind && !table_is_edited(f->table);
}

/* Streams that wait for an export that may never be made. */
static void interrupted(struct feed *f, const struct err *why)
{
    if (!comeback_wait(f->comeback, why))
        return;
    if (f->next && !subscription_settled(f->next->subscription))
        feed_end_next(f);
    if (!is_by_name(f, f->current) && !subscription_settled(f->current->subscription))
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
    feed_stream_over(s, table_failure(t, &op));
}

void feed_told(void *ctx, struct table *t)
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
        (table_failure(t, &op) || ((table_schema(t) || recipe_is_tree(table_recipe(t))) &&
                                   !waits_for_answer(&f->failure, t))))
        try_with_schema(f, t);
    if (t == f->table) /* what others are told of is not on the screen */
        f->handler->changed(f->ctx);
}

/* --- what broke off --- */

void feed_forget_failures(struct feed *f)
{
    table_forget_failure(f->table);
    if (f->coming)
        table_forget_failure(f->coming);
}

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
    feed_forget_failures(f);
    if (f->wants_schema && table_build(root_of_next(f), &e) != ERR_OK)
        feed_refuse(f, &e);
    feed_follow_up(f);
    f->handler->changed(f->ctx);
}

static void on_gone(void *ctx, const struct err *why)
{
    give_up(ctx, why);
}

const struct comeback_handler feed_comeback = {on_again, on_gone};

bool feed_revive(struct feed *f)
{
    uint64_t due_ms;
    bool waits = comeback_waits(f->comeback, &due_ms);

    if (waits) {
        comeback_hurry(f->comeback);
    } else if (feed_ended(f) && !f->replacing && is_ready(f)) {
        feed_forget_reason(f);
        versions_forget_made(f->versions, f->table);
        on_again(f);
    } else if (table_state(f->table)->phase != TABLE_LIVE) {
        comeback_expect(f->comeback);
    }
    return waits || feed_ended(f);
}

void feed_listed(struct feed *f)
{
    if (!feed_ended(f) || table_state(f->table)->why.code == ERR_NOT_FOUND)
        (void)feed_revive(f);
}

void feed_failed(struct feed *f, const struct err *why)
{
    if (f->suspended)
        give_up(f, why);
}
