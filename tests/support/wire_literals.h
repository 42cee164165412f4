/*
 * tests/support/wire_literals.h - initialisers of a struct wire_literal, for tables.
 *
 * Tests only.
 */
#ifndef TESTS_SUPPORT_WIRE_LITERALS_H
#define TESTS_SUPPORT_WIRE_LITERALS_H

#include "client/wire/operations.h"

#define TEXT(s)                                                                            \
    {                                                                                      \
        .kind = WIRE_LITERAL_TEXT, .text = {(const uint8_t *)(s), sizeof(s) - 1 }          \
    }
#define LONG(n)                                                                            \
    {                                                                                      \
        .kind = WIRE_LITERAL_LONG, .number = (n)                                           \
    }
#define REAL(n)                                                                            \
    {                                                                                      \
        .kind = WIRE_LITERAL_DOUBLE, .real = (n)                                           \
    }
#define TIME(n)                                                                            \
    {                                                                                      \
        .kind = WIRE_LITERAL_TIME, .number = (n)                                           \
    }
#define BOOLEAN(n)                                                                         \
    {                                                                                      \
        .kind = WIRE_LITERAL_BOOL, .truth = (n)                                            \
    }

#endif
