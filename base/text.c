#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "base/mem.h"

/* Combining marks on one base; more are shown as visible marks. */
#define MARKS_PER_BASE 3

struct range {
    uint32_t first, last;
};

/*
 * Printable by their category, but shown as visible marks all the same, because a terminal
 * draws nothing for them or because terminals disagree on their width: utf8proc (Unicode
 * 15) says one thing, the C library that ncurses and tmux ask (Unicode 14) another. A unit
 * test compares the two over all of Unicode and prints what has to be added here.
 */
static const struct range refused[] = {
    {0x034f, 0x034f},   /* combining grapheme joiner: draws nothing */
    {0x0ece, 0x0ece},   /* Unicode 15 */
    {0x115f, 0x11ff},   /* Hangul filler; vowels and finals that join the syllable before */
    {0x17b4, 0x17b5},   /* Khmer inherent vowels: draw nothing */
    {0x180b, 0x180f},   /* Mongolian variation selectors and vowel separator */
    {0x3164, 0x3164},   /* Hangul filler */
    {0x3248, 0x324f},   /* circled numbers on squares: 1 or 2 columns */
    {0x4dc0, 0x4dff},   /* hexagrams: 1 or 2 columns */
    {0xd7b0, 0xd7fb},   /* Hangul vowels and finals that join the syllable before */
    {0xfe00, 0xfe0f},   /* variation selectors */
    {0xffa0, 0xffa0},   /* Hangul filler */
    {0x10efd, 0x10eff}, /* from here on Unicode 15, where nothing else is said */
    {0x1123f, 0x11241}, {0x11b00, 0x11b09}, {0x11f00, 0x11f59}, {0x1342f, 0x1342f},
    {0x13439, 0x13455}, {0x1b132, 0x1b132}, {0x1b155, 0x1b155}, {0x1d2c0, 0x1d2d3},
    {0x1df25, 0x1df2a}, {0x1e030, 0x1e08f}, {0x1e4d0, 0x1e4f9}, {0x1f6dc, 0x1f6dc},
    {0x1f774, 0x1f77f}, {0x1f7d9, 0x1f7d9}, {0x1fa75, 0x1fa77}, {0x1fa87, 0x1fa88},
    {0x1faad, 0x1faaf}, {0x1fabb, 0x1fabd}, {0x1fabf, 0x1fabf}, {0x1face, 0x1facf},
    {0x1fada, 0x1fadb}, {0x1fae8, 0x1fae8}, {0x1faf7, 0x1faf8}, {0x2b739, 0x2b739},
    {0x31350, 0x323af}, {0xe0000, 0xe0fff}, /* tags and variation selectors */
};

enum glyph { GLYPH_REFUSED, GLYPH_BASE, GLYPH_COMBINING };

static bool is_refused(uint32_t cp)
{
    size_t lo = 0, hi = sizeof(refused) / sizeof(refused[0]);

    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;

        if (cp > refused[mid].last)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo < sizeof(refused) / sizeof(refused[0]) && cp >= refused[lo].first;
}

/* What a terminal does with a character. Spacing combining marks (Mc) are refused: utf8proc
 * and some terminals give them no column, the C library gives them one. */
static enum glyph glyph_of(uint32_t cp, uint8_t *width)
{
    int w;

    switch (utf8proc_category((utf8proc_int32_t)cp)) {
    case UTF8PROC_CATEGORY_CN:
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_CS:
    case UTF8PROC_CATEGORY_CO:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
    case UTF8PROC_CATEGORY_MC:
        return GLYPH_REFUSED;
    default:
        break;
    }
    if (is_refused(cp))
        return GLYPH_REFUSED;
    w = utf8proc_charwidth((utf8proc_int32_t)cp);
    if (w <= 0) {
        utf8proc_category_t c = utf8proc_category((utf8proc_int32_t)cp);

        return c == UTF8PROC_CATEGORY_MN || c == UTF8PROC_CATEGORY_ME ? GLYPH_COMBINING
                                                                      : GLYPH_REFUSED;
    }
    *width = w >= 2 ? 2 : 1;
    return GLYPH_BASE;
}

/* Decodes the character at p, of n >= 1 bytes; returns its bytes, 0 when the first byte
 * does not start a character. Surrogates are let through, so that they can be named. */
