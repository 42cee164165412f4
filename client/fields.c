#include "client/fields.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "client/tickets.h"
#include "client/wire/wire.h"

#define LIST_FIELDS "/io.deephaven.proto.backplane.grpc.ApplicationService/ListFields"
#define TEXT_MAX 4096 /* bytes kept of a name, type or description */

struct fields {
    struct session_call *call;
    const struct fields_handler *handler;
    void *ctx;
    struct field *list; /* sorted by name, then ticket */
    size_t n, cap;
    bool loaded;
};

static void release_field(struct field *f)
{
    free(f->name);
    free(f->type);
    free(f->description);
    free(f->app_id);
    buf_release(&f->ticket);
}

static char *copy_text(struct bytes b)
{
    return mem_strndup(b.len ? (const char *)b.data : "",
                       b.len < TEXT_MAX ? b.len : TEXT_MAX);
}

static size_t find_ticket(const struct fields *f, struct bytes ticket)
{
    size_t i = 0;

    while (i < f->n && !bytes_equal(buf_bytes(&f->list[i].ticket), ticket))
        i++;
    return i;
}

static void remove_at(struct fields *f, size_t i)
{
    release_field(&f->list[i]);
    memmove(&f->list[i], &f->list[i + 1], (f->n - i - 1) * sizeof(*f->list));
    f->n--;
}

static void tell(const struct fields *f, const struct field *field,
                 enum field_change change)
{
    if (f->loaded && f->handler->news)
        f->handler->news(f->ctx, field, change);
}

static enum err_code insert(struct fields *f, const struct wire_field_info *info,
                            struct err *e)
{
    struct field field = {.name = copy_text(info->name),
                          .type = copy_text(info->type),
                          .description = copy_text(info->description),
                          .app_id = copy_text(info->app_id)};
    size_t i = 0;
    enum err_code rc;

    buf_init(&field.ticket, TICKET_MAX);
    rc = buf_append(&field.ticket, info->ticket.data, info->ticket.len, e);
    if (rc != ERR_OK || f->n >= WIRE_MAX_LISTED) {
        release_field(&field);
        return rc != ERR_OK ? rc
                            : err_set(e, ERR_LIMIT, "the server lists more than %d fields",
                                      WIRE_MAX_LISTED);
    }
    while (i < f->n && strcmp(f->list[i].name, field.name) <= 0)
        i++;
    MEM_GROW(f->list, f->cap, f->n + 1);
    memmove(&f->list[i + 1], &f->list[i], (f->n - i) * sizeof(*f->list));
    f->list[i] = field;
    f->n++;
    tell(f, &f->list[i],
         info->change == WIRE_FIELD_UPDATED ? FIELD_UPDATED : FIELD_CREATED);
    return ERR_OK;
}

static enum err_code apply(struct fields *f, const struct wire_field_info *info,
                           struct err *e)
{
    size_t i = find_ticket(f, info->ticket);

    if (i < f->n && info->change == WIRE_FIELD_REMOVED)
        tell(f, &f->list[i], FIELD_REMOVED);
    if (i < f->n)
        remove_at(f, i);
    return info->change == WIRE_FIELD_REMOVED ? ERR_OK : insert(f, info, e);
}

static void on_message(void *ctx, struct bytes message)
{
    struct fields *f = ctx;
    struct wire_field_info *info = NULL;
    size_t n = 0;
    struct err e;
    enum err_code rc = wire_fields_decode(message, &info, &n, &e);

    for (size_t i = 0; rc == ERR_OK && i < n; i++)
        rc = apply(f, &info[i], &e);
    free(info);
    if (rc == ERR_OK) {
        f->loaded = true;
        f->handler->changed(f->ctx);
        return;
    }
    session_drop(f->call);
    f->call = NULL;
    f->handler->ended(f->ctx, &e);
}

static void on_end(void *ctx, const struct call_end *end)
{
    struct fields *f = ctx;
    struct err e;

    f->call = NULL;
    (void)call_end_err(end, &e);
    f->handler->ended(f->ctx, &e);
}

static const struct call_handler stream_handler = {NULL, on_message, on_end};

struct fields *fields_open(struct session *session, const struct fields_handler *handler,
                           void *ctx)
{
    struct fields *f = MEM_NEW(struct fields);

    f->handler = handler;
    f->ctx = ctx;
    f->call =
        session_start(session,
                      &(struct call_options){
                          .method = LIST_FIELDS, .has_message = true, .half_close = true},
                      &stream_handler, f);
    return f;
}

void fields_close(struct fields *f)
{
    if (!f)
        return;
    session_drop(f->call);
    while (f->n > 0)
        remove_at(f, f->n - 1);
    free(f->list);
    free(f);
}

bool fields_loaded(const struct fields *f)
{
    return f->loaded;
}

size_t fields_count(const struct fields *f)
{
    return f->n;
}

const struct field *fields_get(const struct fields *f, size_t i)
{
    return &f->list[i];
}
