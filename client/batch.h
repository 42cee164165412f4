/*
 * client/batch.h - steps of a recipe that a server takes in one request, each on the one
 * before it.
 *
 * Exports may be used at once, before the answer: the server waits for them. What is told
 * of a step that failed comes in two pieces, in any order: which it was, in its own reply,
 * and mostly no more than an id there; and why, with the end of the call. They are joined
 * here. Loop thread.
 *
 * Protocol: deephaven-core table.proto Batch, ExportedTableCreationResponse.
 */
#ifndef CLIENT_BATCH_H
#define CLIENT_BATCH_H

#include "client/session.h"
#include "model/recipe.h"
#include "model/schema.h"

/* What the server said of a new export. */
struct table_created {
    int64_t size; /* rows, or -1: not known before the table is loaded */
    bool is_static;
    struct bytes schema_header; /* borrowed; see table_created_schema() */
};

struct table_batch; /* opaque: under way */

struct batch_handler {
    /* An export that was asked for is there. created is borrowed for the callback; NULL:
     * the reply tells nothing of it. */
    void (*made)(void *ctx, struct export_id export, const struct table_created *created);
    /* Nothing more comes of it. why is NULL when all steps were made, else failed says what
     * the first one was that was not, or RECIPE_FETCH when the server does not tell. The
     * batch is freed after this. */
    void (*ended)(void *ctx, struct table_batch *b, enum recipe_op failed,
                  const struct err *why);
};

struct batch_step {
    struct recipe_step step; /* of RECIPE_PREVIEW: names are the types that stay */
    struct export_id result; /* to make, of this session; id 0: none */
};

/* The session is SESSION_READY and borrowed, as are the handler and ctx. source is a
 * ticket, which with the n (not 0) steps is borrowed for the call. Owned until ended(), or
 * until batch_discard() of all its exports. */
enum err_code batch_start(struct session *session, struct bytes source,
                          const struct batch_step *steps, size_t n,
                          const struct batch_handler *handler, void *ctx,
                          struct table_batch **out, struct err *e);

/* The same for one request (borrowed) to a method (a string that stays) that makes one
 * export, for a step of that op. more: a second message of the same call, or empty.
 * is_told: the reply tells of the table, else no more than that it was made. */
void batch_start_one(struct session *session, const char *method, struct bytes request,
                     struct bytes more, enum recipe_op op, bool is_told,
                     struct export_id result, const struct batch_handler *handler,
                     void *ctx, struct table_batch **out);

/* An export is not wanted any more: it is released as soon as it is there. Cancelling the
 * call and releasing at once would race on the server: a release that comes first leaves
 * the export behind. Once all are discarded the handler is not called any more. */
void batch_discard(struct table_batch *b, struct export_id export);

/* The schema of a new export, owned by the caller. ERR_PROTO when it cannot be read. */
enum err_code table_created_schema(const struct table_created *t, struct schema **out,
                                   struct err *e);

#endif
