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

/* Starts the viewer with these options, as a shell reads them; what it prints goes to the
 * file `out` of the folder. */
int script_start(const char *folder, const char *options);

/* Waits until it has printed all of text and no more; fails the test after a while. */
void script_wait(const char *folder, const char *text);

/* Sends it a signal (0: none) and waits for its end; its status as a shell says it. */
int script_stop(int pid, int signal);

#endif
