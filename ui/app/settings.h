/*
 * ui/app/settings.h - options, keys and styles: those of the config files, and while the
 * program runs shown, changed, and read from another file.
 *
 * Part of ui/app, see ui/app/state.h. Loop thread.
 */
#ifndef UI_APP_SETTINGS_H
#define UI_APP_SETTINGS_H

#include <stddef.h>

#include "ui/cli/options.h"

struct app;

/* Changes an option that may change at runtime, or says what is wrong with the value. */
void settings_set(struct app *a, const struct option_def *def, const char *value,
                  enum option_origin origin);

/* Carries out what the config files say about keys and styles, before the screen is there;
 * what is wrong there becomes a fault of the file. */
void settings_start(struct app *a);

/* Tells the value of one option, or of all with where they come from. */
void settings_show(struct app *a, const struct option_def *def);
void settings_show_all(struct app *a);

/* Reads a config file (a "~/" in front is the home folder) and carries out what it says,
 * whatever was set before. */
void settings_source(struct app *a, const char *path);

/* Shows which config files were looked for, and all that is wrong in them. */
void settings_show_files(struct app *a);

/* What is to be said of the config files' faults from the first-th on; owned, NULL:
 * nothing.
 */
char *settings_faults(const struct app *a, size_t first);

#endif
