#include "ui/widget/prompt.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "base/secret.h"
#include "ui/term/theme.h"

struct prompt_history {
    char *lines[PROMPT_HISTORY_MAX]; /* oldest first */
    size_t len;
};

struct prompt {
    bool open, hidden;
    char *label;
    struct prompt_history *history; /* borrowed, may be NULL */
    size_t history_pos;             /* line shown; the history's length: the draft */
    char *draft;                    /* what was typed before the history was looked at */
    char text[PROMPT_MAX + 1];
    size_t len, cursor; /* bytes; the cursor is at a cluster boundary */
    bool wrong;
    size_t wrong_at; /* then: where the error begins */
};

struct prompt_history *prompt_history_new(void)
{
    return MEM_NEW(struct prompt_history);
}

void prompt_history_free(struct prompt_history *h)
{
    if (h == NULL)
        return;
    for (size_t i = 0; i < h->len; i++)
        free(h->lines[i]);
    free(h);
}

void prompt_history_add(struct prompt_history *h, const char *line)
{
    if (*line == '\0' || (h->len > 0 && strcmp(h->lines[h->len - 1], line) == 0))
        return;
    if (h->len == PROMPT_HISTORY_MAX) {
        free(h->lines[0]);
        memmove(h->lines, h->lines + 1, (h->len - 1) * sizeof(h->lines[0]));
        h->len--;
    }
    h->lines[h->len++] = mem_strdup(line);
}

size_t prompt_history_len(const struct prompt_history *h)
{
    return h->len;
}

const char *prompt_history_line(const struct prompt_history *h, size_t i)
{
    return i < h->len ? h->lines[i] : NULL;
}

struct prompt *prompt_new(void)
{
    return MEM_NEW(struct prompt);
}

void prompt_close(struct prompt *p)
{
    free(p->label);
    free(p->draft); /* never made of a hidden text: that has no history */
    explicit_bzero(p, sizeof(*p));
}

void prompt_free(struct prompt *p)
{
    if (p == NULL)
        return;
    prompt_close(p);
    free(p);
}

void prompt_open(struct prompt *p, const char *label, const char *initial,
                 struct prompt_history *h)
{
    prompt_close(p);
    p->open = true;
    p->label = mem_strdup(label);
    p->history = h;
    p->history_pos = h != NULL ? h->len : 0;
    if (initial != NULL)
        prompt_set_text(p, initial);
}

void prompt_open_hidden(struct prompt *p, const char *label)
{
    secret_guard(); /* before the first letter of it is typed */
    prompt_open(p, label, NULL, NULL);
    p->hidden = true;
}

bool prompt_is_open(const struct prompt *p)
{
    return p->open;
}

const char *prompt_text(const struct prompt *p)
{
    return p->text;
}

/* Cluster boundaries are where the text iterator has consumed whole clusters. */
static size_t boundary_after(const struct prompt *p, size_t from)
{
    struct text_iter it =
        text_iter((struct bytes){(const uint8_t *)p->text + from, p->len - from}, false);
    struct text_cluster c;

    return text_next(&it, &c) ? from + it.pos : p->len;
}

static size_t boundary_before(const struct prompt *p, size_t to)
{
    size_t pos = 0;

    while (pos < to) {
        size_t next = boundary_after(p, pos);
        if (next >= to)
            break;
        pos = next;
    }
    return pos;
}

/* A combining character may have joined what is left of it: never stay inside a cluster. */
static size_t boundary_at(const struct prompt *p, size_t at)
{
    size_t pos = 0;

    while (pos < at)
        pos = boundary_after(p, pos);
    return pos;
}

static enum prompt_result erase(struct prompt *p, size_t from, size_t to)
{
    size_t rest = p->len - to;

    if (from >= to)
        return PROMPT_MORE;
    memmove(p->text + from, p->text + to, rest);
    explicit_bzero(p->text + from + rest, to - from);
    p->len = from + rest;
    p->cursor = boundary_at(p, from);
    return PROMPT_CHANGED;
}

static void insert(struct prompt *p, const char *text, size_t n)
{
    memmove(p->text + p->cursor + n, p->text + p->cursor, p->len - p->cursor);
    memcpy(p->text + p->cursor, text, n);
    p->len += n;
    p->text[p->len] = '\0';
    p->cursor = boundary_at(p, p->cursor + n);
}

static enum prompt_result insert_key(struct prompt *p, struct key k)
{
    char utf8[5];
    size_t n = key_utf8(k, utf8);

    if (n == 0 || n > PROMPT_MAX - p->len)
        return PROMPT_MORE;
    insert(p, utf8, n);
    return PROMPT_CHANGED;
}

/* Bytes of the text that fit into room, not ending in the middle of a character. */
static size_t fitting(const char *text, size_t room)
{
    size_t n = strnlen(text, room + 1);

    if (n <= room)
        return n;
    n = room;
    while (n > 0 && ((unsigned char)text[n] & 0xc0) == 0x80)
        n--;
    return n;
}

size_t prompt_paste(struct prompt *p, const char *text)
{
    size_t n = fitting(text, PROMPT_MAX - p->len);

    insert(p, text, n);
    p->wrong = false;
    return n;
}

void prompt_set_text(struct prompt *p, const char *text)
{
    size_t n = fitting(text, PROMPT_MAX);

    explicit_bzero(p->text, sizeof(p->text));
    memcpy(p->text, text, n);
    p->len = n;
    p->cursor = n;
    p->wrong = false;
}

