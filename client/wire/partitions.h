/*
 * client/wire/partitions.h - the C face of partitionedtable.proto, and of what object.proto
 * tells of such a table.
 *
 * Pure; any thread. Protocol: deephaven-core partitionedtable.proto, object.proto.
 */
#ifndef CLIENT_WIRE_PARTITIONS_H
#define CLIENT_WIRE_PARTITIONS_H

#include "client/wire/wire.h"

#ifdef __cplusplus
extern "C" {
#endif

/* MergeRequest; the reply is an ExportedTableCreationResponse. */
enum err_code wire_merge_encode(struct bytes source, struct bytes result, struct buf *out,
                                struct err *e);

/* FetchObjectRequest for an object of that type. */
enum err_code wire_fetch_object_encode(struct bytes ticket, const char *type,
                                       struct buf *out, struct err *e);

/* FetchObjectResponse of a partitioned table; spans are borrowed. */
#define WIRE_PARTITION_KEYS_MAX 64
struct wire_partitions {
    struct bytes names[WIRE_PARTITION_KEYS_MAX]; /* of the columns it is split by */
    size_t n;
    struct bytes base; /* ticket of an export that the server has made; empty: none */
};
enum err_code wire_partitions_decode(struct bytes in, struct wire_partitions *out,
                                     struct err *e);

/* --- the server's side (dhview-demo); spans borrow from in --- */

enum err_code wire_merge_decode(struct bytes in, struct bytes *source, struct bytes *result,
                                struct err *e);
enum err_code wire_fetch_object_decode(struct bytes in, struct bytes *ticket,
                                       struct bytes *type, struct err *e);
/* Of a table that is split by columns of these names; without a table of its parts. */
enum err_code wire_partitions_encode(const struct bytes *names, size_t n, struct buf *out,
                                     struct err *e);

#ifdef __cplusplus
}
#endif

#endif
