/*
 * ui/cli/locale.h - the character set of the terminal, as the environment tells it.
 */
#ifndef UI_CLI_LOCALE_H
#define UI_CLI_LOCALE_H

/* Takes over the characters of the environment's locale, and nothing else of it: numbers
 * are read and written with a point. Where that locale is not installed but is one of
 * UTF-8, C.UTF-8 serves as well. NULL, or what is missing and the way out; owned by the
 * caller. */
char *locale_start(void);

#endif
