#include "ui/widget/commands.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/nearest.h"
#include "base/text.h"

/* Names that are shorter to type, or that other programs have, for actions. */
static const struct short_name {
    const char *name, *abbreviation;
    enum action action;
    int n; /* the action's argument; 0: that of its first binding */
} short_names[] = {
    {"quit", "q", ACT_CLOSE, 0},
    {"qall", "qa", ACT_QUIT, 0},
    {"help", "h", ACT_OPEN_HELP, 0},
    {"close", "c", ACT_CLOSE, 0},
    {"redraw", "red", ACT_REDRAW, 0},
    {"tables", NULL, ACT_OPEN_PICKER, 0},
    {"meter", NULL, ACT_OPEN_METER, 0},
    {"tabs", NULL, ACT_OPEN_TABS, 0},
    {"log", NULL, ACT_OPEN_LOG, 0},
    {"tabnext", "tabn", ACT_STEP_TAB, +1},
    {"tabprevious", "tabp", ACT_STEP_TAB, -1},
};
#define N_SHORT_NAMES (sizeof(short_names) / sizeof(*short_names))

/* Commands that take the rest of the line as it is. */
static const struct text_command {
    const char *name, *abbreviation; /* or NULL */
    enum command_kind kind;
    const char *expected; /* NULL: nothing is as good */
    bool columns;         /* names of columns are in it */
    const char *usage, *help;
} text_commands[] = {
    /* clang-format off */
    {"tab", "tabe", COMMAND_TAB, NULL, false, ":tab [NAME]", "open a table of this server in a new tab"},
    {"open", "o", COMMAND_OPEN, "a target such as localhost:10000/trades", false, ":open TARGET", "open any target in a new tab"},
    {"table", NULL, COMMAND_TABLE, "empty ROWS, or time PT1S", false, ":table empty N, time P", "a new table: N rows; a row each P, as PT1S"},
    {"where", NULL, COMMAND_WHERE, "a condition such as Price > 5", true, ":where EXPR", "keep rows by a condition in the server's language"},
    {"filters", NULL, COMMAND_FILTERS, NULL, false, ":filters", "all filters, to edit or drop"},
    {"sort-abs", NULL, COMMAND_SORT_ABS, NULL, false, ":sort-abs [down]", "sort by the absolute value of this column"},
    {"add", NULL, COMMAND_ADD, "Name = formula", true, ":add NAME = EXPR", "one more column, by a formula"},
    {"drop", NULL, COMMAND_DROP, "names of columns", true, ":drop NAME, NAME", "the table without these columns"},
    {"select", NULL, COMMAND_SELECT, "names of columns", true, ":select NAME, NAME", "only these columns, in this order"},
    {"rollup", NULL, COMMAND_ROLLUP, "columns, as in Sym Avg(Price)", true, ":rollup NAME AGG(NAME)", "a tree by columns; -rows: without the rows themselves"},
    {"merge", NULL, COMMAND_MERGE, NULL, false, ":merge", "all parts of a partitioned table as one"},
    {"head", NULL, COMMAND_HEAD, "a number of rows", false, ":head N", "only the first N rows"},
    {"tail", NULL, COMMAND_TAIL, "a number of rows", false, ":tail N", "only the last N rows"},
    {"snapshot", NULL, COMMAND_SNAPSHOT, NULL, false, ":snapshot", "the rows as they are now, which stay so"},
    {"join", NULL, COMMAND_JOIN, "natural or asof, a tab and columns", true, ":join KIND TAB ON [ADD]", "columns of another tab; KIND: natural, asof"},
    {"save", NULL, COMMAND_SAVE, "a name for this view", false, ":save NAME", "keep filters, sort and columns of this table"},
    {"view", NULL, COMMAND_VIEW, "the name of a saved view", false, ":view NAME", "bring them back"},
    {"views", NULL, COMMAND_VIEWS, NULL, false, ":views", "the saved views of this table"},
    {"unsave", NULL, COMMAND_UNSAVE, "the name of a saved view", false, ":unsave NAME", "keep it no longer"},
    {"format", NULL, COMMAND_FORMAT, NULL, true, ":format [NAME =] FORMAT", "show a column as #,##0.00 or HH:mm; default"},
    {"source", "so", COMMAND_SOURCE, "the name of a config file", false, ":source FILE", "read a config file, now"},
    {"config", NULL, COMMAND_CONFIG, NULL, false, ":config", "which config files were read, and what is wrong there"},
    {"meta", NULL, COMMAND_META, NULL, false, ":meta", "columns, types and attributes of the table"},
    {"recipe", NULL, COMMAND_RECIPE, NULL, false, ":recipe", "the steps from the source to this table"},
    {"code", NULL, COMMAND_CODE, NULL, false, ":code", "the same as Python"},
    {"link", NULL, COMMAND_LINK, NULL, false, ":link", "the same as a target that opens it"},
    {"share", NULL, COMMAND_SHARE, NULL, false, ":share", "a target by which others can open it"},
    {"ring", NULL, COMMAND_RING, "a number of rows", false, ":ring N [NAME]", "keep the last N rows of a blink table (--write)"},
    {"name", NULL, COMMAND_NAME, "a name for a variable", false, ":name NAME", "make it a variable of the server (--write)"},
    {"write", "w", COMMAND_WRITE, "the name of a file, or ! and a command", false, ":w [--shown] FILE, !CMD", "rows in a file or to CMD; --format csv tsv json arrow"},
    {"!", NULL, COMMAND_EXECUTE, "code for the server's console", false, ":!CODE", "run code in the server's console (--write)"},
    {"run", NULL, COMMAND_RUN, "the name of a file of code", false, ":run FILE", "the same with the code in a file"},
    {"server", NULL, COMMAND_SERVER, NULL, false, ":server", "its versions, memory, logins, configuration"},
    {"insert", NULL, COMMAND_INSERT, NULL, true, ":insert NAME=VALUE ...", "a row into an input table (--write); alone: fields"},
    {"insert!", NULL, COMMAND_REPLACE, NULL, true, ":insert! NAME=VALUE ...", "the same in the place of a row with its key"},
    {"delete", NULL, COMMAND_DELETE, NULL, false, ":delete", "this row of it, or the selected ones, after asking"},
    {"slice", NULL, COMMAND_SLICE, "FIRST:LAST, row numbers", false, ":slice FIRST:LAST", "only these rows; -1 is the last one"},
    /* clang-format on */
};
#define N_TEXT_COMMANDS (sizeof(text_commands) / sizeof(*text_commands))

