#include "ui/widget/tab_line.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "ui/term/theme.h"
#include "ui/widget/info_line.h"

#define ABOUT_MIN 12      /* columns */
#define LABEL_NAME_MAX 24 /* columns of a name, when there are several */
#define TABS_MIN 6        /* columns for tabs, before the connection is not told at all */
#define TAB_GAP 2         /* columns between tabs and connection */
#define ROUND_TRIP_LEN 32

/* --- layout --- */

static int64_t width_of(const int *widths, size_t from, size_t to)
{
    int64_t sum = 0;

    for (size_t i = from; i <= to; i++)
        sum += widths[i];
    return sum;
}

/* How the connection is told: whole, in short, or not at all. */
static int choose_right(int64_t all, int cols, const int right[2])
{
    int64_t wanted = all < TABS_MIN ? all : TABS_MIN;

    for (int i = 0; i < 2; i++)
        if (all + TAB_GAP + right[i] <= cols)
            return right[i];
    return wanted + TAB_GAP + right[1] <= cols ? right[1] : 0;
}

static bool fits(const struct tab_line_layout *l, const int *widths, size_t n, size_t first,
                 size_t last)
{
    return width_of(widths, first, last) + (first > 0) + (last + 1 < n) <= l->cols;
}

struct tab_line_layout tab_line_layout(const int *widths, size_t n, size_t current,
                                       size_t first, int cols, const int right[2])
{
    struct tab_line_layout l = {0};
    size_t last;

    l.right = choose_right(width_of(widths, 0, n - 1), cols, right);
    l.cols = l.right > 0 ? cols - l.right - TAB_GAP : cols;
    l.first = first < current ? first : current;
    while (l.first < current && !fits(&l, widths, n, l.first, current))
        l.first++;
    last = current;
    while (last + 1 < n && fits(&l, widths, n, l.first, last + 1))
        last++;
    while (l.first > 0 && fits(&l, widths, n, l.first - 1, last))
        l.first--;
    l.n = last - l.first + 1;
    l.before = l.first > 0;
    l.after = last + 1 < n;
    return l;
}

/* --- drawing --- */

struct pen {
    struct surface *s;
    struct rect r;
    bool ascii;
};

/* Writes up to room columns at an offset in the line; returns how many it took. */
static int put(const struct pen *p, int at, int room, const char *text, uint8_t style)
{
    if (at + room > p->r.cols)
        room = p->r.cols - at;
    return room > 0
               ? surface_str(p->s, p->r.row, p->r.col + at, room, text, style, p->ascii)
               : 0;
}

/* The texts before and behind the name in the label of a tab. */
static void label_ends(const struct tab_line *t, size_t i, bool rows, char head[32],
                       char tail[48])
{
    const struct tab_label *tab = &t->tabs[i];
    bool current = i == t->current;
    (void)snprintf(head, 32, "%c%zu ", current ? '[' : ' ', i + 1);
    (void)snprintf(tail, 48, "%s%s%s%c", tab->attention ? "!" : "",
                   rows && *tab->rows ? " " : "", rows ? tab->rows : "",
                   current ? ']' : ' ');
}

static int name_width(const struct tab_line *t, size_t i, bool ascii)
{
    return (int)text_width(bytes_of(t->tabs[i].name), ascii, LABEL_NAME_MAX);
}

static void label_widths(const struct tab_line *t, bool rows, bool ascii, int *widths)
{
    char head[32], tail[48];

    for (size_t i = 0; i < t->n; i++) {
        label_ends(t, i, rows, head, tail);
        widths[i] = (int)(strlen(head) + strlen(tail)) + name_width(t, i, ascii);
    }
}

static int draw_label(const struct pen *p, const struct tab_line *t, size_t i, bool rows,
                      int at, int room)
{
    uint8_t style = i == t->current        ? STYLE_TAB_CURRENT
                    : t->tabs[i].attention ? STYLE_CONNECTION_BAD
                                           : STYLE_TAB;
    char head[32], tail[48];
    int used, name, end;

    label_ends(t, i, rows, head, tail);
    end = (int)strlen(tail);
    used = put(p, at, room, head, style);
    name = room - used - end;
    if (name > LABEL_NAME_MAX)
        name = LABEL_NAME_MAX;
    if (name > 0)
        used += put(p, at + used, name, t->tabs[i].name, style);
    return used + put(p, at + used, room - used, tail, style);
}

static int draw_labels(const struct pen *p, const struct tab_line *t,
                       const struct tab_line_layout *l, const int *widths, bool rows)
{
    int used = 0, end = l->cols - l->after;

    if (l->before)
        used += put(p, 0, 1, "<", STYLE_TAB);
    for (size_t i = l->first; i < l->first + l->n; i++) {
        int room = widths[i] < end - used ? widths[i] : end - used;

        used += draw_label(p, t, i, rows, used, room);
    }
    if (l->after)
        used += put(p, used, 1, ">", STYLE_TAB);
    return used;
}

/* Between the tabs and what stands on the right, when a few words fit. */
static void draw_about(const struct pen *p, const char *about, int at, int room)
{
    if (about && room >= ABOUT_MIN)
        (void)put(p, at, room, about, STYLE_TAB);
}

