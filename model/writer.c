/*
 * A row is put together cell by cell in `out`, which goes to the sink when it is long
 * enough; text longer than that goes there directly, so that a cell of any size costs no
 * memory of ours. The first failure stays in `why`, and whatever comes later does nothing:
 * only the public functions look.
 *
 * A list is a JSON array in every format. In csv and tsv that array is one quoted cell:
 * while `doubles` is set every quote that is put is put twice.
 */
#include "model/writer.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/number.h"
#include "base/text.h"
#include "model/bignum.h"
#include "model/format.h"

#define PIECE ((size_t)64 << 10)                  /* bytes that go to the sink at once */
#define NUMBER_MAX ((size_t)4 * BIGNUM_EXACT_MAX) /* text of one number */

struct writer {
    struct writer_options o;
    struct writer_sink sink;
    size_t n_columns;
    struct buf *names; /* owned; see member_name() */
    struct buf out;
    struct buf cell; /* text of one number */
    bool doubles;
    struct err why; /* of the first failure; ERR_OK: none */
};

struct writer *writer_new(const struct writer_options *o, const struct writer_sink *sink)
{
    struct writer *w = MEM_NEW(struct writer);

    w->o = *o;
    w->sink = *sink;
    buf_init(&w->out, 2 * PIECE);
    buf_init(&w->cell, NUMBER_MAX);
    return w;
}

void writer_free(struct writer *w)
{
    if (!w)
        return;
    for (size_t i = 0; i < w->n_columns; i++)
        buf_release(&w->names[i]);
    free(w->names);
    buf_release(&w->out);
    buf_release(&w->cell);
    free(w);
}

/* --- bytes --- */

static void send(struct writer *w, struct bytes b)
{
    if (w->why.code == ERR_OK && b.len > 0)
        (void)w->sink.write(w->sink.ctx, b, &w->why);
}

static void flush(struct writer *w)
{
    send(w, buf_bytes(&w->out));
    buf_clear(&w->out);
}

static void flush_if_long(struct writer *w)
{
    if (w->out.len >= PIECE)
        flush(w);
}

static void put_raw(struct writer *w, const void *data, size_t n)
{
    if (n > PIECE) {
        flush(w);
        send(w, (struct bytes){data, n});
        return;
    }
    buf_append_fitting(&w->out, data, n);
    flush_if_long(w);
}

/* With every quote doubled. */
static void put_doubled(struct writer *w, struct bytes b)
{
    while (b.len > 0) {
        const uint8_t *quote = memchr(b.data, '"', b.len);
        size_t n = quote ? (size_t)(quote - b.data) + 1 : b.len;

        put_raw(w, b.data, n);
        if (quote)
            put_raw(w, "\"", 1);
        b = (struct bytes){b.data + n, b.len - n};
    }
}

static void put_bytes(struct writer *w, struct bytes b)
{
    if (w->doubles)
        put_doubled(w, b);
    else
        put_raw(w, b.data, b.len);
}

static void put_text(struct writer *w, const char *text)
{
    put_bytes(w, bytes_of(text));
}

/* --- text --- */

static uint8_t separator(const struct writer *w)
{
    return w->o.format == WRITER_TSV ? '\t' : ',';
}

static bool wants_quotes(const struct writer *w, struct bytes s)
{
    uint8_t comma = separator(w);

    for (size_t i = 0; i < s.len; i++)
        if (s.data[i] == '"' || s.data[i] == comma || s.data[i] == '\n' ||
            s.data[i] == '\r')
            return true;
    return s.len == 0;
}

static void put_cell_text(struct writer *w, struct bytes s)
{
    if (!wants_quotes(w, s)) {
        put_raw(w, s.data, s.len);
        return;
    }
    put_raw(w, "\"", 1);
    put_doubled(w, s);
    put_raw(w, "\"", 1);
}

/* How many of the first bytes stand for themselves in a JSON text. */
static size_t json_plain(struct bytes s)
{
    size_t i = 0;

    while (i < s.len && s.data[i] >= 0x20 && s.data[i] < 0x7f && s.data[i] != '"' &&
           s.data[i] != '\\')
        i++;
    return i;
}

static void put_json_escape(struct writer *w, uint8_t c)
{
    static const char short_form[] = "\"\"\\\\\bb\ff\nn\rr\tt";
    static const char hex[] = "0123456789abcdef";
    char text[] = {'\\', 'u', '0', '0', hex[c >> 4], hex[c & 15], 0};

    for (size_t i = 0; i + 1 < sizeof(short_form); i += 2) {
        if ((uint8_t)short_form[i] == c) {
            text[1] = short_form[i + 1];
            text[2] = 0;
        }
    }
    put_text(w, text);
}

