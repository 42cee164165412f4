/*
 * ui/picker.h - the live list of what the server offers, to choose a table from.
 *
 * Typing filters the list; the chosen entry stays chosen while the list changes around it.
 * Owns the ListFields stream. Loop thread.
 */
#ifndef UI_PICKER_H
#define UI_PICKER_H

#include "client/fields.h"
#include "client/session.h"
#include "ui/view.h"

struct picker_handler {
    void (*changed)(void *ctx); /* draw again */
    void (*picked)(void *ctx,
                   const struct field *f); /* a table; borrowed for the callback */
    void (*refused)(void *ctx, const struct field *f); /* an entry that is no table */
    /* The list is no longer kept current. loaded: one had been there. */
    void (*ended)(void *ctx, bool loaded, const struct err *why);
};

struct picker; /* opaque */

/* Owned by the view stack it is put on. */
struct picker *picker_new(const struct picker_handler *handler, void *ctx);
struct view picker_as_view(struct picker *p);

/* Starts listing; session_can_call() must hold. Does nothing when already listing. */
void picker_open(struct picker *p, struct session *session);

#endif
