#include "demo/tickets.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum resolved ticket_refusal(struct refusal *why, grpc_status_code status, const char *fmt,
                             ...)
{
    va_list ap;

    why->status = status;
    va_start(ap, fmt);
    (void)vsnprintf(why->text, sizeof(why->text), fmt, ap);
    va_end(ap);
    return REFUSED;
}

static const struct demo_table *find_table(const struct server *s, struct bytes name)
{
    for (size_t i = 0; i < s->n_tables; i++) {
        if ((!s->tables[i].is_late || s->revealed) &&
            bytes_equal(bytes_of(s->tables[i].name), name))
            return &s->tables[i];
    }
    return NULL;
}

static enum resolved resolve_export(struct login *l, int32_t id, struct selection *out,
                                    struct refusal *why)
{
    const struct export *x = login_export(l, id);

    if (id == 0)
        return ticket_refusal(
            why, GRPC_STATUS_INVALID_ARGUMENT,
            "Export id 0 refers to a non-export and cannot be requested!");
    if (!x && id < 0)
        return ticket_refusal(
            why, GRPC_STATUS_FAILED_PRECONDITION,
            "Export id %" PRId32 " does not exist and cannot be used out-of-order!", id);
    if (!x)
        return NOT_YET;
    switch (x->state) {
    case EXPORT_READY:
        selection_copy(out, &x->view);
        return RESOLVED;
    case EXPORT_RELEASED:
        return ticket_refusal(
            why, GRPC_STATUS_FAILED_PRECONDITION,
            "Export in state DEPENDENCY_RELEASED (related parent export id: "
            "%" PRId32 ")",
            id);
    case EXPORT_FAILED:
        break;
    }
    return ticket_refusal(why, x->status, "%s", x->text);
}

static enum resolved resolve_scope(const struct server *s, struct bytes name,
                                   const char *what, struct selection *out,
                                   struct refusal *why)
{
    const struct demo_table *t = find_table(s, name);

    if (!t)
        return ticket_refusal(
            why, GRPC_STATUS_NOT_FOUND, "Could not resolve '%s: variable '%.*s' not found",
            what, (int)(name.len < 200 ? name.len : 200), (const char *)name.data);
    if (t->split_by)
        return ticket_refusal(why, GRPC_STATUS_FAILED_PRECONDITION,
                              "Ticket is not a table");
    selection_of_table(t, out);
    return RESOLVED;
}

struct hex ticket_hex(struct bytes b)
{
    struct hex h = {""};

    for (size_t i = 0; i < b.len && i < HEX_MAX; i++)
        (void)snprintf(h.text + 2 * i, 3, "%02x", b.data[i]);
    return h;
}

static enum resolved resolve_shared(struct bytes ticket, const char *what,
                                    struct refusal *why)
{
    if (ticket.len == 1)
        return ticket_refusal(why, GRPC_STATUS_FAILED_PRECONDITION,
                              "Could not resolve '%s': found 0x68 (hex)", what);
    return ticket_refusal(why, GRPC_STATUS_NOT_FOUND,
                          "Could not resolve '%s': ticket '%s' not found", what,
                          ticket_hex((struct bytes){ticket.data + 1, ticket.len - 1}).text);
}

/* There are no applications here: a ticket is of one that is not there, or malformed. */
static enum resolved resolve_application(struct bytes ticket, const char *what,
                                         struct refusal *why)
{
    const char *p = (const char *)ticket.data + 2;
    size_t left = ticket.len > 2 ? ticket.len - 2 : 0;
    const char *end = left ? memmem(p, left, "/f/", 3) : NULL;

    if (!end || ticket.data[1] != '/')
        return ticket_refusal(
            why, GRPC_STATUS_FAILED_PRECONDITION,
            "Could not resolve '%s': ticket does conform to expected format", what);
    return ticket_refusal(
        why, GRPC_STATUS_NOT_FOUND,
        "Could not resolve '%s': no application exists with the identifier: "
        "%.*s",
        what, (int)(end - p < 200 ? end - p : 200), p);
}

