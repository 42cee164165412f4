/*
 * client/rowset_codec.h - the compressed bytes of row sets, shifts and column bitsets.
 *
 * Decoders are strict: they refuse whatever the format does not allow, naming the byte, and
 * allocate O(ranges), at most CODEC_MAX_RANGES. Protocol: deephaven-core
 * ExternalizableRowSetUtils (row sets), Barrage BarrageUpdateMetadata (shift data,
 * bitsets).
 */
#ifndef CLIENT_ROWSET_CODEC_H
#define CLIENT_ROWSET_CODEC_H

#include "base/buf.h"
#include "model/rowset.h"
#include "model/shift.h"

#define CODEC_MAX_RANGES ((size_t)4 << 20) /* ranges accepted in one row set */

/* Decodes one row set that fills in exactly. *out is owned by the caller. Bytes after END,
 * keys above ROWSET_MAX_KEY and every malformed code are ERR_PROTO; too many ranges
 * ERR_LIMIT. */
enum err_code rowset_decode(struct bytes in, struct rowset **out, struct err *e);

/* How many keys such a set has, of any number of ranges: nothing is allocated. */
enum err_code rowset_decode_count(struct bytes in, uint64_t *count, struct err *e);

/* Appends the encoding of rs, byte for byte what the server itself writes. */
enum err_code rowset_encode(const struct rowset *rs, struct buf *out, struct err *e);

/* Shift data is three row sets back to back: starts, ends, destinations. *out is owned. */
enum err_code shift_decode(struct bytes in, struct shift **out, struct err *e);
enum err_code shift_encode(const struct shift *s, struct buf *out, struct err *e);

/* Bit i of byte i/8, least significant first. Bits at or above limit are dropped: servers
 * echo what was asked. The set is owned. */
enum err_code bitset_decode(struct bytes in, size_t limit, struct rowset **out,
                            struct err *e);
enum err_code bitset_encode(const struct rowset *columns, struct buf *out, struct err *e);

#endif
