/*
 * base/file.h - who may read a file that holds a secret.
 *
 * Any thread.
 */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include "base/err.h"

/* ERR_USAGE when others than its owner can use the file, naming the mode; ERR_IO when that
 * cannot be known. Asks the open file, not its name, so that it cannot be exchanged in
 * between. The error calls it what ("key file") and by its path. */
enum err_code file_check_private(int fd, const char *what, const char *path, struct err *e);

#endif