/* The character that s begins with, which is not plain; returns its bytes. */
static size_t put_json_character(struct writer *w, struct bytes s)
{
    uint32_t cp = 0;
    size_t n;

    if (s.data[0] < 0x80) {
        put_json_escape(w, s.data[0]);
        return 1;
    }
    n = text_code_point(s, &cp);
    if (n == 0 || (cp >= 0xd800 && cp < 0xe000))
        put_text(w, "\ufffd");
    else
        put_bytes(w, (struct bytes){s.data, n});
    return n ? n : 1;
}

static void put_json_text(struct writer *w, struct bytes s)
{
    put_text(w, "\"");
    while (s.len > 0) {
        size_t n = json_plain(s);

        put_bytes(w, (struct bytes){s.data, n});
        if (n < s.len)
            n += put_json_character(w, (struct bytes){s.data + n, s.len - n});
        s = (struct bytes){s.data + n, s.len - n};
    }
    put_text(w, "\"");
}

/* --- values --- */

static void put_quoted(struct writer *w, struct bytes s, bool json)
{
    if (json)
        put_json_text(w, s);
    else
        put_cell_text(w, s);
}

/* All digits of a time. */
static const struct format_options whole = {.time_digits = 9};

/* As the screen's format says it. */
static struct bytes formatted(struct writer *w, const struct value *v)
{
    buf_clear(&w->cell);
    format_value(v, &whole, &w->cell);
    return buf_bytes(&w->cell);
}

/* Short, and without quotes: it goes straight to its place. */
static void put_number(struct writer *w, const struct value *v)
{
    format_value(v, &whole, &w->out);
    flush_if_long(w);
}

static void put_whole(struct writer *w, int64_t n)
{
    char text[NUMBER_DIGITS];

    put_raw(w, text, number_put(n, text));
}

static void put_real(struct writer *w, const struct value *v, bool json)
{
    const char *word = isnan(v->d) ? "NaN" : v->d > 0 ? "Infinity" : "-Infinity";

    if (isfinite(v->d))
        put_number(w, v);
    else
        put_quoted(w, bytes_of(word), json);
}

/* "2026-11-20T14:03:11.204000000Z" of "2026-11-20 14:03:11.204000000". */
static void put_instant(struct writer *w, const struct value *v, bool json)
{
    struct bytes text = formatted(w, v);
    uint8_t *space = memchr(w->cell.data, ' ', text.len);

    if (space)
        *space = 'T';
    buf_append_fitting(&w->cell, "Z", 1);
    put_quoted(w, buf_bytes(&w->cell), json);
}

static void put_big(struct writer *w, const struct value *v)
{
    buf_clear(&w->cell);
    if (!bignum_exact(v->bytes, v->type->kind == KIND_BIG_DECIMAL, &w->cell)) {
        if (w->why.code == ERR_OK)
            (void)err_set(&w->why, ERR_LIMIT,
                          "%s of %zu bytes; up to %d can be written in digits",
                          kind_name(v->type->kind), v->bytes.len, BIGNUM_EXACT_MAX);
        return;
    }
    put_bytes(w, buf_bytes(&w->cell));
}

/* What is one text in any format. A lone half of a surrogate pair is no text. */
static void put_character(struct writer *w, const struct value *v, bool json)
{
    bool half = v->i >= 0xd800 && v->i < 0xe000;

    put_quoted(w, half ? bytes_of("\ufffd") : formatted(w, v), json);
}

static void put_set(struct writer *w, const struct value *v, bool json)
{
    switch (v->type->kind) {
    case KIND_BYTE:
    case KIND_SHORT:
    case KIND_INT:
    case KIND_LONG:
        put_whole(w, v->i);
        return;
    case KIND_BOOL:
        put_number(w, v);
        return;
    case KIND_FLOAT:
    case KIND_DOUBLE:
        put_real(w, v, json);
        return;
    case KIND_BIG_INTEGER:
    case KIND_BIG_DECIMAL:
        put_big(w, v);
        return;
    case KIND_STRING:
        put_quoted(w, v->bytes, json);
        return;
    case KIND_CHAR:
        put_character(w, v, json);
        return;
    case KIND_INSTANT:
        put_instant(w, v, json);
        return;
    default:
        put_quoted(w, formatted(w, v), json);
        return;
    }
}

/* The bytes of a byte[], which are signed numbers in the server. */
static void put_binary(struct writer *w, struct bytes b)
{
    char text[NUMBER_LEN];

    put_text(w, "[");
    for (size_t i = 0; i < b.len; i++) {
        if (i > 0)
            put_text(w, ",");
        put_text(w, number_plain((int8_t)b.data[i], text));
    }
    put_text(w, "]");
}

static void put_json_list(struct writer *w, const struct flat *f, uint64_t i);

