/*
 * client/table.h - a recipe made real on a server: its exports, its schema, its state.
 *
 * Nothing is asked of the server before table_build(); a stream may be opened on
 * table_ticket() at any time, which is the source itself until then. So the first request
 * of a program can be one stream by name, with the login in it, and the table is fetched
 * when its rows are there. All steps of a build leave in one turn, mostly in one request
 * (client/batch.h), and what they make may be used in the same turn: it waits on the
 * server.
 *
 * Some Java types do not go over the wire whole (see table_as_text_more()). Their columns
 * are asked for as text, which is a step of the recipe; which columns that is, the schema
 * tells, so the step is built once that is known. The schema is that of the source with its
 * edits: a column that comes as text keeps its type there and is marked
 * (schema_column.as_text).
 *
 * Exports last as long as their session. In another epoch of the connection a table is what
 * it was before its first build: table_build() makes everything anew from recipe and
 * schema, which stay.
 *
 * An edited table is made of the source of another, a part of another table with all its
 * steps. Loop thread. Protocol: deephaven-core table.proto.
 */
#ifndef CLIENT_TABLE_H
#define CLIENT_TABLE_H

#include "base/err.h"
#include "client/connection.h"
#include "client/table_state.h"
#include "model/recipe.h"
#include "model/schema.h"

#define TABLE_WIDE_COLUMNS 256 /* with more, a table is watched through parts */

/* recipe is given, the connection borrowed, the schema (copied) known already or NULL. told
 * may be NULL. Owned. */
struct table *table_new(struct connection *connection, struct recipe *recipe,
                        const struct schema *schema, table_told_fn *told, void *ctx);

/* A table with a recipe (given) of the same source as that of another, which has no edits,
 * and is to be freed after it. Its schema is known where the edits keep that of the source.
 * Owned. */
struct table *table_edited(struct table *source, struct recipe *recipe);

/* The columns of `from` (its schema is known) that are in the set, as a part that must be
 * freed before it. Owned. */
struct table *table_part(struct table *from, const struct rowset *columns);

/* The source is an export, which means nothing in another session: there it is to be had by
 * this ticket (copied), or else not at all. Called once. */
void table_set_origin(struct table *t, struct bytes ticket);

/* Releases what was made on the server. Accepts NULL. */
void table_free(struct table *t);

const struct recipe *table_recipe(const struct table *t); /* borrowed until it changes */

/* Another recipe (given) with the same source and steps, which may differ in what can be
 * undone; the types that come as text stay the table's. */
void table_take_recipe(struct table *t, struct recipe *recipe);

/* Asks the server for every step that is not made yet and can be, in this epoch. The
 * session must be SESSION_READY. ERR_LIMIT when export ids are used up; ERR_SESSION when
 * its source was of a session that is over. */
enum err_code table_build(struct table *t, struct err *e);

/* Answers to steps of it are to come. */
bool table_asks(const struct table *t);

/* A step broke off with its call, and is made again by the next build; why (borrowed),
 * NULL: none has since the last build. What waits for its export waits in vain. */
const struct err *table_interruption(const struct table *t);

/* What was refused is asked for once more by the next build. */
void table_forget_failure(struct table *t);

/* Lets go of all that was made on the server or refused: the next build asks for the source
 * by its name, which may stand for another table by now. */
void table_forget_made(struct table *t);

/* What a stream is to be opened on. Borrowed until the next build, or the next call. */
struct bytes table_ticket(struct table *t);

/* The source as an export once that is made: the same table even when its name has been
 * given to another. Borrowed likewise. */
struct bytes table_source(struct table *t);

/* The source with its edits, whole, as others can have it: also with the values that come
 * as text here. Empty when that is refused, or not asked for yet. Borrowed likewise. */
struct bytes table_result(struct table *t);

/* NULL until it is known; then the same pointer for good. */
const struct schema *table_schema(const struct table *t);

/* The same of its source, as the server describes that. */
const struct schema *table_source_schema(const struct table *t);

/* A stream on the source has brought it; copied, unless it was known. */
void table_take_schema(struct table *t, const struct schema *schema);

/* After a stream has failed, perhaps for a value that the wire cannot carry: asks for
 * more types as text from the next build on. False when none of its columns could have been
 * the cause. Which types: Period from the start, because its days are lost silently;
 * ZonedDateTime and Duration, which Java holds beyond the 64 bits of nanoseconds that the
 * wire has, after the first failure; Instant, which only a formula makes so large, after
 * another. */
bool table_as_text_more(struct table *t);

/* Its schema is known, and has many columns: it is watched through parts of it. */
bool table_is_wide(const struct table *t);

/* The columns that a stream on the source itself cannot give or should not be asked for:
 * those that come as text, and those of types of which one value may end every stream on
 * that table, other clients' too. Owned; NULL: none. */
struct rowset *table_withheld(const struct table *t);

/* A stream on table_ticket() could end other clients' streams: the ticket is the source's
 * own, and it has columns of such a type. A part, or a table that a step has made, is not
 * theirs. False while the schema is not known. */
bool table_may_harm(const struct table *t);

/* Columns of such a type are asked for as text from the next build on: no stream on it ends
 * another one then, whatever else the server has made the same way for others. Nothing
 * while the schema is not known. */
void table_harm_nobody(struct table *t);

/* Which step was refused, or could not be built, and why (borrowed); NULL: none. */
const struct err *table_failure(const struct table *t, enum recipe_op *op);

/* Its recipe has edits, makes a tree, or makes its source, too: a stream on the source
 * itself would not be on it. */
bool table_is_edited(const struct table *t);

/* Its edits, or a source that is made, were refused: there is nothing to open a stream on.
 */
bool table_is_refused(const struct table *t);
bool table_has_no_source(const struct table *t); /* nor is there its source */

/* Rows as somebody else was told by the server (client/row_counts), -1: nobody was, or it
 * is not kept current. It is for a table whose streams are suspended: others know better.
 */
void table_note_rows(struct table *t, int64_t rows);
int64_t table_rows(const struct table *t);

bool table_static(const struct table *t); /* the server has said so */

/* The server words some refusals for its log; says what they mean for the one who asked for
 * this table. */
void table_explain(const struct table *t, struct err *e);

const struct table_state *table_state(const struct table *t); /* borrowed for its life */
void table_become(struct table *t, enum table_phase phase, const struct err *why);

#endif
