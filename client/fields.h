/*
 * client/fields.h - the list of what the server offers, kept current by a ListFields
 * stream.
 *
 * Protocol: deephaven-core application.proto ListFields; a field's identity is its ticket.
 * Loop thread.
 */
#ifndef CLIENT_FIELDS_H
#define CLIENT_FIELDS_H

#include "client/session.h"

/* All strings are owned by the list, as the server sent them: not yet safe to show. */
struct field {
    char *name;
    char *type; /* "Table", "PartitionedTable", ... or "" */
    char *description;
    char *app_id; /* "scope" for variables of the query scope */
    struct buf ticket;
};

/* What can be shown of it. */
enum field_kind { FIELD_OTHER, FIELD_TABLE, FIELD_TREE, FIELD_PARTITIONED };
enum field_kind field_kind(const struct field *f);

/* LISTED: it is in the first list. UPDATED: the name now stands for another object. */
enum field_change { FIELD_LISTED, FIELD_CREATED, FIELD_UPDATED, FIELD_REMOVED };

struct fields_handler {
    void (*changed)(void *ctx);
    void (*ended)(void *ctx, const struct err *why); /* the list stays as it is */
    /* Each field of the first list, each change after it; f is borrowed for the callback.
     * NULL: not told. */
    void (*news)(void *ctx, const struct field *f, enum field_change change);
};

struct fields; /* opaque */

/* Owned. session_can_call() must hold; the call may carry the login. */
struct fields *fields_open(struct session *session, const struct fields_handler *handler,
                           void *ctx);
void fields_close(struct fields *f); /* accepts NULL */

/* True once the server has sent its list, even an empty one. */
bool fields_loaded(const struct fields *f);

size_t fields_count(const struct fields *f);

/* Sorted by name; borrowed until the list next changes. */
const struct field *fields_get(const struct fields *f, size_t i);

#endif
