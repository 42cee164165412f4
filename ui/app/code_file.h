/*
 * ui/app/code_file.h - the code in a file, for :run. Loop thread.
 */
#ifndef UI_APP_CODE_FILE_H
#define UI_APP_CODE_FILE_H

#include "base/err.h"

/* The text of a regular file of at most CONSOLE_CODE_MAX bytes (client/server_console.h);
 * owned by the caller. ERR_USAGE and ERR_IO say what is wrong with it, with the line of
 * bytes that are no UTF-8. */
enum err_code code_file_read(const char *path, char **out, struct err *e);

#endif
