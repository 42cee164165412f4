#include "model/value_format.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/calendar.h"
#include "model/number_pattern.h"
#include "model/time_pattern.h"

#define NUMBER_TEXT_MAX ((size_t)16 * 1024) /* of a number as usual; digits that count */
#define EXACT_DIGITS 40 /* that tell a double from the shortest text that reads back */

struct value_format {
    char *text; /* owned */
    bool of_numbers;
    enum kind kind; /* of times; any numbers else */
    struct number_pattern number;
    char *time;        /* pattern of times; owned; "": as usual */
    struct zone *zone; /* owned; NULL: that of all columns */
};

/* --- reading --- */

static bool is_number(const struct type *t)
{
    return format_align(t) == ALIGN_RIGHT;
}

/* enum time_parts of a type that has patterns of times, else 0. */
static unsigned parts_of(const struct type *t)
{
    switch (t->kind) {
    case KIND_INSTANT:
        return TIME_DATE | TIME_CLOCK | TIME_ZONE;
    case KIND_DATE:
        return TIME_DATE;
    case KIND_TIME:
        return TIME_CLOCK;
    default:
        return 0;
    }
}

/* Where "zone" begins as a word outside of quotes; the end: nowhere. */
static size_t zone_word(const char *text)
{
    bool quoted = false;
    size_t i;

    for (i = 0; text[i]; i++) {
        quoted = quoted != (text[i] == '\'');
        if (!quoted && (i == 0 || text[i - 1] == ' ') &&
            strncmp(text + i, "zone ", strlen("zone ")) == 0)
            break;
    }
    return i;
}

static enum err_code parse_zone(struct value_format *f, const char *name,
                                const struct type *t, struct err *e)
{
    if (t->kind != KIND_INSTANT)
        return err_set(e, ERR_USAGE,
                       "expected a pattern alone, as these are in no zone, "
                       "found \"zone\"");
    return zone_open(name, &f->zone, e);
}

static enum err_code parse_times(struct value_format *f, const char *text,
                                 const struct type *t, size_t *at, struct err *e)
{
    size_t zone = zone_word(text), n = zone;

    if (!*text)
        return err_set(e, ERR_USAGE, "expected a pattern such as HH:mm, found the end");
    while (n > 0 && text[n - 1] == ' ')
        n--;
    f->kind = t->kind;
    f->time = mem_strndup(text, n);
    TRY(time_pattern_check(f->time, parts_of(t), at, e));
    if (!text[zone])
        return ERR_OK;
    *at = zone + strlen("zone ");
    *at += strspn(text + *at, " ");
    return parse_zone(f, text + *at, t, e);
}

static enum err_code parse(struct value_format *f, const char *text, const struct type *t,
                           size_t *at, struct err *e)
{
    *at = 0;
    if (strlen(text) > VALUE_FORMAT_MAX)
        return err_set(e, ERR_USAGE, "expected at most %d bytes, found %zu",
                       VALUE_FORMAT_MAX, strlen(text));
    f->of_numbers = is_number(t);
    if (f->of_numbers)
        return number_pattern_parse(text, &f->number, at, e);
    if (parts_of(t) != 0)
        return parse_times(f, text, t, at, e);
    return err_set(e, ERR_USAGE, "expected a column of numbers, instants, dates or times");
}

enum err_code value_format_parse(const char *text, const struct type *t,
                                 struct value_format **out, size_t *at, struct err *e)
{
    struct value_format *f = MEM_NEW(struct value_format);
    enum err_code rc = parse(f, text, t, at, e);

    f->text = mem_strdup(text);
    if (rc == ERR_OK)
        *out = f;
    else
        value_format_free(f);
    return rc;
}

void value_format_free(struct value_format *f)
{
    if (!f)
        return;
    free(f->text);
    free(f->time);
    zone_free(f->zone);
    free(f);
}

struct value_format *value_format_copy(const struct value_format *f)
{
    struct type t = {.kind = f->of_numbers ? KIND_DOUBLE : f->kind};
    struct value_format *out = NULL;
    size_t unused;

    (void)value_format_parse(f->text, &t, &out, &unused, NULL);
    return out;
}

const char *value_format_text(const struct value_format *f)
{
    return f->text;
}

const struct zone *value_format_zone(const struct value_format *f)
{
    return f->zone;
}

bool value_format_fits(const struct value_format *f, const struct type *t)
{
    return f && (f->of_numbers ? is_number(t) : f->kind == t->kind);
}

