/*
 * ui/app/new_table.h - :table: tables that are made of nothing. Pure.
 */
#ifndef UI_APP_NEW_TABLE_H
#define UI_APP_NEW_TABLE_H

#include "base/err.h"
#include "model/recipe.h"

/* "empty ROWS" or "time PERIOD", such as PT1S, which begins now_s seconds after 1970. *out
 * is owned; ERR_USAGE says what was expected. */
enum err_code new_table_parse(const char *text, int64_t now_s, struct recipe **out,
                              struct err *e);

#endif
