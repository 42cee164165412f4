/*
 * demo/pattern.h - texts compared, searched and matched, with case or without.
 *
 * Matches is a regular expression at a real server; here it may have texts in \Q \E, other
 * characters that stand for themselves, "." and ".*", and the flags (?i) (?s) (?u) at its
 * start. Protocol: java.util.regex.Pattern, String.equalsIgnoreCase. Pure; any thread.
 */
#ifndef DEMO_PATTERN_H
#define DEMO_PATTERN_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"

enum pattern_case { PATTERN_CASE, PATTERN_ASCII, PATTERN_UNICODE }; /* whose case counts */

struct pattern; /* opaque */

/* The whole text is to be this, or to have it as a part, or to match a regular expression:
 * ERR_REFUSED names what cannot be read here. Owned. */
struct pattern *pattern_equal(struct bytes text, enum pattern_case c);
struct pattern *pattern_part(struct bytes text, enum pattern_case c);
enum err_code pattern_parse(struct bytes regex, enum pattern_case c, struct pattern **out,
                            struct err *e);
void pattern_free(struct pattern *p); /* accepts NULL */

bool pattern_matches(const struct pattern *p, struct bytes text);

#endif