/* --- actions --- */

/* Actions without a binding, and those that need a key after theirs, cannot be typed. Asked
 * of every action with each key at the prompt, so it is found out once. */
static bool can_be_typed(enum action a)
{
    static bool known, bound[ACTION_COUNT], takes_key[ACTION_COUNT];

    for (size_t i = 0; !known && i < keymap_len; i++) {
        bound[keymap[i].action] = true;
        if (binding_takes_key(&keymap[i]))
            takes_key[keymap[i].action] = true;
    }
    known = true;
    return bound[a] && !takes_key[a] && a != ACT_OPEN_COMMAND;
}

/* The binding an action is run with when no keys tell: the one that goes onwards. */
static struct binding binding_of(enum action a)
{
    const struct binding *found = NULL;

    for (size_t i = 0; i < keymap_len; i++)
        if (keymap[i].action == a && (!found || keymap[i].arg.n > found->arg.n))
            found = &keymap[i];
    assert(found); /* every action that can be typed is bound */
    return *found;
}

static bool is_called(const char *name, const char *abbreviation, const char *text)
{
    return strcmp(text, name) == 0 || (abbreviation && strcmp(text, abbreviation) == 0);
}

/* The binding that a name stands for; false when it is none. */
static bool find_action(const char *name, struct binding *out)
{
    int a;

    for (size_t i = 0; i < N_SHORT_NAMES; i++) {
        const struct short_name *s = &short_names[i];

        if (!is_called(s->name, s->abbreviation, name))
            continue;
        *out = binding_of(s->action);
        out->arg.n = s->n ? s->n : out->arg.n;
        return true;
    }
    a = action_find(name);
    if (a <= ACT_NONE || !can_be_typed((enum action)a))
        return false;
    *out = binding_of((enum action)a);
    return true;
}

/* --- reading --- */

bool command_parse_row(const char *text, int64_t *n, bool *percent)
{
    size_t digits = 0;

    *n = 0;
    for (; (*text >= '0' && *text <= '9') || (*text == ',' && digits > 0); text++) {
        if (*text == ',')
            continue;
        digits++;
        if (__builtin_mul_overflow(*n, 10, n) || __builtin_add_overflow(*n, *text - '0', n))
            *n = INT64_MAX;
    }
    *percent = *text == '%';
    return digits > 0 && text[*percent ? 1 : 0] == '\0';
}

static void skip_blanks(const char **p)
{
    while (**p == ' ')
        (*p)++;
}

/* The next word, cut to the room there is. */
static void take_word(const char **p, char *out, size_t size)
{
    size_t n = strcspn(*p, " ");

    (void)snprintf(out, size, "%.*s", (int)(n < size ? n : size - 1), *p);
    *p += n;
    skip_blanks(p);
}

/* An argument such as -1 or +2 in place of the binding's own. */
static enum err_code parse_argument(const char *text, struct command *out, struct err *e)
{
    char *end;
    long n;

