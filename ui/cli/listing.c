#include "ui/cli/listing.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "ui/cli/selection.h"

struct listing {
    struct script *script; /* borrowed */
    enum writer_format format;
    bool listed;
    uint64_t rows;
};

enum { NAME, TYPE, TARGET, DESCRIPTION, COLUMNS };
#define TARGET_TEXT_MAX ((size_t)1 << 17) /* a ticket of any length, escaped */

static enum err_code start(struct script *s, void **ctx, struct err *e)
{
    enum exporter_format format;
    struct listing *l;

    TRY(selection_format(s->options, EXPORTER_TSV, &format, e));
    if (format == EXPORTER_ARROW)
        return err_set(e, ERR_USAGE, "--list prints tsv, csv or json");
    l = MEM_NEW(struct listing);
    l->script = s;
    l->format = (enum writer_format)format;
    *ctx = l;
    return ERR_OK;
}

static void on_open(void *ctx)
{
    struct listing *l = ctx;

    connection_watch_fields(l->script->connection);
}

static void on_live(void *ctx)
{
    (void)ctx; /* the list is asked for already */
}

/* What opens it: its URI. */
static void push_target(const struct connection *c, const struct field *f,
                        struct column *out)
{
    struct buf uri;
    struct err e;

    buf_init(&uri, TARGET_TEXT_MAX);
    if (target_uri(connection_is_tls(c), connection_address(c), buf_bytes(&f->ticket), &uri,
                   &e) == ERR_OK)
        column_push_bytes(out, buf_bytes(&uri));
    else
        column_push_null(out);
    buf_release(&uri);
}

static void push_field(const struct connection *c, const struct field *f,
                       struct column *const out[COLUMNS])
{
    column_push_bytes(out[NAME], bytes_of(f->name));
    column_push_bytes(out[TYPE], bytes_of(f->type));
    push_target(c, f, out[TARGET]);
    if (f->description[0])
        column_push_bytes(out[DESCRIPTION], bytes_of(f->description));
    else
        column_push_null(out[DESCRIPTION]);
}

static enum err_code write_fields(struct listing *l, const struct flat *columns,
                                  struct err *e)
{
    static const char *const names[COLUMNS] = {
        [NAME] = "name",
        [TYPE] = "type",
        [TARGET] = "target",
        [DESCRIPTION] = "description",
    };
    struct writer_sink sink = {output_put, l->script->output};
    struct writer_options o = {l->format, l->script->options->no_header};
    struct writer *w = writer_new(&o, &sink);
    enum err_code rc = writer_header(w, names, COLUMNS, e);

    if (rc == ERR_OK)
        rc = writer_batch(w, columns, l->rows, e);
    if (rc == ERR_OK)
        rc = writer_end(w, e);
    writer_free(w);
    return rc;
}

/* A target that was typed with the name of a table is about that alone; the one of a
 * connection in the config file names the server. */
static bool is_of_one(const struct listing *l)
{
    return l->script->target.name && strchr(l->script->options->targets[0], '/');
}

static void end(struct listing *l, const struct flat *columns)
{
    const struct target *t = &l->script->target;
    struct err e;

    if (l->rows == 0 && is_of_one(l))
        (void)err_set(&e, ERR_NOT_FOUND, "%s: the server offers no %s",
                      connection_address(l->script->connection), t->name);
    else if (write_fields(l, columns, &e) == ERR_OK) {
        script_finish(l->script);
        return;
    }
    script_end(l->script, &e);
}

static void on_fields(void *ctx)
{
    struct listing *l = ctx;
    const struct connection *c = l->script->connection;
    const struct fields *fields = connection_fields(c);
    struct bytes wanted = buf_bytes(&l->script->target.ticket);
    struct column *columns[COLUMNS];
    struct flat flats[COLUMNS];

    if (!fields || !fields_loaded(fields) || l->listed)
        return;
    l->listed = true;
    for (size_t i = 0; i < COLUMNS; i++)
        columns[i] = column_new(type_new(KIND_STRING, NULL));
    for (size_t i = 0; i < fields_count(fields); i++) {
        const struct field *f = fields_get(fields, i);

        if (!is_of_one(l) || bytes_equal(buf_bytes(&f->ticket), wanted))
            push_field(c, f, columns);
    }
    l->rows = column_length(columns[NAME]);
    for (size_t i = 0; i < COLUMNS; i++)
        flat_of_column(columns[i], 0, l->rows, &flats[i]);
    end(l, flats);
    for (size_t i = 0; i < COLUMNS; i++) {
        flat_release(&flats[i]);
        column_free(columns[i]);
    }
}

static uint64_t count_rows(void *ctx, int64_t *due)
{
    const struct listing *l = ctx;

    *due = -1;
    return l->rows;
}

const struct script_job listing_job = {
    .start = start,
    .open = on_open,
    .live = on_live,
    .fields = on_fields,
    .rows = count_rows,
    .free = free,
};
