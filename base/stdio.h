/*
 * base/stdio.h - the three standard descriptors: there from the start, and their errors
 * noticed.
 */
#ifndef BASE_STDIO_H
#define BASE_STDIO_H

#include "base/err.h"

/* Call first in a program: occupies those of the descriptors 0 to 2 that its caller has
 * closed, so that nothing opened later becomes one of them by accident. Reading or writing
 * them goes on failing. */
void stdio_guard(void);

/* Writes text to standard output, to the last byte. ERR_IO with the system's reason; a pipe
 * that nobody reads any more is no error: who closed it has seen enough. */
enum err_code stdio_print(const char *text, struct err *e);

#endif
