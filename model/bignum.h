/*
 * model/bignum.h - the server's BigInteger and BigDecimal bytes as exact decimal text, and
 * their order.
 *
 * Numbers of more than BIGNUM_MAX bytes are named, not computed, as the cost of a
 * conversion grows with the square of the size; a scale that would pad a number with more
 * than BIGNUM_PAD zeros makes an exponent instead. Pure; any thread.
 */
#ifndef MODEL_BIGNUM_H
#define MODEL_BIGNUM_H

#include <stdbool.h>

#include "base/buf.h"
#include "model/decimal.h"

#define BIGNUM_MAX 4096 /* bytes of two's complement */
#define BIGNUM_PAD 64

/* Appends the decimal text of a big-endian two's complement number, with commas between
 * groups of three digits when asked for. Cut at out's maximum. (protocol: BigInteger in
 * Binary) */
void bignum_integer(struct bytes in, bool group, struct buf *out);

/* Appends unscaled * 10^-scale as java.math.BigDecimal prints itself in plain notation, or
 * with an exponent; in is an int32 LE scale, then the unscaled number. (protocol:
 * BigDecimal in Binary) */
void bignum_decimal(struct bytes in, struct buf *out);

/* The same for numbers of up to BIGNUM_EXACT_MAX bytes, for which somebody can wait. False,
 * and nothing appended, for a longer one, or bytes that are no such number. */
#define BIGNUM_EXACT_MAX 65536
bool bignum_exact(struct bytes in, bool decimal, struct buf *out);

/* Appends the bytes of a number, the other way round: of a whole one, or with its scale.
 * The cost grows with the square of its digits. */
void bignum_of_decimal(const struct decimal *d, bool decimal, struct buf *out);

/* Below, at or above 0 as a is less than, equal to or more than b, whatever their lengths
 * and scales. Costs no more than the bytes of the two, however large an exponent. Decimals
 * without a scale compare equal to all, as do those of more than BIGNUM_MAX bytes when
 * their scales differ and their lengths do not tell which is more. */
int bignum_compare_integers(struct bytes a, struct bytes b);
int bignum_compare_decimals(struct bytes a, struct bytes b);

#endif
