/* ui/cli/once.h - the job of --once: the rows that a table has, first to last. */
#ifndef UI_CLI_ONCE_H
#define UI_CLI_ONCE_H

#include "ui/cli/script.h"

extern const struct script_job once_job;

#endif
