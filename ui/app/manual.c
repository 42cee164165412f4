#include "ui/app/manual.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "ui/cli/options.h"
#include "ui/term/theme.h"
#include "ui/widget/commands.h"
#include "ui/widget/help.h"
#include "ui/widget/keymap.h"

/* --- what no table has --- */

static const char head[] =
    ".SH NAME\n"
    "dhview \\- view live tables of Deephaven servers in a terminal\n"
    ".SH SYNOPSIS\n"
    ".B dhview\n"
    ".RI [ options ]\n"
    ".IR TARGET ...\n"
    ".br\n"
    ".B dhview\n"
    ".RI [ options ]\n"
    ".B \\-\\-demo\n"
    ".RI [ TABLE ...]\n"
    ".SH DESCRIPTION\n"
    "Opens each TARGET in a tab, and shows the rows and columns near the screen, live. A\n"
    "TARGET is\n"
    ".IR host [: port ][/ TABLE ]\n"
    "(TLS for all but loopback hosts),\n"
    ".BR dh:// \\fIhost\\fR[:\\fIport\\fR]/scope/\\fITABLE\\fR\n"
    "(TLS),\n"
    ".BR dh+plain:// \\fIhost\\fR...\n"
    "(plaintext), or the name of a connection in the config file, perhaps with\n"
    ".RI / TABLE\n"
    "behind it. Without a table its server's tables are listed.\n";

static const char files[] =
    ".SH FILES\n"
    ".TP\n"
    ".I $XDG_CONFIG_HOME/dhview/config\n"
    "The config file, by default below ~/.config, with the sections [options] (options by "
    "the\n"
    "names above), [keys] ([PLACE/]ACTION [NUMBER] = KEYS, with any, table, list, "
    "columns,\n"
    "filter, help or popup as the place), [theme] (STYLE = COLOUR [on COLOUR]\n"
    "[bold] [dim] [reverse] [underline]) and [connection \"NAME\"] (target, and options "
    "about\n"
    "one server).\n"
    ".B \\-\\-print\\-config\n"
    "prints one with all that there is, commented out.\n"
    ".TP\n"
    ".I $XDG_STATE_HOME/dhview/\n"
    "What was typed at prompts (history, searches, filters, finds, code) and the views "
    "that\n"
    "were saved (views), by default below ~/.local/state; never a secret that was asked "
    "for.\n"
    "A command or code that begins with a blank is not kept.\n"
    ".SH ENVIRONMENT\n"
    ".TP\n"
    ".BR TERM \", \" COLORTERM \", \" NO_COLOR\n"
    "The type of the terminal; that it has more colours than its type tells; that none "
    "are\n"
    "wanted.\n"
    ".TP\n"
    ".BR TZ \", \" LC_ALL \", \" LC_CTYPE \", \" LANG\n"
    "The zone of times, and the characters that the terminal takes.\n"
    ".TP\n"
    ".BR https_proxy \", \" http_proxy \", \" all_proxy \", \" grpc_proxy \", \" no_proxy\n"
    "Proxies, as for other programs.\n"
    ".SH EXIT STATUS\n"
    "0 done, 1 the server or the connection failed or nothing could be written, 2 wrong\n"
    "usage, 3 not allowed in, 4 no such table or column, 5 timed out, 130 interrupted.\n";

/* --- text in man(7) --- */

/* Adds text as it is to be read: nothing in it is a request or an escape. */
static void add_plain(char **out, const char *text)
{
    if (*text == '.' || *text == '\'')
        mem_addf(out, "\\&");
    for (; *text; text++) {
        if (*text == '\\')
            mem_addf(out, "\\e");
        else if (*text == '-')
            mem_addf(out, "\\-");
        else
            mem_addf(out, "%c", *text);
    }
}

/* One entry of a list: what is typed, and what it does. */
static void add_entry(char **out, const char *typed, const char *help)
{
    mem_addf(out, ".TP\n\\fB");
    add_plain(out, typed);
    mem_addf(out, "\\fR\n");
    add_plain(out, help);
    mem_addf(out, "\n");
}

