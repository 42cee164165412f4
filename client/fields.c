#include "client/fields.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "client/tickets.h"
#include "client/wire/wire.h"

#define LIST_FIELDS "/io.deephaven.proto.backplane.grpc.ApplicationService/ListFields"
#define ROOM_FACTOR                                                                        \
    ((uint64_t)16)    /* memory that a message comes to, in times of its bytes */
#define TEXT_MAX 4096 /* bytes kept of a name, type or description */

struct fields {
    struct session *session; /* borrowed */
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

static void tell(const struct fields *f, const struct field *field,
                 enum field_change change)
{
    if (f->handler->news)
        f->handler->news(f->ctx, field, f->loaded ? change : FIELD_LISTED);
}

/* --- one message: many changes at once --- */

/* A change, and its place in the message: of two for one ticket the later one counts. */
struct change {
    const struct wire_field_info *info;
    size_t at;
};

static int compare_bytes(struct bytes a, struct bytes b)
{
    size_t n = a.len < b.len ? a.len : b.len;
    int d = n ? memcmp(a.data, b.data, n) : 0;

    return d != 0 ? d : (a.len > b.len) - (a.len < b.len);
}

static int compare_changes(const void *a, const void *b)
{
    const struct change *x = a, *y = b;
    int d = compare_bytes(x->info->ticket, y->info->ticket);

    return d != 0 ? d : (x->at > y->at) - (x->at < y->at);
}

static int compare_tickets(const void *ticket, const void *change)
{
    return compare_bytes(*(const struct bytes *)ticket,
                         ((const struct change *)change)->info->ticket);
}

static int compare_fields(const void *a, const void *b)
{
    const struct field *x = a, *y = b;
    int d = strcmp(x->name, y->name);

    return d != 0 ? d : compare_bytes(buf_bytes(&x->ticket), buf_bytes(&y->ticket));
}

/* Sorts by ticket and keeps the last change of each; returns how many are left. */
static size_t sort_changes(struct change *changes, size_t n)
{
    size_t kept = 0;

    qsort(changes, n, sizeof(*changes), compare_changes);
    for (size_t i = 0; i < n; i++) {
        if (i + 1 == n ||
            !bytes_equal(changes[i].info->ticket, changes[i + 1].info->ticket))
            changes[kept++] = changes[i];
    }
    return kept;
}

/* Takes out every field that one of the changes is about. */
static void remove_changed(struct fields *f, const struct change *changes, size_t n)
{
    size_t kept = 0;

    for (size_t i = 0; i < f->n; i++) {
        struct bytes ticket = buf_bytes(&f->list[i].ticket);
        const struct change *c =
            bsearch(&ticket, changes, n, sizeof(*changes), compare_tickets);

        if (c && c->info->change == WIRE_FIELD_REMOVED)
            tell(f, &f->list[i], FIELD_REMOVED);
        if (c)
            release_field(&f->list[i]);
        else
            f->list[kept++] = f->list[i];
    }
    f->n = kept;
}

static enum err_code append(struct fields *f, const struct wire_field_info *info,
                            struct err *e)
{
    struct field field = {0};

    if (f->n >= WIRE_MAX_LISTED)
        return err_set(e, ERR_LIMIT, "the server lists more than %d fields",
                       WIRE_MAX_LISTED);
    buf_init(&field.ticket, TICKET_MAX);
    TRY(buf_append(&field.ticket, info->ticket.data, info->ticket.len, e));
    field.name = copy_text(info->name);
    field.type = copy_text(info->type);
    field.description = copy_text(info->description);
    field.app_id = copy_text(info->app_id);
    MEM_GROW(f->list, f->cap, f->n + 1);
    f->list[f->n++] = field;
    tell(f, &field, info->change == WIRE_FIELD_UPDATED ? FIELD_UPDATED : FIELD_CREATED);
    return ERR_OK;
}

static enum err_code apply(struct fields *f, const struct wire_field_info *info, size_t n,
                           struct err *e)
{
    struct change *changes = MEM_ARRAY(struct change, n);
    enum err_code rc = ERR_OK;

    for (size_t i = 0; i < n; i++)
        changes[i] = (struct change){&info[i], i};
    n = sort_changes(changes, n);
    remove_changed(f, changes, n);
    for (size_t i = 0; rc == ERR_OK && i < n; i++) {
        if (changes[i].info->change != WIRE_FIELD_REMOVED)
            rc = append(f, changes[i].info, e);
    }
    free(changes);
    if (f->n > 0)
        qsort(f->list, f->n, sizeof(*f->list), compare_fields);
    return rc;
}

static void on_message(void *ctx, struct bytes message)
{
    struct fields *f = ctx;
    struct wire_field_info *info = NULL;
    size_t n = 0;
    struct err e;
    enum err_code rc = mem_room(message.len * ROOM_FACTOR, &e);

    if (rc == ERR_OK)
        rc = wire_fields_decode(message, &info, &n, &e);
    if (rc == ERR_OK)
        rc = apply(f, info, n, &e);
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
    (void)session_end_err(f->session, end, &e);
    f->handler->ended(f->ctx, &e);
}

static const struct call_handler stream_handler = {NULL, on_message, on_end};

struct fields *fields_open(struct session *session, const struct fields_handler *handler,
                           void *ctx)
{
    struct fields *f = MEM_NEW(struct fields);

    f->session = session;
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
    for (size_t i = 0; i < f->n; i++)
        release_field(&f->list[i]);
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

/* protocol: the last two are what older servers call the one before. */
enum field_kind field_kind(const struct field *f)
{
    static const char *const trees[] = {"HierarchicalTable", "RollupTable", "TreeTable"};

    if (strcmp(f->type, "Table") == 0)
        return FIELD_TABLE;
    if (strcmp(f->type, "PartitionedTable") == 0)
        return FIELD_PARTITIONED;
    for (size_t i = 0; i < sizeof(trees) / sizeof(*trees); i++)
        if (strcmp(f->type, trees[i]) == 0)
            return FIELD_TREE;
    return FIELD_OTHER;
}
