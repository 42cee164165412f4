#include "ui/app/settings.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "ui/app/state.h"
#include "ui/cli/config.h"
#include "ui/term/term.h"
#include "ui/term/theme.h"
#include "ui/widget/commands.h"

static void complain(struct app *a, const char *text)
{
    tab_say(app_tab(a), STYLE_MESSAGE_ERROR, text);
}

/* --- keys and styles --- */

static enum err_code take_line(const struct config_line *l, struct err *e)
{
    if (l->section == CONFIG_KEYS)
        return bindings_add(l->name, l->value, e);
    return theme_set(l->name, l->value, e);
}

/* "none", perhaps of one mode. */
static bool takes_away(const struct config_line *l)
{
    const char *mode = strchr(l->name, '/');

    return strcmp(mode ? mode + 1 : l->name, action_name(ACT_NONE)) == 0;
}

/* Lines of one file in a section. Those that take keys away go before the others, so that
 * these may have them wherever they stand. Faults are told of lines from new on. */
static void take_lines(struct config *c, enum config_section section, size_t file,
                       size_t new)
{
    struct err e;

    for (int none = 1; none >= 0; none--)
        for (size_t i = 0; i < c->n_lines; i++) {
            const struct config_line *l = &c->lines[i];

            if (l->section == section && l->file == file && takes_away(l) == (none != 0) &&
                take_line(l, &e) != ERR_OK && i >= new)
                config_fault(c, l, &e);
        }
}

/* The preset, and what each file says of it, one after the other. */
static void set_keys(struct app *a, size_t new)
{
    bindings_use_preset(a->set.keys);
    for (size_t i = 0; i < a->config->n_files; i++)
        take_lines(a->config, CONFIG_KEYS, i, new);
}

static void set_theme(struct app *a, size_t new)
{
    (void)theme_use(a->set.theme); /* the option takes no other name */
    for (size_t i = 0; i < a->config->n_files; i++)
        take_lines(a->config, CONFIG_THEME, i, new);
    term_restyle();
}

static void set_server_formats(struct app *a)
{
    a->env.no_server_formats = strcmp(a->set.server_formats, "no") == 0;
}

void settings_start(struct app *a)
{
    set_server_formats(a);
    set_keys(a, 0);
    set_theme(a, 0);
}

/* --- one option --- */

static enum err_code set_zone(struct app *a, const char *name, struct err *e)
{
    struct zone *zone;

    TRY(zone_open(name, &zone, e));
    zone_free(a->zone);
    a->zone = zone;
    a->env.zone = zone;
    return ERR_OK;
}

/* For the table on the screen, and for those to be opened. */
static void set_interval(struct app *a, int64_t before)
{
    struct tab *t = app_tab(a);

    if (!t->table)
        settings_show(a, options_find("interval"));
    else if (!table_view_set_interval(t->table, (int32_t)a->set.interval_ms))
        a->set.interval_ms = before;
}

static void set_mouse(struct app *a)
{
    term_want_mouse(a->set.mouse);
    if (a->set.mouse && !term_takes_sequences())
        complain(a, "this terminal does not take what would ask for its mouse");
}

/* "default" is what holds where nobody has set it. */
static enum err_code take_value(struct app *a, const struct option_def *def,
                                const char *value, enum option_origin origin, struct err *e)
{
    bool usual = origin == FROM_SET && strcmp(value, OPTION_DEFAULT) == 0;

    if (strcmp(def->name, "zone") == 0)
        TRY(set_zone(a, usual ? "local" : value, e));
    if (!usual)
        return options_set(&a->set, def->name, value, origin, e);
    options_reset(&a->set, def);
    return ERR_OK;
}

void settings_set(struct app *a, const struct option_def *def, const char *value,
                  enum option_origin origin)
{
    int64_t interval = a->set.interval_ms;
    struct err e;

    if (take_value(a, def, value, origin, &e) != ERR_OK) {
        complain(a, e.msg);
    } else if (strcmp(def->name, "interval") == 0) {
        set_interval(a, interval);
    } else if (strcmp(def->name, "keys") == 0) {
        set_keys(a, SIZE_MAX);
    } else if (strcmp(def->name, "theme") == 0) {
        set_theme(a, SIZE_MAX);
    } else if (strcmp(def->name, "server-formats") == 0) {
        set_server_formats(a);
    } else if (strcmp(def->name, "mouse") == 0) {
        set_mouse(a);
    }
}

/* --- shown --- */

/* The value as it is told: what is in use, where none was given. A command that prints a
 * secret may hold one. */
