#include "ui/table/cell_text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "ui/term/theme.h"

#define MARKS_MAX 32 /* different code points that are explained */

/* --- one value --- */

uint8_t cell_style_of(const struct value *v)
{
    if (v->state == VALUE_NULL)
        return STYLE_NULL;
    if (v->state == VALUE_ABSENT)
        return STYLE_PENDING;
    if (v->type->kind == KIND_STRING && v->bytes.len == 0)
        return STYLE_EMPTY;
    if ((v->type->kind == KIND_DOUBLE || v->type->kind == KIND_FLOAT) && v->d != v->d)
        return STYLE_NAN;
    return STYLE_DEFAULT;
}

uint8_t cell_text_short(const struct value *v, const struct draw_env *env, size_t max,
                        struct buf *out)
{
    struct format_options o = {.zone = env->zone, .time_digits = 9, .max_bytes = max};
    uint8_t style = cell_style_of(v);

    if (style == STYLE_NULL)
        (void)buf_append_text(out, env->ascii ? "\\N" : "∅", NULL);
    else if (style == STYLE_PENDING)
        (void)buf_append_text(out, env->ascii ? "..." : "···", NULL);
    else if (style == STYLE_EMPTY)
        (void)buf_append_text(out, "\"\"", NULL);
    else
        format_value(v, &o, out);
    return style;
}

static void add_formatted(struct pager *p, const char *label, const struct value *v,
                          const struct format_options *o)
{
    struct buf text;

    buf_init(&text, PAGER_TEXT_MAX);
    format_value(v, o, &text);
    (void)pager_add(p, label, buf_bytes(&text), STYLE_DEFAULT);
    buf_release(&text);
}

static void add_text(struct pager *p, const char *label, const char *text)
{
    (void)pager_add(p, label, bytes_of(text), STYLE_DEFAULT);
}

static void add_count(struct pager *p, const char *label, size_t n, const char *unit)
{
    struct type count = {.kind = KIND_LONG};
    struct value v = {.state = VALUE_SET, .type = &count, .i = (int64_t)n};
    struct buf text;

    buf_init(&text, 128);
    format_value(&v, &(struct format_options){.group_digits = true}, &text);
    (void)buf_append_text(&text, unit, NULL);
    (void)pager_add(p, label, buf_bytes(&text), STYLE_DEFAULT);
    buf_release(&text);
}

/* --- text --- */

struct unseen {
    uint32_t cp; /* or the byte, when it is no character */
    bool is_byte;
    size_t times;
};

static void note_unseen(struct unseen *all, size_t *n, uint32_t cp, bool is_byte)
{
    for (size_t i = 0; i < *n && i < MARKS_MAX; i++) {
        if (all[i].cp == cp && all[i].is_byte == is_byte) {
            all[i].times++;
            return;
        }
    }
    if (*n < MARKS_MAX)
        all[*n] = (struct unseen){cp, is_byte, 1};
    (*n)++;
}

/* What a mark stands for: the characters, or the bytes where they are none. */
static void note_characters(struct unseen *all, size_t *n, struct bytes of)
{
    while (of.len > 0) {
        uint32_t cp;
        size_t len = text_code_point(of, &cp);

        note_unseen(all, n, len ? cp : of.data[0], len == 0);
        len = len ? len : 1;
        of.data += len;
        of.len -= len;
    }
}

static void add_unseen(struct pager *p, const struct unseen *u, bool first)
{
    char *what = u->is_byte ? mem_printf("byte 0x%02x, not UTF-8", (unsigned)u->cp)
                            : mem_printf("U+%04X %s", (unsigned)u->cp, text_sort(u->cp));
    char *text =
        u->times > 1 ? mem_printf("%s, %zu times", what, u->times) : mem_strdup(what);

    add_text(p, first ? "marks" : "", text);
    free(what);
    free(text);
}

