/*
 * ui/widget/list.h - a list to choose from: a current entry, scrolling, and a filter that
 * is typed at its foot. What the entries are is the owner's.
 *
 * The owner numbers its entries from 0 and tells when they change; the current entry stays
 * the current one by its name. Loop thread.
 */
#ifndef UI_WIDGET_LIST_H
#define UI_WIDGET_LIST_H

#include "ui/widget/view.h"

struct list; /* opaque */

#define LIST_NONE SIZE_MAX

/* What the list asks of its owner; ctx is the owner's. */
struct list_ops {
    size_t (*count)(const void *ctx);

    /* What the filter looks at; borrowed until the entries change. */
    const char *(*name)(const void *ctx, size_t i);

    /* Draws the line over the entries, and entry i, which is filled already when it is the
     * current one. */
    void (*draw_header)(const void *ctx, struct surface *s, struct rect line,
                        const struct draw_env *env);
    void (*draw_entry)(const void *ctx, size_t i, bool current, struct surface *s,
                       struct rect line, const struct draw_env *env);

    /* The filter takes letters that stand apart (ui/widget/fuzzy.h), and the best match
     * comes first; else it takes a part of the name, and the order stays. */
    bool fuzzy;

    /* What to say when no entry is there to be filtered, or that nothing matches. */
    const char *(*empty)(const void *ctx);
};

struct list *list_new(const struct list_ops *ops, const void *ctx); /* owned */
void list_free(struct list *l);                                     /* accepts NULL */

/* The entries have changed. */
void list_changed(struct list *l);

/* As in a view. */
void list_prepare(struct list *l, struct rect r);
void list_draw(const struct list *l, struct surface *s, struct rect r,
               const struct draw_env *env);

/* Moves, or starts, ends and takes back the filter; false: the action is the owner's, also
 * ACT_ACCEPT. */
bool list_action(struct list *l, const struct key_match *m);

enum list_key { LIST_IGNORED, LIST_TAKEN, LIST_ACCEPTED /* Enter, typing is over */ };
enum list_key list_key(struct list *l, struct key k);

/* As paste of struct view_ops. */
bool list_paste(struct list *l, const char *text, size_t *taken);

bool list_typing(const struct list *l); /* the filter is being typed */
void list_stop_typing(struct list *l);  /* what was typed goes on filtering */

/* The current entry, or LIST_NONE. */
size_t list_current(const struct list *l);
void list_select(struct list *l, size_t entry);

/* Adds the name of the current entry, or of all that match, a line each; false: there is
 * none, or no room. */
bool list_copy(const struct list *l, bool all, struct buf *out);

/* The mouse was pressed in a line of the screen, in r: the entry there is the current one
 * now. True when it was already. */
bool list_press(struct list *l, struct rect r, int row);

/* Entries that match, and the place of the current one among them, from 0. */
size_t list_matching(const struct list *l);
size_t list_place(const struct list *l);

/* Adds "WHAT n of m", the place of the current entry among those that match. */
void list_status(const struct list *l, const char *what, struct info_line *out);

/* Entry on line k of the screen, or LIST_NONE. */
size_t list_on_line(const struct list *l, size_t k);

#endif
