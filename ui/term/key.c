#include "ui/term/key.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static const struct {
    const char *name;
    uint32_t code;
} named[] = {
    /* clang-format off */
    {"Esc", K_ESC}, {"Enter", K_ENTER}, {"Tab", K_TAB}, {"Space", K_SPACE},
    {"BS", K_BACKSPACE}, {"lt", '<'}, {"None", K_NONE},
/* clang-format on */
#define X(id, name) {name, K_##id},
    SPECIAL_KEY_MAP(X)
#undef X
};

#define NAMED_LEN (sizeof(named) / sizeof(named[0]))

bool key_is_text(struct key k)
{
    uint32_t c = k.code;

    return c >= 0x20 && c != 0x7f && !(c >= 0x80 && c < 0xa0) &&
           !(c >= 0xd800 && c < 0xe000) && c < K_SPECIAL_BASE;
}

size_t key_utf8(struct key k, char out[5])
{
    static const unsigned first[] = {0, 0, 0xc0, 0xe0, 0xf0};
    uint32_t c = k.code;
    size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;

    out[0] = '\0';
    if (!key_is_text(k))
        return 0;
    for (size_t i = n - 1; i > 0; i--, c >>= 6)
        out[i] = (char)(0x80 | (c & 0x3f));
    out[0] = (char)(first[n] | c);
    out[n] = '\0';
    return n;
}

void key_notation(struct key k, char out[KEY_NAME_LEN])
{
    bool alt = (k.code & K_ALT) != 0;
    uint32_t code = k.code & ~K_ALT;
    char utf8[5];

    for (size_t i = 0; i < NAMED_LEN; i++) {
        if (named[i].code == code) {
            snprintf(out, KEY_NAME_LEN, "<%s%s>", alt ? "A-" : "", named[i].name);
            return;
        }
    }
    if (code < 32)
        snprintf(out, KEY_NAME_LEN, "<%sC-%c>", alt ? "A-" : "", tolower((int)code + 64));
    else if (key_utf8((struct key){code}, utf8) > 0)
        snprintf(out, KEY_NAME_LEN, alt ? "<A-%s>" : "%s", utf8);
    else
        snprintf(out, KEY_NAME_LEN, "<Unknown>");
}

static bool name_is(const char *name, const char *text, size_t len)
{
    return strlen(name) == len && strncmp(name, text, len) == 0;
}

static size_t parse_plain(const char *text, struct key *out);

/* What stands between < and >. */
static bool parse_named(const char *text, size_t len, struct key *out)
{
    uint32_t alt = 0;

    if (len > 2 && (text[0] == 'A' || text[0] == 'M') && text[1] == '-') {
        alt = K_ALT;
        text += 2;
        len -= 2;
    }
    for (size_t i = 0; i < NAMED_LEN; i++) {
        if (name_is(named[i].name, text, len)) {
            out->code = named[i].code | alt;
            return true;
        }
    }
    if (len == 3 && strncmp(text, "C-", 2) == 0 && text[2] >= '@' && text[2] <= '~') {
        out->code = K_CTRL(text[2]) | alt;
        return true;
    }
    if (alt == 0 || parse_plain(text, out) != len)
        return false;
    out->code |= alt;
    return true;
}

/* No surrogate, nothing that fewer than n bytes could hold, and nothing past Unicode, where
 * the special keys are. */
static bool is_code_point(uint32_t code, size_t n)
{
    return code < 0x110000 && (code < 0xd800 || code > 0xdfff) &&
           (n < 3 || code >= (n == 3 ? 0x800U : 0x10000U));
}

/* One character of text in UTF-8; returns its bytes, 0 when it is bad. */
static size_t parse_plain(const char *text, struct key *out)
{
    const unsigned char *p = (const unsigned char *)text;
    size_t n = p[0] < 0x80 ? 1 : p[0] < 0xc2 ? 0 : p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;

    if (n == 0 || p[0] > 0xf4 || p[0] < 33 || p[0] == 127)
        return 0;
    out->code = n == 1 ? p[0] : p[0] & (0x7fU >> n);
    for (size_t i = 1; i < n; i++) {
        if ((p[i] & 0xc0) != 0x80)
            return 0;
        out->code = out->code << 6 | (p[i] & 0x3f);
    }
    return is_code_point(out->code, n) && key_is_text(*out) ? n : 0;
}

/* One key at text; returns the bytes it takes, 0 when it is bad. */
static size_t parse_one(const char *text, struct key *out)
{
    const char *end = text[0] == '<' ? strchr(text, '>') : NULL;

    if (end == NULL)
        return parse_plain(text, out); /* a lone "<" is the key itself */
    if (!parse_named(text + 1, (size_t)(end - text - 1), out))
        return 0;
    return (size_t)(end - text + 1);
}

enum err_code keys_parse(const char *text, struct key out[KEYS_LEN_MAX], size_t *n,
                         struct err *e)
{
    struct key keys[KEYS_LEN_MAX];
    size_t len = 0;

    for (const char *p = text; *p != '\0';) {
        size_t used;

        if (len == KEYS_LEN_MAX)
            return err_set(e, ERR_USAGE, "more than %d keys in \"%s\"", KEYS_LEN_MAX, text);
        used = parse_one(p, &keys[len]);
        if (used == 0)
            return err_set(e, ERR_USAGE,
                           "expected a key such as j, <PgDn> or <C-d>, found \"%s\"", p);
        p += used;
        len++;
    }
    if (len == 0)
        return err_set(e, ERR_USAGE, "expected a key, found nothing");
    memcpy(out, keys, len * sizeof(keys[0]));
    *n = len;
    return ERR_OK;
}
