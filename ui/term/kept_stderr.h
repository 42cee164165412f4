/*
 * ui/term/kept_stderr.h - what is written to standard error while the screen is ours, to be
 * read once it is not.
 *
 * The last words of a program that must end, its own or a library's, would go to the
 * alternate screen and be lost with it. They are kept in memory, 64 KiB at most. One
 * instance, as there is one descriptor.
 */
#ifndef UI_TERM_KEPT_STDERR_H
#define UI_TERM_KEPT_STDERR_H

/* Keeps from now on, when standard error is a terminal; elsewhere it is in nobody's way. */
void kept_stderr_start(void);

/* Gives the descriptor back and writes what was kept. Does nothing when not started.
 * Async-signal-safe. */
void kept_stderr_end(void);

#endif
