/*
 * tests/support/program.h - seeded random numbers and shrinking for property tests.
 *
 * A property test makes a random program, an array of plain steps, and runs it beside a
 * slow model. When the two differ the program is cut down to steps that are all needed for
 * it. DHVIEW_SEED repeats a run, DHVIEW_ROUNDS makes it longer or shorter. Tests only.
 */
#ifndef TESTS_SUPPORT_PROGRAM_H
#define TESTS_SUPPORT_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct prng {
    uint64_t state;
};

/* The seed from DHVIEW_SEED, or else a fresh one; prints it, so a failure can be repeated.
 */
struct prng prng_start(void);
uint64_t prng_next(struct prng *p);

/* A number from 0 to n - 1; n is not 0. */
uint64_t prng_below(struct prng *p, uint64_t n);

/* A number from 0 to 2^bits - 1, where small ones are as likely as large ones. */
uint64_t prng_magnitude(struct prng *p, unsigned bits);

/* DHVIEW_ROUNDS, or else usual. */
size_t program_rounds(size_t usual);

/* True when the n steps run as the model says. Must not end the test itself. */
typedef bool program_ok(const void *steps, size_t n, const void *context);

/* Takes steps out of a program that fails, as long as it still fails; returns how many are
 * left. Each one left is needed. size is that of one step in bytes. */
size_t program_shrink(void *steps, size_t n, size_t size, program_ok *ok,
                      const void *context);

#endif