static size_t word_start(const struct prompt *p)
{
    size_t pos = p->cursor;

    while (pos > 0 && p->text[pos - 1] == ' ')
        pos--;
    while (pos > 0 && p->text[pos - 1] != ' ')
        pos--;
    return pos;
}

/* Shows a line of the history; the draft comes back past its end. */
static enum prompt_result history_go(struct prompt *p, bool older)
{
    struct prompt_history *h = p->history;

    if (h == NULL || (older ? p->history_pos == 0 : p->history_pos >= h->len))
        return PROMPT_MORE;
    if (p->history_pos == h->len || !p->draft) { /* refused lines join it meanwhile */
        free(p->draft);
        p->draft = mem_strdup(p->text);
    }
    p->history_pos += older ? (size_t)-1 : 1;
    prompt_set_text(p, p->history_pos < h->len ? h->lines[p->history_pos] : p->draft);
    return PROMPT_CHANGED;
}

static enum prompt_result move_to(struct prompt *p, size_t cursor)
{
    p->cursor = cursor;
    return PROMPT_MORE;
}

void prompt_mark_error(struct prompt *p, size_t at)
{
    p->wrong = true;
    p->wrong_at = p->cursor = boundary_at(p, at < p->len ? at : p->len);
}

static enum prompt_result edit(struct prompt *p, struct key k)
{
    switch (k.code) {
    case K_ENTER:
        return PROMPT_ACCEPTED;
    case K_ESC:
    case K_CTRL('c'):
        return PROMPT_CANCELLED;
    case K_BACKSPACE:
        return p->len == 0 ? PROMPT_CANCELLED
                           : erase(p, boundary_before(p, p->cursor), p->cursor);
    case K_DELETE:
    case K_CTRL('d'):
        return erase(p, p->cursor, boundary_after(p, p->cursor));
    case K_CTRL('u'):
        return erase(p, 0, p->cursor);
    case K_CTRL('k'):
        return erase(p, p->cursor, p->len);
    case K_CTRL('w'):
        return erase(p, word_start(p), p->cursor);
    case K_LEFT:
    case K_CTRL('b'):
        return move_to(p, boundary_before(p, p->cursor));
    case K_RIGHT:
    case K_CTRL('f'):
        return move_to(p, boundary_after(p, p->cursor));
    case K_HOME:
    case K_CTRL('a'):
        return move_to(p, 0);
    case K_END:
    case K_CTRL('e'):
        return move_to(p, p->len);
    case K_UP:
    case K_CTRL('p'):
        return history_go(p, true);
    case K_DOWN:
    case K_CTRL('n'):
        return history_go(p, false);
    default:
        return insert_key(p, k);
    }
}

enum prompt_result prompt_key(struct prompt *p, struct key k)
{
    enum prompt_result result = edit(p, k);

    if (result == PROMPT_CHANGED)
        p->wrong = false;
    return result;
}

static int width_of(const struct prompt *p, size_t from, size_t to, bool ascii)
{
    struct bytes in = {(const uint8_t *)p->text + from, to - from};

    /* every byte makes at most a handful of columns, so this fits an int */
    return (int)text_width(in, ascii, SIZE_MAX);
}

/* First byte to show so that the cursor is inside room columns; *before gets the columns
 * between it and the cursor. */
static size_t scroll_start(const struct prompt *p, int room, bool ascii, int *before)
{
    size_t start = 0;

    *before = width_of(p, 0, p->cursor, ascii);
    while (start < p->cursor && *before >= room) {
        size_t next = boundary_after(p, start);
        *before -= width_of(p, start, next, ascii);
        start = next;
    }
    return start;
}

/* Marks what is wrong of a text that is drawn from byte start on; at its end a blank. */
static void draw_error(const struct prompt *p, struct surface *s, struct rect r,
                       size_t start, bool ascii)
{
    size_t from = p->wrong_at > start ? p->wrong_at : start;
    int x, room, width;

    if (!p->wrong) /* then the text may end before the place */
        return;
    x = width_of(p, start, from, ascii);
    room = r.cols - x;
    width = width_of(p, from, p->len, ascii);
    if (room > 0)
        surface_restyle(
            s, (struct rect){r.row, r.col + x, 1, min_int(max_int(width, 1), room)},
            STYLE_PROMPT_ERROR);
}

int prompt_draw(const struct prompt *p, struct surface *s, struct rect r, bool ascii)
{
    int label_max = r.cols > 1 ? r.cols - 1 : 0, used = 0, before = 0;

    r.rows = 1;
    surface_fill(s, r, STYLE_PROMPT);
    if (!p->open)
        return r.col;
    if (!p->hidden && r.cols > 2) /* a long label leaves half of the row to the text */
        label_max = r.cols / 2;
    used = surface_str(s, r.row, r.col, label_max, p->label, STYLE_PROMPT_LABEL, ascii);
    if (!p->hidden) {
        size_t start = scroll_start(p, r.cols - used, ascii, &before);
        struct bytes in = {(const uint8_t *)p->text + start, p->len - start};
        struct rect text = {r.row, r.col + used, 1, r.cols - used};
        surface_text(s, text.row, text.col, text.cols, in, STYLE_PROMPT, ascii);
        draw_error(p, s, text, start, ascii);
    }
    return r.col + used + before;
}
