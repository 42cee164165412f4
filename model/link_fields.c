#include "model/link_fields.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define FIELDS_MAX 4096 /* of one operation */

/* --- writing --- */

void link_put_raw(struct link_writer *w, const char *text)
{
    if (w->rc == ERR_OK)
        w->rc = buf_append_text(w->out, text, w->e);
}

void link_put(struct link_writer *w, const char *text)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                "0123456789_-.~*!$():";

    link_put_raw(w, ",");
    for (; *text; text++) {
        char escaped[4] = {*text, '\0'};

        if (!strchr(plain, *text))
            (void)snprintf(escaped, sizeof(escaped), "%%%02X", (unsigned)(uint8_t)*text);
        link_put_raw(w, escaped);
    }
}

void link_put_number(struct link_writer *w, int64_t n)
{
    char text[24];

    (void)snprintf(text, sizeof(text), "%" PRId64, n);
    link_put(w, text);
}

void link_put_names(struct link_writer *w, const char *const *names, size_t n)
{
    for (size_t i = 0; i < n; i++)
        link_put(w, names[i]);
}

/* --- reading --- */

/* Decodes %HH in place. */
static enum err_code decode(char *s, struct err *e)
{
    char *out = s;

    for (; *s; s++) {
        int high, low;

        if (*s != '%') {
            *out++ = *s;
            continue;
        }
        high = hex_digit(s[1]);
        low = high < 0 ? -1 : hex_digit(s[2]);
        if (low < 0 || high + low == 0)
            return err_set(e, ERR_USAGE, "expected two hex digits after %%, found \"%.2s\"",
                           s + 1);
        *out++ = (char)(high << 4 | low);
        s += 2;
    }
    *out = '\0';
    return ERR_OK;
}

static enum err_code cut_fields(struct link_reader *r)
{
    size_t cap = 0;

    for (char *p = r->text; p;) {
        char *comma = strchr(p, ',');

        if (r->n == FIELDS_MAX)
            return err_set(r->e, ERR_LIMIT, "more than %d fields", FIELDS_MAX);
        if (comma)
            *comma++ = '\0';
        TRY(decode(p, r->e));
        MEM_GROW(r->fields, cap, r->n + 1);
        r->fields[r->n++] = p;
        p = comma;
    }
    return ERR_OK;
}

enum err_code link_reader_init(struct link_reader *r, const char *text, size_t len,
                               struct err *e)
{
    *r = (struct link_reader){.text = mem_strndup(text, len), .e = e};
    return cut_fields(r);
}

void link_reader_release(struct link_reader *r)
{
    free(r->fields);
    free(r->text);
}

bool link_reader_at_end(const struct link_reader *r)
{
    return r->at == r->n;
}

enum err_code link_next(struct link_reader *r, const char *expected, const char **out)
{
    if (r->at == r->n)
        return err_set(r->e, ERR_USAGE, "expected %s, found its end", expected);
    *out = r->fields[r->at++];
    return ERR_OK;
}

/* Bytes of the name that text begins with. */
static size_t name_length(const char *text)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "0123456789_$";
    size_t n = 0;

    if (*text >= '0' && *text <= '9')
        return 0;
    while (text[n] && (strchr(allowed, text[n]) || (text[n] & 0x80)))
        n++;
    return n;
}

static bool is_name(const char *text)
{
    size_t n = name_length(text);

    return n > 0 && text[n] == '\0';
}

enum err_code link_next_name(struct link_reader *r, const char **out)
{
    TRY(link_next(r, "the name of a column", out));
    if (!is_name(*out))
        return err_set(r->e, ERR_USAGE, "expected the name of a column, found \"%s\"",
                       *out);
    return ERR_OK;
}

enum err_code link_next_match(struct link_reader *r, const char **out)
{
    const char *right;
    size_t n;

    TRY(link_next(r, "a column, or LEFT=RIGHT", out));
    n = name_length(*out);
    right = *out + n + ((*out)[n] == '=');
    if (n == 0 || (right[0] ? !is_name(right) : right != *out + n))
        return err_set(r->e, ERR_USAGE, "expected a column, or LEFT=RIGHT, found \"%s\"",
                       *out);
    return ERR_OK;
}

enum err_code link_next_number(struct link_reader *r, int64_t least, int64_t *out)
{
    const char *text = "";
    char *end;

    TRY(link_next(r, "a number", &text));
    errno = 0;
    *out = strtoll(text, &end, 10);
    if (errno != 0 || end == text || *end || *text == ' ' || *out < least)
        return err_set(r->e, ERR_USAGE,
                       "expected a number of %" PRId64 " or more, found \"%s\"", least,
                       text);
    return ERR_OK;
}

enum err_code link_next_count(struct link_reader *r, size_t *out)
{
    int64_t n;

    TRY(link_next_number(r, 0, &n));
    if ((size_t)n > r->n - r->at)
        return err_set(r->e, ERR_USAGE, "expected %" PRId64 " fields, found %zu", n,
                       r->n - r->at);
    *out = (size_t)n;
    return ERR_OK;
}

size_t link_find(const char *const *names, size_t n, const char *name)
{
    size_t i = 0;

    while (i < n && !(names[i] && strcmp(names[i], name) == 0))
        i++;
    return i;
}