    if (*text == '\0')
        return ERR_OK;
    n = strtol(text, &end, 10);
    if (end == text || *end != '\0' || n < -1000 || n > 1000)
        return err_set(e, ERR_USAGE,
                       "%s: expected a number from -1000 to 1000, found \"%s\"",
                       action_name(out->binding.action), text);
    out->binding.arg.n = (int)n;
    return ERR_OK;
}

static enum err_code parse_action(const char *p, struct command *out, struct err *e)
{
    char word[64];
    bool percent;

    out->kind = COMMAND_ACTION;
    out->match = (struct key_match){.result = KEYS_ACTION, .count = 1};
    if (command_count_length(p) > 0) {
        take_word(&p, word, sizeof(word));
        out->match.has_count = command_parse_row(word, &out->match.count, &percent);
    }
    take_word(&p, word, sizeof(word));
    if (!find_action(word, &out->binding))
        return err_set(e, ERR_USAGE, "no such command: %s   (Tab shows what there is)",
                       word);
    out->match.binding = &out->binding;
    return parse_argument(p, out, e);
}

static enum err_code check_runtime(const struct option_def *def, struct err *e)
{
    if (def->places & OPTION_AT_RUNTIME)
        return ERR_OK;
    return err_set(e, ERR_USAGE, "%s is set at the start: as --%s%s", def->name, def->name,
                   def->places & OPTION_IN_FILE ? ", or in [options] of the config file"
                                                : "");
}

static enum err_code parse_set(const char *p, struct command *out, struct err *e)
{
    char name[64], hint[NEAREST_HINT_LEN];

    take_word(&p, name, sizeof(name));
    if (*name == '\0' || strcmp(name, "all") == 0) {
        out->kind = COMMAND_SHOW_ALL;
        return ERR_OK;
    }
    out->option = options_find(name);
    if (!out->option)
        return err_set(e, ERR_USAGE, "set: no option is called \"%s\"%s", name,
                       options_nearest(name, OPTION_IN_FILE, hint, sizeof(hint)));
    if (!options_is_setting(out->option))
        return err_set(e, ERR_USAGE, "set: %s is for the command line alone", name);
    if (*p)
        TRY(check_runtime(out->option, e));
    if (strlen(p) >= sizeof(out->value))
        return err_set(e, ERR_USAGE, "set %s: the value is too long", name);
    (void)snprintf(out->value, sizeof(out->value), "%s", p);
    out->kind = *p ? COMMAND_SET : COMMAND_SHOW;
    return ERR_OK;
}

/* The rest of text when its first word is that (NULL: none); else NULL. A "!" is a word. */
static const char *behind_word(const char *text, const char *word)
{
    size_t n = word ? strlen(word) : 0;

    if (!word || strncmp(text, word, n) != 0 ||
        (*word != '!' && text[n] != ' ' && text[n] != '\0'))
        return NULL;
    text += n;
    skip_blanks(&text);
    return text;
}

/* What follows a command that text begins with; else NULL. */
static const char *rest_of(const struct text_command *c, const char *text)
{
    const char *rest = behind_word(text, c->name);

    return rest ? rest : behind_word(text, c->abbreviation);
}

static enum err_code take_text(const struct text_command *c, const char *text,
                               struct command *out, struct err *e)
{
    if (*text == '\0' && c->expected)
        return err_set(e, ERR_USAGE, "%s: expected %s, found nothing", c->name,
                       c->expected);
    if (strlen(text) >= sizeof(out->value))
        return err_set(e, ERR_USAGE, "%s: expected at most %zu bytes, found %zu", c->name,
                       sizeof(out->value) - 1, strlen(text));
    out->kind = c->kind;
    (void)snprintf(out->value, sizeof(out->value), "%s", text);
    return ERR_OK;
}

enum err_code command_parse(const char *text, struct command *out, struct err *e)
{
    const char *rest;
    bool percent;

    *out = (struct command){.kind = COMMAND_NOTHING};
    skip_blanks(&text);
    if (*text == '\0')
        return ERR_OK;
    if (command_parse_row(text, &out->number, &percent)) {
        out->kind = percent ? COMMAND_PERCENT : COMMAND_ROW;
        return ERR_OK;
    }
    if ((rest = behind_word(text, "set")) != NULL)
        return parse_set(rest, out, e);
    for (size_t i = 0; i < N_TEXT_COMMANDS; i++)
        if ((rest = rest_of(&text_commands[i], text)) != NULL)
            return take_text(&text_commands[i], rest, out, e);
    return parse_action(text, out, e);
}

/* --- completion --- */

static bool has_short_name(enum action a)
{
    for (size_t i = 0; i < N_SHORT_NAMES; i++)
        if (strcmp(short_names[i].name, action_name(a)) == 0)
            return true;
    return false;
}

