/*
 * model/format.h - a value as text: pure functions, no terminal, no locale.
 *
 * The text is the value in full or cut to a budget of bytes; it is not yet safe for a
 * terminal (strings come through as sent), base/text.h does that. Times are ISO 8601 in the
 * zone asked for; digits beyond those shown are cut, never rounded. Any thread once a zone
 * is open.
 */
#ifndef MODEL_FORMAT_H
#define MODEL_FORMAT_H

#include "base/buf.h"
#include "base/err.h"
#include "model/column.h"

enum align { ALIGN_LEFT, ALIGN_RIGHT };

struct zone; /* opaque: the rules of one time zone */

/* Opens a zone by IANA name ("Europe/Vienna"), "UTC", or "local" (TZ, then /etc/localtime).
 * ERR_USAGE names the zone that is not known. Owned by the caller. Reads TZif files, the
 * system's own time zone data (RFC 8536), with the POSIX footer for later years; does not
 * touch the process's TZ. */
enum err_code zone_open(const char *name, struct zone **out, struct err *e);
void zone_free(struct zone *z); /* accepts NULL */
const char *zone_name(const struct zone *z);

/* Seconds east of UTC at an instant given in seconds since 1970. */
int32_t zone_offset(const struct zone *z, int64_t unix_seconds);

/* The abbreviation that the zone has then, such as "CET", or "" where none is known.
 * Borrowed. */
const char *zone_label(const struct zone *z, int64_t unix_seconds);

/* The instant of a local time, both in seconds since 1970: the first one of a time that the
 * clocks show twice, that of the change for one that they skip. */
int64_t zone_instant(const struct zone *z, int64_t local, bool *skipped);

/* The offset that the zone has under an abbreviation ("CET", in any case) at an instant or
 * next to it; false: it has none of that name. */
bool zone_label_offset(const struct zone *z, const char *label, int64_t unix_seconds,
                       int32_t *offset);

struct format_options {
    const struct zone *zone; /* borrowed; NULL: UTC */
    int time_digits;         /* fraction digits of times: 0..9; in a list: at least */
    bool group_digits;       /* 1,000,000 instead of 1000000 in whole numbers */
    size_t max_bytes;        /* stop soon after this many bytes of text; 0: no limit */
};

/* Appends the text of a VALUE_SET value to out (whose own maximum also cuts, without
 * error). Empty strings give no bytes: the caller shows them. Inside a list a null item is
 * null, and a text that could be taken for that, for nothing, or for more than one item is
 * quoted, with \\ before quotes and backslashes in it: ["null", a, "b, c", ""]. */
void format_value(const struct value *v, const struct format_options *o, struct buf *out);

/* How cells of a type are aligned: numbers right, the rest left. */
enum align format_align(const struct type *t);

/* Bytes of the text of a whole number of up to 64 bits, which is not written for that; 0
 * for any other value. Digits are not grouped. */
size_t format_whole_width(const struct value *v);

/* Offset in bytes of the decimal point, or of where it would stand, in the text of a number
 * of a type whose points are lined up (float, double, BigDecimal); len for others. */
size_t format_point(const struct type *t, const char *text, size_t len);

/* Fraction digits needed to show an instant, time or duration exactly: 0, 3, 6 or 9. */
int format_time_digits(const struct value *v);

#endif
