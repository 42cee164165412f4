/*
 * client/feed.h - everything that keeps one table on the screen supplied: its streams.
 *
 * A narrow table has one stream, and its viewport moves. Every message costs bytes for each
 * column of the schema, so a wide table (more than TABLE_WIDE_COLUMNS) is watched through a
 * part, a server-side view of the columns near the screen. So is one with columns of which
 * a single value could end every stream on the table, other clients' too; and columns that
 * come as text are on a table of their own (client/table.h).
 *
 * This is the only double buffer: whatever replaces rows (columns that the stream does not
 * have, another interval, a contradiction, the table asked for anew) is a second stream,
 * the rows that are held stay until that is complete, and then the two are swapped. What
 * cannot be replaced stays, and restarted() tells why. A feed that is suspended has no
 * stream, and gets one in the same way.
 *
 * A stream that ends because an update contradicts what is held (ERR_MISFIT) is replaced by
 * itself, but not again within RESUBSCRIBE_AGAIN_MS (client/stream_policy.h); one that may
 * have ended for a value that the wire cannot carry is replaced by one that asks for more
 * columns as text. One that broke off (client/loss.h) is opened again (client/comeback.h):
 * by what was made of the table while the session is the same, else by its recipe; one of a
 * table that is another by now is not. Any other end is the feed's. Columns are always the
 * table's own. Loop thread.
 *
 * Protocol: Barrage viewport subscriptions.
 */
#ifndef CLIENT_FEED_H
#define CLIENT_FEED_H

#include "client/connection.h"
#include "client/pacer.h"
#include "client/stream.h"
#include "client/stream_policy.h"
#include "client/table.h"
#include "model/recipe.h"
#include "model/viewport.h"
#include "model/window.h"

struct feed_handler {
    /* Window, its contents or the state has changed: read feed_window() again before the
     * next look. What the window before borrowed is there until this returns. */
    void (*changed)(void *ctx);
    /* Nothing new will come; the rows that are held are old. */
    void (*ended)(void *ctx, const struct err *why);
    /* What feed_set_interval(), feed_reload() or feed_apply() asked for last is there (why
     * is NULL), or has failed and what was there goes on. Not called when the feed ends.
     * May be NULL. */
    void (*restarted)(void *ctx, const struct err *why);
    /* pacer_least_ms() of feed_pacer() is another, because of how slow the link is. May be
     * NULL. */
    void (*paced)(void *ctx);
};

struct feed; /* opaque */

/* Owned. recipe is given, also when this fails; the schema of its table may be known
 * (copied), else NULL. The connection is borrowed. When the session is SESSION_READY the
 * table is fetched, and its edits are made, in the same turn; what is shown is never
 * anything else. A recipe without edits may be opened before: then the first request
 * carries the login, and the table is fetched once its rows are on the screen. ERR_LOST
 * when neither can be asked for. */
enum err_code feed_open(struct connection *connection, struct recipe *recipe,
                        const struct schema *schema, const struct stream_options *o,
                        const struct viewport *viewport, const struct feed_handler *handler,
                        void *ctx, struct feed **out, struct err *e);

/* The same on the table that another feed shows, as that was made in this session, and by
 * its recipe in later ones. Independent of that feed from then on. */
enum err_code feed_peek(const struct feed *of, const struct stream_options *o,
                        const struct viewport *viewport, const struct feed_handler *handler,
                        void *ctx, struct feed **out, struct err *e);
void feed_close(struct feed *f); /* accepts NULL */

/* What is held is on the screen. A feed that began with the login asks for nothing but its
 * stream until all that this can give is, and neither does the session. */
void feed_shown(struct feed *f);

/* Ends its streams and keeps its table and its rows, which are old from now on, for that
 * reason (copied; NULL: none). feed_resume() subscribes again, to what was asked for last,
 * and does nothing while the session is not SESSION_READY. The session's login must not be
 * on one of its streams. A feed that has ended does neither. Not inside its callbacks. */
