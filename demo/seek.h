/*
 * demo/seek.h - the next row, or the one before, that has a value. Protocol:
 * TableService/SeekRow. Loop thread only.
 */
#ifndef DEMO_SEEK_H
#define DEMO_SEEK_H

#include "client/wire/operations.h"
#include "demo/derived.h"

/* The position of the first row behind the start that has the value, going round; the
 * start comes last. -1 when there is none. As a real server does, a column that the table
 * is sorted by is compared exactly, whatever was asked for. ERR_USAGE: a real server
 * refuses it too, and says why in its log alone. ERR_REFUSED: it says why, or the demo
 * server cannot do it. */
enum err_code seek_row(const struct selection *v, const struct world *w,
                       const struct wire_seek *what, int64_t *row, struct err *e);

#endif
