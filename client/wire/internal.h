/*
 * client/wire/internal.h - what the C++ files behind wire.h share.
 *
 * Inside, a fault is an exception: fail() throws it, guarded() at the border turns it, and
 * whatever a library throws, into an err_code. Memory handed to C is from malloc. Pure; any
 * thread.
 */
#ifndef CLIENT_WIRE_INTERNAL_H
#define CLIENT_WIRE_INTERNAL_H

#include <cstdint>
#include <cstdlib>
#include <limits>
#include <memory>
#include <new>
#include <vector>

#include <flatbuffers/flatbuffers.h>
#include <google/protobuf/io/coded_stream.h>

#include "client/wire/wire.h"

namespace dhwire
{

struct wire_fault {
    enum err_code code = ERR_PROTO;
    char msg[160] = "";
};

[[noreturn]] void fail(enum err_code code, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* Runs body; what it throws becomes the error, with the name of the message in front. */
template <typename Body>
enum err_code guarded(const char *what, struct err *e, Body body) noexcept
{
    try {
        body();
        return ERR_OK;
    } catch (const wire_fault &f) {
        return err_set(e, f.code, "%s: %s", what, f.msg);
    } catch (const std::bad_alloc &) {
        return err_set(e, ERR_LIMIT, "%s: not enough memory", what);
    } catch (...) {
        return err_set(e, ERR_PROTO, "%s: cannot be read or written", what);
    }
}

struct free_deleter {
    void operator()(void *p) const
    {
        std::free(p);
    }
};

template <typename T> using array = std::unique_ptr<T[], free_deleter>;

/* Zeroed; holds nothing when n is 0. Throws when memory is short: a peer chose n. */
template <typename T> array<T> array_new(size_t n)
{
    if (n == 0)
        return nullptr;
    array<T> p(static_cast<T *>(std::calloc(n, sizeof(T))));
    if (p == nullptr)
        throw std::bad_alloc();
    return p;
}

/* Refuses a flatbuffer larger than the library can address. */
void check_size(struct bytes in, const char *part);

/* A copy of a flatbuffer at an address fit for every scalar in it. */
array<uint8_t> aligned_copy(struct bytes in, const char *part);

/* Bounded check of a whole flatbuffer with root table T; in.data is aligned to 8. A table
 * is reached through an offset of four bytes, so an honest buffer never holds more tables
 * than that; one that shares tables to look far larger than it is fails here. */
template <typename T> const T *verified_root(struct bytes in, const char *part)
{
    constexpr flatbuffers::uoffset_t max_depth = 4 * WIRE_MAX_DEPTH;

    check_size(in, part);
    flatbuffers::Verifier verifier(
        in.data, in.len, max_depth,
        static_cast<flatbuffers::uoffset_t>(in.len / sizeof(flatbuffers::uoffset_t) + 1));
    if (in.len == 0 || !verifier.VerifyBuffer<T>(nullptr))
        fail(ERR_PROTO, "%s of %zu bytes is not valid", part, in.len);
    return flatbuffers::GetRoot<T>(in.data);
}

template <typename T> size_t size_of(const flatbuffers::Vector<T> *v)
{
    return v == nullptr ? 0 : v->size();
}

template <typename T> struct bytes span_of(const flatbuffers::Vector<T> *v)
{
    static_assert(sizeof(T) == 1, "spans are of bytes");
    return v == nullptr ? bytes{nullptr, 0} : bytes{v->Data(), v->size()};
}

/* Walks the fields of one protobuf message and borrows from its bytes, which the generated
 * classes cannot do. Reading a field as what it is not fails, as does a cut message. */
class proto_walk
{
  public:
    explicit proto_walk(struct bytes in);

    bool next(); /* false at the end */
    int number() const;

    struct bytes bytes();
    bool boolean();
    int64_t int64();
    int64_t sint64();
    double real();
    void skip();

  private:
    void want(int wire_type) const;
    uint64_t varint();

    struct bytes in_;
    google::protobuf::io::CodedInputStream input_;
    uint32_t tag_ = 0;
};

/* The bytes inside a Ticket. *out is left alone when there are none: messages of one field
 * merge. */
void read_ticket(struct bytes in, struct bytes *out);

/* Fails when used + more bytes, whose sum may overflow, are too many for what out can still
 * take or for the libraries, which only assert their limits of 2^31 bytes. */
void check_room(const struct buf *out, size_t used, size_t more);

/* buf_append() as an exception. */
void append(struct buf *out, const void *data, size_t n);

/* Appends what a generated class holds. */
template <typename Message> void append_message(const Message &m, struct buf *out)
{
    size_t n = m.ByteSizeLong();

    check_room(out, 0, n);
    std::vector<uint8_t> raw(n);
    m.SerializeWithCachedSizesToArray(raw.data());
    append(out, raw.data(), n);
}

/* Builds a flatbuffer that goes to out, directly or inside another. */
class message_builder : public flatbuffers::FlatBufferBuilder
{
  public:
    explicit message_builder(struct buf *to) : out(to)
    {
    }

    /* To be called before each part whose size others choose. */
    void check_room(size_t more) const
    {
        dhwire::check_room(out, GetSize(), more);
    }

    void append_finished()
    {
        append(out, GetBufferPointer(), GetSize());
    }

    struct buf *const out; /* borrowed */
};

} // namespace dhwire

#endif
