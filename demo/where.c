#include "demo/where.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

struct where_term {
    struct bytes column;
    struct wire_literal literal;
    struct wire_condition condition; /* inside Not */
};

/* What is left of a text. */
struct rest {
    const uint8_t *p, *end;
};

static bool is_one_of(uint8_t c, const char *set)
{
    return c != '\0' && strchr(set, c) != NULL;
}

static void skip_blanks(struct rest *s)
{
    while (s->p < s->end && (*s->p == ' ' || *s->p == '\t'))
        s->p++;
}

/* Takes that text, and blanks behind it. */
static bool take(struct rest *s, const char *text)
{
    size_t n = strlen(text);

    if ((size_t)(s->end - s->p) < n || memcmp(s->p, text, n) != 0)
        return false;
    s->p += n;
    skip_blanks(s);
    return true;
}

static bool take_name(struct rest *s, struct bytes *out)
{
    const uint8_t *start = s->p;

    while (s->p < s->end && (isalnum(*s->p) || *s->p == '_' || *s->p >= 0x80))
        s->p++;
    *out = (struct bytes){start, (size_t)(s->p - start)};
    skip_blanks(s);
    return out->len > 0 && !isdigit(*start);
}

static bool take_number(struct rest *s, struct bytes *out)
{
    const uint8_t *start = s->p;

    while (s->p < s->end &&
           (isdigit(*s->p) || is_one_of(*s->p, "+-.") || (s->p > start && *s->p == 'e') ||
            (s->p > start && *s->p == 'E')))
        s->p++;
    *out = (struct bytes){start, (size_t)(s->p - start)};
    skip_blanks(s);
    return out->len > 0;
}

/* Quotes stay, as they do in a literal of Compare. */
static bool take_quoted(struct rest *s, struct bytes *out)
{
    const uint8_t *start = s->p, *end;

    if (s->p == s->end || !is_one_of(*s->p, "`'\""))
        return false;
    end = memchr(s->p + 1, *s->p, (size_t)(s->end - s->p - 1));
    if (!end)
        return false;
    *out = (struct bytes){start, (size_t)(end + 1 - start)};
    s->p = end + 1;
    skip_blanks(s);
    return true;
}

static bool take_comparison(struct rest *s, enum wire_comparison *out)
{
    static const struct sign {
        const char *text;
        enum wire_comparison comparison;
    } signs[] = {{"==", WIRE_EQUAL},      {"!=", WIRE_NOT_EQUAL},
                 {"<=", WIRE_LESS_EQUAL}, {">=", WIRE_GREATER_EQUAL},
                 {"<", WIRE_LESS},        {">", WIRE_GREATER},
                 {"=", WIRE_EQUAL}};

    for (size_t i = 0; i < sizeof(signs) / sizeof(*signs); i++) {
        if (take(s, signs[i].text)) {
            *out = signs[i].comparison;
            return true;
        }
    }
    return false;
}

static bool take_value(struct rest *s, struct wire_literal *out)
{
    struct rest start = *s;
    struct bytes name;

    out->kind = WIRE_LITERAL_TEXT;
    if (take_quoted(s, &out->text))
        return true;
    if (take_name(s, &name) &&
        (bytes_equal(name, bytes_of("true")) || bytes_equal(name, bytes_of("false")))) {
        out->kind = WIRE_LITERAL_BOOL;
        out->truth = name.data[0] == 't';
        return true;
    }
    *s = start;
    return take_number(s, &out->text);
}

/* COLUMN OP VALUE; *inverted: it is to be false. */
static bool take_compared(struct rest *s, struct where_term *t, bool *inverted)
{
    struct wire_condition *c = &t->condition;

    c->kind = WIRE_CONDITION_COMPARE;
    if (!take_name(s, &t->column) || !take_comparison(s, &c->comparison))
        return false;
    if (take(s, "null")) {
        c->kind = WIRE_CONDITION_IS_NULL;
        *inverted = c->comparison == WIRE_NOT_EQUAL;
        return *inverted || c->comparison == WIRE_EQUAL;
    }
    c->literals = &t->literal;
    c->n_literals = 1;
    return take_value(s, &t->literal);
}

static bool take_call(struct rest *s, struct where_term *t, bool *inverted)
{
    *inverted = take(s, "!");
    if (take(s, "isNull")) {
        t->condition.kind = WIRE_CONDITION_IS_NULL;
    } else if (take(s, "isNaN")) {
        t->condition.kind = WIRE_CONDITION_INVOKE;
        t->condition.text = bytes_of("isNaN");
    } else {
        return false;
    }
    return take(s, "(") && take_name(s, &t->column) && take(s, ")");
}

static struct where_term *new_term(struct where *w)
{
    struct where_term *t = MEM_NEW(struct where_term);

    MEM_GROW(w->terms, w->terms_cap, w->n + 1);
    w->terms[w->n] = t;
    t->condition.columns = &t->column;
    t->condition.n_columns = 1;
    return t;
}

static void add_condition(struct where *w, const struct where_term *t, bool inverted)
{
    MEM_GROW(w->conditions, w->conditions_cap, w->n + 1);
    w->conditions[w->n++] = inverted ? (struct wire_condition){.kind = WIRE_CONDITION_NOT,
                                                               .children = &t->condition,
                                                               .n_children = 1}
                                     : t->condition;
}

static bool take_term(struct rest *s, struct where *w)
{
    struct rest start = *s;
    struct where_term *t = new_term(w);
    bool inverted, taken = take_call(s, t, &inverted);

    if (!taken) {
        *s = start;
        inverted = false;
        t->condition.kind = WIRE_CONDITION_NONE;
        taken = take_compared(s, t, &inverted);
    }
    if (taken)
        add_condition(w, t, inverted);
    else
        free(t);
    return taken;
}

static bool take_all(struct rest *s, struct where *w)
{
    skip_blanks(s);
    do {
        if (!take_term(s, w))
            return false;
    } while (take(s, "&&"));
    return s->p == s->end;
}

enum err_code where_parse(const struct bytes *texts, size_t n, struct where *out,
                          struct err *e)
{
    *out = (struct where){0};
    for (size_t i = 0; i < n; i++) {
        struct rest s = {texts[i].data, texts[i].data + texts[i].len};

        if (!take_all(&s, out))
            return err_set(
                e, ERR_REFUSED,
                "the demo server reads COLUMN OP VALUE, joined by &&, not \"%.*s\"",
                (int)(texts[i].len < 80 ? texts[i].len : 80), (const char *)texts[i].data);
    }
    return ERR_OK;
}

void where_release(struct where *w)
{
    for (size_t i = 0; i < w->n; i++)
        free(w->terms[i]);
    free(w->terms);
    free(w->conditions);
    *w = (struct where){0};
}
