/*
 * tests/support/script_run.h - a program without a screen: what it prints, and how it ends.
 *
 * One thread.
 */
#ifndef TESTS_SUPPORT_SCRIPT_RUN_H
#define TESTS_SUPPORT_SCRIPT_RUN_H

struct script_run {
    char *out, *err; /* owned; what went to standard output and error, terminated */
    int status;      /* as a shell says it: above 128 it was a signal */
};

/* Runs a line of sh, where dhview is the viewer and $W the folder. Fails the test when the
 * shell cannot be run. */
struct script_run script_run(const char *folder, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void script_run_release(struct script_run *r);

/* Runs it, and compares all of it. */
void script_expect(const char *folder, const char *line, int status, const char *out,
                   const char *err);

#endif
