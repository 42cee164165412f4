/* The grammar of pty.h: one small automaton over the raw bytes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>
#include <utf8proc.h>

#include "base/mem.h"
#include "tests/support/pty.h"

#define COPY "\033]52;c;"     /* how a copy for the clipboard begins, up to its BEL */
#define WRAP "\033Ptmux;\033" /* in front of it, for tmux */
#define PIECE "\033P"         /* for screen */
#define STRING_END "\033\\"
#define PIECE_MAX 256

#define PARAMS_MAX 32 /* bytes of parameters in one sequence */
#define ESC 0x1b

#define MOUSE_ON "\033[?1002h\033[?1006h"
#define MOUSE_OFF "\033[?1006l\033[?1002l"

/* Modes that may be set and reset: those of the terminal's own description (xterm-256color)
 * and paste and synchronized updates. */
static const char *const private_modes[] = {"1",    "3;4",   "5",    "7",    "12",
                                            "25",   "12;25", "1034", "1047", "1048",
                                            "1049", "2004",  "2026"};

static bool is_one_of(const char *text, const char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(text, list[i]) == 0)
            return true;
    return false;
}

/* May this control sequence be sent? params holds parameters and intermediates. */
static bool csi_allowed(const char *params, uint8_t final)
{
    size_t digits = strspn(params, "0123456789;:");

    switch (final) {
    case 'h':
    case 'l':
        if (params[0] == '?')
            return is_one_of(params + 1, private_modes,
                             sizeof(private_modes) / sizeof(*private_modes));
        return strcmp(params, "4") == 0;
    case 'p':
        return strcmp(params, "!") == 0; /* soft reset */
    case 'q':
        return params[digits] == ' ' && params[digits + 1] == '\0'; /* cursor shape */
    case 't': /* only keeping and giving back the title */
        return strncmp(params, "22;", 3) == 0 || strncmp(params, "23;", 3) == 0;
    default:
        return params[digits] == '\0' &&
               strchr("@ABCDEFGHIJKLMPSTXZ`abdefgmr", final) != NULL;
    }
}

/* Length of the control sequence at p, after ESC and [; 0 when it is not allowed. */
static size_t csi_length(const uint8_t *p, size_t n)
{
    char params[PARAMS_MAX + 1];
    size_t len = 0;

    while (len < n && len < PARAMS_MAX && p[len] >= 0x20 && p[len] <= 0x3f) {
        params[len] = (char)p[len];
        len++;
    }
    params[len] = '\0';
    if (len == n || p[len] < 0x40 || p[len] > 0x7e || !csi_allowed(params, p[len]))
        return 0;
    return len + 1;
}

/* --- copies --- */

static bool begins(const uint8_t *p, size_t n, const char *with)
{
    return n >= strlen(with) && memcmp(p, with, strlen(with)) == 0;
}