static size_t decode(const uint8_t *p, size_t n, uint32_t *cp)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    size_t len = p[0] < 0x80 ? 1 : p[0] < 0xc2 ? 0 : p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;

    if (len == 0 || len > n || p[0] > 0xf4)
        return 0;
    *cp = len == 1 ? p[0] : p[0] & (0xffU >> (len + 1));
    for (size_t i = 1; i < len; i++) {
        if ((p[i] & 0xc0) != 0x80)
            return 0;
        *cp = *cp << 6 | (p[i] & 0x3f);
    }
    return *cp < least[len] || *cp > 0x10ffff ? 0 : len;
}

size_t text_code_point(struct bytes in, uint32_t *cp)
{
    return in.len > 0 ? decode(in.data, in.len, cp) : 0;
}

const char *text_sort(uint32_t cp)
{
    switch (utf8proc_category((utf8proc_int32_t)cp)) {
    case UTF8PROC_CATEGORY_CN:
        return "unassigned";
    case UTF8PROC_CATEGORY_CC:
        return "control";
    case UTF8PROC_CATEGORY_CF:
        return "format, not seen";
    case UTF8PROC_CATEGORY_CS:
        return "half a character";
    case UTF8PROC_CATEGORY_CO:
        return "private use";
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
    case UTF8PROC_CATEGORY_ZS:
        return "separator";
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_ME:
    case UTF8PROC_CATEGORY_MC:
        return "mark on the character before";
    default:
        return "character";
    }
}

static void cluster_set(struct text_cluster *out, const void *s, size_t n, uint8_t width,
                        bool mark)
{
    memcpy(out->utf8, s, n);
    out->utf8[n] = '\0';
    out->len = (uint8_t)n;
    out->width = width;
    out->mark = mark;
}

/* The next of the plain characters of a mark that is longer than one cluster. */
static bool next_pending(struct text_iter *it, struct text_cluster *out)
{
    cluster_set(out, &it->pending[it->pending_pos], 1, 1, true);
    it->pending_pos++;
    return true;
}

static bool start_hex(struct text_iter *it, uint32_t cp, int digits,
                      struct text_cluster *out)
{
    int n = snprintf(it->pending, sizeof(it->pending), "<%0*x>", digits, (unsigned)cp);

    it->pending_len = (uint8_t)n;
    it->pending_pos = 0;
    return next_pending(it, out);
}

/* C0 and DEL: a control picture, or a caret and a letter where only ASCII may come out. */
static bool start_control(struct text_iter *it, uint8_t c, struct text_cluster *out)
{
    uint8_t picture[3] = {0xe2, 0x90, c == 0x7f ? 0xa1 : (uint8_t)(0x80 + c)};

    if (!it->ascii) {
        cluster_set(out, picture, sizeof(picture), 1, true);
        return true;
    }
    it->pending[0] = '^';
    it->pending[1] = (char)(c ^ 0x40);
    it->pending_len = 2;
    it->pending_pos = 0;
    return next_pending(it, out);
}

/* Adds the combining marks that follow a base to its cluster, as many as are allowed. */
static void take_combining(struct text_iter *it, struct text_cluster *out)
{
    for (int i = 0; i < MARKS_PER_BASE && it->pos < it->in.len; i++) {
        const uint8_t *p = it->in.data + it->pos;
        uint32_t cp;
        size_t n;
        uint8_t width;

        if (*p < 0xcc) /* U+0300 is the first combining mark */
            return;
        n = decode(p, it->in.len - it->pos, &cp);
        if (n == 0 || out->len + n > TEXT_CLUSTER_MAX ||
            glyph_of(cp, &width) != GLYPH_COMBINING)
            return;
        memcpy(out->utf8 + out->len, p, n);
        out->len = (uint8_t)(out->len + n);
        out->utf8[out->len] = '\0';
        it->pos += n;
    }
}

struct text_iter text_iter(struct bytes in, bool ascii)
{
    return (struct text_iter){.in = in, .ascii = ascii};
}

bool text_next(struct text_iter *it, struct text_cluster *out)
{
    const uint8_t *p = it->in.data ? it->in.data + it->pos : NULL;
    uint32_t cp = 0;
    uint8_t width = 1;
    size_t n;

    if (it->pending_pos < it->pending_len)
        return next_pending(it, out);
    if (it->pos >= it->in.len)
        return false;
    if (text_plain((struct bytes){p, it->in.len - it->pos}, 2) > 1) {
        cluster_set(out, p, 1, 1, false); /* no mark can follow it */
        it->pos++;
        return true;
    }
    n = decode(p, it->in.len - it->pos, &cp);
    it->pos += n ? n : 1;
    if (n == 0)
        return start_hex(it, *p, 2, out);
    if (cp < 0x20 || cp == 0x7f)
        return start_control(it, (uint8_t)cp, out);
    if (cp >= 0x7f && (it->ascii || glyph_of(cp, &width) != GLYPH_BASE))
        return start_hex(it, cp, 4, out);
    cluster_set(out, p, n, width, false);
    if (!it->ascii)
        take_combining(it, out);
    return true;
}

