/*
 * demo/fault/damage.h - messages that lie: well-formed on the outside, wrong in what they
 * say.
 *
 * Each takes an encoded FlightData apart, changes one thing and puts it together again; a
 * message without that part stays as it was. The actions, see demo/fault/faults.h:
 *   narrow       one column less: of a schema the last field, of a batch the last node
 *   dictionary   the second column of a schema claims to be dictionary-encoded
 *   runs         it claims to be run-end encoded
 *   mods:N       N entries of mod_column_nodes
 *   rows:N node:N   length of the batch, of its first node
 *   offset:N length:N   of the first buffer that is not empty
 *   body:N       body length that the header announces
 *   descend, beyond   string offsets that go down, or past their text
 *   added:N      N rows added, one range; ranges:N: N ranges of one row each
 *   removed:N    N rows removed; size:N: table_size
 *   garble       row set of added rows that ends in the middle of a value
 *   pad:N        the whole message has N bytes, the body being longer than needed
 *
 * Protocol: Arrow Message.fbs RecordBatch; Barrage BarrageUpdateMetadata. Pure.
 */
#ifndef DEMO_FAULT_DAMAGE_H
#define DEMO_FAULT_DAMAGE_H

#include "demo/fault/faults.h"

/* Does one of the above; any other action leaves the message alone. On failure, too. */
void damage_message(const struct fault *fault, struct buf *message);

#endif
