#include <charconv>
#include <string>

#include <google/protobuf/wire_format_lite.h>

#include "client/wire/internal.h"
#include "flight.pb.h"

using dhwire::FlightData;
using google::protobuf::internal::WireFormatLite;
using google::protobuf::io::CodedOutputStream;

enum err_code wire_flight_data_decode(struct bytes in, struct wire_flight_data *out,
                                      struct err *e)
{
    return dhwire::guarded("FlightData", e, [&] {
        struct wire_flight_data d = {};

        for (dhwire::proto_walk walk(in); walk.next();) {
            switch (walk.number()) {
            case FlightData::kFlightDescriptorFieldNumber:
                d.descriptor = walk.bytes();
                break;
            case FlightData::kDataHeaderFieldNumber:
                d.data_header = walk.bytes();
                break;
            case FlightData::kAppMetadataFieldNumber:
                d.app_metadata = walk.bytes();
                break;
            case FlightData::kDataBodyFieldNumber:
                d.data_body = walk.bytes();
                break;
            default:
                walk.skip();
            }
        }
        *out = d;
    });
}

static enum err_code append_part(int number, struct bytes part, struct buf *out,
                                 struct err *e)
{
    constexpr int most = std::numeric_limits<int>::max();
    uint8_t prefix[2 * 5]; /* two varints of 32 bits */
    uint8_t *end = prefix;

    if (part.len == 0)
        return ERR_OK; /* the server parses a part that is present, also an empty one */
    if (part.len > static_cast<size_t>(most))
        return err_set(e, ERR_LIMIT, "FlightData: part %d of %zu bytes, over %d", number,
                       part.len, most);
    end = CodedOutputStream::WriteTagToArray(
        WireFormatLite::MakeTag(number, WireFormatLite::WIRETYPE_LENGTH_DELIMITED), end);
    end = CodedOutputStream::WriteVarint32ToArray(static_cast<uint32_t>(part.len), end);
    TRY(buf_append(out, prefix, static_cast<size_t>(end - prefix), e));
    return buf_append(out, part.data, part.len, e);
}

static enum err_code append_parts(const struct wire_flight_data *in, struct buf *out,
                                  struct err *e)
{
    TRY(append_part(FlightData::kFlightDescriptorFieldNumber, in->descriptor, out, e));
    TRY(append_part(FlightData::kDataHeaderFieldNumber, in->data_header, out, e));
    TRY(append_part(FlightData::kAppMetadataFieldNumber, in->app_metadata, out, e));
    return append_part(FlightData::kDataBodyFieldNumber, in->data_body, out, e);
}

enum err_code wire_flight_data_encode(const struct wire_flight_data *in, struct buf *out,
                                      struct err *e)
{
    size_t start = out->len;
    enum err_code rc = append_parts(in, out, e);

    if (rc != ERR_OK)
        out->len = start;
    return rc;
}

enum err_code wire_flight_export_encode(int32_t id, struct buf *out, struct err *e)
{
    return dhwire::guarded("FlightDescriptor", e, [&] {
        dhwire::FlightDescriptor m;

        m.set_type(dhwire::FlightDescriptor::PATH);
        m.add_path("export");
        m.add_path(std::to_string(id));
        dhwire::append_message(m, out);
    });
}

/* All of a text as a positive number, or 0. */
static int32_t read_id(struct bytes text)
{
    const char *from = reinterpret_cast<const char *>(text.data);
    int32_t id = 0;
    auto end = std::from_chars(from, from + text.len, id);

    return end.ec == std::errc() && end.ptr == from + text.len && id > 0 ? id : 0;
}

enum err_code wire_flight_export_decode(struct bytes in, int32_t *id, struct err *e)
{
    using message = dhwire::FlightDescriptor;

    return dhwire::guarded("FlightDescriptor", e, [&] {
        std::vector<struct bytes> path;

        for (dhwire::proto_walk walk(in); walk.next();) {
            if (walk.number() == message::kPathFieldNumber)
                path.push_back(walk.bytes());
            else
                walk.skip();
        }
        *id = path.size() == 2 && bytes_equal(path[0], bytes_of("export"))
                  ? read_id(path[1])
                  : 0;
        if (*id == 0)
            dhwire::fail(ERR_PROTO, "expected the path export/ID");
    });
}
