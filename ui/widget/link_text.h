/*
 * ui/widget/link_text.h - the state of a connection, and of the table seen through it, in
 * words: for the tab line and the list of tabs. Pure.
 */
#ifndef UI_WIDGET_LINK_TEXT_H
#define UI_WIDGET_LINK_TEXT_H

#include <stdbool.h>
#include <stdint.h>

/* From the server being named to it being gone. */
enum link_state {
    LINK_CONNECTING, /* no answer yet */
    LINK_WAITING,    /* nothing of the table has come yet */
    LINK_LIVE,
    LINK_LATE,       /* what is shown was so some seconds ago: the link brings no more */
    LINK_SLOW,       /* rows come, but what we ask is not answered */
    LINK_SILENT,     /* nothing comes, not even an answer */
    LINK_BROKEN,     /* the server is there, but the stream of this view broke off: the rows
                        are old, and are asked for again */
    LINK_MISSING,    /* likewise, but the server says that it has no such table */
    LINK_ENDED,      /* the server is there, but the stream of this view is over */
    LINK_FAILED,     /* that stream never began */
    LINK_LOST,       /* the server is gone: the rows are old, and stay so */
    LINK_UNREACHED,  /* the server never was there, and will be asked for again */
    LINK_RETRYING,   /* the server is gone, and will be asked for again */
    LINK_SIGNED_OUT, /* the session is over, and a new login is due */
    LINK_REFUSED     /* the server does not let us in */
};

struct link {
    enum link_state state;
    uint64_t seconds; /* LATE: by so many; SLOW, SILENT: without an answer; BROKEN, MISSING,
                         LOST, RETRYING, SIGNED_OUT: since the rows are old */
    uint64_t retry_s; /* UNREACHED, BROKEN, MISSING, RETRYING: until the next try; 0: it is
                         under way */
    uint64_t next_ms; /* when its words are others by themselves, on the clock of now_ms;
                         LINK_NEVER: they stay */
};
#define LINK_NEVER UINT64_MAX

/* As it is at now_ms: so since since_ms, and tried again at due_ms (0: now). */
struct link link_at(enum link_state state, uint64_t since_ms, uint64_t due_ms,
                    uint64_t now_ms);

#define LINK_TEXT_LEN 96

/* Whole, and in short for where there is no room. */
void link_text(const struct link *l, bool ascii, char out[LINK_TEXT_LEN]);
void link_text_short(const struct link *l, bool ascii, char out[LINK_TEXT_LEN]);

uint8_t link_style(enum link_state state); /* one of ui/term/theme.h */

#endif
