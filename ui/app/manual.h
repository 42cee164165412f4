/*
 * ui/app/manual.h - the manual page dhview(1), whose parts about options, commands, keys
 * and styles are made from their tables: what "dhview --print-man" prints and the build
 * installs.
 */
#ifndef UI_APP_MANUAL_H
#define UI_APP_MANUAL_H

/* In the macros of man(7). Owned. */
char *manual_text(const char *version);

#endif
