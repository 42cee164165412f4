/*
 * ui/cli/selection.h - what of a table a run without a screen is about, from its options.
 *
 * Pure but for the time and the zone that texts of filters are read in. Any thread.
 */
#ifndef UI_CLI_SELECTION_H
#define UI_CLI_SELECTION_H

#include "client/exporter.h"
#include "model/recipe.h"
#include "ui/cli/options.h"

/* The recipe (owned) of --where, --filter, --sort, --columns and --rows, and behind what a
 * target says (ops, or NULL), on a source of that schema. Columns that only format others
 * are left out unless they are named. ERR_NOT_FOUND for a column that is not there,
 * ERR_USAGE for a text that cannot be, and for an expression in ops. */
enum err_code selection_recipe(const struct options *o, const char *ops,
                               const struct recipe *source, const struct schema *schema,
                               struct recipe **out, struct err *e);

/* --rows as A:B, A: or :B, from 1 or, negative, from the end. All, where one is from the
 * start and the other from the end: the recipe has that then. text NULL: all. */
enum err_code selection_rows(const char *text, struct snapshot_rows *out, struct err *e);

/* --format, else as the name of --output ends, else what is usual. ERR_USAGE where neither
 * can be, and for --no-header where there is none. */
enum err_code selection_format(const struct options *o, enum exporter_format usual,
                               enum exporter_format *out, struct err *e);

#endif
