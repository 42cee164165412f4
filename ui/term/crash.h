/*
 * ui/term/crash.h - the terminal is given back also when the program crashes.
 *
 * The handlers use nothing but async-signal-safe calls, on data that crash_prepare() and
 * crash_arm() made ready: memory and terminfo may not be asked there. One instance, as a
 * handler has no argument. Loop thread, except the handlers, which may run anywhere.
 */
#ifndef UI_TERM_CRASH_H
#define UI_TERM_CRASH_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <termios.h>

#define CRASH_RESTORE_MAX 256

/* The bytes that put the terminal back, copied; at most CRASH_RESTORE_MAX. The first
 * mouse_len of them are for its mouse, and written only after crash_mouse(). The descriptor
 * is borrowed while armed. */
void crash_prepare(int tty, const char *restore, size_t len, size_t mouse_len);

/* The terminal is about to be told to report its mouse. */
void crash_mouse(void);

/* From now on a crash puts the terminal back, in the modes that it was found in. */
void crash_arm(const struct termios *found);
void crash_disarm(void);

/* Puts the terminal back now, once, when that is armed; waits a moment for one that is
 * full. Async-signal-safe. */
void crash_restore(void);

/* A handler has begun, in any thread: nothing may be written to the terminal any more. */
bool crash_under_way(void);

/* On SIGSEGV, SIGABRT and the other signals that end a process with a core file restores
 * the terminal when that is armed, writes what went to standard error in the meantime, and
 * lets the signal do its default. */
void crash_install_handlers(void);

/* Takes those signals out of a set that a thread is to block: it may crash as well, and a
 * fault that is blocked ends the process at once. */
void crash_keep_open(sigset_t *blocked);

#endif
