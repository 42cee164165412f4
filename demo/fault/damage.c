#include "demo/fault/damage.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "client/rowset_codec.h"
#include "client/wire/wire.h"

#define SET_MAX ((size_t)64 << 20)
#define PAD_ROUNDS 4 /* until the lengths of the lengths have settled */

static enum err_code replace(struct buf *message, const struct wire_flight_data *with,
                             struct err *e)
{
    struct buf out;
    enum err_code rc;

    buf_init(&out, message->max);
    rc = wire_flight_data_encode(with, &out, e);
    if (rc != ERR_OK) {
        buf_release(&out);
        return rc;
    }
    buf_release(message);
    *message = out;
    return ERR_OK;
}

/* --- headers --- */

static void lie_in_batch(const struct fault *f, struct wire_message *m)
{
    struct wire_batch *b = &m->batch;
    size_t i = 0;

    while (i < b->n_buffers && b->buffers[i].length == 0)
        i++;
    switch (f->action) {
    case FAULT_NARROW:
        b->n_nodes -= b->n_nodes > 0;
        break;
    case FAULT_ROWS:
        b->length = f->number;
        break;
    case FAULT_NODE:
        if (b->n_nodes > 0)
            b->nodes[0].length = f->number;
        break;
    case FAULT_OFFSET:
        if (i < b->n_buffers)
            b->buffers[i].offset = f->number;
        break;
    case FAULT_LENGTH:
        if (i < b->n_buffers)
            b->buffers[i].length = f->number;
        break;
    case FAULT_BODY:
        m->body_length = f->number;
        break;
    default:
        break;
    }
}

static void drop_last(struct wire_schema *s)
{
    if (s->n_columns < 2)
        return;
    do {
        s->n_fields--; /* the demo's lists have one child, which follows its parent */
    } while (s->n_fields > 0 && s->fields[s->n_fields - 1].n_children > 0);
    s->n_columns--;
}

/* The second column, of plain values in the tables this is done to, becomes one of runs: of
 * their ends and their values. */
static void make_runs(struct wire_schema *s)
{
    struct wire_field *with;

    if (s->n_fields < 2)
        return;
    with = MEM_ARRAY(struct wire_field, s->n_fields + 2);
    memcpy(with, s->fields, 2 * sizeof(*with));
    memcpy(with + 4, s->fields + 2, (s->n_fields - 2) * sizeof(*with));
    with[1].type = WIRE_TYPE_RUN_END;
    with[1].n_children = 2;
    with[2] = (struct wire_field){.name = bytes_of("run_ends"),
                                  .type = WIRE_TYPE_INT,
                                  .bit_width = 32,
                                  .is_signed = true};
    with[3] = s->fields[1];
    free(s->fields);
    s->fields = with;
    s->n_fields += 2;
}

static void lie_in_schema(const struct fault *f, struct wire_schema *s)
{
    if (f->action == FAULT_NARROW)
        drop_last(s);
    else if (f->action == FAULT_DICTIONARY && s->n_fields > 1)
        s->fields[1].dictionary = true;
    else if (f->action == FAULT_RUNS)
        make_runs(s);
}

static enum err_code damage_header(const struct fault *f, struct wire_flight_data *fd,
                                   struct buf *message, struct err *e)
{
    struct wire_message m;
    struct buf header;
    enum err_code rc;

    TRY(wire_message_decode(fd->data_header, &m, e));
    buf_init(&header, message->max);
    if (m.header == WIRE_HEADER_SCHEMA) {
        lie_in_schema(f, &m.schema);
        rc = wire_schema_encode(&m.schema, &header, e);
    } else {
        lie_in_batch(f, &m);
        rc = wire_batch_encode(&m.batch, m.body_length, &header, e);
    }
    fd->data_header = buf_bytes(&header);
    if (rc == ERR_OK)
        rc = replace(message, fd, e);
    buf_release(&header);
    wire_message_release(&m);
    return rc;
}

/* --- string offsets --- */

/* How many ascending offsets a buffer holds that fit the text behind it; 0: it is none. */
static size_t count_offsets(struct bytes body, const struct wire_buffer *b,
                            const struct wire_buffer *text)
{
    const uint8_t *p = body.data + b->offset;
    size_t n = (size_t)b->length / 4, i;
    uint32_t before = 0;

    if (n < 3 || text->length == 0 || bytes_u32(p) != 0)
        return 0;
    for (i = 1; i < n && bytes_u32(p + 4 * i) >= before; i++)
        before = bytes_u32(p + 4 * i);
    return i >= 3 && before > 0 && before <= (uint64_t)text->length ? i : 0;
}

static void put_u32(uint8_t *p, uint32_t v)
{
    for (int i = 0; i < 4; i++)
        p[i] = (uint8_t)(v >> (8 * i));
}

static enum err_code damage_offsets(const struct fault *f, struct wire_flight_data *fd,
                                    struct buf *message, struct err *e)
{
    struct wire_message m;

