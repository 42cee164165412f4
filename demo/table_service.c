#include "demo/table_service.h"

#include "base/mem.h"
#include "client/wire/wire.h"
#include "demo/request.h"

static void send_size(struct request *r, const struct export *x, int64_t size)
{
    uint8_t room[EXPORT_TICKET_LEN];
    struct buf message;
    struct err e;

    buf_init(&message, MESSAGE_MAX);
    if (wire_table_size_encode(ticket_of_export(x->id, room), size, (struct bytes){0},
                               &message, &e) == ERR_OK)
        rpc_send(r->rpc, buf_bytes(&message));
    buf_release(&message);
}

/* Notes what is told of an export; false when nothing has happened since. protocol: a real
 * server tells a size after each update of a table, be it the same as before. */
static bool is_news(struct told *told, const struct demo_table *t, const struct server *s)
{
    int64_t stamp = table_stamp(t, &s->world, server_table_ms(s));

    if (told->once && told->stamp == stamp)
        return false;
    *told = (struct told){.once = true, .stamp = stamp};
    return true;
}

/* Sends the first size that is news; others follow when it has left. */
void serve_sizes_tick(struct request *r)
{
    const struct server *s = r->server;
    const struct login *l = r->login;

    if (r->n_told < l->n_exports) {
        r->told = mem_realloc(r->told, l->n_exports, sizeof(*r->told));
        while (r->n_told < l->n_exports)
            r->told[r->n_told++] = (struct told){0};
    }
    for (size_t i = 0; i < l->n_exports && rpc_idle(r->rpc); i++) {
        const struct export *x = &l->exports[i];

        if (x->state == EXPORT_READY && x->view.table->shape == TABLE_ROWS &&
            is_news(&r->told[i], x->view.table, s))
            send_size(r, x, table_size(x->view.table, &s->world, server_table_ms(s)));
    }
}

bool serve_sizes(struct request *r)
{
    r->open = true;
    serve_sizes_tick(r);
    return true;
}
