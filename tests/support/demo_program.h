/*
 * tests/support/demo_program.h - the demo server of this build, as a process of its own.
 *
 * It ends with the test. Tests only; one thread.
 */
#ifndef TESTS_SUPPORT_DEMO_PROGRAM_H
#define TESTS_SUPPORT_DEMO_PROGRAM_H

#include <sys/types.h>

struct demo_program; /* opaque */

/* Starts dhview-demo with these options, NULL at the end, and returns once it listens.
 * Fails the test when that is impossible. Owned by the caller. */
struct demo_program *demo_program_start(const char *const *options);

/* Its process, as long as it runs. */
pid_t demo_program_pid(const struct demo_program *d);

/* "127.0.0.1:port"; borrowed. */
const char *demo_program_address(const struct demo_program *d);

/* Tables that were started as --late are there from now on, or soon. */
void demo_program_reveal(struct demo_program *d);

/* Commits the fault that is planned for when it is told (demo/fault/faults.h), or soon. */
void demo_program_fault(struct demo_program *d);

/* From here on the server holds back what its faults call "hold" (demo/fault/faults.h), or
 * lets go of it, which is soon seen. */
void demo_program_hold(struct demo_program *d);
void demo_program_let_go(struct demo_program *d);

/* Sends a signal and waits for the end. Its port is nobody else's but for who asks for it
 * by number, until the program is freed. */
void demo_program_kill(struct demo_program *d, int signal);

/* Kills it when it still runs; accepts NULL. */
void demo_program_free(struct demo_program *d);

#endif