/* Length of the copy at p; 0 when there is none, or it is not in order. */
static size_t copy_length(const uint8_t *p, size_t n)
{
    size_t start = strlen(COPY), i = start, pad = 0;

    if (!begins(p, n, COPY))
        return 0;
    while (i < n && p[i] != '\0' && p[i] < 0x80 && p[i] != '=' &&
           strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", p[i]))
        i++;
    while (i < n && p[i] == '=' && pad < 2) {
        i++;
        pad++;
    }
    return i > start && (i - start) % 4 == 0 && i < n && p[i] == '\a' ? i + 1 : 0;
}

/* The same of one for tmux. */
static size_t wrapped_length(const uint8_t *p, size_t n)
{
    size_t before = strlen(WRAP), len = 0;

    if (begins(p, n, WRAP))
        len = copy_length(p + before, n - before);
    return len > 0 && begins(p + before + len, n - before - len, STRING_END)
               ? before + len + strlen(STRING_END)
               : 0;
}

/* Length of the DCS string at p, without what is around it. */
static size_t piece_length(const uint8_t *p, size_t n)
{
    const uint8_t *end =
        begins(p, n, PIECE)
            ? memmem(p + 2, n - 2 < PIECE_MAX + 2 ? n - 2 : PIECE_MAX + 2, STRING_END, 2)
            : NULL;

    return end ? (size_t)(end - p) - 2 : 0;
}

/* A copy in pieces, put together in *out (owned; NULL: none is here). */
static size_t pieces_length(const uint8_t *p, size_t n, uint8_t **out, size_t *out_len)
{
    uint8_t *all = mem_calloc(n + 1, 1);
    size_t len = 0, pos = 0, piece;

    while ((piece = piece_length(p + pos, n - pos)) > 0) {
        memcpy(all + len, p + pos + 2, piece);
        len += piece;
        pos += piece + 4;
        if (all[len - 1] == '\a')
            break;
    }
    *out_len = len;
    *out = all;
    if (len > 0 && copy_length(all, len) == len)
        return pos;
    free(all);
    *out = NULL;
    return 0;
}

/* What a whole copy says. */
static char *copied_text(const uint8_t *copy, size_t len)
{
    const uint8_t *code = copy + strlen(COPY);
    size_t n = len - strlen(COPY) - 1;
    char *text = mem_calloc(n + 1, 1);
    int got = EVP_DecodeBlock((unsigned char *)text, code, (int)n);

    while (n > 0 && code[n - 1] == '=' && got > 0) {
        got--;
        n--;
    }
    text[got < 0 ? 0 : got] = '\0';
    return text;
}

/* Length of the copy at p in any form, and its text where that is wanted (owned). */
static size_t any_copy_length(const uint8_t *p, size_t n, char **text)
{
    size_t wrapped = wrapped_length(p, n), len = copy_length(p, n), pieces = 0, inner = len;
    uint8_t *all = NULL;
    const uint8_t *from = p;

    if (wrapped > 0) {
        from = p + strlen(WRAP);
        inner = copy_length(from, n - strlen(WRAP));
    } else if (len == 0 && begins(p, n, PIECE)) {
        pieces = pieces_length(p, n, &all, &inner);
        from = all;
    }
    if (text && (wrapped || len || pieces))
        *text = copied_text(from, inner);
    free(all);
    return wrapped ? wrapped : len ? len : pieces;
}

/* Length of the escape sequence at p, which starts with ESC; 0 when it is not allowed. */
static size_t escape_length(const uint8_t *p, size_t n)
{
    if (n < 2)
        return 0;
    if (p[1] == '[') {
        size_t len = csi_length(p + 2, n - 2);
        return len == 0 ? 0 : len + 2;
    }
    if (p[1] == '(' || p[1] == ')')
        return n > 2 && (p[2] == '0' || p[2] == 'B') ? 3 : 0;
    return p[1] != '\0' && strchr("78=>M", p[1]) != NULL ? 2 : 0;
}

static bool is_shown(utf8proc_int32_t c)
{
    switch (utf8proc_category(c)) {
    case UTF8PROC_CATEGORY_CN: /* unassigned */
    case UTF8PROC_CATEGORY_CC: /* control */
    case UTF8PROC_CATEGORY_CF: /* format: bidi, zero-width, tags */
    case UTF8PROC_CATEGORY_CS: /* surrogate */
    case UTF8PROC_CATEGORY_CO: /* private */
    case UTF8PROC_CATEGORY_ZL: /* line separator */
    case UTF8PROC_CATEGORY_ZP: /* paragraph separator */
        return false;
    default:
        return true;
    }
}

/* Length of the one thing at p; 0 when it is not allowed. */
static size_t thing_length(const uint8_t *p, size_t n)
{
    utf8proc_int32_t c;

    if (*p == ESC)
        return escape_length(p, n);
    if (*p < 0x20)
        return *p != '\0' && strchr("\r\n\b\t\a", *p) != NULL ? 1 : 0;
    if (*p < 0x7f)
        return 1;
    utf8proc_ssize_t len = utf8proc_iterate(p, n > 4 ? 4 : (utf8proc_ssize_t)n, &c);
    return len > 0 && is_shown(c) ? (size_t)len : 0;
}

static size_t mouse_length(const uint8_t *p, size_t n)
{
    if (begins(p, n, MOUSE_ON))
        return strlen(MOUSE_ON);
    return begins(p, n, MOUSE_OFF) ? strlen(MOUSE_OFF) : 0;
}

/* Length of what may be sent only where it was asked for. */
static size_t more_length(const uint8_t *p, size_t n, unsigned more)
{
    size_t len = (more & PTY_COPIES) ? any_copy_length(p, n, NULL) : 0;

    return len == 0 && (more & PTY_MOUSE) ? mouse_length(p, n) : len;
}

/* Length of what an escape cut at p, a character or a control sequence; 0: it is neither.
 */
static size_t cut_length(const uint8_t *p, size_t n)
{
    size_t len = 1;

    if (*p == ESC)
        while (len < n && len < PARAMS_MAX &&
               ((len == 1 && p[len] == '[') || (p[len] >= 0x20 && p[len] <= 0x3f)))
            len++;
    else if (*p >= 0xc2)
        while (len < n && len < 3 && p[len] >= 0x80 && p[len] < 0xc0)
            len++;
    else
        return 0;
    return len < n && p[len] == ESC ? len : 0;
}

char *pty_grammar(const uint8_t *data, size_t n, unsigned more)
{
    size_t pos = 0;

    while (pos < n) {
        size_t len = more_length(data + pos, n - pos, more);

        if (len == 0)
            len = thing_length(data + pos, n - pos);
        if (len == 0 && (more & PTY_CUT)) {
            len = cut_length(data + pos, n - pos);
            more &= ~(unsigned)PTY_CUT; /* once */
        }
        if (len == 0) {
            char hex[3 * 16 + 1] = "";
            for (size_t i = 0; i < 16 && pos + i < n; i++)
                snprintf(hex + 3 * i, 4, " %02x", data[pos + i]);
            return mem_printf("byte %zu of %zu may not be sent:%s", pos, n, hex);
        }
        pos += len;
    }
    return NULL;
}

char *pty_clipboard(const uint8_t *data, size_t n)
{
    char *last = NULL, *text = NULL;

    for (size_t pos = 0, len; pos<n; pos += len> 0 ? len : 1) {
        len = data[pos] == ESC ? any_copy_length(data + pos, n - pos, &text) : 0;
        if (len == 0)
            continue;
        free(last);
        last = text;
    }
    return last;
}