/* Names what cannot be shown as it is. */
static void explain_marks(struct pager *p, struct bytes text, bool ascii)
{
    struct text_iter it = text_iter(text, ascii);
    struct unseen all[MARKS_MAX];
    struct text_cluster c;
    size_t n = 0, before = 0;

    while (text_next(&it, &c)) {
        if (c.mark && it.pos > before)
            note_characters(all, &n, (struct bytes){text.data + before, it.pos - before});
        before = it.pos;
    }
    for (size_t i = 0; i < n && i < MARKS_MAX; i++)
        add_unseen(p, &all[i], i == 0);
    if (n > MARKS_MAX)
        add_text(p, "", "and others");
}

static size_t count_characters(struct bytes text)
{
    size_t n = 0;

    while (text.len > 0) {
        uint32_t cp;
        size_t len = text_code_point(text, &cp);

        len = len ? len : 1;
        text.data += len;
        text.len -= len;
        n++;
    }
    return n;
}

/* What is shown of a text, whole characters. */
static struct bytes shown_part(struct bytes text)
{
    if (text.len <= CELL_TEXT_SHOWN)
        return text;
    text.len = CELL_TEXT_SHOWN;
    for (int i = 0; i < 3 && (text.data[text.len] & 0xc0) == 0x80; i++)
        text.len--;
    return text;
}

static void add_string(struct pager *p, const struct value *v, const struct draw_env *env)
{
    struct bytes shown = shown_part(v->bytes);
    char *length;

    if (v->bytes.len == 0)
        (void)pager_add(p, "value", bytes_of("\"\"  (an empty text)"), STYLE_EMPTY);
    else
        (void)pager_add(p, "value", shown, STYLE_DEFAULT);
    if (shown.len < v->bytes.len)
        length = mem_printf("%zu bytes, of which the first %zu are shown", v->bytes.len,
                            shown.len);
    else
        length = mem_printf("%zu characters, %zu bytes", count_characters(v->bytes),
                            v->bytes.len);
    add_text(p, "length", length);
    explain_marks(p, shown, env->ascii);
    free(length);
}

static void add_char(struct pager *p, const struct value *v, const struct draw_env *env)
{
    char *code = mem_printf("U+%04X %s", (unsigned)v->i, text_sort((uint32_t)v->i));

    add_formatted(p, "value", v, &(struct format_options){.zone = env->zone});
    add_text(p, "code", code);
    free(code);
}

/* --- numbers and times --- */

static bool is_whole_number(enum kind kind)
{
    return kind == KIND_BYTE || kind == KIND_SHORT || kind == KIND_INT ||
           kind == KIND_LONG || kind == KIND_BIG_INTEGER;
}

static void add_number(struct pager *p, const struct value *v)
{
    add_formatted(p, "value", v, &(struct format_options){0});
    if (is_whole_number(v->type->kind))
        add_formatted(p, "grouped", v, &(struct format_options){.group_digits = true});
}

static void add_instant(struct pager *p, const struct value *v, const struct draw_env *env)
{
    struct type plain = {.kind = KIND_LONG};
    struct value nanos = {.state = VALUE_SET, .type = &plain, .i = v->i};

    add_formatted(p, "value", v,
                  &(struct format_options){.zone = env->zone, .time_digits = 9});
    add_text(p, "zone", env->zone ? zone_name(env->zone) : "UTC");
    add_formatted(p, "UTC", v, &(struct format_options){.time_digits = 9});
    add_formatted(p, "epoch ns", &nanos, &(struct format_options){0});
}

/* A time of day or a duration. */
static void add_time(struct pager *p, const struct value *v)
{
    struct type plain = {.kind = KIND_LONG};
    struct value nanos = {.state = VALUE_SET, .type = &plain, .i = v->i};

    add_formatted(p, "value", v, &(struct format_options){.time_digits = 9});
    add_formatted(p, "ns", &nanos, &(struct format_options){0});
}

/* --- lists --- */

/* The numbers of items that are not listed, because there are too many of them. */
static void add_rest(struct pager *p, size_t listed, size_t n)
{
    if (listed < n)
        add_count(p, "", n - listed, " more items are not shown");
}

