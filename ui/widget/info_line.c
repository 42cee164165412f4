#include "ui/widget/info_line.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/number.h"
#include "base/text.h"
#include "ui/term/theme.h"

#define GAP 3

/* --- what there is to say --- */

void info_line_init(struct info_line *l)
{
    pool_init(&l->texts);
    l->n = 0;
}

void info_line_release(struct info_line *l)
{
    pool_release(&l->texts);
}

/* A line that is full, or a text that is empty, gives a part beyond the line's. */
struct info_part *info_line_add(struct info_line *l, enum info_rank rank, const char *text)
{
    bool counts = *text && l->n + 1 < INFO_PARTS_MAX;
    struct info_part *part = &l->parts[l->n];

    *part = (struct info_part){.rank = rank, .style = STYLE_DEFAULT, .gap = GAP};
    part->forms[0] = pool_copy(&l->texts, bytes_of(text));
    l->n += counts;
    return part;
}

struct info_part *info_line_addf(struct info_line *l, enum info_rank rank,
                                 const char *format, ...)
{
    struct info_part *part;
    char *text;
    va_list ap;

    va_start(ap, format);
    text = mem_vprintf(format, ap);
    va_end(ap);
    part = info_line_add(l, rank, text);
    free(text);
    return part;
}

void info_line_shorter(struct info_line *l, struct info_part *part, const char *text)
{
    size_t i = 0;

    while (i < INFO_FORMS && part->forms[i])
        i++;
    if (i < INFO_FORMS)
        part->forms[i] = pool_copy(&l->texts, bytes_of(text));
}

/* "12/340" */
static void shorter_place(struct info_line *l, struct info_part *part, const char *at,
                          const char *of)
{
    char text[2 * NUMBER_LEN];

    (void)stpcpy(stpcpy(stpcpy(text, at), "/"), of);
    info_line_shorter(l, part, text);
}

struct info_part *info_line_add_place(struct info_line *l, const char *what, int64_t at,
                                      int64_t of)
{
    char a[NUMBER_LEN], plain_a[NUMBER_LEN];
    char b[NUMBER_LEN] = "?", plain_b[NUMBER_LEN] = "?", rough[NUMBER_LEN] = "?";
    struct info_part *part;

    (void)number_grouped(at, a);
    (void)number_plain(at, plain_a);
    if (of >= 0) {
        (void)number_grouped(of, b);
        (void)number_plain(of, plain_b);
        (void)number_rough(of, rough);
    }
    part = info_line_addf(l, INFO_PLACE, "%s %s of %s", what, a, b);
    shorter_place(l, part, a, b);
    shorter_place(l, part, plain_a, plain_b);
    shorter_place(l, part, plain_a, rough);
    info_line_shorter(l, part, plain_a);
    return part;
}

/* --- what of it fits --- */

enum way { LEAVE, SHORTEN, CUT };

/* The order in which the parts give way, each step as often as it takes. */
static const struct step {
    enum info_rank rank;
    enum way way;
    int least; /* CUT: columns that are left; SHORTEN: forms that are */
} steps[] = {
    /* clang-format off */
    {INFO_HINT,  LEAVE,    0},
    {INFO_ABOUT, CUT,     12}, {INFO_ABOUT, LEAVE,   0},
    {INFO_NAME,  CUT,     16},
    {INFO_DETAIL, LEAVE,   0}, {INFO_COUNT, LEAVE,   0},
    {INFO_NAME,  CUT,      8},
    {INFO_STATE, SHORTEN,  0}, {INFO_LINK,  SHORTEN, 0},
    {INFO_NAME,  CUT,      4}, {INFO_NAME,  LEAVE,   0},
    {INFO_PLACE, SHORTEN,  1},
    {INFO_STATE, LEAVE,    0},
    {INFO_PLACE, SHORTEN,  0},
    /* clang-format on */
};

static int forms_left(const struct info_part *p)
{
    int n = 0;

    while (p->form + 1 + n < INFO_FORMS && p->forms[p->form + 1 + n])
        n++;
    return n;
}

static int form_cols(const struct info_part *p, int limit, bool ascii)
{
    return (int)text_width(bytes_of(p->forms[p->form]), ascii, (size_t)limit);
}

static bool can_give(const struct info_part *p, const struct step *s)
{
    if (p->form < 0 || p->rank != s->rank)
        return false;
    if (s->way == SHORTEN)
        return forms_left(p) > s->least;
    return s->way == LEAVE || p->cols > s->least;
}

