#include "client/rpc/payload.h"

#include <grpc/byte_buffer_reader.h>

#include "base/mem.h"

grpc_byte_buffer *payload_new(struct bytes message)
{
    grpc_slice slice =
        grpc_slice_from_copied_buffer((const char *)message.data, message.len);
    grpc_byte_buffer *out = grpc_raw_byte_buffer_create(&slice, 1);

    grpc_slice_unref(slice);
    return out;
}

bool payload_slice(grpc_byte_buffer *payload, grpc_slice *out)
{
    grpc_byte_buffer_reader reader;

    if (mem_room(grpc_byte_buffer_length(payload), NULL) != ERR_OK ||
        !grpc_byte_buffer_reader_init(&reader, payload))
        return false;
    *out = grpc_byte_buffer_reader_readall(&reader);
    grpc_byte_buffer_reader_destroy(&reader);
    return true;
}

struct bytes payload_bytes(const grpc_slice *slice)
{
    return (struct bytes){GRPC_SLICE_START_PTR(*slice), GRPC_SLICE_LENGTH(*slice)};
}
