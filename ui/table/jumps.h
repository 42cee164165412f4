/*
 * ui/table/jumps.h - jumps of a grid's cursor: to marks, and back to where the last one
 * came from.
 *
 * Borrows the grid, which must outlive it. Loop thread.
 */
#ifndef UI_TABLE_JUMPS_H
#define UI_TABLE_JUMPS_H

#include "base/err.h"
#include "ui/table/grid.h"
#include "ui/table/marks.h"

struct jumps {
    struct grid *grid; /* borrowed */
    struct marks marks;
};

/* Where the cursor is, before something that may be a jump. */
struct jump_start {
    bool known; /* there is a cell */
    int64_t position;
    size_t column; /* of the schema */
};
struct jump_start jumps_start(const struct jumps *j);

/* The cursor may have moved: when it did by more than a screen, that was a jump, and from
 * is where to go back to. */
void jumps_note(struct jumps *j, const struct jump_start *from);

/* Marks the current cell with a letter; goes to the cell marked so, or to where the last
 * jump came from. ERR_USAGE says why not. */
enum err_code jumps_set_mark(struct jumps *j, uint32_t letter, struct err *e);
enum err_code jumps_go_mark(struct jumps *j, uint32_t letter, struct err *e);
enum err_code jumps_go_back(struct jumps *j, struct err *e);

#endif
