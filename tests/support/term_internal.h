/*
 * tests/support/term_internal.h - what the parts of the terminal harness share.
 */
#ifndef TESTS_SUPPORT_TERM_INTERNAL_H
#define TESTS_SUPPORT_TERM_INTERNAL_H

#include <vterm.h>

#include "tests/support/term.h"

VTerm *term_vterm(struct term *t); /* borrowed */

/* Sends what libvterm has queued for the program: keys and answers. */
void term_flush_keys(struct term *t);

#endif
