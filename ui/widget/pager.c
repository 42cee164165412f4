#include "ui/widget/pager.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/number.h"
#include "base/text.h"
#include "ui/term/theme.h"

#define GAP 2             /* blanks between label and text */
#define TEXT_COLUMN_MIN 8 /* columns a text has at least, or it begins at the edge */

struct pager_entry {
    size_t label, label_len, text, text_len; /* in the buffer */
    uint8_t style;
    bool heading;
};

/* A line on the screen: a part of an entry's text. */
struct line {
    size_t entry, from, len;
};

struct pager {
    bool wrap;
    int indent, column;
    struct buf *bytes;
    struct pager_entry *entries;
    size_t n_entries, entries_cap;
    struct line *lines;
    size_t n_lines, lines_cap;
    size_t top;
    bool has_cursor;
    size_t cursor;  /* the current line */
    size_t found;   /* line found last, plus 1; 0: none */
    int rows, cols; /* as of the last prepare */
    int at;         /* column of texts, likewise */
    bool ascii;
    bool changed;               /* lines are not of these entries */
    int natural, natural_limit; /* width found last, and for what; 0: none */
    bool natural_ascii;
    char *searched;
};

struct pager *pager_new(bool wrap, int indent)
{
    struct pager *p = MEM_NEW(struct pager);

    p->wrap = wrap;
    p->indent = indent;
    p->bytes = MEM_NEW(struct buf);
    buf_init(p->bytes, PAGER_TEXT_MAX);
    p->changed = true;
    p->searched = mem_strdup("");
    return p;
}

void pager_free(struct pager *p)
{
    if (!p)
        return;
    buf_release(p->bytes);
    free(p->bytes);
    free(p->entries);
    free(p->lines);
    free(p->searched);
    free(p);
}

/* --- contents --- */

void pager_clear(struct pager *p)
{
    buf_clear(p->bytes);
    p->n_entries = 0;
    p->natural = 0;
    p->changed = true;
}

static bool add(struct pager *p, const char *label, struct bytes text, uint8_t style,
                bool heading)
{
    size_t at = p->bytes->len, n = strlen(label);

    if (buf_append(p->bytes, label, n, NULL) != ERR_OK)
        return false;
    if (buf_append(p->bytes, text.data, text.len, NULL) != ERR_OK) {
        p->bytes->len = at;
        return false;
    }
    MEM_GROW(p->entries, p->entries_cap, p->n_entries + 1);
    p->entries[p->n_entries++] =
        (struct pager_entry){at, n, at + n, text.len, style, heading};
    p->changed = true;
    p->natural = 0;
    return true;
}

bool pager_add(struct pager *p, const char *label, struct bytes text, uint8_t style)
{
    return add(p, label, text, style, false);
}

void pager_add_heading(struct pager *p, const char *text)
{
    (void)add(p, text, (struct bytes){0}, STYLE_HELP_GROUP, true);
}

void pager_set_column(struct pager *p, int column)
{
    p->changed = p->changed || p->column != column;
    p->column = column;
}

static struct bytes label_of(const struct pager *p, const struct pager_entry *e)
{
    return (struct bytes){p->bytes->data + e->label, e->label_len};
}

static struct bytes text_of(const struct pager *p, const struct pager_entry *e)
{
    return (struct bytes){p->bytes->data + e->text, e->text_len};
}

/* --- lines --- */

/* Where the text of an entry begins. */
static int text_column(const struct pager *p, const struct pager_entry *e)
{
    size_t limit = (size_t)(p->cols > 0 ? p->cols : 0);
    int label = (int)text_width(label_of(p, e), p->ascii, limit);
    int at = label > 0 ? p->indent + label + GAP : p->indent;

    if (p->column == 0)
        return p->at; /* a longer label is cut */
    return at > p->at ? at : p->at;
}

static int widest_label(const struct pager *p, int limit, bool ascii)
{
    int widest = 0;

    for (size_t i = 0; i < p->n_entries; i++) {
        const struct pager_entry *e = &p->entries[i];
        int w = e->heading ? 0 : (int)text_width(label_of(p, e), ascii, (size_t)limit);

        widest = w > widest ? w : widest;
    }
    return widest;
}

