/*
 * tests/support/stray.h - what a terminal sends that is no key: replies to what it was
 * asked, perhaps by a program that ran before, and reports of mouse, focus and size.
 *
 * The forms are those of ECMA-48, xterm's control sequences, kitty's and rxvt's.
 * Constant data.
 */
#ifndef TESTS_SUPPORT_STRAY_H
#define TESTS_SUPPORT_STRAY_H

#include <stddef.h>

struct stray {
    const char *name;
    const char *bytes; /* may hold any byte */
    size_t len;
};

extern const struct stray stray[];
extern const size_t stray_count;

#endif