static void put_json_value(struct writer *w, const struct flat *f, uint64_t i)
{
    struct value v = flat_get(f, i);

    if (v.state != VALUE_SET)
        put_text(w, "null");
    else if (v.type->kind == KIND_LIST)
        put_json_list(w, f, i);
    else if (v.type->kind == KIND_BINARY)
        put_binary(w, v.bytes);
    else
        put_set(w, &v, true);
}

static void put_json_list(struct writer *w, const struct flat *f, uint64_t i)
{
    uint64_t from, to;

    flat_list(f, i, &from, &to);
    put_text(w, "[");
    for (uint64_t k = from; k < to; k++) {
        if (k > from)
            put_text(w, ",");
        put_json_value(w, f->items, k);
    }
    put_text(w, "]");
}

/* --- rows --- */

static bool is_array(const struct flat *f)
{
    return f->type->kind == KIND_LIST || f->type->kind == KIND_BINARY;
}

static void put_cell(struct writer *w, const struct flat *f, uint64_t i)
{
    struct value v;

    if (w->o.format == WRITER_JSON) {
        put_json_value(w, f, i);
        return;
    }
    v = flat_get(f, i);
    if (v.state != VALUE_SET)
        return;
    if (!is_array(f)) {
        put_set(w, &v, false);
        return;
    }
    put_raw(w, "\"", 1);
    w->doubles = true;
    put_json_value(w, f, i);
    w->doubles = false;
    put_raw(w, "\"", 1);
}

/* What stands in front of the cell of a column. */
static void put_before(struct writer *w, size_t c)
{
    uint8_t comma = separator(w);

    if (w->o.format == WRITER_JSON) {
        put_raw(w, c > 0 ? "," : "{", 1);
        put_raw(w, w->names[c].data, w->names[c].len);
    } else if (c > 0) {
        put_raw(w, &comma, 1);
    }
}

static void put_row(struct writer *w, const struct flat *columns, uint64_t i)
{
    for (size_t c = 0; c < w->n_columns; c++) {
        put_before(w, c);
        put_cell(w, &columns[c], i);
    }
    put_text(w, w->o.format == WRITER_JSON ? w->n_columns ? "}\n" : "{}\n" : "\n");
}

static enum err_code result(const struct writer *w, struct err *e)
{
    if (w->why.code == ERR_OK)
        return ERR_OK;
    return err_set(e, w->why.code, "%s", w->why.msg);
}

static enum err_code append(void *ctx, struct bytes text, struct err *e)
{
    return buf_append(ctx, text.data, text.len, e);
}

/* As it stands in front of each value: quoted, and a colon. Owned. */
static struct buf member_name(const char *name)
{
    struct buf out;
    struct writer w = {.sink = {append, &out}};

    buf_init(&out, SIZE_MAX);
    buf_init(&w.out, 2 * PIECE);
    put_json_text(&w, bytes_of(name));
    put_raw(&w, ":", 1);
    flush(&w);
    buf_release(&w.out);
    return out;
}

enum err_code writer_header(struct writer *w, const char *const *names, size_t n,
                            struct err *e)
{
    w->names = MEM_ARRAY(struct buf, n);
    w->n_columns = n;
    for (size_t c = 0; c < n; c++)
        w->names[c] = member_name(names[c]);
    if (w->o.format == WRITER_JSON || w->o.no_header)
        return ERR_OK;
    for (size_t c = 0; c < n; c++) {
        put_before(w, c);
        put_cell_text(w, bytes_of(names[c]));
    }
    put_raw(w, "\n", 1);
    return result(w, e);
}

enum err_code writer_batch(struct writer *w, const struct flat *columns, uint64_t rows,
                           struct err *e)
{
    for (uint64_t i = 0; i < rows && w->why.code == ERR_OK; i++)
        put_row(w, columns, i);
    return result(w, e);
}

static void put_values(struct writer *w, const struct flat *columns, const uint64_t *at)
{
    bool any = false;

    put_text(w, ",\"values\":{");
    for (size_t c = 0; c < w->n_columns; c++) {
        if (at[c] == WRITER_NONE)
            continue;
        if (any)
            put_text(w, ",");
        put_raw(w, w->names[c].data, w->names[c].len);
        put_json_value(w, &columns[c], at[c]);
        any = true;
    }
    put_text(w, "}");
}

enum err_code writer_change(struct writer *w, const char *op, int64_t row,
                            const struct flat *columns, const uint64_t *at, struct err *e)
{
    char text[NUMBER_LEN];

    put_text(w, "{\"op\":");
    put_json_text(w, bytes_of(op));
    if (row >= 0) {
        put_text(w, ",\"row\":");
        put_text(w, number_plain(row + 1, text));
    }
    if (columns)
        put_values(w, columns, at);
    put_text(w, "}\n");
    return result(w, e);
}

enum err_code writer_end(struct writer *w, struct err *e)
{
    flush(w);
    return result(w, e);
}