static void choose_column(struct pager *p)
{
    int widest;

    p->at = p->column;
    if (p->column > 0)
        return;
    widest = widest_label(p, p->cols / 2, p->ascii);
    p->at = p->indent + (widest > 0 ? widest + GAP : 0);
    if (p->cols - p->at < TEXT_COLUMN_MIN)
        p->at = p->cols / 2;
}

static void add_line(struct pager *p, size_t entry, size_t from, size_t to)
{
    MEM_GROW(p->lines, p->lines_cap, p->n_lines + 1);
    p->lines[p->n_lines++] = (struct line){entry, from, to - from};
}

/* Breaks a text where the width is used up, never inside what stands for one character, and
 * after each of its own line ends. */
static void break_text(struct pager *p, size_t i)
{
    const struct pager_entry *e = &p->entries[i];
    struct text_iter it = text_iter(text_of(p, e), p->ascii);
    struct text_cluster c;
    size_t start = 0, unit = 0, pos = 0;
    int room = p->cols - text_column(p, e), used = 0, unit_width = 0;

    room = room > 1 ? room : 1;
    while (text_next(&it, &c)) {
        if (it.pos != pos) { /* the first cluster of the next character */
            if (pos > start && e->text_len > 0 &&
                p->bytes->data[e->text + pos - 1] == '\n') {
                add_line(p, i, start, pos);
                start = pos;
                used = 0;
            }
            unit = pos;
            unit_width = 0;
            pos = it.pos;
        }
        used += c.width;
        unit_width += c.width;
        if (used > room && unit > start) {
            add_line(p, i, start, unit);
            start = unit;
            used = unit_width;
        }
    }
    add_line(p, i, start, e->text_len);
}

static size_t max_top(const struct pager *p)
{
    size_t rows = p->rows > 0 ? (size_t)p->rows : 0;

    return p->n_lines > rows ? p->n_lines - rows : 0;
}

static void break_lines(struct pager *p)
{
    p->n_lines = 0;
    choose_column(p);
    for (size_t i = 0; i < p->n_entries; i++) {
        if (p->wrap && !p->entries[i].heading)
            break_text(p, i);
        else
            add_line(p, i, 0, p->entries[i].text_len);
    }
    p->changed = false;
}

void pager_use_cursor(struct pager *p)
{
    p->has_cursor = true;
}

/* Keeps the position inside what is there, and the current line in sight. */
static void stay_inside(struct pager *p)
{
    size_t rows = p->rows > 0 ? (size_t)p->rows : 1;

    if (p->has_cursor) {
        if (p->cursor >= p->n_lines)
            p->cursor = p->n_lines > 0 ? p->n_lines - 1 : 0;
        if (p->top > p->cursor)
            p->top = p->cursor;
        if (p->cursor - p->top >= rows)
            p->top = p->cursor - rows + 1;
    }
    if (p->top > max_top(p))
        p->top = max_top(p);
}

void pager_prepare(struct pager *p, int rows, int cols, bool ascii)
{
    p->rows = rows;
    if (p->changed || cols != p->cols || ascii != p->ascii) {
        p->cols = cols;
        p->ascii = ascii;
        break_lines(p);
    }
    stay_inside(p);
}

size_t pager_lines(const struct pager *p)
{
    return p->n_lines;
}

size_t pager_top_entry(const struct pager *p)
{
    return p->top < p->n_lines ? p->lines[p->top].entry : 0;
}

size_t pager_current_entry(const struct pager *p)
{
    return p->has_cursor && p->cursor < p->n_lines ? p->lines[p->cursor].entry : 0;
}

int pager_natural_width(struct pager *p, int limit, bool ascii)
{
    int label, widest = 0;

    if (p->natural > 0 && p->natural_limit == limit && p->natural_ascii == ascii)
        return p->natural; /* there may be many entries, and it is asked in every frame */
    label = widest_label(p, limit / 2, ascii);
    for (size_t i = 0; i < p->n_entries && widest < limit; i++) {
        int w = (int)text_width(text_of(p, &p->entries[i]), ascii, (size_t)limit);

        widest = w > widest ? w : widest;
    }
    widest += p->indent + (label > 0 ? label + GAP : 0);
    p->natural = widest < limit ? widest : limit;
    p->natural_limit = limit;
    p->natural_ascii = ascii;
    return p->natural;
}