static void add_items(struct pager *p, const struct value *v, const struct draw_env *env)
{
    size_t n = column_length(v->list), left = CELL_TEXT_SHOWN, i;
    struct buf text;
    char label[32];

    buf_init(&text, CELL_TEXT_SHOWN);
    for (i = 0; i < n && i < CELL_ITEMS_SHOWN && left > 0; i++) {
        struct value item = column_get(v->list, i);
        uint8_t style;

        buf_clear(&text);
        style = cell_text_short(&item, env, left, &text);
        (void)snprintf(label, sizeof(label), "[%zu]", i);
        (void)pager_add(p, label, buf_bytes(&text), style);
        left -= text.len < left ? text.len : left;
    }
    add_rest(p, i, n);
    buf_release(&text);
}

static void add_bytes(struct pager *p, struct bytes of)
{
    char label[32], text[32];
    size_t i;

    for (i = 0; i < of.len && i < CELL_ITEMS_SHOWN; i++) {
        (void)snprintf(label, sizeof(label), "[%zu]", i);
        (void)snprintf(text, sizeof(text), "%4d  0x%02x", (int8_t)of.data[i], of.data[i]);
        (void)pager_add(p, label, bytes_of(text), STYLE_DEFAULT);
    }
    add_rest(p, i, of.len);
}

static void add_list(struct pager *p, const struct value *v, bool whole,
                     const struct draw_env *env)
{
    bool binary = v->type->kind == KIND_BINARY;
    size_t n = binary ? v->bytes.len : column_length(v->list);

    if (whole)
        add_count(p, "items", n, "");
    else
        add_count(p, "items", n, " are here, the rest is on its way");
    if (binary)
        add_bytes(p, v->bytes);
    else
        add_items(p, v, env);
}

/* --- all together --- */

static void add_value(struct pager *p, const struct value *v, bool whole,
                      const struct draw_env *env)
{
    switch (v->type->kind) {
    case KIND_STRING:
        add_string(p, v, env);
        break;
    case KIND_CHAR:
        add_char(p, v, env);
        break;
    case KIND_INSTANT:
        add_instant(p, v, env);
        break;
    case KIND_TIME:
    case KIND_DURATION:
        add_time(p, v);
        break;
    case KIND_LIST:
    case KIND_BINARY:
        add_list(p, v, whole, env);
        break;
    default:
        add_number(p, v);
        break;
    }
}

/* "instant" and "java.time.Instant" as one text; owned by the caller. */
static char *both_types(const struct schema_column *c)
{
    char text[64];

    (void)schema_type_text(c, text, sizeof(text));
    return *c->java_type && strcmp(c->java_type, text) != 0
               ? mem_printf("%s   %s", text, c->java_type)
               : mem_strdup(text);
}

/* What sending it has done to the value: Arrow timestamps of the server are all in UTC;
 * a value that its wire form cannot hold is in Java's own words. */
static void add_loss(struct pager *p, const struct schema_column *c)
{
    if (c->as_text)
        add_text(p, "sent as", "text: not every value fits the server's form of this type");
    else if (c->type->kind == KIND_INSTANT &&
             strcmp(c->java_type, "java.time.ZonedDateTime") == 0)
        add_text(p, "own zone", "not sent by the server");
}

void cell_text_add(struct pager *p, const struct schema_column *c, const struct value *v,
                   bool whole, const struct draw_env *env)
{
    char *type = both_types(c);

    add_text(p, "column", c->name);
    add_text(p, "type", type);
    if (*c->description)
        add_text(p, "about", c->description);
    if (v->state == VALUE_ABSENT)
        (void)pager_add(p, "value", bytes_of(env->ascii ? "..." : "···"), STYLE_PENDING);
    else if (v->state == VALUE_NULL)
        (void)pager_add(p, "value", bytes_of(env->ascii ? "\\N  (null)" : "∅  (null)"),
                        STYLE_NULL);
    else
        add_value(p, v, whole, env);
    if (v->state == VALUE_SET)
        add_loss(p, c);
    free(type);
}
