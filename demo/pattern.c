/*
 * A pattern is a list of characters, each of which stands for itself, for any, or for any
 * number of any. A text is compared with it from the left; at a mismatch the last "any
 * number" takes one more. Case is folded in both beforehand.
 */
#include "demo/pattern.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include <utf8proc.h>

#include "base/mem.h"

#define ANY UINT32_C(0x110000)  /* one character, whatever it is */
#define MANY UINT32_C(0x110001) /* any number of them */

struct pattern {
    enum pattern_case folds;
    uint32_t *items;
    size_t n, cap;
};

/* One character of UTF-8; a byte that starts none is one, out of Unicode's reach. */
static uint32_t decode(struct bytes text, size_t *at)
{
    const uint8_t *p = text.data + *at;
    size_t left = text.len - *at;
    size_t n = p[0] < 0x80 ? 1 : p[0] >= 0xf0 ? 4 : p[0] >= 0xe0 ? 3 : p[0] >= 0xc0 ? 2 : 0;
    uint32_t c = n == 1 ? p[0] : p[0] & (0xffU >> (n + 1));

    if (n == 0 || n > left) {
        (*at)++;
        return UINT32_C(0x120000) + p[0];
    }
    for (size_t i = 1; i < n; i++)
        c = c << 6 | (p[i] & 0x3f);
    *at += n;
    return c;
}

/* protocol: upper case first, then lower, so that letters with one of both meet. */
static uint32_t fold(const struct pattern *p, uint32_t c)
{
    if (p->folds == PATTERN_CASE || c >= ANY)
        return c;
    if (c < 0x80)
        return (uint32_t)tolower((int)c);
    if (p->folds == PATTERN_ASCII)
        return c;
    return (uint32_t)utf8proc_tolower(utf8proc_toupper((utf8proc_int32_t)c));
}

static struct pattern *pattern_new(enum pattern_case c)
{
    struct pattern *p = MEM_NEW(struct pattern);

    p->folds = c;
    return p;
}

void pattern_free(struct pattern *p)
{
    if (!p)
        return;
    free(p->items);
    free(p);
}

static void add(struct pattern *p, uint32_t item)
{
    MEM_GROW(p->items, p->cap, p->n + 1);
    p->items[p->n++] = item;
}

static void add_text(struct pattern *p, struct bytes text)
{
    for (size_t at = 0; at < text.len;)
        add(p, fold(p, decode(text, &at)));
}

struct pattern *pattern_equal(struct bytes text, enum pattern_case c)
{
    struct pattern *p = pattern_new(c);

    add_text(p, text);
    return p;
}

struct pattern *pattern_part(struct bytes text, enum pattern_case c)
{
    struct pattern *p = pattern_new(c);

    add(p, MANY);
    add_text(p, text);
    add(p, MANY);
    return p;
}

static bool is_one_of(uint8_t c, const char *set)
{
    return c != '\0' && strchr(set, c) != NULL;
}

static bool starts(struct bytes text, size_t at, const char *with)
{
    size_t n = strlen(with);

    return text.len - at >= n && memcmp(text.data + at, with, n) == 0;
}

/* The flags at the start; returns how long they are. */
static size_t read_flags(struct bytes regex, enum pattern_case *c)
{
    size_t at = 0;

    while (starts(regex, at, "(?")) {
        bool ignores = false, unicode = false;
        size_t end = at + 2;

        for (; end < regex.len && is_one_of(regex.data[end], "isu"); end++) {
            ignores = ignores || regex.data[end] == 'i';
            unicode = unicode || regex.data[end] == 'u';
        }
        if (end == regex.len || regex.data[end] != ')')
            break;
        if (unicode && (ignores || *c != PATTERN_CASE))
            *c = PATTERN_UNICODE;
        else if (ignores && *c == PATTERN_CASE)
            *c = PATTERN_ASCII;
        at = end + 1;
    }
    return at;
}

/* What stands behind \Q, up to \E or the end. */
static size_t add_quoted(struct pattern *p, struct bytes regex, size_t at)
{
    size_t end = at;

    while (end < regex.len && !starts(regex, end, "\\E"))
        end++;
    add_text(p, (struct bytes){regex.data + at, end - at});
    return end < regex.len ? end + 2 : end;
}

/* One item; returns where the next one starts, or where it was when it cannot be read. */
static size_t add_item(struct pattern *p, struct bytes regex, size_t at)
{
    size_t next = at;

    if (starts(regex, at, "\\Q"))
        return add_quoted(p, regex, at + 2);
    if (starts(regex, at, ".*")) {
        add(p, MANY);
        return at + 2;
    }
    if (regex.data[at] == '.') {
        add(p, ANY);
        return at + 1;
    }
    if (regex.data[at] == '\\') {
        if (at + 1 == regex.len || isalnum(regex.data[at + 1]))
            return at;
        next = at + 1;
    } else if (is_one_of(regex.data[at], "^$|?*+()[]{}")) {
        return at;
    }
    add(p, fold(p, decode(regex, &next)));
    return next;
}

enum err_code pattern_parse(struct bytes regex, enum pattern_case c, struct pattern **out,
                            struct err *e)
{
    size_t at = read_flags(regex, &c);
    struct pattern *p = pattern_new(c);

    while (at < regex.len) {
        size_t next = add_item(p, regex, at);

        if (next == at) {
            pattern_free(p);
            return err_set(e, ERR_REFUSED,
                           "the demo server reads no regular expressions but texts in "
                           "\\Q \\E, . and .*");
        }
        at = next;
    }
    *out = p;
    return ERR_OK;
}

bool pattern_matches(const struct pattern *p, struct bytes text)
{
    uint32_t *chars = MEM_ARRAY(uint32_t, text.len);
    size_t n = 0, i = 0, k = 0;
    size_t star = SIZE_MAX, taken = 0; /* the last MANY, and where what it has not starts */

    for (size_t at = 0; at < text.len;)
        chars[n++] = fold(p, decode(text, &at));
    while (i < n) {
        if (k < p->n && p->items[k] == MANY) {
            star = k++;
            taken = i;
        } else if (k < p->n && (p->items[k] == ANY || p->items[k] == chars[i])) {
            i++;
            k++;
        } else if (star != SIZE_MAX) {
            k = star + 1;
            i = ++taken;
        } else {
            break;
        }
    }
    while (k < p->n && p->items[k] == MANY)
        k++;
    free(chars);
    return i == n && k == p->n;
}