static void add_heading(char **out, const char *macro, const char *text)
{
    mem_addf(out, "%s ", macro);
    add_plain(out, text);
    mem_addf(out, "\n");
}

/* --- the tables --- */

static void add_options(char **out)
{
    mem_addf(out, ".SH OPTIONS\n");
    for (size_t i = 0; i < option_table_len; i++) {
        const struct option_def *def = &option_table[i];
        char letter[8] = "", *typed;

        if (i == 0 || strcmp(def->group, option_table[i - 1].group) != 0)
            add_heading(out, ".SS", def->group);
        if (def->letter)
            (void)snprintf(letter, sizeof(letter), "-%c, ", def->letter);
        typed = mem_printf("%s--%s%s%s", letter, def->name, def->arg ? " " : "",
                           def->arg ? def->arg : "");
        add_entry(out, typed, def->help);
        free(typed);
    }
}

static void add_commands(char **out)
{
    const char *usage, *help;

    mem_addf(out, ".SH COMMANDS\nBehind \\fB:\\fR any action of the next section can be "
                  "typed by its name, a row number, \\fBset\\fR [OPTION [VALUE]], and:\n");
    for (size_t i = 0; command_help(i, &usage, &help); i++)
        add_entry(out, usage, help);
}

static bool is_same_line(const struct binding *a, const struct binding *b)
{
    return a->mode == b->mode && a->action == b->action && a->arg.n == b->arg.n;
}

/* Neighbours that do the same share an entry, which ends with the action's name. */
static size_t add_binding(char **out, size_t i)
{
    const struct binding *b = &keymap[i];
    char *keys = mem_strdup(b->keys), *help;

    for (i++; i < keymap_len && is_same_line(b, &keymap[i]); i++)
        mem_addf(&keys, " %s", keymap[i].keys);
    help = b->arg.n ? mem_printf("%s (%s %d)", b->help, action_name(b->action), b->arg.n)
                    : mem_printf("%s (%s)", b->help, action_name(b->action));
    add_entry(out, keys, help);
    free(help);
    free(keys);
    return i;
}

static void add_keys(char **out)
{
    mem_addf(out, ".SH KEYS\nDigits before a key are a count. The names in brackets are "
                  "those of actions, with their number, for \\fB:\\fR and [keys].\n");
    for (size_t i = 0; i < keymap_len;) {
        if (i == 0 || strcmp(keymap[i].group, keymap[i - 1].group) != 0)
            add_heading(out, ".SS", keymap[i].group);
        i = add_binding(out, i);
    }
}

static void add_mouse(char **out)
{
    const char *what, *help;

    mem_addf(out, ".SH MOUSE\nOnly with \\fB\\-\\-mouse\\fR:\n");
    for (size_t i = 0; mouse_help(i, &what, &help); i++)
        add_entry(out, what, help);
}

static void add_presets(char **out)
{
    const char *preset, *keys, *help, *before = "";

    for (size_t i = 0; preset_change(i, &preset, &keys, &help); i++) {
        if (strcmp(preset, before) != 0)
            mem_addf(out, ".SS What keys = %s changes\n", preset);
        before = preset;
        add_entry(out, keys, help);
    }
}

static void add_styles(char **out)
{
    mem_addf(out, ".SH STYLES\nTheir names, for [theme]:\n");
    for (unsigned i = 0; i < STYLE_COUNT; i++) {
        add_plain(out, theme_style(i)->name);
        mem_addf(out, i + 1 < STYLE_COUNT ? ",\n" : ".\n");
    }
}

char *manual_text(const char *version)
{
    char *out =
        mem_printf(".TH DHVIEW 1 \"\" \"dhview %s\" \"User Commands\"\n%s", version, head);

    add_options(&out);
    add_commands(&out);
    add_keys(&out);
    add_presets(&out);
    add_mouse(&out);
    add_styles(&out);
    mem_addf(&out, "%s", files);
    return out;
}
