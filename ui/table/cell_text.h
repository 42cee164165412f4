/*
 * ui/table/cell_text.h - one value with all there is to say about it, as lines of a pager.
 *
 * A time comes with all nine digits, in UTC and as nanoseconds since 1970; a number with
 * grouped digits; a text with its length and the code points of what cannot be shown; a
 * list element by element. Pure apart from the pager it fills. Loop thread.
 */
#ifndef UI_TABLE_CELL_TEXT_H
#define UI_TABLE_CELL_TEXT_H

#include "model/format.h"
#include "model/schema.h"
#include "ui/widget/pager.h"
#include "ui/widget/view.h"

/* What a value looks like wherever it is shown: null, not here, empty, not a number, or
 * STYLE_DEFAULT for all others. */
uint8_t cell_style_of(const struct value *v);

/* The text of a value, its style, without labels: what a line of the row popup holds. A set
 * value is cut at max bytes (0: whole). Owned by the caller: release with buf_release. */
uint8_t cell_text_short(const struct value *v, const struct draw_env *env, size_t max,
                        struct buf *out);

/* So much of one value is shown at most, so that a cell of any size costs no more than a
 * moment: bytes of its text, items of its list. What is left out is counted. */
#define CELL_TEXT_SHOWN ((size_t)1 << 20)
#define CELL_ITEMS_SHOWN 65536

/* Adds lines on the value of a column. whole: a list has all its items, otherwise there may
 * be more. */
void cell_text_add(struct pager *p, const struct schema_column *c, const struct value *v,
                   bool whole, const struct draw_env *env);

#endif
