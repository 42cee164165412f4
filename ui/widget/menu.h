/*
 * ui/widget/menu.h - a list of a few texts to choose from, as a view.
 *
 * What they are and what comes of a choice is the owner's. Loop thread.
 */
#ifndef UI_WIDGET_MENU_H
#define UI_WIDGET_MENU_H

#include "ui/widget/view.h"

struct menu; /* opaque */

/* ctx is the owner's. Either may take the menu off its stack, which frees it. */
struct menu_handler {
    void (*accept)(void *ctx, struct menu *m, size_t entry); /* Enter */
    void (*drop)(void *ctx, struct menu *m, size_t entry);   /* d; NULL: nothing is */
    const char *title; /* of the tab line, and over the entries */
    const char *what;  /* one of the entries is: "filter" */
    const char *hint;  /* for the status line: what keys do */
};

/* handler is borrowed. Owned by the view stack it is put on. */
struct menu *menu_new(const struct menu_handler *handler, void *ctx);
struct view menu_as_view(struct menu *m);

/* Adds an entry: what it is called, which is what the list's own filter looks at, and more
 * about it. Both copied, and shown made safe. */
void menu_add(struct menu *m, const char *name, const char *more);

/* The texts of an entry; borrowed until the menu goes. */
const char *menu_name(const struct menu *m, size_t entry);
const char *menu_more(const struct menu *m, size_t entry);

#endif