/* What Tab proposes: made once, as all of it is looked through at each key. */
#define SET_LINES (2 * OPTIONS_MAX + 1)
static struct {
    char set[SET_LINES][48];
    size_t n_set;
    const char *all[N_SHORT_NAMES + SET_LINES + N_TEXT_COMMANDS + ACTION_COUNT];
    size_t n; /* 0: not made yet */
} proposals;

static void add_proposal(const char *name)
{
    proposals.all[proposals.n++] = name;
}

static void add_set_line(const char *name, const char *value)
{
    char *line = proposals.set[proposals.n_set++];

    (void)snprintf(line, sizeof(proposals.set[0]), "set %s%s", name, value);
    add_proposal(line);
}

/* ":set all", and the options that may change, each alone and set back. */
static void add_set_lines(void)
{
    add_set_line("all", "");
    for (size_t i = 0; i < option_table_len; i++) {
        if (!(option_table[i].places & OPTION_AT_RUNTIME))
            continue;
        add_set_line(option_table[i].name, "");
        add_set_line(option_table[i].name, " " OPTION_DEFAULT);
    }
}

static void make_proposals(void)
{
    for (size_t i = 0; i < N_SHORT_NAMES; i++)
        add_proposal(short_names[i].name);
    add_set_lines();
    for (size_t i = 0; i < N_TEXT_COMMANDS; i++)
        add_proposal(text_commands[i].name);
    for (int a = ACT_NONE + 1; a < ACTION_COUNT; a++)
        if (can_be_typed((enum action)a) && !has_short_name((enum action)a))
            add_proposal(action_name((enum action)a));
}

const char *command_proposal(size_t i)
{
    if (proposals.n == 0)
        make_proposals();
    return i < proposals.n ? proposals.all[i] : NULL;
}

bool command_help(size_t i, const char **usage, const char **help)
{
    if (i >= N_TEXT_COMMANDS)
        return false;
    *usage = text_commands[i].usage;
    *help = text_commands[i].help;
    return true;
}

/* The command on a line that columns belong to, and what follows it; else NULL. */
static const struct text_command *column_command(const char *text, const char **rest)
{
    for (size_t i = 0; i < N_TEXT_COMMANDS; i++)
        if (text_commands[i].columns && (*rest = rest_of(&text_commands[i], text)) != NULL)
            return &text_commands[i];
    return NULL;
}

/* Behind the column that a format is for, if one is named. */
static size_t format_start(const char *text, const char *rest)
{
    const char *p = strchr(rest, '=');

    p = p ? p + 1 : rest;
    skip_blanks(&p);
    return (size_t)(p - text);
}

/* The kind of a join and a tab are there, columns come next. */
static bool names_tab(const char *rest)
{
    for (int words = 0; words < 2; words++) {
        rest += strcspn(rest, " ");
        if (*rest == '\0')
            return false;
        skip_blanks(&rest);
    }
    return true;
}

size_t command_column_start(const char *text)
{
    const char *rest = NULL;
    const struct text_command *c = column_command(text, &rest);

    if (!c || (*rest == '\0' && text[strlen(text) - 1] != ' '))
        return 0;
    if (c->kind == COMMAND_FORMAT)
        return format_start(text, rest);
    if (c->kind == COMMAND_JOIN && !names_tab(rest))
        return 0;
    return text_last_name(text); /* a blank stands in front of the rest */
}

/* What a rollup may be of besides columns. */
static const char *rollup_word(size_t i)
{
    static const char *const words[] = {
        "-rows", "Avg(", "Sum(",           "Min(",    "Max(",    "First(",   "Last(",
        "Std(",  "Var(", "CountDistinct(", "Unique(", "AbsSum(", "Distinct("};

    return i < sizeof(words) / sizeof(*words) ? words[i] : NULL;
}

const char *command_word(const char *text, size_t i)
{
    static const char *const formats[] = {"default",      "#,##0",   "#,##0.00",
                                          "0.0%",         "0.00E0",  "yyyy-MM-dd HH:mm:ss",
                                          "HH:mm:ss.SSS", "zone UTC"};
    const char *rest;
    const struct text_command *c = column_command(text, &rest);

    if (c && c->kind == COMMAND_ROLLUP)
        return rollup_word(i);
    return c && c->kind == COMMAND_FORMAT && i < sizeof(formats) / sizeof(*formats)
               ? formats[i]
               : NULL;
}

bool command_may_hold_secret(const char *text)
{
    return strchr(text, '@') || strstr(text, "%40") || strcasestr(text, "psk=");
}

size_t command_count_length(const char *text)
{
    size_t n = strspn(text, " "), digits = strspn(text + n, "0123456789");

    n += digits;
    return digits > 0 && text[n] == ' ' ? n + strspn(text + n, " ") : 0;
}
