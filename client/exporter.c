#include "client/exporter.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"

#define ALIGNMENT 8 /* of what a message begins with and of its body */

struct exporter {
    enum exporter_format format;
    struct writer_sink sink;
    struct writer *writer; /* of text; NULL: Arrow */
    struct buf schema;     /* Arrow's, until there is something to go behind it */
};

static const struct {
    const char *name, *ending;
    enum exporter_format format;
} formats[] = {
    {"csv", ".csv", EXPORTER_CSV},        {"tsv", ".tsv", EXPORTER_TSV},
    {"json", ".json", EXPORTER_JSON},     {"json", ".jsonl", EXPORTER_JSON},
    {"json", ".ndjson", EXPORTER_JSON},   {"arrow", ".arrow", EXPORTER_ARROW},
    {"arrow", ".arrows", EXPORTER_ARROW},
};

#define FORMATS (sizeof(formats) / sizeof(*formats))

bool exporter_format_named(const char *name, enum exporter_format *out)
{
    for (size_t i = 0; i < FORMATS; i++) {
        if (strcasecmp(name, formats[i].name) == 0) {
            *out = formats[i].format;
            return true;
        }
    }
    return false;
}

bool exporter_format_of_file(const char *path, enum exporter_format *out)
{
    const char *dot = strrchr(path, '.');

    for (size_t i = 0; dot && i < FORMATS; i++) {
        if (strcasecmp(dot, formats[i].ending) == 0) {
            *out = formats[i].format;
            return true;
        }
    }
    return false;
}

struct exporter *exporter_new(enum exporter_format format, bool no_header,
                              const struct writer_sink *sink)
{
    struct exporter *x = MEM_NEW(struct exporter);

    x->format = format;
    x->sink = *sink;
    buf_init(&x->schema, SIZE_MAX); /* it is here already, as a message */
    if (format != EXPORTER_ARROW)
        x->writer = writer_new(
            &(struct writer_options){(enum writer_format)format, no_header}, sink);
    return x;
}

void exporter_free(struct exporter *x)
{
    if (!x)
        return;
    writer_free(x->writer);
    buf_release(&x->schema);
    free(x);
}

/* --- Arrow --- */

static enum err_code put(struct exporter *x, const void *data, size_t n, struct err *e)
{
    return n ? x->sink.write(x->sink.ctx, (struct bytes){data, n}, e) : ERR_OK;
}

/* ff ff ff ff, the length with its padding, the message, its body. A body is as long as the
 * message says, which was compared with what came. */
static enum err_code put_message(struct exporter *x, struct bytes message,
                                 struct bytes body, struct err *e)
{
    static const uint8_t zeros[ALIGNMENT];
    size_t padding = (ALIGNMENT - message.len % ALIGNMENT) % ALIGNMENT;
    uint8_t head[ALIGNMENT] = {0xff, 0xff, 0xff, 0xff};

    for (size_t i = 0; i < 4; i++)
        head[4 + i] = (uint8_t)((message.len + padding) >> (8 * i));
    TRY(put(x, head, sizeof(head), e));
    TRY(put(x, message.data, message.len, e));
    TRY(put(x, zeros, padding, e));
    return put(x, body.data, body.len, e);
}

static enum err_code put_schema(struct exporter *x, struct err *e)
{
    enum err_code rc = ERR_OK;

    if (x->schema.len > 0)
        rc = put_message(x, buf_bytes(&x->schema), (struct bytes){NULL, 0}, e);
    buf_clear(&x->schema);
    return rc;
}

static enum err_code put_rows(struct exporter *x, const struct snapshot_batch *b,
                              struct err *e)
{
    TRY(put_schema(x, e));
    return put_message(x, b->header, b->body, e);
}

static enum err_code put_end(struct exporter *x, struct err *e)
{
    static const uint8_t end[ALIGNMENT] = {0xff, 0xff, 0xff, 0xff};

    TRY(put_schema(x, e));
    return put(x, end, sizeof(end), e);
}

/* --- what comes --- */

enum err_code exporter_write_header(struct writer *w, const struct schema *schema,
                                    struct err *e)
{
    const char **names = MEM_ARRAY(const char *, schema->n_columns);
    enum err_code rc;

    for (size_t i = 0; i < schema->n_columns; i++)
        names[i] = schema->columns[i].name;
    rc = writer_header(w, names, schema->n_columns, e);
    free(names);
    return rc;
}

enum err_code exporter_schema(struct exporter *x, const struct schema *schema,
                              struct bytes message, struct err *e)
{
    if (x->writer)
        return exporter_write_header(x->writer, schema, e);
    buf_append_fitting(&x->schema, message.data, message.len);
    return ERR_OK;
}

enum err_code exporter_batch(struct exporter *x, const struct snapshot_batch *b,
                             struct err *e)
{
    return x->writer ? writer_batch(x->writer, b->columns, b->rows, e) : put_rows(x, b, e);
}

enum err_code exporter_end(struct exporter *x, struct err *e)
{
    return x->writer ? writer_end(x->writer, e) : put_end(x, e);
}