void feed_suspend(struct feed *f, const struct err *why);
void feed_resume(struct feed *f);
bool feed_suspended(const struct feed *f);

/* Somebody else has heard that the table has failed: ends a feed that is suspended, as its
 * stream would have told any other. */
void feed_failed(struct feed *f, const struct err *why);

/* A stream broke off, and it waits to subscribe again, which it does by itself: until when
 * in milliseconds of uv_hrtime(), 0: until the connection is back. */
bool feed_waits(const struct feed *f, uint64_t *due_ms);

/* There is news of a table of its name: one that has ended, or waits to subscribe again, is
 * tried at once. False when it does neither; should it be asking just now, it does so once
 * more where there was no such table. */
bool feed_revive(struct feed *f);

/* A table of its name is in the list: the same, but what has ended for another reason than
 * that there was none stays so. */
void feed_listed(struct feed *f);

/* Asks for another viewport (copied); the newest wins. Does nothing once the feed has ended
 * and nothing replaces it. */
void feed_request(struct feed *f, const struct viewport *viewport);

/* Borrowed: what was asked for last. */
const struct viewport *feed_asked(const struct feed *f);

/* What is held now. Its schema is NULL until it came, and then the same until another table
 * has replaced this one. */
struct window feed_window(const struct feed *f);

/* The table that is shown; borrowed until another replaces it. */
struct table *feed_table(const struct feed *f);

/* Of what is shown, borrowed likewise. */
const struct table_state *feed_state(const struct feed *f);
bool feed_ended(const struct feed *f); /* TABLE_ENDED or TABLE_FAILED */

/* What was asked for last is held whole. */
bool feed_settled(const struct feed *f);

/* How often a stream was replaced by itself. why (may be NULL) is then set to the newest
 * reason, borrowed until the next. */
uint64_t feed_resubscriptions(const struct feed *f, const struct err **why);

/* The answer that is still to come, with what it may take. A feed that has ended, or whose
 * session has, waits for nothing. */
struct pending_answer feed_pending(const struct feed *f);

/* Another update interval (0: the server's), also after the end, while the session lives;
 * the newest call wins. ERR_LOST when it does not. feed_interval() is that of what is held:
 * another only once restarted() was called. */
enum err_code feed_set_interval(struct feed *f, int32_t interval_ms, struct err *e);
int32_t feed_interval(const struct feed *f);

/* How late the picture is, and what is done about it; borrowed for its life. */
const struct pacer *feed_pacer(const struct feed *f);

/* Asks for the table anew: what has its name now, with the viewport (copied, in columns of
 * the table that is shown) until its schema is known. Likewise after the end. */
enum err_code feed_reload(struct feed *f, const struct viewport *viewport, struct err *e);

/* Shows what another recipe (given, also when this fails) makes of the same source. The
 * rows that are held stay and go on until those of the new table are whole; then the two
 * are swapped. first (copied) is the window to begin with: rows of the new table, columns
 * of the one that is shown, which are found by their names. Until the swap feed_request()
 * moves the window of the table that is shown, and feed_asked() is that; with the swap it
 * becomes `first`. A table that was shown before is kept for a while (client/versions.h),
 * and costs no more than a stream. A failure is told by restarted(), and nothing has
 * changed: the step with its reason, which is looked for in the server's log where the
 * server only tells an id (client/server_log.h). ERR_LOST when no session lives. Not inside
 * its callbacks. */
enum err_code feed_apply(struct feed *f, struct recipe *recipe,
                         const struct viewport *first, struct err *e);

/* Gives up what feed_reload() or feed_apply() asked for, without a word: what was made for
 * it is released. A newer call of one of them does likewise. Not inside its callbacks. */
void feed_cancel(struct feed *f);

/* Either is under way: until restarted(), or the end. */
bool feed_reloading(const struct feed *f);

#endif
