/*
 * ui/app/picker.h - the live list of what the server offers, to choose a table from.
 *
 * Typing filters the list; the chosen entry stays chosen while the list changes around it.
 * The list is its owner's. Loop thread.
 */
#ifndef UI_APP_PICKER_H
#define UI_APP_PICKER_H

#include "client/fields.h"
#include "ui/widget/view.h"

struct picker_handler {
    /* A table, to be opened here or in a new tab; borrowed for the callback. The picker may
     * be gone afterwards. */
    void (*picked)(void *ctx, const struct field *f, bool new_tab);
    void (*refused)(void *ctx, const struct field *f); /* an entry that is no table */
    int64_t (*rows)(void *ctx, const struct field *f); /* how many it has; -1: not known */
};

struct picker; /* opaque */

/* Owned by the view stack it is put on. */
struct picker *picker_new(const struct picker_handler *handler, void *ctx);
struct view picker_as_view(struct picker *p);

/* Shows this list (borrowed for good) from now on; to be called again whenever it changes.
 */
void picker_show(struct picker *p, const struct fields *fields);

#endif
