/*
 * demo/tables.h - the list of tables, and the world that they depend on. Loop thread only.
 */
#ifndef DEMO_TABLES_H
#define DEMO_TABLES_H

#include "demo/table.h"

/* Starts w from its seed, the other fields being set; release with world_release(). */
void world_init(struct world *w);
void world_release(struct world *w);

/* All tables, sorted by name; *tables is owned, freed with demo_tables_free(). */
size_t demo_tables_new(const struct world *w, struct demo_table **tables);

#endif