    TRY(wire_message_decode(fd->data_header, &m, e));
    for (size_t i = 0; i + 1 < m.batch.n_buffers; i++) {
        const struct wire_buffer *b = &m.batch.buffers[i];
        size_t n = count_offsets(fd->data_body, b, b + 1);
        uint8_t *p; /* the body lies within the message */

        if (n == 0)
            continue;
        p = message->data + (fd->data_body.data - message->data) + b->offset;
        if (f->action == FAULT_BEYOND)
            put_u32(p + 4 * (n - 1), INT32_MAX);
        else
            put_u32(p + 4, bytes_u32(p + 4 * (n - 1)) + 1);
        break;
    }
    wire_message_release(&m);
    return ERR_OK;
}

/* --- metadata --- */

static struct rowset *bomb(const struct fault *f)
{
    struct rowset *rows = rowset_new();

    if (f->action != FAULT_RANGES && f->number > 0)
        rowset_add(rows, 0, f->number - 1);
    for (int64_t i = 0; f->action == FAULT_RANGES && i < f->number; i++)
        rowset_add(rows, 2 * i, 2 * i);
    return rows;
}

static enum err_code lie_in_update(const struct fault *f, struct wire_update *u,
                                   struct buf *room, struct err *e)
{
    struct rowset *rows;
    enum err_code rc;

    switch (f->action) {
    case FAULT_MODS:
        free(u->modified);
        u->n_modified = (size_t)f->number;
        u->modified = MEM_ARRAY(struct wire_opt, u->n_modified);
        u->has_modified = true;
        return ERR_OK;
    case FAULT_SIZE:
        u->table_size = f->number;
        return ERR_OK;
    case FAULT_GARBLE:
        u->added.bytes.len -= u->added.bytes.len > 0;
        return ERR_OK;
    default:
        break;
    }
    rows = bomb(f);
    rc = rowset_encode(rows, room, e);
    rowset_free(rows);
    if (f->action == FAULT_REMOVED)
        u->removed = (struct wire_opt){buf_bytes(room), true};
    else
        u->added = (struct wire_opt){buf_bytes(room), true};
    return rc;
}

static enum err_code damage_update(const struct fault *f, struct wire_flight_data *fd,
                                   struct buf *message, struct err *e)
{
    struct wire_update u;
    struct buf room, metadata;
    bool has;
    enum err_code rc;

    TRY(wire_update_decode(fd->app_metadata, &u, &has, e));
    if (!has)
        return ERR_OK;
    buf_init(&room, SET_MAX);
    buf_init(&metadata, SET_MAX);
    rc = lie_in_update(f, &u, &room, e);
    if (rc == ERR_OK)
        rc = wire_update_encode(&u, &metadata, e);
    fd->app_metadata = buf_bytes(&metadata);
    if (rc == ERR_OK)
        rc = replace(message, fd, e);
    buf_release(&room);
    buf_release(&metadata);
    wire_update_release(&u);
    return rc;
}

/* --- size --- */

static enum err_code pad_once(size_t wanted, struct buf *message, struct err *e)
{
    struct fault body = {.action = FAULT_BODY};
    struct wire_flight_data fd;
    size_t n;
    uint8_t *longer;
    enum err_code rc;

    TRY(wire_flight_data_decode(buf_bytes(message), &fd, e));
    if (fd.data_body.len + wanted < message->len)
        return err_set(e, ERR_USAGE, "the message has more than %zu bytes", wanted);
    n = fd.data_body.len + wanted - message->len;
    longer = MEM_ARRAY(uint8_t, n);
    if (fd.data_body.len > 0)
        memcpy(longer, fd.data_body.data, n < fd.data_body.len ? n : fd.data_body.len);
    fd.data_body = (struct bytes){longer, n};
    body.number = (int64_t)n;
    rc = damage_header(&body, &fd, message, e);
    free(longer);
    return rc;
}

static void pad(size_t wanted, struct buf *message)
{
    struct err e;

    if (message->max < wanted + 1024)
        message->max = wanted + 1024;
    for (int i = 0; i < PAD_ROUNDS && message->len != wanted; i++) {
        if (pad_once(wanted, message, &e) != ERR_OK)
            return;
    }
}

void damage_message(const struct fault *fault, struct buf *message)
{
    struct wire_flight_data fd;
    struct err e;

    if (fault->action < FAULT_NARROW)
        return;
    if (fault->action == FAULT_PAD) {
        pad((size_t)fault->number, message);
        return;
    }
    if (wire_flight_data_decode(buf_bytes(message), &fd, &e) != ERR_OK)
        return;
    if (fault->action == FAULT_DESCEND || fault->action == FAULT_BEYOND)
        (void)damage_offsets(fault, &fd, message, &e);
    else if (fault->action >= FAULT_ADDED || fault->action == FAULT_MODS)
        (void)damage_update(fault, &fd, message, &e);
    else
        (void)damage_header(fault, &fd, message, &e);
}
