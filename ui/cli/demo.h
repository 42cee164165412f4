/*
 * ui/cli/demo.h - the demo server that runs for the time of the viewer.
 *
 * dhview-demo is started from the viewer's own folder. It ends with the viewer, also when
 * that is killed: its standard input is a pipe that only the viewer holds open. Start it
 * before any thread exists.
 */
#ifndef UI_CLI_DEMO_H
#define UI_CLI_DEMO_H

#include <sys/types.h>

#include "base/err.h"

struct demo {
    pid_t pid; /* 0: not running */
    int life;  /* write end of the server's standard input */
};

/* Starts the server and waits until it listens. *address is "host:port", owned by the
 * caller. ERR_IO when the program is not there or does not start. */
enum err_code demo_start(struct demo *d, char **address, struct err *e);

/* Ends it; does nothing when it is not running. */
void demo_stop(struct demo *d);

#endif
