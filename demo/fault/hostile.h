/*
 * demo/fault/hostile.h - tables whose names, columns and cells attack a terminal.
 *
 * They are offered only when asked for. Loop thread only.
 */
#ifndef DEMO_FAULT_HOSTILE_H
#define DEMO_FAULT_HOSTILE_H

#include "demo/table.h"

/* Grows the array of n tables by the hostile ones; returns how many there are then. They
 * are freed with the others. */
size_t hostile_tables_add(struct demo_table **tables, size_t n);

#endif