/* --- drawing --- */

static bool line_has(const struct pager *p, const struct line *l, const char *what)
{
    const struct pager_entry *e = &p->entries[l->entry];
    struct bytes text = text_of(p, e), label = label_of(p, e);
    char *hay = mem_printf("%.*s\n%.*s", l->from == 0 ? (int)label.len : 0,
                           (const char *)label.data, (int)l->len,
                           (const char *)text.data + l->from);
    bool found = text_contains(hay, what);

    free(hay);
    return found;
}

static void draw_line(const struct pager *p, struct surface *s, struct rect r, int row,
                      const struct line *l, bool ascii)
{
    const struct pager_entry *e = &p->entries[l->entry];
    struct bytes text = text_of(p, e);
    int at = text_column(p, e), indent = e->heading ? 0 : p->indent;
    int label_room = (e->heading ? r.cols : at - GAP) - indent;

    if (l->from == 0 && label_room > 0 && indent < r.cols)
        (void)surface_text_plain(
            s, row, r.col + indent,
            label_room < r.cols - indent ? label_room : r.cols - indent, label_of(p, e),
            e->heading ? STYLE_HELP_GROUP : STYLE_HELP_KEY, ascii);
    text.data += l->from;
    text.len = l->len;
    if (at < r.cols)
        (void)surface_text(s, row, r.col + at, r.cols - at, text, e->style, ascii);
    if (*p->searched && line_has(p, l, p->searched))
        surface_restyle(s, (struct rect){row, r.col, 1, r.cols}, STYLE_MATCH);
}

void pager_draw(const struct pager *p, struct surface *s, struct rect r, bool ascii)
{
    surface_fill(s, r, STYLE_DEFAULT);
    for (int y = 0; y < r.rows && p->top + (size_t)y < p->n_lines; y++) {
        draw_line(p, s, r, r.row + y, &p->lines[p->top + (size_t)y], ascii);
        if (p->has_cursor && p->top + (size_t)y == p->cursor)
            surface_restyle(s, (struct rect){r.row + y, r.col, 1, r.cols},
                            STYLE_PICKER_CURRENT);
    }
}

/* --- moving --- */

/* at + lines, from 0 to max. */
static size_t moved(size_t at, int64_t lines, size_t max)
{
    int64_t to;

    if (__builtin_add_overflow((int64_t)at, lines, &to))
        to = lines > 0 ? (int64_t)max : 0;
    return to < 0 ? 0 : (size_t)to > max ? max : (size_t)to;
}

static void scroll(struct pager *p, int64_t lines)
{
    p->top = moved(p->top, lines, max_top(p));
    if (p->has_cursor) {
        p->cursor = moved(p->cursor, lines, p->n_lines > 0 ? p->n_lines - 1 : 0);
        stay_inside(p);
    }
}

static void step(struct pager *p, int64_t lines)
{
    size_t top = p->top;

    scroll(p, lines);
    if (p->has_cursor) {
        p->top = top;
        stay_inside(p);
    }
}

static int64_t times(const struct key_match *m, int64_t unit)
{
    int64_t out;

    if (__builtin_mul_overflow(m->count, m->binding->arg.n * unit, &out))
        out = m->binding->arg.n > 0 ? INT64_MAX : INT64_MIN;
    return out;
}

void pager_show_end(struct pager *p)
{
    scroll(p, INT64_MAX);
}

