/*
 * ui/cli/script.h - a run without a screen: one server, a job there, and an end.
 *
 * What all jobs share: the loop, the connection and its secret, signals, the time limit,
 * the output. A job (ui/cli/once, ui/cli/listing) is told when it may call, and ends the
 * run by script_end(). No terminal, no ncurses. Loop thread.
 */
#ifndef UI_CLI_SCRIPT_H
#define UI_CLI_SCRIPT_H

#include <uv.h>

#include "client/connection.h"
#include "client/target.h"
#include "ui/cli/config.h"
#include "ui/cli/output.h"

struct script;

/* ctx is what start() has made. */
struct script_job {
    /* Checks the options that are its own, before anything is sent. */
    enum err_code (*start)(struct script *s, void **ctx, struct err *e);
    void (*open)(void *ctx); /* a first call may be made; NULL: a call to log in is made */
    void (*live)(void *ctx); /* it is live (again): any number of calls may be made */
    void (*fields)(void *ctx); /* the server's list has changed; may be NULL */
    /* The list cannot be had; NULL: then the run ends with the reason. */
    void (*fields_ended)(void *ctx);
    void (*drained)(void *ctx); /* the output is not full any more; may be NULL */
    /* Rows that were written, for --stats and progress, and how many there are to be (-1:
     * not known). */
    uint64_t (*rows)(void *ctx, int64_t *due);
    void (*free)(void *ctx); /* accepts NULL */
    bool comes_back;         /* it goes on when the connection does: that is tried again */
};

struct script {
    const struct options *options; /* borrowed */
    const struct config *config;   /* likewise */
    const struct script_job *job;
    void *ctx;
    uv_loop_t loop;
    struct target target;
    struct pump *pump;
    struct credentials *credentials;
    struct connection *connection;
    enum connection_state state; /* of it, as it was told last */
    int list_breaks;             /* how often its list has ended before it was here */
    struct output *output;
    uv_timer_t timeout, progress, reader;
    uv_signal_t signals[3];
    uint64_t started_ms;
    bool over, told_progress;
    int signal; /* that ended it; 0: none did */
    struct err end;
};

/* Runs a job, as the options ask for, to its end. ERR_OK: done. *signal is what the process
 * is to be ended by, or 0. *stuck: a thread still waits for somebody to read what it
 * writes, and exit() would wait for the thread; _exit() does not. */
enum err_code script_run(const struct script_job *job, const struct options *o,
                         struct config *config, int *signal, bool *stuck, struct err *e);

/* The run is over; why NULL: it is done. The first reason counts. */
void script_end(struct script *s, const struct err *why);

/* Everything was put; the run ends when it is written. */
void script_finish(struct script *s);

#endif
