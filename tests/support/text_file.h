/*
 * tests/support/text_file.h - a file that a test needs, with what it is to hold.
 */
#ifndef TESTS_SUPPORT_TEXT_FILE_H
#define TESTS_SUPPORT_TEXT_FILE_H

#include <sys/types.h>

/* Makes or replaces the file; it has that mode before it holds anything. Fails the test
 * when that is impossible. */
void text_file_write(const char *path, const char *text, mode_t mode);

/* All of it, terminated; owned. Fails the test when it cannot be read. */
char *text_file_read(const char *path);

#endif
