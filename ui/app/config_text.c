#include "ui/app/config_text.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "ui/cli/options.h"
#include "ui/term/theme.h"
#include "ui/widget/keymap.h"

static const char head[] =
    "# dhview's config file, as it is without one: $XDG_CONFIG_HOME/dhview/config, by\n"
    "# default ~/.config/dhview/config. Take the \";\" away from a line that you change.\n"
    "\n"
    "[options]\n"
    "# The command line goes before them. :set all shows what holds, :config what is "
    "wrong.\n";

static const char keys_head[] =
    "\n"
    "[keys]\n"
    "# ACTION [NUMBER] = KEYS gives an action these keys as well, in each place where it "
    "has\n"
    "# any, PLACE/ACTION [NUMBER] = KEYS in one: any, table, list, columns, filter, help, "
    "popup.\n"
    "# \"none\" takes keys away: none = r, popup/none = x. ? shows the keys as they "
    "work.\n";

static const char theme_head[] = "\n"
                                 "[theme]\n"
                                 "# STYLE = COLOUR [on COLOUR] [bold] [dim] [reverse] "
                                 "[underline]; a colour is default,\n"
                                 "# black, red, green, yellow, blue, magenta, cyan, white, "
                                 "one of these with bright- before\n"
                                 "# it, or a number to 255.\n";

static const char connection_head[] =
    "\n"
    "# Servers by name: dhview prod, dhview prod/TABLE, :open prod. As many as there are.\n"
    ";[connection \"prod\"]\n"
    ";target = dh://demo.example\n";

/* Its default, else what kind of value it takes. */
static const char *sample_value(const struct option_def *def)
{
    if (def->type == OPTION_FLAG)
        return "false";
    if (strcmp(def->name, "zone") == 0)
        return "local"; /* what holds without one */
    return def->default_text ? def->default_text : def->arg;
}

static void add_options(char **text, unsigned place)
{
    for (size_t i = 0; i < option_table_len; i++) {
        const struct option_def *def = &option_table[i];

        if (!(def->places & place))
            continue;
        mem_addf(text, "# %s%s%s\n;%s = %s\n", def->help,
                 def->type == OPTION_CHOICE ? ": " : "",
                 def->type == OPTION_CHOICE ? def->arg : "", def->name, sample_value(def));
    }
}

/* They do the same in the same place. */
static bool is_same(const struct binding *a, const struct binding *b)
{
    return a->mode == b->mode && a->action == b->action && a->arg.n == b->arg.n;
}

static bool is_told(size_t line)
{
    for (size_t i = 0; i < line; i++)
        if (is_same(&keymap[i], &keymap[line]))
            return true;
    return false;
}

/* Without its number it would be another binding of the action. */
static bool needs_number(const struct binding *b)
{
    for (size_t i = 0; i < keymap_len; i++)
        if (keymap[i].action == b->action && keymap[i].arg.n != 0)
            return true;
    return false;
}

/* For its place alone: in the others the same keys may do something else. */
static void add_keys(char **text, size_t line)
{
    const struct binding *b = &keymap[line];
    const char *place = bindings_place(b->mode);

    mem_addf(text, ";%s%s%s", place ? place : "", place ? "/" : "", action_name(b->action));
    if (needs_number(b))
        mem_addf(text, " %d", b->arg.n);
    mem_addf(text, " =");
    for (size_t i = line; i < keymap_len; i++)
        if (is_same(&keymap[i], b))
            mem_addf(text, " %s", keymap[i].keys);
    mem_addf(text, "\n");
}

static void add_bindings(char **text)
{
    const char *group = "";

    for (size_t i = 0; i < keymap_len; i++) {
        if (is_told(i))
            continue;
        if (strcmp(keymap[i].group, group) != 0)
            mem_addf(text, "# %s\n", keymap[i].group);
        group = keymap[i].group;
        add_keys(text, i);
    }
}

static void add_styles(char **text)
{
    char look[120];

    for (unsigned i = 0; i < STYLE_COUNT; i++) {
        theme_describe(theme_style(i), look, sizeof(look));
        mem_addf(text, ";%s = %s\n", theme_style(i)->name, look);
    }
}

char *config_text(void)
{
    char *text = mem_strdup(head);

    add_options(&text, OPTION_IN_FILE);
    mem_addf(&text, "%s", keys_head);
    add_bindings(&text);
    mem_addf(&text, "%s", theme_head);
    add_styles(&text);
    mem_addf(&text, "%s", connection_head);
    add_options(&text, OPTION_OF_CONNECTION);
    return text;
}
