/*
 * ui/widget/view.h - what the application asks of anything that fills the middle of the
 * screen.
 *
 * Views lie on a stack; the top one is drawn and gets the actions first. One frame is
 * prepare, draw, ask: prepare may change the view, draw only reads, ask may use the
 * network, which both others must not (pump_hold(); the dev build stops where they do). An
 * action uses it only where asking the server is what the key is for. Loop thread.
 */
#ifndef UI_WIDGET_VIEW_H
#define UI_WIDGET_VIEW_H

#include <stdbool.h>

#include "base/buf.h"
#include "model/format.h"
#include "ui/term/surface.h"
#include "ui/widget/info_line.h"
#include "ui/widget/keymap.h"

/* How things are drawn, the same for all views. */
struct draw_env {
    bool ascii;
    const struct zone *zone; /* borrowed */
    bool no_server_formats;  /* what a table brings along is not used */
    uint64_t now_ms;         /* when the frame is drawn, of a clock that never goes back */
};

#define VIEW_NEVER UINT64_MAX

/* What the application is to do as if keys had asked for it; ACT_NONE: nothing. */
struct view_wish {
    enum action action;
    int n; /* its argument */
};

struct view_ops {
    /* It leaves some of the screen to the view below, which is drawn first. */
    bool overlay;

    /* The keys that apply. */
    enum key_mode (*mode)(const void *self);

    /* Once a frame, before draw: takes in the size and what arrived. */
    void (*prepare)(void *self, struct rect r, const struct draw_env *env);

    /* Once a frame, after it is with the terminal: asks the server for what is missing, so
     * that what is here need not wait for it. NULL: the view asks for nothing. */
    void (*ask)(void *self);
    void (*draw)(const void *self, struct surface *s, struct rect r,
                 const struct draw_env *env);

    /* True when the action was for this view; the application tries its own otherwise. */
    bool (*action)(void *self, const struct key_match *m);

    /* Goes to the next place (direction -1: the one before) with a text; empty: the one
     * searched before. False when there is none. NULL: nothing can be searched. */
    bool (*search)(void *self, const char *text, int direction);

    /* A key without a binding; true when it was taken. NULL: none is. */
    bool (*key)(void *self, struct key k);

    /* Text was pasted: takes what fits where text is typed, and tells how many bytes that
     * was. False when no text is typed now. NULL: never. */
    bool (*paste)(void *self, const char *text, size_t *taken);

    /* The mouse was pressed at a place of the screen inside r, which is that of the last
     * prepare; what is wished for is done when it is released there. NULL: that does
     * nothing. */
    struct view_wish (*press)(void *self, struct rect r, int row, int col);

    /* It was moved since, the button held; col may be anywhere. NULL: likewise. */
    void (*drag)(void *self, int col);

    /* Its wheel was turned: down or, negative, up, and to the right or left. NULL: that
     * moves by rows, as keys do. */
    void (*scroll)(void *self, int rows, int columns);

    /* Adds the text of what is chosen in it, or of all, for the clipboard; returns what
     * that is, or NULL when there is nothing. NULL: nothing in it is text. */
    const char *(*copy)(const void *self, bool all, struct buf *out);

    /* Adds where the view stands, for the status line. */
    void (*status)(const void *self, const struct draw_env *env, struct info_line *out);

    /* When what is drawn changes by itself, on the clock of now_ms; VIEW_NEVER when it does
     * not. NULL: never. Asked after draw. */
    uint64_t (*next_frame)(const void *self, const struct draw_env *env);

    /* Name for the tab line, as sent: not yet safe to show. Borrowed. */
    const char *(*title)(const void *self);

    /* A line about it for the tab line, likewise; NULL, or returning NULL: there is none.
     */
    const char *(*about)(const void *self);

    /* Its tab has been off the screen for a while (asleep), or is back on it: no stream is
     * to go on that nobody looks at. Asking twice does nothing. NULL: it has none. */
    void (*sleep)(void *self, bool asleep);

    /* Frees the view and what it holds on the server. */
    void (*close)(void *self);
};

struct view {
    const struct view_ops *ops;
    void *self; /* owned, until close */
};

#endif
