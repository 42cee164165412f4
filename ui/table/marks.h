/*
 * ui/table/marks.h - places of one table to come back to: lettered marks, and the last
 * jump.
 *
 * A place is a row position and the name of a column, since columns move. Plain values that
 * own their names. Loop thread.
 */
#ifndef UI_TABLE_MARKS_H
#define UI_TABLE_MARKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MARKS_LETTERS 52 /* a to z, A to Z */

struct mark {
    bool set;
    int64_t position;
    char *column; /* owned; as the server named it */
};

/* Zero-initialised is one without marks. */
struct marks {
    struct mark letters[MARKS_LETTERS];
    struct mark back; /* where the last jump came from */
};

void marks_release(struct marks *m);

/* Sets the mark of a letter, given as a code point; false when it is none. The name is
 * copied. */
bool marks_set(struct marks *m, uint32_t letter, int64_t position, const char *column);

/* The mark of a letter, or NULL when it is not set or no letter. Borrowed: until that mark
 * is next set. */
const struct mark *marks_get(const struct marks *m, uint32_t letter);

/* Notes where a jump comes from. */
void marks_set_back(struct marks *m, int64_t position, const char *column);
const struct mark *marks_back(const struct marks *m); /* NULL: no jump yet; borrowed */

#endif
