/*
 * ui/widget/info_line.h - a line of short texts that give way to each other when it is
 * narrow.
 *
 * A view says what there is to know and how much it matters; how much of it fits is
 * decided here, in one place, for the line around any view. Names are cut in the middle,
 * counts get shorter, hints go; where one stands and how the connection is stay. Pure but
 * for its own memory; loop thread.
 */
#ifndef UI_WIDGET_INFO_LINE_H
#define UI_WIDGET_INFO_LINE_H

#include "base/pool.h"
#include "ui/term/surface.h"

/* What a text is, which says when it gives way. */
enum info_rank {
    INFO_PLACE,  /* where one stands: shorter at last, never gone */
    INFO_LINK,   /* how the connection is: likewise, but before the place */
    INFO_STATE,  /* what one has to know to make sense of the rest */
    INFO_NAME,   /* cut in the middle, the longest of them first */
    INFO_COUNT,  /* another number */
    INFO_DETAIL, /* more about a name */
    INFO_ABOUT,  /* a description: cut at its end */
    INFO_HINT,   /* what could be done next */
};

#define INFO_FORMS 5
#define INFO_PARTS_MAX 24

struct info_part {
    enum info_rank rank;
    const char *forms[INFO_FORMS]; /* longest first; NULL after the last */
    uint8_t style;
    int gap;     /* blanks before it, when something stands there */
    bool padded; /* a blank in its style on either side */
    bool right;  /* stands at the right end; all such parts come last */
    /* As info_line_fit() decides. */
    int form; /* -1: it is left out */
    int cols; /* of the text, without blanks; fewer than the form has: it is cut */
};

struct info_line {
    struct pool texts;
    struct info_part parts[INFO_PARTS_MAX];
    size_t n;
};

void info_line_init(struct info_line *l);
void info_line_release(struct info_line *l);

/* Adds a text (copied; as sent: it is made safe when drawn), from left to right. Empty
 * texts are left out, as is what comes after INFO_PARTS_MAX. Returns the part, for its
 * style and place, borrowed until the line is released; never NULL. */
struct info_part *info_line_add(struct info_line *l, enum info_rank rank, const char *text);
struct info_part *info_line_addf(struct info_line *l, enum info_rank rank,
                                 const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* A shorter form of a part (copied), at most INFO_FORMS in all. */
void info_line_shorter(struct info_line *l, struct info_part *part, const char *text);

/* "row 1,042 of 1,000,000", and its shorter forms down to the number alone. of < 0: it is
 * not known. */
struct info_part *info_line_add_place(struct info_line *l, const char *what, int64_t at,
                                      int64_t of);

/* Decides what is shown of each part in so many columns. */
void info_line_fit(struct info_line *l, int cols, bool ascii);

/* Fits and draws it into the first row of r. */
void info_line_draw(struct info_line *l, struct surface *s, struct rect r, bool ascii);

#endif
