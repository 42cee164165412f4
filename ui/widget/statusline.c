#include "ui/widget/statusline.h"

#include "ui/term/theme.h"

#define ROOMY 40 /* columns from which on the right end of the line stays blank */

void status_line_draw(struct info_line *where, const char *warning, const char *keys,
                      const char *hint, struct surface *s, struct rect r, bool ascii)
{
    int margin = r.cols < ROOMY ? 1 : 2;
    struct rect inside = {r.row, r.col + 1, r.rows, r.cols - margin};
    struct info_part *right;

    surface_fill(s, r, STYLE_STATUS);
    if (*keys) {
        (void)surface_str(s, r.row, r.col + 1, r.cols - 1, keys, STYLE_STATUS_KEY, ascii);
        return;
    }
    for (size_t i = 0; i < where->n; i++)
        where->parts[i].style = STYLE_STATUS;
    right = *warning ? info_line_add(where, INFO_STATE, warning)
                     : info_line_add(where, INFO_HINT, hint);
    right->right = true;
    right->gap = 2;
    right->style = *warning ? STYLE_STATUS_KEY : STYLE_STATUS;
    info_line_draw(where, s, inside, ascii);
}
