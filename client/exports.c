#include "client/exports.h"

struct export_id exports_next(struct exports *x)
{
    if (x->last == INT32_MAX - 1)
        return (struct export_id){0};
    return (struct export_id){++x->last, x->epoch};
}

bool exports_have(const struct exports *x, struct export_id id)
{
    return id.id > 0 && id.id <= x->last && id.epoch == x->epoch;
}

struct bytes exports_ticket(const struct exports *x, struct export_id id,
                            uint8_t room[EXPORT_TICKET_LEN])
{
    if (!exports_have(x, id))
        return (struct bytes){0};
    ticket_export(id.id, room);
    return (struct bytes){room, EXPORT_TICKET_LEN};
}