size_t text_plain(struct bytes in, size_t limit)
{
    size_t n = 0;

    limit = in.len < limit ? in.len : limit;
    while (n < limit && in.data[n] >= 0x20 && in.data[n] <= 0x7e)
        n++;
    return n;
}

size_t text_width(struct bytes in, bool ascii, size_t limit)
{
    struct text_iter it = text_iter(in, ascii);
    struct text_cluster c;
    size_t width = text_plain(in, limit);

    if (width == in.len || width == limit)
        return width;
    width = width > 0 ? width - 1 : 0; /* marks may follow the last one */
    it.pos = width;

    while (width < limit && text_next(&it, &c))
        width += c.width;
    return width < limit ? width : limit;
}

size_t text_clean(struct bytes in, bool ascii, size_t width, struct buf *out)
{
    struct text_iter it = text_iter(in, ascii);
    struct text_cluster c;
    size_t used = 0;
    size_t cut_len = out->len,
           cut_used = 0; /* the longest start that leaves a column free */

    while (text_next(&it, &c)) {
        if (c.width > width - used) {
            out->len = cut_len;
            if (width == 0 || buf_append(out, ascii ? "~" : "\u2026", ascii ? 1 : 3, NULL))
                return cut_used;
            return cut_used + 1;
        }
        if (buf_append(out, c.utf8, c.len, NULL) != ERR_OK)
            return used;
        used += c.width;
        if (used < width) {
            cut_len = out->len;
            cut_used = used;
        }
    }
    return used;
}

/* Moves it over the clusters that take at least the first columns; returns what they take.
 */
static size_t skip_columns(struct text_iter *it, size_t columns)
{
    struct text_cluster c;
    size_t used = 0;

    while (used < columns && text_next(it, &c))
        used += c.width;
    return used;
}

static size_t append_columns(struct text_iter *it, size_t columns, struct buf *out)
{
    struct text_cluster c;
    size_t used = 0;

    while (used < columns && text_next(it, &c) && used + c.width <= columns &&
           buf_append(out, c.utf8, c.len, NULL) == ERR_OK)
        used += c.width;
    return used;
}

size_t text_clean_middle(struct bytes in, bool ascii, size_t width, struct buf *out)
{
    size_t total = text_width(in, ascii, SIZE_MAX), used, tail;
    struct text_iter it = text_iter(in, ascii);

    if (total <= width || width < 3)
        return text_clean(in, ascii, width, out);
    used = append_columns(&it, width / 2, out);
    if (buf_append(out, ascii ? "~" : "\u2026", ascii ? 1 : 3, NULL) != ERR_OK)
        return used;
    tail = width - used - 1;
    it = text_iter(in, ascii);
    (void)skip_columns(&it, total - tail);
    return used + 1 + append_columns(&it, tail, out);
}

char *text_clean_line(const char *s, bool ascii)
{
    struct bytes in = bytes_of(s);
    struct buf out;
    char *line;

    buf_init(&out,
             SIZE_MAX); /* the length of s bounds it: no byte becomes more than four */
    (void)text_clean(in, ascii, SIZE_MAX, &out);
    line = mem_strndup(out.len ? (const char *)out.data : "", out.len);
    buf_release(&out);
    return line;
}

/* Decodes one character in lower case; a byte that is not UTF-8 only equals itself. */
uint32_t text_fold(const char **s)
{
    uint32_t cp;
    size_t n = decode((const uint8_t *)*s, strnlen(*s, 4), &cp);

    if (n == 0) {
        cp = 0x110000U + (uint8_t) * *s;
        *s += 1;
        return cp;
    }
    *s += n;
    return (uint32_t)utf8proc_tolower((utf8proc_int32_t)cp);
}

bool text_starts_with(const char *s, const char *prefix)
{
    while (*prefix) {
        if (!*s || text_fold(&s) != text_fold(&prefix))
            return false;
    }
    return true;
}

bool text_contains(const char *haystack, const char *needle)
{
    do {
        if (text_starts_with(haystack, needle))
            return true;
        if (*haystack)
            (void)text_fold(&haystack);
    } while (*haystack);
    return false;
}

bool text_is_name_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           c == '_' || (c & 0x80);
}

size_t text_last_name(const char *s)
{
    size_t n = strlen(s);

    while (n > 0 && text_is_name_byte(s[n - 1]))
        n--;
    return n;
}
