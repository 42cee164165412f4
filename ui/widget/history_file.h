/*
 * ui/widget/history_file.h - the lines of a prompt, kept from one run of the program to the
 * next.
 *
 * One line of text each, oldest first, in a file only its owner can read. Whatever is wrong
 * with the file costs at most its lines. Never given anything of a hidden prompt. Loop
 * thread.
 */
#ifndef UI_WIDGET_HISTORY_FILE_H
#define UI_WIDGET_HISTORY_FILE_H

#include "base/err.h"
#include "ui/widget/prompt.h"

/* Adds the lines of the file to h; lines that could not have been typed are left out. A
 * file that is missing or cannot be read adds none. */
void history_file_load(const char *path, struct prompt_history *h);

#define HISTORY_FILE_LONG ((size_t)64 * 1024) /* bytes */

/* Puts a line at the end of the file as it is now, so that two programs at a time lose
 * nothing of each other's. One that has become long keeps the last PROMPT_HISTORY_MAX.
 * Makes the folders (mode 0700) and the file (0600). */
enum err_code history_file_add(const char *path, const char *line, struct err *e);

#endif
