/*
 * ui/table/table_view_handler.h - what a table_view is given, and what it tells its owner.
 * Loop thread.
 */
#ifndef UI_TABLE_TABLE_VIEW_HANDLER_H
#define UI_TABLE_TABLE_VIEW_HANDLER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct table_view;

struct table_view_options {
    int32_t interval_ms;
    int32_t max_message;
    bool ascii; /* as in the draw_env it is drawn with */
};

/* What a view, t, tells its owner; ctx is the owner's. */
struct table_view_handler {
    /* Draw again: an answer came, or the user did something; ticked: by itself. */
    void (*changed)(void *ctx, struct table_view *t);
    void (*ticked)(void *ctx, struct table_view *t);
    /* For the message line, as sent; warn is of what cannot be done. */
    void (*say)(void *ctx, struct table_view *t, const char *text);
    void (*warn)(void *ctx, struct table_view *t, const char *text);
    /* The server has refused what was asked for, in its own words, which may be long. */
    void (*refused)(void *ctx, struct table_view *t, const char *why);
    /* The stream is over. opened: rows had been there, they stay on screen and are old. */
    void (*ended)(void *ctx, struct table_view *t, bool opened, const struct err *why);
};

#endif
