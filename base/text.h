/*
 * base/text.h - hostile text made safe, cut into clusters, measured and padded.
 *
 * Nothing that came from outside reaches a terminal before it went through text_next(). A
 * cluster is a base character with its combining marks; it takes 1 or 2 columns. What a
 * terminal must not get raw (control characters, escape sequences, bidirectional controls,
 * zero-width characters, unassigned and private code points, bad UTF-8, too long stacks of
 * marks) becomes a visible mark made of plain clusters. Pure; any thread.
 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

#define TEXT_CLUSTER_MAX 13 /* bytes of one cluster, without an end mark */

struct text_cluster {
    char utf8[TEXT_CLUSTER_MAX + 1]; /* NUL-terminated, valid UTF-8, printable */
    uint8_t len;                     /* bytes */
    uint8_t width;                   /* terminal columns: 1 or 2 */
    bool mark; /* stands for something that cannot be shown as it is */
};

struct text_iter {
    struct bytes in; /* borrowed */
    size_t pos;      /* bytes consumed */
    bool ascii;      /* only ASCII may come out; the rest becomes marks */
    /* private */
    char pending[12];
    uint8_t pending_len, pending_pos;
};

/* Starts reading in, which must outlive the iterator. */
struct text_iter text_iter(struct bytes in, bool ascii);

/* Next cluster; false at the end. A thing that cannot be shown comes as one or more
 * clusters with mark set, e.g. the control picture of a C0 character, or "<202e>". Costs
 * O(1) apart from the marks it has to skip over. */
bool text_next(struct text_iter *it, struct text_cluster *out);

/* Reads the code point that in begins with, also a surrogate; returns its bytes, 0 at the
 * end and where no UTF-8 begins. */
size_t text_code_point(struct bytes in, uint32_t *cp);

/* What sort of character a code point is, in a word or two: "control", "private use". */
const char *text_sort(uint32_t cp);

/* How many of the first bytes of in, at most limit, are printable ASCII: a column each. */
size_t text_plain(struct bytes in, size_t limit);

/* Columns that in takes on the screen once made safe, counting no further than limit. */
size_t text_width(struct bytes in, bool ascii, size_t limit);

/* Appends in, made safe and cut to at most width columns, to out; returns the columns used.
 * A text that does not fit ends in ellipsis (U+2026, or "~" in ASCII). */
size_t text_clean(struct bytes in, bool ascii, size_t width, struct buf *out);

/* The same, but a text that does not fit is cut in its middle, so that it keeps both ends:
 * what names have in common stands mostly at one of them. */
size_t text_clean_middle(struct bytes in, bool ascii, size_t width, struct buf *out);

/* Makes a C string safe for one line of output on any terminal; owned by the caller. */
char *text_clean_line(const char *s, bool ascii);

/* The next character of a C string that is not at its end, without case, and steps over it;
 * a byte that is no UTF-8 gives a number of its own above all characters. */
uint32_t text_fold(const char **s);

/* Simple case-insensitive substring test over UTF-8, for pickers and completion. */
bool text_contains(const char *haystack, const char *needle);

/* The same for a start of s. */
bool text_starts_with(const char *s, const char *prefix);

/* A name may have it: a letter, a digit, "_", or any byte beyond ASCII. */
bool text_is_name_byte(char c);

/* Bytes before the name, or the part of one, that a text ends with. */
size_t text_last_name(const char *s);

#endif
