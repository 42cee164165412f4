/*
 * ui/app/formats.h - ":format": how the values of a column are shown.
 *
 * Part of ui/app, see ui/app/state.h. Loop thread.
 */
#ifndef UI_APP_FORMATS_H
#define UI_APP_FORMATS_H

#include "ui/widget/commands.h"

struct tab;

/* Carries out :format; false: the command is another one. A format that cannot be read
 * comes back to the prompt, with its place marked. */
bool formats_command(struct tab *t, const struct command *c);

#endif