/* The part that gives way next: the widest to be cut, else the last of them; NULL: none. */
static struct info_part *next_to_give(struct info_line *l, const struct step *s)
{
    struct info_part *best = NULL;

    for (size_t i = 0; i < l->n; i++) {
        struct info_part *p = &l->parts[i];

        if (can_give(p, s) && (!best || s->way != CUT || p->cols >= best->cols))
            best = p;
    }
    return best;
}

/* The widest name but for p, and at least what the step leaves: so far p is cut at once. */
static int cut_to(const struct info_line *l, const struct info_part *p,
                  const struct step *s)
{
    int other = s->least;

    for (size_t i = 0; i < l->n; i++) {
        const struct info_part *q = &l->parts[i];

        if (q != p && can_give(q, s) && q->cols > other)
            other = q->cols;
    }
    return other < p->cols ? other : p->cols - 1;
}

static int total_cols(const struct info_line *l)
{
    int total = 0;

    for (size_t i = 0; i < l->n; i++) {
        const struct info_part *p = &l->parts[i];

        if (p->form >= 0)
            total += (total > 0 ? p->gap : 0) + p->cols + 2 * p->padded;
    }
    return total;
}

static void give(struct info_line *l, struct info_part *p, const struct step *s, int excess,
                 int limit, bool ascii)
{
    int least;

    if (s->way == LEAVE) {
        p->form = -1;
    } else if (s->way == SHORTEN) {
        p->form++;
        p->cols = form_cols(p, limit, ascii);
    } else {
        least = cut_to(l, p, s);
        p->cols = p->cols - excess > least ? p->cols - excess : least;
    }
}

/* Names were cut before the later steps made room. What is free now goes back to them, to
 * the first of them first. */
static void grow_names(struct info_line *l, int spare, int limit, bool ascii)
{
    for (size_t i = 0; i < l->n && spare > 0; i++) {
        struct info_part *p = &l->parts[i];
        int more;

        if (p->form < 0 || p->rank != INFO_NAME)
            continue;
        more = form_cols(p, limit, ascii) - p->cols;
        more = more < spare ? more : spare;
        p->cols += more;
        spare -= more;
    }
}

void info_line_fit(struct info_line *l, int cols, bool ascii)
{
    int limit = SURFACE_SIDE_MAX, excess; /* no text is measured further than that */

    for (size_t i = 0; i < l->n; i++) {
        l->parts[i].form = 0;
        l->parts[i].cols = form_cols(&l->parts[i], limit, ascii);
    }
    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
        struct info_part *p;

        while ((excess = total_cols(l) - cols) > 0 && (p = next_to_give(l, &steps[i])))
            give(l, p, &steps[i], excess, limit, ascii);
    }
    grow_names(l, cols - total_cols(l), limit, ascii);
}

/* --- on the screen --- */

static void draw_cut(const struct info_part *p, struct surface *s, int row, int col,
                     bool ascii)
{
    struct buf text;

    buf_init(&text, SURFACE_SIDE_MAX * (size_t)TEXT_CLUSTER_MAX);
    (void)text_clean_middle(bytes_of(p->forms[p->form]), ascii, (size_t)p->cols, &text);
    (void)surface_text_plain(s, row, col, p->cols, buf_bytes(&text), p->style, ascii);
    buf_release(&text);
}

/* Draws a part that is shown; returns the columns it takes. */
static int draw_part(const struct info_part *p, struct surface *s, int row, int col,
                     int room, bool ascii)
{
    int pad = p->padded ? 1 : 0, cols = p->cols + 2 * pad;

    cols = cols < room ? cols : room;
    if (cols <= 0)
        return 0;
    if (pad)
        surface_fill(s, (struct rect){row, col, 1, cols}, p->style);
    if (p->rank == INFO_NAME && cols == p->cols + 2 * pad)
        draw_cut(p, s, row, col + pad, ascii);
    else
        (void)surface_text_plain(s, row, col + pad, cols - pad, bytes_of(p->forms[p->form]),
                                 p->style, ascii);
    return cols;
}

void info_line_draw(struct info_line *l, struct surface *s, struct rect r, bool ascii)
{
    int col = 0, spare;
    bool at_right = false;

    info_line_fit(l, r.cols, ascii);
    spare = r.cols - total_cols(l);
    for (size_t i = 0; i < l->n; i++) {
        const struct info_part *p = &l->parts[i];

        if (p->form < 0)
            continue;
        if (col > 0)
            col += p->gap;
        if (p->right && !at_right && spare > 0)
            col += spare;
        at_right = at_right || p->right;
        col += draw_part(p, s, r.row, r.col + col, r.cols - col, ascii);
    }
}
