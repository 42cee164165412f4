/*
 * ui/term/mouse.h - what a terminal reports of its mouse.
 *
 * The reports are those of xterm's control sequences that ui/term/terminfo asks for: CSI <
 * button ; column ; row and M or m (mode 1006), and from terminals that do not know this
 * mode CSI M and three characters, which end at column 95. Only the left button and the
 * wheel mean something here. While Shift is held most
 * terminals report nothing, so that their own selection goes on working. Pure.
 */
#ifndef UI_TERM_MOUSE_H
#define UI_TERM_MOUSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MOUSE_SIDE_MAX 65535 /* rows or columns; what is reported beyond is no place */

enum mouse_event {
    MOUSE_PRESS, /* the left button */
    MOUSE_DRAG,  /* moved while it is held */
    MOUSE_RELEASE,
    MOUSE_WHEEL,
};

struct mouse {
    enum mouse_event event;
    int row, col;    /* of the screen, from 0; perhaps outside of it */
    int down, right; /* MOUSE_WHEEL: one of them is a step, -1 or +1; the other one is 0 */
};

/* Reads a report of mode 1006: the n characters of the sequence, its ESC among them. False:
 * it is none, or means nothing. */
bool mouse_parse(const char *seq, size_t n, struct mouse *out);

/* Likewise the three characters of a report in the form of old. */
bool mouse_parse_old(const uint32_t c[3], struct mouse *out);

#endif