static void value_text(const struct app *a, const struct option_def *def, char *out,
                       size_t size)
{
    const struct tab *t = app_tab(a);

    if (strcmp(def->name, "zone") == 0)
        (void)snprintf(out, size, "%s", zone_name(a->zone));
    else if (strcmp(def->name, "secret-command") == 0 && a->set.secret_command)
        (void)snprintf(out, size, "(given)");
    else if (strcmp(def->name, "interval") != 0)
        options_value(&a->set, def, out, size);
    else if ((t->table ? table_view_interval(t->table) : a->set.interval_ms) == 0)
        (void)snprintf(out, size, "the server's own");
    else
        (void)snprintf(out, size, "%" PRId64 " ms",
                       t->table ? table_view_interval(t->table) : a->set.interval_ms);
}

static const char *origin_text(enum option_origin origin)
{
    static const char *const texts[] = {
        [FROM_DEFAULT] = "default",
        [FROM_FILE] = "config file",
        [FROM_COMMAND_LINE] = "command line",
        [FROM_SET] = ":set",
    };

    return texts[origin];
}

void settings_show(struct app *a, const struct option_def *def)
{
    char value[128], text[320];

    value_text(a, def, value, sizeof(value));
    (void)snprintf(text, sizeof(text), "%s is %s (%s)", def->name,
                   *value ? value : "not set", origin_text(options_origin(&a->set, def)));
    tab_say(app_tab(a), STYLE_MESSAGE, text);
}

void settings_show_all(struct app *a)
{
    char *text = mem_strdup(""), value[128];

    for (size_t i = 0; i < option_table_len; i++) {
        const struct option_def *def = &option_table[i];

        if (!options_is_setting(def))
            continue;
        value_text(a, def, value, sizeof(value));
        mem_addf(&text, "%-19s %-20s %s\n", def->name, *value ? value : "-",
                 origin_text(options_origin(&a->set, def)));
    }
    tab_show_text(app_tab(a), "options", text);
    free(text);
}

/* --- files --- */

char *settings_faults(const struct app *a, size_t first)
{
    size_t n = a->config->n_faults - first;

    if (n == 0)
        return NULL;
    if (n == 1)
        return mem_strdup(a->config->faults[first].why.msg);
    return mem_printf("%s (and %zu more: :config)", a->config->faults[first].why.msg,
                      n - 1);
}

/* What is set for the next start alone is listed in later. */
static void take_options(struct app *a, const struct options *from, char **later)
{
    char value[COMMAND_TEXT_MAX];

    for (size_t i = 0; i < option_table_len; i++) {
        const struct option_def *def = &option_table[i];

        if (options_origin(from, def) == FROM_DEFAULT)
            continue;
        options_value(from, def, value, sizeof(value));
        if (def->places & OPTION_AT_RUNTIME)
            settings_set(a, def, value, FROM_FILE);
        else
            mem_addf(later, "%s%s", **later ? ", " : "", def->name);
    }
}

static void say_read(struct app *a, const struct config_file *f, size_t faults,
                     const char *later)
{
    char *fault = settings_faults(a, faults), *text;

    if (fault || f->error) {
        text =
            fault ? fault : mem_printf("config file %s: %s", f->path, strerror(f->error));
        complain(a, text);
    } else {
        text = mem_printf("%s: %u lines read%s%s", f->path, f->lines,
                          *later ? "; for the next start: " : "", later);
        tab_say(app_tab(a), STYLE_MESSAGE, text);
    }
    free(text);
}

void settings_source(struct app *a, const char *path)
{
    struct config *c = a->config;
    struct options before = c->options;
    char *full = app_full_path(path), *later = mem_strdup("");
    size_t faults, lines;

    config_forget(c, full);
    faults = c->n_faults;
    lines = c->n_lines;
    options_init(&c->options);
    config_read(c, full);
    take_options(a, &c->options, &later);
    options_fill(&c->options, &before);
    options_release(&before);
    set_keys(a, lines);
    set_theme(a, lines);
    say_read(a, &c->files[c->n_files - 1], faults, later);
    free(later);
}

void settings_show_files(struct app *a)
{
    const struct config *c = a->config;
    char *text = mem_strdup("");

    for (size_t i = 0; i < c->n_files; i++) {
        const struct config_file *f = &c->files[i];

        if (f->error)
            mem_addf(&text, "%s: %s\n", f->path, strerror(f->error));
        else
            mem_addf(&text, "%s: %u lines\n", f->path, f->lines);
    }
    if (c->n_files == 0)
        mem_addf(&text, "none: neither XDG_CONFIG_HOME nor HOME names a folder\n");
    for (size_t i = 0; i < c->n_faults; i++)
        mem_addf(&text, "%s%s\n", i == 0 ? "\nwhat does not count:\n" : "",
                 c->faults[i].why.msg);
    tab_show_text(app_tab(a), "config files", text);
    free(text);
}
