/*
 * demo/fault/huge.h - tables with one cell of any size among small ones.
 *
 * They are offered only when asked for; world.huge says how large. "zzhuge_text" has a text
 * of so many bytes, "zzhuge_list" a list of so many numbers, each in one row; they are made
 * for the message that they leave in and for no longer. Loop thread only.
 */
#ifndef DEMO_FAULT_HUGE_H
#define DEMO_FAULT_HUGE_H

#include "demo/table.h"

/* Grows the array of n tables by these; returns how many there are then. They are freed
 * with the others. */
size_t huge_tables_add(struct demo_table **tables, size_t n);

#endif