bool pager_action(struct pager *p, const struct key_match *m)
{
    switch (m->binding->action) {
    case ACT_MOVE_ROW:
        step(p, times(m, 1));
        return true;
    case ACT_MOVE_HALF_PAGE:
        scroll(p, times(m, p->rows > 1 ? p->rows / 2 : 1));
        return true;
    case ACT_MOVE_PAGE:
        scroll(p, times(m, p->rows));
        return true;
    case ACT_FIRST_ROW:
        p->top = p->cursor = 0;
        step(p, m->count - 1);
        return true;
    case ACT_LAST_ROW:
        if (m->has_count)
            p->top = p->cursor = 0;
        scroll(p, m->has_count ? m->count - 1 : INT64_MAX);
        return true;
    default:
        return false;
    }
}

static bool copy_line(const struct pager *p, const struct pager_entry *e, struct buf *out)
{
    struct bytes label = label_of(p, e), text = text_of(p, e);

    while (label.len > 0 && label.data[label.len - 1] == ' ')
        label.len--; /* it may be filled up */
    return (out->len == 0 || buf_append(out, "\n", 1, NULL) == ERR_OK) &&
           buf_append(out, label.data, label.len, NULL) == ERR_OK &&
           (label.len == 0 || text.len == 0 || buf_append(out, "\t", 1, NULL) == ERR_OK) &&
           buf_append(out, text.data, text.len, NULL) == ERR_OK;
}

bool pager_copy(const struct pager *p, bool all, struct buf *out)
{
    if (p->n_entries == 0)
        return false;
    if (p->has_cursor && !all) {
        struct bytes text = text_of(p, &p->entries[pager_current_entry(p)]);

        return buf_append(out, text.data, text.len, NULL) == ERR_OK;
    }
    for (size_t i = 0; i < p->n_entries; i++)
        if (!copy_line(p, &p->entries[i], out))
            return false;
    return true;
}

bool pager_press(struct pager *p, int y)
{
    size_t line = p->top + (size_t)y, before = p->cursor;

    if (!p->has_cursor || line >= p->n_lines)
        return false;
    p->cursor = line;
    return line == before;
}

/* Where a search starts: at the current line, else at the place found last while that is
 * seen, else at the edge that lies behind. */
static size_t search_start(const struct pager *p, int direction)
{
    size_t n = p->n_lines, rows = p->rows > 0 ? (size_t)p->rows : 1;

    if (p->has_cursor)
        return p->cursor;
    if (p->found > 0 && p->found - 1 >= p->top && p->found - 1 - p->top < rows)
        return p->found - 1;
    return direction > 0 ? (p->top + n - 1) % n : p->top;
}

bool pager_search(struct pager *p, const char *text, int direction)
{
    size_t n = p->n_lines, rows = p->rows > 0 ? (size_t)p->rows : 1, at;

    if (*text) {
        free(p->searched);
        p->searched = mem_strdup(text);
        p->found = 0;
    }
    if (!*p->searched || n == 0)
        return false;
    at = search_start(p, direction);
    for (size_t i = 0; i < n; i++) {
        at = direction > 0 ? (at + 1) % n : (at + n - 1) % n;
        if (!line_has(p, &p->lines[at], p->searched))
            continue;
        p->found = at + 1;
        p->cursor = at;
        if (at < p->top || at - p->top >= rows)
            p->top = at < max_top(p) ? at : max_top(p);
        return true;
    }
    return false;
}

struct info_part *pager_status(const struct pager *p, struct info_line *out)
{
    char first[NUMBER_LEN], last[NUMBER_LEN], all[NUMBER_LEN], text[2 * NUMBER_LEN];
    size_t end = p->top + (p->rows > 0 ? (size_t)p->rows : 0);
    struct info_part *part;

    if (p->has_cursor)
        return info_line_add_place(out, "line", p->n_lines ? (int64_t)p->cursor + 1 : 0,
                                   (int64_t)p->n_lines);
    end = end < p->n_lines ? end : p->n_lines;
    (void)number_grouped((int64_t)end, last);
    (void)number_grouped((int64_t)p->n_lines, all);
    part = info_line_addf(out, INFO_PLACE, "lines %s to %s of %s",
                          number_grouped(p->n_lines ? (int64_t)p->top + 1 : 0, first), last,
                          all);
    (void)snprintf(text, sizeof(text), "%s/%s", last, all);
    info_line_shorter(out, part, text);
    return part;
}
