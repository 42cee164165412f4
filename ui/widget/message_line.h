/*
 * ui/widget/message_line.h - what a message leaves out where it is longer than its line.
 *
 * What it says stands behind what it is about: a path, a command, the name of a table. So
 * the long words give way first, each in its middle, then what stands before the last colon
 * where that begins with a path or a command, and only then the end. Pure; any thread.
 */
#ifndef UI_WIDGET_MESSAGE_LINE_H
#define UI_WIDGET_MESSAGE_LINE_H

#include <stdbool.h>
#include <stddef.h>

#define MESSAGE_WORD_LEAST 16 /* columns that a word is not cut below */

/* The message in at most so many columns, as far as its words and its colon allow; what is
 * still too long is cut by who draws it. Owned. */
char *message_fit(const char *text, size_t columns, bool ascii);

#endif