enum resolved ticket_resolve(const struct server *s, struct login *l, struct bytes ticket,
                             const char *what, struct selection *out, struct refusal *why)
{
    const uint8_t *p = ticket.data;

    if (ticket.len == 0)
        return ticket_refusal(why, GRPC_STATUS_FAILED_PRECONDITION,
                              "could not resolve '%s' it's an empty ticket", what);
    switch (p[0]) {
    case 'e':
        if (ticket.len == EXPORT_TICKET_LEN)
            return resolve_export(l, (int32_t)bytes_u32(p + 1), out, why);
        return ticket_refusal(why, GRPC_STATUS_FAILED_PRECONDITION,
                              "Could not resolve ticket '%s': found 0x%s (hex)", what,
                              ticket_hex(ticket).text);
    case 's':
        if (ticket.len > 2 && p[1] == '/')
            return resolve_scope(s, (struct bytes){p + 2, ticket.len - 2}, what, out, why);
        return ticket_refusal(why, GRPC_STATUS_FAILED_PRECONDITION,
                              "Could not resolve '%s': found 0x%s' (hex)", what,
                              ticket_hex(ticket).text);
    case 'h':
        return resolve_shared(ticket, what, why);
    case 'a':
        return resolve_application(ticket, what, why);
    default:
        return ticket_refusal(why, GRPC_STATUS_FAILED_PRECONDITION,
                              "Could not resolve '%s': no resolver for route '%d' (byte)",
                              what, (int8_t)p[0]);
    }
}

const struct demo_table *ticket_parts(const struct server *s, struct bytes ticket)
{
    const struct demo_table *t = NULL;

    if (ticket.len > 2 && ticket.data[0] == 's' && ticket.data[1] == '/')
        t = find_table(s, (struct bytes){ticket.data + 2, ticket.len - 2});
    return t && t->split_by ? t : NULL;
}

bool ticket_is_export(struct bytes ticket)
{
    return ticket.len == EXPORT_TICKET_LEN && ticket.data[0] == 'e';
}

struct bytes ticket_of_export(int32_t id, uint8_t room[EXPORT_TICKET_LEN])
{
    room[0] = 'e';
    for (int i = 0; i < 4; i++)
        room[1 + i] = (uint8_t)((uint32_t)id >> (8 * i));
    return (struct bytes){room, EXPORT_TICKET_LEN};
}

bool ticket_is_table(struct bytes ticket)
{
    if (ticket.len == 0)
        return false;
    return ticket_is_export(ticket) || (ticket.data[0] == 'h' && ticket.len > 1) ||
           (ticket.data[0] == 's' && ticket.len > 2 && ticket.data[1] == '/');
}

bool ticket_result(struct login *l, struct bytes ticket, int32_t *id, struct refusal *why)
{
    const struct export *x;

    if (ticket.len == 0) {
        (void)ticket_refusal(why, GRPC_STATUS_FAILED_PRECONDITION,
                             "No result ticket supplied");
        return false;
    }
    if (!ticket_is_export(ticket)) {
        (void)ticket_refusal(why, GRPC_STATUS_FAILED_PRECONDITION,
                             "Could not resolve ticket 'resultId': found 0x%s (hex)",
                             ticket_hex(ticket).text);
        return false;
    }
    *id = (int32_t)bytes_u32(ticket.data + 1);
    x = *id > 0 ? login_export(l, *id) : NULL;
    if (*id > 0 && !x)
        return true;
    if (x && x->state == EXPORT_RELEASED)
        (void)ticket_refusal(why, GRPC_STATUS_FAILED_PRECONDITION,
                             "Export in state RELEASED");
    else
        (void)ticket_refusal(why, GRPC_STATUS_INVALID_ARGUMENT,
                             "Details Logged w/ID '00000000-0000-4000-8000-0000%08" PRIx32
                             "'",
                             (uint32_t)*id);
    return false;
}