/* "" while none is known, or none matters. */
static void round_trip_text(const struct tab_line *t, char out[ROUND_TRIP_LEN])
{
    int tenths;

    *out = '\0';
    if (t->link.state != LINK_LIVE || t->round_trip_ms < 0)
        return;
    if (t->round_trip_ms >= 10) {
        (void)snprintf(out, ROUND_TRIP_LEN, "%" PRId64 " ms",
                       (int64_t)(t->round_trip_ms + 0.5));
        return;
    }
    tenths = (int)(t->round_trip_ms * 10 + 0.5);
    (void)snprintf(out, ROUND_TRIP_LEN, "%d.%d ms", tenths / 10, tenths % 10);
}

/* The connection, whole; owned by the caller. */
static char *right_text(const struct tab_line *t, bool ascii)
{
    char *address = text_clean_line(t->address, ascii), *out;
    char round_trip[ROUND_TRIP_LEN], state[LINK_TEXT_LEN];

    round_trip_text(t, round_trip);
    link_text(&t->link, ascii, state);
    out = mem_printf("%s  %s%s%s", address, state, *round_trip ? "  " : "", round_trip);
    free(address);
    return out;
}

static struct info_part *add_right(struct info_line *l, enum info_rank rank,
                                   const char *text, uint8_t style)
{
    struct info_part *part = info_line_add(l, rank, text);

    part->right = true;
    part->gap = TAB_GAP;
    part->style = style;
    return part;
}

static void add_link(struct info_line *l, const struct link *link, bool ascii)
{
    char text[LINK_TEXT_LEN];
    struct info_part *part;

    link_text(link, ascii, text);
    part = add_right(l, INFO_LINK, text, link_style(link->state));
    link_text_short(link, ascii, text);
    info_line_shorter(l, part, text);
}

static void add_round_trip(struct info_line *l, const struct tab_line *t)
{
    char text[ROUND_TRIP_LEN];

    round_trip_text(t, text);
    (void)add_right(l, INFO_DETAIL, text, link_style(t->link.state));
}

/* One tab needs no number. */
static void draw_one(const struct pen *p, const struct tab_line *t)
{
    struct info_line l;
    struct info_part *part;

    info_line_init(&l);
    part = info_line_add(&l, INFO_NAME, t->tabs[0].name);
    part->style = STYLE_TAB_CURRENT;
    part->padded = true;
    if (t->about) {
        part = info_line_add(&l, INFO_ABOUT, t->about);
        part->style = STYLE_TAB;
        part->gap = 1;
    }
    (void)add_right(&l, INFO_NAME, t->address, link_style(t->link.state));
    add_link(&l, &t->link, p->ascii);
    add_round_trip(&l, t);
    info_line_draw(&l, p->s, p->r, p->ascii);
    info_line_release(&l);
}

/* Several tabs, and the connection beside them, whole and in short. */
struct several {
    char *full; /* owned */
    char words[LINK_TEXT_LEN];
    int right[2]; /* columns of these */
    int *widths;  /* of the labels; owned */
    bool rows;    /* counts are told: all tabs fit with them */
    struct tab_line_layout l;
};

static void lay_out(const struct tab_line *t, int cols, bool ascii, struct several *s)
{
    s->full = right_text(t, ascii);
    link_text_short(&t->link, ascii, s->words);
    s->right[0] = (int)text_width(bytes_of(s->full), ascii, (size_t)cols);
    s->right[1] = (int)text_width(bytes_of(s->words), ascii, (size_t)cols);
    s->widths = MEM_ARRAY(int, t->n);
    s->rows = true;
    label_widths(t, s->rows, ascii, s->widths);
    s->l = tab_line_layout(s->widths, t->n, t->current, t->first, cols, s->right);
    if (s->l.n == t->n && s->l.right >= s->right[0])
        return;
    s->rows = false;
    label_widths(t, s->rows, ascii, s->widths);
    s->l = tab_line_layout(s->widths, t->n, t->current, t->first, cols, s->right);
}

static void release(struct several *s)
{
    free(s->full);
    free(s->widths);
}

static struct tab_line_drawn draw_several(const struct pen *p, const struct tab_line *t)
{
    struct several s;
    int used;

    lay_out(t, p->r.cols, p->ascii, &s);
    used = draw_labels(p, t, &s.l, s.widths, s.rows);
    draw_about(p, t->about, used + 1, s.l.cols - used - 1);
    if (s.l.right > 0)
        (void)put(p, p->r.cols - s.l.right, s.l.right,
                  s.l.right == s.right[0] ? s.full : s.words, link_style(t->link.state));
    release(&s);
    return (struct tab_line_drawn){s.l.first, s.rows};
}

/* As draw_labels() puts them. */
static size_t label_at(const struct several *s, size_t n, int x)
{
    int end = s->l.before, room = s->l.cols - s->l.after;

    if (x < end)
        return s->l.first - 1;
    for (size_t i = s->l.first; i < s->l.first + s->l.n; i++) {
        end = end + s->widths[i] < room ? end + s->widths[i] : room;
        if (x < end)
            return i;
    }
    return s->l.after && x == end ? s->l.first + s->l.n : n;
}

size_t tab_line_find(const struct tab_line *t, int cols, bool ascii, int x)
{
    struct several s;
    size_t found;

    if (t->n == 1)
        return t->n;
    lay_out(t, cols, ascii, &s);
    found = label_at(&s, t->n, x);
    release(&s);
    return found;
}

struct tab_line_drawn tab_line_draw(const struct tab_line *t, struct surface *s,
                                    struct rect r, bool ascii)
{
    struct pen p = {s, r, ascii};

    if (t->n > 1)
        return draw_several(&p, t);
    draw_one(&p, t);
    return (struct tab_line_drawn){0};
}