/* --- numbers --- */

static bool is_double(const struct type *t)
{
    return t->kind == KIND_DOUBLE || t->kind == KIND_FLOAT;
}

/* Whether v is a little more than its shortest digits say, or less. It matters where these
 * end in a half that is to be rounded. */
static int beyond(double v, const struct decimal *d)
{
    char exact[EXACT_DIGITS + 16];
    const char *p = exact;
    struct decimal of_v;
    int64_t places;
    int order = 0;

    (void)snprintf(exact, sizeof(exact), "%.*e", EXACT_DIGITS - 1, fabs(v));
    if (!decimal_take(&p, &of_v))
        return 0;
    places = (int64_t)of_v.n + of_v.exponent - (int64_t)d->n - d->exponent;
    order = places ? (places > 0 ? 1 : -1) : strcmp(of_v.digits, d->digits);
    decimal_release(&of_v);
    return (order > 0) - (order < 0);
}

/* As many times as large as the pattern has it. Doubles grow as doubles do. */
static struct value grown(const struct value *v, int shift)
{
    struct value out = *v;

    if (is_double(v->type))
        out.d *= shift == 3 ? 1000 : shift == 2 ? 100 : 1;
    if (v->type->kind == KIND_FLOAT)
        out.d = (float)out.d;
    return out;
}

/* False: it is none that a pattern is for. */
static bool put_pattern(const struct number_pattern *p, const struct value *v,
                        const char *text, struct buf *out)
{
    bool negative = *text == '-', done;
    struct decimal d;

    text += negative;
    if (!decimal_take(&text, &d))
        return false;
    d.negative = negative;
    if (!is_double(v->type))
        d.exponent += d.n ? p->shift : 0;
    done = number_pattern_put(
        p, &d, is_double(v->type) && d.n && d.digits[d.n - 1] == '5' ? beyond(v->d, &d) : 0,
        out);
    decimal_release(&d);
    return done;
}

static void put_number(const struct value_format *f, const struct value *v,
                       const struct format_options *o, struct buf *out)
{
    struct value large = grown(v, f->number.shift);
    struct buf text;

    buf_init(&text, NUMBER_TEXT_MAX);
    format_value(&large, &(struct format_options){0}, &text);
    buf_append_fitting(&text, "", 1);
    if (text.len == text.max ||
        !put_pattern(&f->number, &large, (const char *)text.data, out))
        format_value(v, o, out);
    buf_release(&text);
}

/* --- times --- */

static struct time_fields fields_of(const struct value *v, const struct zone *z)
{
    struct time_fields f = {.label = "UTC", .zone = "UTC"};
    int64_t seconds;

    if (v->type->kind == KIND_DATE) {
        f.days = v->i;
    } else if (v->type->kind == KIND_TIME) {
        f.nanos = v->i;
    } else {
        seconds = calendar_floor_div(v->i, CALENDAR_NANOS);
        if (z) {
            f.offset = zone_offset(z, seconds);
            f.label = zone_label(z, seconds);
            f.zone = zone_name(z);
        }
        seconds += f.offset;
        f.days = calendar_floor_div(seconds, CALENDAR_DAY);
        f.nanos = calendar_floor_mod(seconds, CALENDAR_DAY) * CALENDAR_NANOS +
                  calendar_floor_mod(v->i, CALENDAR_NANOS);
    }
    return f;
}

static void put_time(const struct value_format *f, const struct value *v,
                     struct format_options o, struct buf *out)
{
    struct time_fields fields;

    o.zone = f->zone ? f->zone : o.zone;
    fields = fields_of(v, o.zone);
    if (!*f->time || fields.nanos < 0 || fields.nanos >= CALENDAR_DAY * CALENDAR_NANOS)
        format_value(v, &o, out);
    else
        time_pattern_put(f->time, &fields, out);
}

/* --- either --- */

void value_format_put(const struct value_format *f, const struct value *v,
                      const struct format_options *o, struct buf *out)
{
    if (v->state != VALUE_SET || !value_format_fits(f, v->type))
        format_value(v, o, out);
    else if (f->of_numbers)
        put_number(f, v, o, out);
    else
        put_time(f, v, *o, out);
}

size_t value_format_point(const struct value_format *f, const struct type *t,
                          struct bytes text)
{
    if (value_format_fits(f, t) && f->of_numbers)
        return number_pattern_point(&f->number, text);
    return format_point(t, (const char *)text.data, text.len);
}
