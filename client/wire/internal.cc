#include "client/wire/internal.h"

#include <algorithm>
#include <cstdarg>
#include <cstdio>
#include <cstring>

#include <google/protobuf/wire_format_lite.h>

using google::protobuf::internal::WireFormatLite;

namespace dhwire
{

void fail(enum err_code code, const char *fmt, ...)
{
    wire_fault f;
    va_list ap;

    f.code = code;
    va_start(ap, fmt);
    std::vsnprintf(f.msg, sizeof(f.msg), fmt, ap);
    va_end(ap);
    throw wire_fault(f);
}

void check_size(struct bytes in, const char *part)
{
    constexpr size_t most = FLATBUFFERS_MAX_BUFFER_SIZE - 1;

    if (in.len > most)
        fail(ERR_LIMIT, "%s of %zu bytes, over %zu", part, in.len, most);
}

array<uint8_t> aligned_copy(struct bytes in, const char *part)
{
    check_size(in, part);
    array<uint8_t> copy = array_new<uint8_t>(in.len);

    if (in.len != 0)
        std::memcpy(copy.get(), in.data, in.len);
    return copy;
}

static int stream_size(struct bytes in)
{
    constexpr int most = std::numeric_limits<int>::max();

    if (in.len > static_cast<size_t>(most))
        fail(ERR_LIMIT, "%zu bytes, over %d", in.len, most);
    return static_cast<int>(in.len);
}

proto_walk::proto_walk(struct bytes in) : in_(in), input_(in.data, stream_size(in))
{
    input_.SetTotalBytesLimit(std::numeric_limits<int>::max());
}

bool proto_walk::next()
{
    tag_ = input_.ReadTag();
    if (tag_ != 0)
        return true;
    if (!input_.ConsumedEntireMessage())
        fail(ERR_PROTO, "no field starts at byte %d", input_.CurrentPosition());
    return false;
}

int proto_walk::number() const
{
    return WireFormatLite::GetTagFieldNumber(tag_);
}

void proto_walk::want(int wire_type) const
{
    int found = WireFormatLite::GetTagWireType(tag_);

    if (found != wire_type)
        fail(ERR_PROTO, "field %d has wire type %d, not %d", number(), found, wire_type);
}

struct bytes proto_walk::bytes()
{
    uint32_t n = 0;

    want(WireFormatLite::WIRETYPE_LENGTH_DELIMITED);
    if (!input_.ReadVarint32(&n))
        fail(ERR_PROTO, "field %d has no length", number());
    size_t pos = static_cast<size_t>(input_.CurrentPosition());
    if (n > in_.len - pos)
        fail(ERR_PROTO, "field %d has %u bytes, %zu are left", number(), n, in_.len - pos);
    input_.Skip(static_cast<int>(n));
    return {in_.data + pos, n};
}

bool proto_walk::boolean()
{
    uint64_t v = 0;

    want(WireFormatLite::WIRETYPE_VARINT);
    if (!input_.ReadVarint64(&v))
        fail(ERR_PROTO, "field %d is cut", number());
    return v != 0;
}

uint64_t proto_walk::varint()
{
    uint64_t v = 0;

    want(WireFormatLite::WIRETYPE_VARINT);
    if (!input_.ReadVarint64(&v))
        fail(ERR_PROTO, "field %d is cut", number());
    return v;
}

int64_t proto_walk::int64()
{
    return static_cast<int64_t>(varint());
}

int64_t proto_walk::sint64()
{
    return WireFormatLite::ZigZagDecode64(varint());
}

double proto_walk::real()
{
    uint64_t bits = 0;
    double v;

    static_assert(sizeof(v) == sizeof(bits), "doubles of 64 bits");
    want(WireFormatLite::WIRETYPE_FIXED64);
    if (!input_.ReadLittleEndian64(&bits))
        fail(ERR_PROTO, "field %d is cut", number());
    std::memcpy(&v, &bits, sizeof(v));
    return v;
}

void proto_walk::skip()
{
    if (!WireFormatLite::SkipField(&input_, tag_))
        fail(ERR_PROTO, "field %d cannot be skipped", number());
}

void check_room(const struct buf *out, size_t used, size_t more)
{
    constexpr size_t most = FLATBUFFERS_MAX_BUFFER_SIZE / 4; /* twice this still counts */
    size_t room = std::min(out->max - out->len, most);

    if (used > room || more > room - used)
        fail(ERR_LIMIT, "%zu bytes and %zu more, with room for %zu", used, more, room);
}

void append(struct buf *out, const void *data, size_t n)
{
    struct err why;

    if (buf_append(out, data, n, &why) != ERR_OK)
        fail(why.code, "%s", why.msg);
}

} // namespace dhwire
