/*
 * tests/support/condition_text.h - a condition as one short line, for tables of tests:
 *
 *     all(X >= #2, X <= #5)   any(X null, X not has/i "a")   none   all()   X in 5
 *     X not in/i "foo"        X < @2026-11-20 13:00:00 (UTC)      X >= '2026-11-20'
 *     X like "\Qa\E.*"        search(A B "a")                X nan  {epochNanos(X) > 5L}
 */
#ifndef TESTS_SUPPORT_CONDITION_TEXT_H
#define TESTS_SUPPORT_CONDITION_TEXT_H

#include "model/condition.h"

/* Owned. */
char *condition_short_text(const struct condition *c);

#endif
