/*
 * ui/cli/follow.h - the jobs that go on: --follow, which prints each change to the rows
 * that were chosen, and --until, which waits for the first row.
 */
#ifndef UI_CLI_FOLLOW_H
#define UI_CLI_FOLLOW_H

#include "ui/cli/script.h"

extern const struct script_job follow_job, until_job;

#endif
