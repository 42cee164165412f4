#include "ui/widget/help.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ui/cli/options.h"
#include "ui/term/theme.h"
#include "ui/widget/commands.h"
#include "ui/widget/key_hints.h"
#include "ui/widget/keymap.h"

#define MOUSE "the mouse, with --mouse"

/* What is neither a key nor an option: how cells that are no plain values look, also in
 * ASCII (NULL: the same), what is typed for filters, pastes, and the mouse. */
static const struct legend {
    const char *look, *ascii, *means, *group;
} legend[] = {
/* clang-format off */
#define LOOK "what cells look like"
    {"∅", "\\N", "null: there is no value", LOOK},
    {"\"\"", NULL, "an empty text", LOOK},
    {"····", "....", "not here yet", LOOK},
    {"NaN", NULL, "not a number", LOOK},
    {"~", NULL, "in place of a row number: past the last row", LOOK},
    {"…", "~", "at its end: cut, {open-cell} shows all of it", LOOK},
    {"␛ <202e>", "^[ <202e>", "marks for what cannot be shown; {open-cell} names them", LOOK},
#undef LOOK
#define LOOK "what a filter may be"
    {"5 !=5 >5 <=5 1.5e3", NULL, "numbers; < keeps nulls: <5 && !null does not", LOOK},
    {"text !=text =\"Text\"", NULL, "equal in either case; quoted: exactly", LOOK},
    {"~part !~part a* *z *m*", NULL, "has it, has it not; begins, ends, has it", LOOK},
    {"null !null nan inf", NULL, "without and with a value; of numbers", LOOK},
    {"2026-11 >2026-11-20 14", NULL, "times, whole or in part, in the zone shown", LOOK},
    {"today yesterday now", NULL, "likewise", LOOK},
    {"a && b   a || b", NULL, "both, one of them; \\&& and \\|| are text", LOOK},
#undef LOOK
#define LOOK "what the header shows"
    {"▲ ▼", "^ v", "sorted by this column, up or down; 2: second", LOOK},
    {"|▲|", "|^|", "sorted by its absolute value", LOOK},
    {"⌕", "&", "filtered by this column", LOOK},
#undef LOOK
    {"a paste", NULL, "where text is typed, its first line; ignored elsewhere",
     "pastes"},
    {"wheel", NULL, "rows; with Ctrl, or sideways: columns", MOUSE},
    {"click", NULL, "goes to the cell, the tab or the entry of a list", MOUSE},
    {"click again", NULL, "takes that entry", MOUSE},
    {"click on a name", NULL, "sorts by the column: up, down, no more", MOUSE},
    {"drag behind a name", NULL, "makes the column wider or narrower", MOUSE},
    {"with Shift", NULL, "the terminal's own, such as to select text", MOUSE},
    /* clang-format on */
};
#define N_LEGEND (sizeof(legend) / sizeof(*legend))

bool mouse_help(size_t i, const char **what, const char **help)
{
    for (size_t k = 0; k < N_LEGEND; k++) {
        if (strcmp(legend[k].group, MOUSE) != 0 || i-- > 0)
            continue;
        *what = legend[k].look;
        *help = legend[k].means;
        return true;
    }
    return false;
}

/* The tables as one list of entries, so that one loop makes groups of each. */
struct help_entry {
    const struct binding *binding;   /* or NULL */
    const struct option_def *option; /* or NULL */
    const struct legend *legend;     /* or NULL */
    const char *usage, *help; /* of a command, or of what a preset changes; or NULL */
    const char *group;
};

static size_t command_count(void)
{
    const char *usage, *help;
    size_t n = 0;

    while (command_help(n, &usage, &help))
        n++;
    return n;
}

static size_t change_count(void)
{
    const char *preset, *keys, *help;
    size_t n = 0;

    while (preset_change(n, &preset, &keys, &help))
        n++;
    return n;
}

static size_t entry_count(void)
{
    return bindings_count() + command_count() + N_LEGEND + option_table_len +
           change_count();
}

static const char *preset_group(const char *preset)
{
    return strcmp(preset, "less") == 0 ? "what keys = less changes"
                                       : "what keys = visidata changes";
}

static struct help_entry entry_at(size_t i)
{
    struct help_entry command = {.group = "commands"}, change = {0};
    const char *preset;

    if (i < bindings_count())
        return (struct help_entry){.binding = bindings_at(i),
                                   .group = bindings_at(i)->group};
    i -= bindings_count();
    if (command_help(i, &command.usage, &command.help))
        return command;
    i -= command_count();
    if (i < N_LEGEND)
        return (struct help_entry){.legend = &legend[i], .group = legend[i].group};
    i -= N_LEGEND;
    if (i < option_table_len)
        return (struct help_entry){.option = &option_table[i], .group = "options"};
    if (preset_change(i - option_table_len, &preset, &change.usage, &change.help))
        change.group = preset_group(preset);
    return change;
}

/* Keys that differ in a number alone: the first and the last tell of those between. */
static bool in_series(const struct binding *a, const struct binding *b)
{
    return a->action == ACT_GO_TAB && b->action == ACT_GO_TAB &&
           strncmp(a->keys, "<A-", 3) == 0 && strncmp(b->keys, "<A-", 3) == 0;
}

static bool same_line(const struct binding *a, const struct binding *b)
{
    return a->mode == b->mode && a->action == b->action &&
           (a->arg.n == b->arg.n || in_series(a, b));
}

#define HELP_LINE_LEN 120

struct help_line {
    char keys[HELP_LINE_LEN]; /* left part: keys or an option; empty in a group heading */
    char text[HELP_LINE_LEN]; /* right part: what they do, or the heading */
    bool heading;
};

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

static void entry_line(struct walk *w, bool ascii, struct help_line *out)
{
    struct help_entry en = entry_at(w->next++);
    char *means;

    if (en.option != NULL) {
        option_line(en.option, out);
        return;
    }
    if (en.usage != NULL) {
        add_keys(out, en.usage);
        snprintf(out->text, sizeof(out->text), "%s", en.help);
        return;
    }
    if (en.legend != NULL) {
        add_keys(out, ascii && en.legend->ascii ? en.legend->ascii : en.legend->look);
        means = key_hints(MODE_GRID, en.legend->means);
        snprintf(out->text, sizeof(out->text), "%s", means);
        free(means);
        return;
    }
    add_keys(out, en.binding->keys);
    snprintf(out->text, sizeof(out->text), "%s", en.binding->help);
    while (w->next < bindings_count() && same_line(en.binding, bindings_at(w->next))) {
        const struct binding *b = bindings_at(w->next++);

        if (w->next == bindings_count() || !in_series(b, bindings_at(w->next)))
            add_keys(out, b->keys);
        else if (b->arg.n == en.binding->arg.n + 1)
            add_keys(out, "...");
    }
}

static bool walk_next(struct walk *w, bool ascii, struct help_line *out)
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
    entry_line(w, ascii, out);
    return true;
}

void help_fill(struct pager *p, bool ascii)
{
    struct walk w = {0};
    struct help_line line;

    while (walk_next(&w, ascii, &line)) {
        if (line.heading)
            pager_add_heading(p, line.text);
        else
            (void)pager_add(p, line.keys, bytes_of(line.text), STYLE_DEFAULT);
    }
}
