#include "ui/help.h"

#include <stdio.h>
#include <string.h>

#include "ui/keymap.h"
#include "ui/options.h"
#include "ui/theme.h"

#define KEYS_WIDTH 26 /* columns of the left part */

/* Both tables as one list of entries, so that one loop makes groups of either. */
struct entry {
    const struct binding *binding;   /* or NULL */
    const struct option_def *option; /* or NULL */
    const char *group;
};

static size_t entry_count(void)
{
    return keymap_len + option_table_len;
}

static struct entry entry_at(size_t i)
{
    if (i < keymap_len)
        return (struct entry){.binding = &keymap[i], .group = keymap[i].group};
    return (struct entry){.option = &option_table[i - keymap_len], .group = "options"};
}

static bool same_line(const struct binding *a, const struct binding *b)
{
    return a != NULL && b != NULL && a->mode == b->mode && a->action == b->action &&
           a->arg.n == b->arg.n;
}

/* Walks the lines of the screen: each entry that starts a group is preceded by a blank line
 * (but the first) and its heading; bindings of one action share a line. */
struct walk {
    size_t next; /* entry */
    int step;    /* 0 blank, 1 heading, 2 the entry itself */
};

static bool starts_group(size_t i)
{
    return i == 0 || strcmp(entry_at(i - 1).group, entry_at(i).group) != 0;
}

static void add_keys(struct help_line *out, const char *keys)
{
    size_t len = strlen(out->keys);

    snprintf(out->keys + len, sizeof(out->keys) - len, "%s%s", len > 0 ? " " : "", keys);
}

static void option_line(const struct option_def *def, struct help_line *out)
{
    char letter[5] = "";

    if (def->letter != 0)
        snprintf(letter, sizeof(letter), "-%c ", def->letter);
    snprintf(out->keys, sizeof(out->keys), "%s--%s%s%s", letter, def->name,
             def->arg ? " " : "", def->arg ? def->arg : "");
    snprintf(out->text, sizeof(out->text), "%s", def->help);
}

static void entry_line(struct walk *w, struct help_line *out)
{
    struct entry en = entry_at(w->next++);

    if (en.option != NULL) {
        option_line(en.option, out);
        return;
    }
    add_keys(out, en.binding->keys);
    snprintf(out->text, sizeof(out->text), "%s", en.binding->help);
    while (w->next < keymap_len && same_line(en.binding, &keymap[w->next]))
        add_keys(out, keymap[w->next++].keys);
}

static bool walk_next(struct walk *w, struct help_line *out)
{
    *out = (struct help_line){.heading = false};
    if (w->next >= entry_count())
        return false;
    if (w->step == 0 && starts_group(w->next)) {
        w->step = 1;
        if (w->next > 0)
            return true;
    }
    if (w->step == 1) {
        w->step = 2;
        out->heading = true;
        snprintf(out->text, sizeof(out->text), "%s", entry_at(w->next).group);
        return true;
    }
    w->step = 0;
    entry_line(w, out);
    return true;
}

size_t help_len(void)
{
    struct walk w = {0};
    struct help_line line;
    size_t n = 0;

    while (walk_next(&w, &line))
        n++;
    return n;
}

bool help_line(size_t i, struct help_line *out)
{
    struct walk w = {0};
    bool there = walk_next(&w, out);

    while (there && i-- > 0)
        there = walk_next(&w, out);
    return there;
}

/* Rows of the screen that show lines. */
static size_t body_rows(int rows)
{
    return rows > 1 ? (size_t)rows - 1 : 0;
}

size_t help_max_top(int rows)
{
    size_t len = help_len(), body = body_rows(rows);

    return len > body ? len - body : 0;
}

static void draw_line(struct surface *s, struct rect r, int row,
                      const struct help_line *line, bool ascii)
{
    int keys = 0, width = r.cols < 60 ? 14 : KEYS_WIDTH, at;

    if (line->heading) {
        surface_str(s, row, r.col, r.cols, line->text, STYLE_HELP_GROUP, ascii);
        return;
    }
    if (line->keys[0] != '\0')
        keys = 2 + surface_str(s, row, r.col + 2, r.cols - 2, line->keys, STYLE_HELP_KEY,
                               ascii);
    at = keys + 2 > width ? keys + 2 : width; /* never cut a key to line the text up */
    surface_str(s, row, r.col + at, r.cols - at, line->text, STYLE_DEFAULT, ascii);
}

static void draw_status(struct surface *s, struct rect r, size_t top, size_t shown,
                        bool ascii)
{
    int row = r.row + r.rows - 1;
    char text[96];

    snprintf(text, sizeof(text), " help: lines %zu to %zu of %zu   j k scroll   q back",
             top + 1, top + shown, help_len());
    surface_fill(s, (struct rect){row, r.col, 1, r.cols}, STYLE_STATUS);
    surface_str(s, row, r.col, r.cols, text, STYLE_STATUS, ascii);
}

void help_draw(struct surface *s, struct rect r, size_t top, bool ascii)
{
    struct walk w = {0};
    struct help_line line;
    size_t i = 0, shown = 0, body = body_rows(r.rows);

    surface_fill(s, r, STYLE_DEFAULT);
    if (top > help_max_top(r.rows))
        top = help_max_top(r.rows);
    for (; shown < body && walk_next(&w, &line); i++) {
        if (i < top)
            continue;
        draw_line(s, r, r.row + (int)shown, &line, ascii);
        shown++;
    }
    if (r.rows > 0)
        draw_status(s, r, top, shown, ascii);
}
