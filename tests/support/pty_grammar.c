/* The grammar of pty.h: one small automaton over the raw bytes. */
#include <stdio.h>
#include <string.h>

#include <utf8proc.h>

#include "base/mem.h"
#include "tests/support/pty.h"

#define PARAMS_MAX 32 /* bytes of parameters in one sequence */
#define ESC 0x1b

/* Modes that may be set and reset: those of the terminal's own description (xterm-256color)
 * and mouse, focus, paste and synchronized updates. */
static const char *const private_modes[] = {
    "1",    "3;4",  "5",    "7",    "12",   "25",   "12;25", "1000", "1002",
    "1003", "1004", "1006", "1034", "1047", "1048", "1049",  "2004", "2026"};

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

char *pty_grammar(const uint8_t *data, size_t n)
{
    size_t pos = 0;

    while (pos < n) {
        size_t len = thing_length(data + pos, n - pos);
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
