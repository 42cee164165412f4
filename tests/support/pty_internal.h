/*
 * tests/support/pty_internal.h - what the parts of the terminal harness share.
 */
#ifndef TESTS_SUPPORT_PTY_INTERNAL_H
#define TESTS_SUPPORT_PTY_INTERNAL_H

#include <vterm.h>

#include "tests/support/pty.h"

VTerm *pty_vterm(struct pty *t); /* borrowed */

/* Sends what libvterm has queued for the program: keys and answers. */
void pty_flush_keys(struct pty *t);

#endif
