/* ui/cli/listing.h - the job of --list: what a server offers, a line each. */
#ifndef UI_CLI_LISTING_H
#define UI_CLI_LISTING_H

#include "ui/cli/script.h"

extern const struct script_job listing_job;

#endif
