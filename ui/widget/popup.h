/*
 * ui/widget/popup.h - a box over a table that shows lines: a view whose contents come from
 * a source.
 *
 * The source fills a pager when the popup was told that something changed, never while it
 * is drawn. The box grows with its contents and does not shrink under the reader. Loop
 * thread.
 */
#ifndef UI_WIDGET_POPUP_H
#define UI_WIDGET_POPUP_H

#include "ui/widget/pager.h"
#include "ui/widget/view.h"

struct popup_source {
    /* Adds all lines anew. */
    void (*fill)(void *ctx, struct pager *p, const struct draw_env *env);
    /* What the lines that are seen need, asked for once a frame, after it (view_ops.ask);
     * so a popup that is closed before it was seen asks for nothing. May be NULL. */
    void (*shown)(void *ctx, size_t first_entry, size_t rows);
    /* A note behind the position in the status line, "" for none; may be NULL. */
    const char *(*note)(void *ctx);
    void (*close)(void *ctx); /* frees ctx */
    /* Enter was pressed: on an entry, the current one, unless the popup wraps. NULL: no
     * line is the current one, and Enter is not for the popup. */
    void (*accept)(void *ctx, size_t entry);
    /* As in struct view_ops; may be NULL. */
    void (*sleep)(void *ctx, bool asleep);
    /* Adds what an entry is of, for the clipboard, where that is more than its text. False:
     * it is its text. NULL: no entry is more. */
    bool (*copy)(void *ctx, size_t entry, struct buf *out);
};

struct popup; /* opaque */

/* Title is copied, and shown made safe. ctx is given. wrap as for pager_new. Owned by the
 * view stack it is put on. */
struct popup *popup_new(const char *title, bool wrap, const struct popup_source *source,
                        void *ctx);
struct view popup_as_view(struct popup *p);

/* Fills and lays it out inside r, without asking for anything: keys may come before the
 * first frame does. */
void popup_prepare(struct popup *p, struct rect r, const struct draw_env *env);

/* The contents are others: they are read again before the next draw. */
void popup_changed(struct popup *p);

/* Goes to their end when they are laid out next. */
void popup_show_end(struct popup *p);

#endif
