/*
 * tests/support/rowset_text.h - row sets written as text, "0-9,20-29,70000", for tests.
 *
 * The empty set is the empty text. Tests only; any thread.
 */
#ifndef TESTS_SUPPORT_ROWSET_TEXT_H
#define TESTS_SUPPORT_ROWSET_TEXT_H

#include "model/rowset.h"

/* The set that text says; owned by the caller. */
struct rowset *rowset_parse(const char *text);

/* The text of rs; owned by the caller, free with free(). */
char *rowset_print(const struct rowset *rs);

/* Fails the test unless rs is sound and is the set that text says; shows both as text. */
#define assert_rowset(rs, text) assert_rowset_at((rs), (text), __FILE__, __LINE__)
void assert_rowset_at(const struct rowset *rs, const char *text, const char *file,
                      int line);

#endif
