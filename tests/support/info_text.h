/*
 * tests/support/info_text.h - an information line as one text.
 */
#ifndef TESTS_SUPPORT_INFO_TEXT_H
#define TESTS_SUPPORT_INFO_TEXT_H

#include "ui/widget/view.h"

/* As it is drawn in so many columns, without blanks at its end. Owned by the caller. */
char *info_text(struct info_line *l, int cols, bool ascii);

/* What a view says of itself, with all the room there is. Owned by the caller. */
char *info_of_view(struct view v, const struct draw_env *env);

#endif
