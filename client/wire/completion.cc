/*
 * The messages of the console that complete code; see services.cc for how they are written
 * and read.
 */
#include "client/wire/internal.h"
#include "console.pb.h"

using dhwire::fail;
using dhwire::guarded;
using dhwire::proto_walk;

namespace
{

constexpr char uri[] = "file:///console";

void set_bytes(std::string *to, struct bytes from)
{
    to->assign(reinterpret_cast<const char *>(from.data), from.len);
}

void set_document(dhwire::VersionedTextDocumentIdentifier *to,
                  const struct wire_code_request &in)
{
    to->set_uri(uri);
    to->set_version(in.version);
}

/* What both questions have. protocol: trigger kind 1 is that the user asked. */
template <typename Message>
void set_question(Message *m, const struct wire_code_request &in)
{
    m->mutable_context()->set_trigger_kind(1);
    set_document(m->mutable_text_document(), in);
    m->mutable_position()->set_line(in.line);
    m->mutable_position()->set_character(in.character);
}

void set_open(dhwire::TextDocumentItem *to, const struct wire_code_request &in)
{
    to->set_uri(uri);
    to->set_version(in.version);
    set_bytes(to->mutable_language_id(), in.language);
    set_bytes(to->mutable_text(), in.text);
}

void set_change(dhwire::ChangeDocumentRequest *to, const struct wire_code_request &in)
{
    set_document(to->mutable_text_document(), in);
    set_bytes(to->add_content_changes()->mutable_text(), in.text);
}

} // namespace

enum err_code wire_code_request_encode(const struct wire_code_request *in, struct buf *out,
                                       struct err *e)
{
    return guarded("AutoCompleteRequest", e, [&] {
        dhwire::AutoCompleteRequest m;

        set_bytes(m.mutable_console_id()->mutable_ticket(), in->console);
        m.set_request_id(in->id);
        switch (in->ask) {
        case WIRE_CODE_OPEN:
            set_open(m.mutable_open_document()->mutable_text_document(), *in);
            break;
        case WIRE_CODE_CHANGE:
            set_change(m.mutable_change_document(), *in);
            break;
        case WIRE_CODE_ITEMS:
            set_question(m.mutable_get_completion_items(), *in);
            break;
        case WIRE_CODE_SIGNATURE:
            set_question(m.mutable_get_signature_help(), *in);
            break;
        }
        dhwire::append_message(m, out);
    });
}

namespace
{

int32_t read_int32(proto_walk *walk)
{
    return static_cast<int32_t>(walk->int64());
}

void read_position(struct bytes in, int32_t *line, int32_t *character)
{
    for (proto_walk walk(in); walk.next();) {
        if (walk.number() == dhwire::Position::kLineFieldNumber)
            *line = read_int32(&walk);
        else if (walk.number() == dhwire::Position::kCharacterFieldNumber)
            *character = read_int32(&walk);
        else
            walk.skip();
    }
}

void read_range(struct bytes in, struct wire_code_item *out)
{
    for (proto_walk walk(in); walk.next();) {
        if (walk.number() == dhwire::DocumentRange::kStartFieldNumber)
            read_position(walk.bytes(), &out->line, &out->start);
        else if (walk.number() == dhwire::DocumentRange::kEndFieldNumber)
            read_position(walk.bytes(), &out->end_line, &out->end);
        else
            walk.skip();
    }
}

void read_edit(struct bytes in, struct wire_code_item *out)
{
    for (proto_walk walk(in); walk.next();) {
        if (walk.number() == dhwire::TextEdit::kRangeFieldNumber)
            read_range(walk.bytes(), out);
        else if (walk.number() == dhwire::TextEdit::kTextFieldNumber)
            out->text = walk.bytes();
        else
            walk.skip();
    }
}

void read_item(struct bytes in, struct wire_code_item *out)
{
    for (proto_walk walk(in); walk.next();) {
        if (walk.number() == dhwire::CompletionItem::kTextEditFieldNumber)
            read_edit(walk.bytes(), out);
        else
            walk.skip();
    }
}

/* Also checks that what lies in there are messages. */
size_t count_items(struct bytes in)
{
    struct wire_code_item unused = {};
    size_t n = 0;

    for (proto_walk walk(in); walk.next();) {
        if (walk.number() != dhwire::GetCompletionItemsResponse::kItemsFieldNumber) {
            walk.skip();
            continue;
        }
        read_item(walk.bytes(), &unused);
        if (++n > WIRE_MAX_ITEMS)
            fail(ERR_LIMIT, "more than %d items", WIRE_MAX_ITEMS);
    }
    return n;
}

struct bytes read_label(struct bytes in)
{
    struct bytes label = {nullptr, 0};

    for (proto_walk walk(in); walk.next();) {
        if (walk.number() == dhwire::SignatureInformation::kLabelFieldNumber)
            label = walk.bytes();
        else
            walk.skip();
    }
    return label;
}

/* The first one that has any: what follows are other ways to call the same. */
struct bytes read_signature(struct bytes in)
{
    struct bytes found = {nullptr, 0};

    for (proto_walk walk(in); walk.next();) {
        if (walk.number() == dhwire::GetSignatureHelpResponse::kSignaturesFieldNumber &&
            found.len == 0)
            found = read_label(walk.bytes());
        else
            walk.skip();
    }
    return found;
}

} // namespace

enum err_code wire_code_response_decode(struct bytes in, struct wire_code_response *out,
                                        struct err *e)
{
    using message = dhwire::AutoCompleteResponse;

    return guarded("AutoCompleteResponse", e, [&] {
        struct wire_code_response r = {};
        struct bytes items = {nullptr, 0};
        size_t used = 0;

        for (proto_walk walk(in); walk.next();) {
            if (walk.number() == message::kRequestIdFieldNumber)
                r.id = read_int32(&walk);
            else if (walk.number() == message::kCompletionItemsFieldNumber)
                items = walk.bytes();
            else if (walk.number() == message::kSignaturesFieldNumber)
                r.signature = read_signature(walk.bytes());
            else
                walk.skip();
        }
        r.n = count_items(items);
        auto list = dhwire::array_new<struct wire_code_item>(r.n);
        for (proto_walk walk(items); walk.next();) {
            if (walk.number() == dhwire::GetCompletionItemsResponse::kItemsFieldNumber)
                read_item(walk.bytes(), &list[used++]);
            else
                walk.skip();
        }
        r.items = list.release();
        *out = r;
    });
}
