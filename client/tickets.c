#include "client/tickets.h"

#include <stdio.h>
#include <string.h>

#include <uv.h>

void ticket_export(int32_t id, uint8_t out[EXPORT_TICKET_LEN])
{
    uint32_t u = (uint32_t)id;

    out[0] = 'e';
    for (int i = 0; i < 4; i++)
        out[1 + i] = (uint8_t)(u >> (8 * i));
}

bool is_export_ticket(struct bytes ticket)
{
    return ticket.len == EXPORT_TICKET_LEN && ticket.data[0] == 'e';
}

bool is_shared_ticket(struct bytes ticket)
{
    return ticket.len > 1 && ticket.data[0] == 'h';
}

enum err_code ticket_new_shared(uint8_t out[SHARED_TICKET_LEN], struct err *e)
{
    int rc = uv_random(NULL, NULL, out + 2, SHARED_TICKET_LEN - 2, 0, NULL);

    out[0] = 'h';
    out[1] = '/';
    if (rc != 0)
        return err_set(e, ERR_IO, "the system gives no random bytes: %s", uv_strerror(rc));
    return ERR_OK;
}

enum err_code ticket_scope(const char *name, struct buf *out, struct err *e)
{
    if (*name == '\0')
        return err_set(e, ERR_USAGE, "a table name must not be empty");
    TRY(buf_append_text(out, "s/", e));
    return buf_append_text(out, name, e);
}

enum err_code ticket_application(const char *app, const char *field, struct buf *out,
                                 struct err *e)
{
    TRY(buf_append_text(out, "a/", e));
    TRY(buf_append_text(out, app, e));
    TRY(buf_append_text(out, "/f/", e));
    return buf_append_text(out, field, e);
}

enum err_code ticket_shared(const char *hex, struct buf *out, struct err *e)
{
    size_t n = strlen(hex);

    if (n == 0 || n % 2 != 0)
        return err_set(e, ERR_USAGE,
                       "a shared ticket is pairs of hex digits, found %zu digits", n);
    TRY(buf_append_text(out, "h", e));
    for (size_t i = 0; i < n; i += 2) {
        int high = hex_digit(hex[i]);
        int low = hex_digit(hex[i + 1]);
        uint8_t byte = (uint8_t)((unsigned)high << 4 | (unsigned)low);

        if (high < 0 || low < 0)
            return err_set(e, ERR_USAGE, "a shared ticket is hex digits, found '%c%c'",
                           hex[i], hex[i + 1]);
        TRY(buf_append(out, &byte, 1, e));
    }
    return ERR_OK;
}
