#include "demo/table_service.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/mem.h"
#include "client/wire/wire.h"
#include "demo/calls.h"
#include "demo/request.h"

static enum err_code encode_created(const struct server *s, const struct selection *v,
                                    struct bytes ticket, struct buf *out, struct err *e)
{
    struct buf bare, header;
    enum err_code rc;

    buf_init(&bare, MESSAGE_MAX);
    buf_init(&header, MESSAGE_MAX);
    rc = selection_schema(v, &bare, e);
    if (rc == ERR_OK)
        rc = wire_wrap_message(buf_bytes(&bare), &header, e);
    if (rc == ERR_OK)
        rc = wire_table_created_encode(
            &(struct wire_table_created){.success = true,
                                         .is_static = table_is_static(v->table),
                                         .size =
                                             v->table->size(&s->world, server_table_ms(s)),
                                         .schema_header = buf_bytes(&header),
                                         .ticket = ticket},
            out, e);
    buf_release(&bare);
    buf_release(&header);
    return rc;
}

static void add_failed(struct login *l, int32_t id, const struct refusal *why)
{
    struct export *x = login_export_add(l, id, EXPORT_FAILED);

    x->status = why->status;
    x->text = mem_strdup(why->text);
}

/* The rest of every method that makes one table of another. transform may be NULL: the same
 * table. with_reply: answers with an ExportedTableCreationResponse. */
typedef enum err_code transform_fn(const struct selection *source,
                                   const struct wire_table_request *m,
                                   struct selection *out, struct err *e);

static bool derive(struct request *r, const struct wire_table_request *m,
                   transform_fn *transform, bool with_reply)
{
    struct server *s = r->server;
    struct login *l = r->login;
    struct selection source = {0}, result = {0};
    struct refusal why;
    struct buf message;
    struct err e;
    int32_t id;
    enum resolved found;

    if (!ticket_result(l, m->result, &id, &why))
        return request_refuse(r, &why);
    found = ticket_resolve(s, l, m->source, "sourceId", &source, &why);
    if (found == NOT_YET)
        return false;
    if (found == RESOLVED && transform && transform(&source, m, &result, &e) != ERR_OK)
        found = ticket_refusal(
            &why, GRPC_STATUS_INVALID_ARGUMENT,
            "Details Logged w/ID '00000000-0000-4000-8000-%012" PRIx32 "'", (uint32_t)id);
    else if (found == RESOLVED && !transform)
        selection_copy(&result, &source);
    selection_release(&source);
    if (found == REFUSED) {
        if (ticket_is_table(m->source))
            add_failed(l, id, &why);
        (void)request_refuse(r, &why);
        calls_retry(s);
        return true;
    }
    buf_init(&message, MESSAGE_MAX);
    enum err_code rc =
        with_reply ? encode_created(s, &result, m->result, &message, &e) : ERR_OK;
    login_export_add(l, id, EXPORT_READY)->view = result;
    (void)request_reply(r, rc, &message, &e);
    calls_retry(s);
    return true;
}

bool serve_fetch(struct request *r)
{
    struct wire_table_request m;
    struct err e;

    if (wire_table_request_decode(buf_bytes(&r->message), &m, &e) != ERR_OK)
        return request_refuse_message(r);
    return derive(r, &m, NULL, true);
}

bool serve_export(struct request *r)
{
    struct wire_table_request m;
    struct err e;

    if (wire_export_request_decode(buf_bytes(&r->message), &m, &e) != ERR_OK)
        return request_refuse_message(r);
    return derive(r, &m, NULL, false);
}

static enum err_code select_columns(const struct selection *source,
                                    const struct wire_table_request *m,
                                    struct selection *out, struct err *e)
{
    return selection_select(source, m->specs, m->n_specs, out, e);
}

static enum err_code preview_columns(const struct selection *source,
                                     const struct wire_table_request *m,
                                     struct selection *out, struct err *e)
{
    (void)e;
    selection_preview(source, m->specs, m->n_specs, m->convert_arrays, out);
    return ERR_OK;
}

bool serve_preview(struct request *r)
{
    struct wire_table_request m;
    struct err e;
    bool answered;

    if (wire_preview_request_decode(buf_bytes(&r->message), &m, &e) != ERR_OK)
        return request_refuse_message(r);
    if (m.convert_arrays && m.n_specs == 0)
        answered = request_refuse(
            r, &(struct refusal){GRPC_STATUS_INVALID_ARGUMENT,
                                 "convert_arrays is true but no types were provided"});
    else
        answered = derive(r, &m, preview_columns, true);
    free(m.specs);
    return answered;
}

bool serve_view(struct request *r)
{
    struct wire_table_request m;
    struct err e;
    bool answered;

    if (wire_view_request_decode(buf_bytes(&r->message), &m, &e) != ERR_OK)
        return request_refuse_message(r);
    answered = derive(r, &m, select_columns, true);
    free(m.specs);
    return answered;
}

/* --- ExportedTableUpdates --- */

static void send_size(struct request *r, const struct export *x, int64_t size)
{
    uint8_t ticket[EXPORT_TICKET_LEN] = {'e'};
    struct buf message;
    struct err e;

    for (int i = 0; i < 4; i++)
        ticket[1 + i] = (uint8_t)((uint32_t)x->id >> (8 * i));
    buf_init(&message, MESSAGE_MAX);
    if (wire_table_size_encode((struct bytes){ticket, sizeof(ticket)}, size,
                               (struct bytes){0}, &message, &e) == ERR_OK)
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

        if (x->state == EXPORT_READY && is_news(&r->told[i], x->view.table, s))
            send_size(r, x, x->view.table->size(&s->world, server_table_ms(s)));
    }
}

bool serve_sizes(struct request *r)
{
    r->open = true;
    serve_sizes_tick(r);
    return true;
}
