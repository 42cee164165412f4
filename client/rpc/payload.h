/*
 * client/rpc/payload.h - messages as gRPC holds them, made of bytes and read as bytes.
 *
 * Shared by both ends: calls of the client, and those that the demo server answers; private
 * to them, as client/rpc/internal.h is. Any thread.
 */
#ifndef CLIENT_RPC_PAYLOAD_H
#define CLIENT_RPC_PAYLOAD_H

#include <grpc/byte_buffer.h>
#include <grpc/slice.h>
#include <stdbool.h>

#include "base/buf.h"

/* A message of these bytes (copied). Owned: grpc_byte_buffer_destroy(). */
grpc_byte_buffer *payload_new(struct bytes message);

/* All bytes of a message in one piece; false when it cannot be unpacked, or there is no
 * memory for it. Owned: grpc_slice_unref(). */
bool payload_slice(grpc_byte_buffer *payload, grpc_slice *out);

/* What a slice holds; borrowed from the variable itself, which a short one lives in. */
struct bytes payload_bytes(const grpc_slice *slice);

#endif
