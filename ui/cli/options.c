#include "ui/cli/options.h"

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/nearest.h"

#define FIELD(name) offsetof(struct options, name)
#define MIB ((int64_t)1024 * 1024)
#define HELP_MAX ((size_t)64 * 1024) /* bytes */
#define HELP_COLUMNS 79
#define HOUR_MS ((int64_t)3600 * 1000)
#define CONN OPTION_OF_CONNECTION
#define CONF OPTION_IN_FILE
#define LIVE OPTION_AT_RUNTIME
#define RARE OPTION_RARE
#define SCRIPT "without a screen" /* group of options for runs without a screen */

/* tmux takes sequences of up to 1 MiB. */
#define COPY_LIMIT_MAX 1000000

/* gRPC takes the limit of a message as an int. */
#define MESSAGE_MAX INT32_MAX

const struct option_def option_table[] = {
    /* clang-format off */
    /* name, letter, type, value, min, max, default, group, places, help, field */
    {"auth", 'a', OPTION_STRING, "TYPE", 0, 0, NULL, "login", CONN,
     "anonymous, psk, basic, mtls, oidc, or the server's", FIELD(auth)},
    {"user", 'u', OPTION_STRING, "NAME", 0, 0, NULL, "login", CONN,
     "user to log in as", FIELD(user)},
    {"secret-file", 's', OPTION_STRING, "FILE", 0, 0, NULL, "login", CONN,
     "key or password: its first line; mode 0600", FIELD(secret_file)},
    {"secret-command", 0, OPTION_STRING, "CMD", 0, 0, NULL, "login", CONN,
     "command that prints it; run again for each login", FIELD(secret_command)},
    {"secret-fd", 0, OPTION_INT, "N", 0, INT32_MAX, NULL, "login", RARE,
     "descriptor to read it from, once", FIELD(secret_fd)},
    {"insecure-plaintext", 0, OPTION_FLAG, NULL, 0, 0, NULL, "login", CONN,
     "allow secrets over a link without TLS", FIELD(insecure_plaintext)},
    {"ca", 0, OPTION_STRING, "FILE", 0, 0, NULL, "TLS", CONN | CONF,
     "authorities to trust instead of the system's (PEM)", FIELD(ca)},
    {"cert", 0, OPTION_STRING, "FILE", 0, 0, NULL, "TLS", CONN | RARE,
     "client certificate (PEM); needs --key", FIELD(cert)},
    {"key", 0, OPTION_STRING, "FILE", 0, 0, NULL, "TLS", CONN | RARE,
     "private key of the certificate (PEM)", FIELD(key)},
    {"server-name", 0, OPTION_STRING, "NAME", 0, 0, NULL, "TLS", CONN | RARE,
     "name to expect in the server's certificate", FIELD(server_name)},
    {"no-proxy", 0, OPTION_FLAG, NULL, 0, 0, NULL, "link", CONN | CONF | RARE,
     "connect directly, whatever https_proxy says", FIELD(no_proxy)},
    {"max-message", 0, OPTION_SIZE, "BYTES", INT64_C(64) * 1024, MESSAGE_MAX, "32M", "link", CONF | RARE,
     "largest message to take, e.g. 64M", FIELD(max_message)},
    {"interval", 'i', OPTION_INT, "MS", 0, HOUR_MS, "0", "link", CONF | LIVE,
     "time between updates; 0: the server's own", FIELD(interval_ms)},
    {"no-retry", 0, OPTION_FLAG, NULL, 0, 0, NULL, "link", CONF,
     "end when the server cannot be reached at the start", FIELD(no_retry)},
    {"zone", 'z', OPTION_STRING, "NAME", 0, 0, NULL, "screen", CONF | LIVE,
     "time zone of date and time cells, e.g. UTC", FIELD(zone)},
    {"ascii", 'A', OPTION_FLAG, NULL, 0, 0, NULL, "screen", CONF,
     "draw with ASCII only", FIELD(ascii)},
    {"keys", 0, OPTION_CHOICE, "vim|less|visidata", 0, 0, "vim", "screen", CONF | LIVE | RARE,
     "whose keys to take; ? lists what differs", FIELD(keys)},
    {"theme", 0, OPTION_CHOICE, "terminal|dark|light|mono", 0, 0, "terminal", "screen",
     CONF | LIVE | RARE, "16 colours; 256 on black, on white; none",
     FIELD(theme)},
    {"server-formats", 0, OPTION_CHOICE, "yes|no", 0, 0, "yes", "screen", CONF | LIVE | RARE,
     "colours and patterns that a table brings along", FIELD(server_formats)},
    {"mouse", 0, OPTION_FLAG, NULL, 0, 0, NULL, "screen", CONF | LIVE | RARE,
     "wheel, clicks and drags; else the terminal's own", FIELD(mouse)},
    {"copy-command", 0, OPTION_STRING, "CMD", 0, 0, NULL, "copy", CONF | LIVE | RARE,
     "shell command that is fed what is copied, e.g. wl-copy", FIELD(copy_command)},
    {"copy-format", 0, OPTION_CHOICE, "tsv|csv|json", 0, 0, "tsv", "copy", CONF | LIVE | RARE,
     "of copies with more than one cell", FIELD(copy_format)},
    {"copy-limit", 0, OPTION_SIZE, "BYTES", 64, COPY_LIMIT_MAX, "100000", "copy", CONF | LIVE | RARE,
     "largest sequence for the terminal's clipboard", FIELD(copy_limit)},
    {"demo", 0, OPTION_FLAG, NULL, 0, 0, NULL, "program", 0,
     "browse the demo server's tables", FIELD(demo)},
    {"write", 0, OPTION_FLAG, NULL, 0, 0, NULL, "program", 0,
     "allow what changes the server: console, rows", FIELD(write)},
    {"log", 'l', OPTION_STRING, "FILE", 0, 0, NULL, "program", CONF,
     "write a log; it never holds secrets", FIELD(log)},
    {"print-config", 0, OPTION_FLAG, NULL, 0, 0, NULL, "program", RARE,
     "print a config file with all there is, commented out", FIELD(print_config)},
    {"print-man", 0, OPTION_FLAG, NULL, 0, 0, NULL, "program", RARE,
     "print the manual page", FIELD(print_man)},
    {"help", 'h', OPTION_FLAG, NULL, 0, 0, NULL, "program", 0,
     "print this and exit", FIELD(help)},
    {"version", 'V', OPTION_FLAG, NULL, 0, 0, NULL, "program", 0,
     "print versions and exit", FIELD(version)},
    {"list", 0, OPTION_FLAG, NULL, 0, 0, NULL, SCRIPT, 0,
     "print what the server offers, or what TARGET names", FIELD(list)},
    {"once", 0, OPTION_FLAG, NULL, 0, 0, NULL, SCRIPT, 0,
     "print the rows that there are", FIELD(once)},
    {"follow", 0, OPTION_FLAG, NULL, 0, 0, NULL, SCRIPT, 0,
     "and then each change to them, a line of json each", FIELD(follow)},
    {"until", 0, OPTION_STRING, "'COL TEXT'", 0, 0, NULL, SCRIPT, 0,
     "wait for a row that fits, and print it", FIELD(until)},
    {"where", 0, OPTION_LIST, "FORMULA", 0, 0, NULL, SCRIPT, 0,
     "rows for which it is true; may be repeated", FIELD(where)},
    {"filter", 0, OPTION_LIST, "'COL TEXT'", 0, 0, NULL, SCRIPT, 0,
     "rows that fit the text in a column; likewise", FIELD(filter)},
    {"sort", 0, OPTION_STRING, "A,-B", 0, 0, NULL, SCRIPT, 0,
     "in this order; - descending", FIELD(sort)},
    {"columns", 0, OPTION_STRING, "A,B", 0, 0, NULL, SCRIPT, 0,
     "these, in this order", FIELD(columns)},
    {"rows", 0, OPTION_STRING, "A:B", 0, 0, NULL, SCRIPT, 0,
     "from 1; negative from the end; -10: the last 10", FIELD(rows)},
    {"format", 0, OPTION_STRING, "NAME", 0, 0, NULL, SCRIPT, 0,
     "csv, tsv, json or arrow, or as FILE ends", FIELD(format)},
    {"output", 'o', OPTION_STRING, "FILE", 0, 0, NULL, SCRIPT, 0,
     "replaced once all is written", FIELD(output)},
    {"no-header", 0, OPTION_FLAG, NULL, 0, 0, NULL, SCRIPT, 0,
     "no line of column names in csv and tsv", FIELD(no_header)},
    {"timeout", 0, OPTION_INT, "S", 0, INT32_MAX / 1000, "0", SCRIPT, 0,
     "give up after so many seconds", FIELD(timeout_s)},
    {"stats", 0, OPTION_FLAG, NULL, 0, 0, NULL, SCRIPT, 0,
     "rows, bytes and seconds on standard error", FIELD(stats)},
    /* clang-format on */
};

#define OPTION_COUNT (sizeof(option_table) / sizeof(option_table[0]))
#define LONG_BASE 256 /* getopt values of long options, above all letters */

const size_t option_table_len = OPTION_COUNT;

_Static_assert(OPTION_COUNT <= OPTIONS_MAX, "origin[] of struct options is too short");

static void *field(struct options *o, const struct option_def *def)
{
    return (char *)o + def->offset;
}

static void set_string(char **field_, const char *value)
{
    free(*field_);
    *field_ = value ? mem_strdup(value) : NULL;
}

/* Digits only, so that a sign or a blank is an error; saturates. False when there are none.
 */
static bool parse_digits(const char **p, int64_t *out)
{
    const char *start = *p;

    *out = 0;
    for (; **p >= '0' && **p <= '9'; (*p)++) {
        int64_t digit = **p - '0';
        *out = *out > (INT64_MAX - digit) / 10 ? INT64_MAX : *out * 10 + digit;
    }
    return *p > start;
}

/* Shift of a size suffix, -1 when it is none. */
static int suffix_shift(const char *s)
{
    static const char units[] = "KMG";
    const char *unit;

    if (*s == '\0')
        return 0;
    unit = strchr(units, *s);
    if (unit == NULL || (s[1] != '\0' && strcmp(s + 1, "iB") != 0))
        return -1;
    return 10 * (int)(unit - units + 1);
}

static bool parse_number(const struct option_def *def, const char *value, int64_t *out)
{
    const char *p = value;
    int shift;

    if (!parse_digits(&p, out))
        return false;
    shift = suffix_shift(p);
    if (shift < 0 || (shift > 0 && def->type != OPTION_SIZE) || *out > INT64_MAX >> shift)
        return false;
    *out <<= shift;
    return *out >= def->min && *out <= def->max;
}

static enum err_code set_number(struct options *o, const struct option_def *def,
                                const char *value, struct err *e)
{
    int64_t n;

    if (!parse_number(def, value, &n))
        return err_set(e, ERR_USAGE,
                       "--%s: expected a %s from %" PRId64 " to %" PRId64 ", found \"%s\"",
                       def->name,
                       def->type == OPTION_SIZE ? "size (such as 64M)" : "number", def->min,
                       def->max, value);
    memcpy(field(o, def), &n, sizeof(n));
    return ERR_OK;
}

static enum err_code set_flag(struct options *o, const struct option_def *def,
                              const char *value, struct err *e)
{
    bool on = value == NULL || strcmp(value, "true") == 0;

    if (!on && strcmp(value, "false") != 0)
        return err_set(e, ERR_USAGE, "--%s: expected true or false, found \"%s\"",
                       def->name, value);
    memcpy(field(o, def), &on, sizeof(on));
    return ERR_OK;
}

static bool is_text(const struct option_def *def)
{
    return def->type == OPTION_STRING || def->type == OPTION_CHOICE;
}

static bool is_choice(const struct option_def *def, const char *value)
{
    size_t n = strlen(value);

    for (const char *p = def->arg; *p; p += strspn(p, "|")) {
        size_t len = strcspn(p, "|");

        if (len == n && memcmp(p, value, n) == 0)
            return true;
        p += len;
    }
    return false;
}

static void add_item(struct option_list *l, const char *value)
{
    MEM_GROW(l->items, l->cap, l->n + 1);
    l->items[l->n++] = mem_strdup(value);
}

static void free_items(struct option_list *l)
{
    for (size_t i = 0; i < l->n; i++)
        free(l->items[i]);
    free(l->items);
}

static enum err_code set_value(struct options *o, const struct option_def *def,
                               const char *value, struct err *e)
{
    if (def->type == OPTION_FLAG)
        return set_flag(o, def, value, e);
    if (value == NULL || *value == '\0')
        return err_set(e, ERR_USAGE, "--%s: expected %s, found nothing", def->name,
                       def->arg);
    if (def->type == OPTION_LIST) {
        add_item(field(o, def), value);
        return ERR_OK;
    }
    if (!is_text(def))
        return set_number(o, def, value, e);
    if (def->type == OPTION_CHOICE && !is_choice(def, value))
        return err_set(e, ERR_USAGE, "--%s: expected %s, found \"%s\"", def->name, def->arg,
                       value);
    set_string(field(o, def), value);
    return ERR_OK;
}

static enum err_code set_option(struct options *o, const struct option_def *def,
                                const char *value, enum option_origin origin, struct err *e)
{
    TRY(set_value(o, def, value, e));
    o->origin[def - option_table] = (uint8_t)origin;
    return ERR_OK;
}

void options_init(struct options *o)
{
    *o = (struct options){.secret_fd = -1};
    for (size_t i = 0; i < OPTION_COUNT; i++)
        if (option_table[i].default_text != NULL)
            (void)set_value(o, &option_table[i], option_table[i].default_text, NULL);
}

void options_reset(struct options *o, const struct option_def *def)
{
    if (def->type == OPTION_FLAG)
        (void)set_flag(o, def, "false", NULL);
    else if (def->default_text)
        (void)set_value(o, def, def->default_text, NULL);
    else if (is_text(def))
        set_string(field(o, def), NULL);
    o->origin[def - option_table] = FROM_DEFAULT;
}

void options_release(struct options *o)
{
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        if (is_text(&option_table[i])) {
            char **text = field(o, &option_table[i]);
            free(*text);
        } else if (option_table[i].type == OPTION_LIST) {
            free_items(field(o, &option_table[i]));
        }
    }
    secret_free(o->secret);
    for (size_t i = 0; i < o->n_targets; i++)
        free(o->targets[i]);
    free(o->targets);
    *o = (struct options){0};
}

const struct option_def *options_find(const char *name)
{
    for (size_t i = 0; i < OPTION_COUNT; i++)
        if (strcmp(option_table[i].name, name) == 0)
            return &option_table[i];
    return NULL;
}

bool options_is_setting(const struct option_def *def)
{
    return (def->places & (CONN | CONF | LIVE)) != 0;
}

const char *options_nearest(const char *name, unsigned places, char *out, size_t size)
{
    struct nearest near = nearest_to(name);

    for (size_t i = 0; i < OPTION_COUNT; i++)
        if (!places || (option_table[i].places & places) != 0)
            nearest_try(&near, option_table[i].name);
    return nearest_hint(&near, out, size);
}

enum err_code options_set(struct options *o, const char *name, const char *value,
                          enum option_origin origin, struct err *e)
{
    const struct option_def *def = options_find(name);
    char hint[NEAREST_HINT_LEN];

    if (def)
        return set_option(o, def, value, origin, e);
    return err_set(e, ERR_USAGE, "no option is called \"%s\"%s", name,
                   options_nearest(name, 0, hint, sizeof(hint)));
}

enum option_origin options_origin(const struct options *o, const struct option_def *def)
{
    return (enum option_origin)o->origin[def - option_table];
}

static void copy_value(struct options *o, const struct options *from,
                       const struct option_def *def)
{
    const void *value = (const char *)from + def->offset;

    if (is_text(def))
        set_string(field(o, def), *(char *const *)value);
    else
        memcpy(field(o, def), value,
               def->type == OPTION_FLAG ? sizeof(bool) : sizeof(int64_t));
    o->origin[def - option_table] = from->origin[def - option_table];
}

void options_fill(struct options *o, const struct options *below)
{
    for (size_t i = 0; i < OPTION_COUNT; i++)
        if (o->origin[i] == FROM_DEFAULT && below->origin[i] != FROM_DEFAULT &&
            option_table[i].type != OPTION_LIST) /* only from the command line */
            copy_value(o, below, &option_table[i]);
}

void options_value(const struct options *o, const struct option_def *def, char *out,
                   size_t size)
{
    const void *value = (const char *)o + def->offset;

    if (def->type == OPTION_FLAG)
        (void)snprintf(out, size, "%s", *(const bool *)value ? "true" : "false");
    else if (is_text(def))
        (void)snprintf(out, size, "%s", *(char *const *)value ? *(char *const *)value : "");
    else
        (void)snprintf(out, size, "%" PRId64, *(const int64_t *)value);
}

/* One source of the secret that is given goes before any other. */
static void clear_sources(struct options *o)
{
    set_string(&o->secret_file, NULL);
    set_string(&o->secret_command, NULL);
}

void options_override(struct options *o, const struct options *given)
{
    if (given->secret || given->secret_file || given->secret_command)
        clear_sources(o);
    if (given->secret)
        o->secret = secret_new(secret_text(given->secret));
    o->insecure_plaintext = o->insecure_plaintext || given->insecure_plaintext;
    o->no_proxy = o->no_proxy || given->no_proxy;
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        const struct option_def *def = &option_table[i];
        char *const *value = (char *const *)((const char *)given + def->offset);

        if ((def->places & CONN) && def->type == OPTION_STRING && *value)
            set_string(field(o, def), *value);
    }
}

/* What getopt_long wants, made from the table. */
struct getopt_tables {
    char letters[2 * OPTION_COUNT + 2];
    struct option longs[OPTION_COUNT + 1];
};

static void make_tables(struct getopt_tables *t)
{
    size_t n = 0;

    memset(t, 0, sizeof(*t));
    t->letters[n++] = ':'; /* a missing value is told apart from an unknown option */
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        const struct option_def *def = &option_table[i];
        int has_arg = def->type == OPTION_FLAG ? no_argument : required_argument;

        t->longs[i] = (struct option){def->name, has_arg, NULL, LONG_BASE + (int)i};
        if (def->letter == 0)
            continue;
        t->letters[n++] = def->letter;
        if (has_arg == required_argument)
            t->letters[n++] = ':';
    }
}

static const struct option_def *def_of(int code)
{
    if (code >= LONG_BASE && code < LONG_BASE + (int)OPTION_COUNT)
        return &option_table[code - LONG_BASE];
    for (size_t i = 0; i < OPTION_COUNT; i++)
        if (code > 0 && option_table[i].letter == code)
            return &option_table[i];
    return NULL;
}

static enum err_code bad_option(int code, const char *word, struct err *e)
{
    const struct option_def *def = def_of(optopt);
    char typed[64], hint[NEAREST_HINT_LEN];
    const char *name;

    if (code == ':' && def != NULL)
        return err_set(e, ERR_USAGE, "--%s: expected %s, found nothing", def->name,
                       def->arg);
    if (def != NULL)
        return err_set(e, ERR_USAGE, "--%s: expected no value, found \"%s\"", def->name,
                       word);
    if (optopt > 0 && optopt < LONG_BASE)
        return err_set(e, ERR_USAGE, "unknown option -%c; see --help", optopt);
    name = word + strspn(word, "-");
    (void)snprintf(typed, sizeof(typed), "%.*s", (int)strcspn(name, "="), name);
    return err_set(e, ERR_USAGE, "unknown option %s%s; see --help", word,
                   options_nearest(typed, 0, hint, sizeof(hint)));
}

bool options_only_print(const struct options *o)
{
    return o->help || o->version || o->print_config || o->print_man;
}

static enum err_code take_targets(struct options *o, int argc, char *const argv[],
                                  struct err *e)
{
    size_t cap = 0;

    for (int i = optind; i < argc; i++) {
        if (argv[i][0] == '\0')
            continue;
        MEM_GROW(o->targets, cap, o->n_targets + 1);
        o->targets[o->n_targets++] = mem_strdup(argv[i]);
    }
    if (o->n_targets == 0 && !o->demo && !options_only_print(o))
        return err_set(e, ERR_USAGE,
                       "expected a TARGET such as localhost:10000/trades; see --help");
    return ERR_OK;
}

bool options_is_script(const struct options *o)
{
    return o->list || o->once || o->follow || o->until;
}

/* What there is nothing of in a list of tables. */
static enum err_code check_list(const struct options *o, struct err *e)
{
    static const char *const of_rows[] = {"where", "filter", "sort", "columns", "rows"};

    for (size_t i = 0; i < sizeof(of_rows) / sizeof(*of_rows) && o->list; i++)
        if (options_origin(o, options_find(of_rows[i])) != FROM_DEFAULT)
            return err_set(e, ERR_USAGE,
                           "--%s is about the rows of a table, which --list does not print",
                           of_rows[i]);
    return ERR_OK;
}

/* What is about runs without a screen is so with one of them alone. */
static enum err_code check_script(const struct options *o, struct err *e)
{
    if (o->list + o->once + o->follow + (o->until != NULL) > 1)
        return err_set(e, ERR_USAGE,
                       "expected one of --list, --once, --follow and --until");
    if (options_is_script(o) && o->n_targets != 1 &&
        !(o->demo && o->list && o->n_targets == 0))
        return err_set(e, ERR_USAGE, "expected one TARGET, found %zu", o->n_targets);
    TRY(check_list(o, e));
    for (size_t i = 0; i < OPTION_COUNT && !options_is_script(o); i++)
        if (strcmp(option_table[i].group, SCRIPT) == 0 && o->origin[i] != FROM_DEFAULT)
            return err_set(e, ERR_USAGE,
                           "--%s is for runs without a screen, such as --once",
                           option_table[i].name);
    return ERR_OK;
}

enum err_code options_parse(struct options *o, int argc, char *const argv[], struct err *e)
{
    struct getopt_tables t;
    int code;

    make_tables(&t);
    optind = 0; /* GNU: start over, also in a second call */
    opterr = 0; /* this function names the fault */
    while ((code = getopt_long(argc, argv, t.letters, t.longs, NULL)) != -1) {
        const struct option_def *def = def_of(code);

        if (code == '?' || code == ':')
            return bad_option(code, argv[optind - 1], e);
        if (def != NULL)
            TRY(set_option(o, def, optarg, FROM_COMMAND_LINE, e));
    }
    TRY(take_targets(o, argc, argv, e));
    return options_only_print(o) ? ERR_OK : check_script(o, e);
}

static const char help_head[] =
    "Usage: dhview [options] TARGET... or --demo [TABLE...]; scripts: --once --help\n"
    "View live tables of Deephaven servers, each TARGET in a tab. A TARGET is\n"
    "host[:port][/TABLE] (TLS unless loopback), dh[+plain]://host[:port]/scope/TABLE\n"
    "or NAME[/TABLE] of a connection in the config file; without TABLE: a list.\n";

static void add_text(struct buf *b, const char *text)
{
    (void)buf_append_text(b, text, NULL); /* the maximum is far above the table */
}

static void add_option(struct buf *b, const struct option_def *def)
{
    char head[64], line[160], letter[5] = "    ", preset[32] = "";

    if (def->letter != 0)
        snprintf(letter, sizeof(letter), "-%c, ", def->letter);
    if (def->type == OPTION_SIZE && def->default_text != NULL)
        snprintf(preset, sizeof(preset), " [%s]", def->default_text);
    snprintf(head, sizeof(head), "--%s%s%s", def->name, def->arg ? " " : "",
             def->arg ? def->arg : "");
    snprintf(line, sizeof(line), "  %s%-20s  %s%s\n", letter, head, def->help, preset);
    add_text(b, line);
}

/* The rare ones, as many to a line as fit. */
static void add_names(struct buf *b)
{
    char line[HELP_COLUMNS + 1] = "Also, see dhview(1):";

    for (size_t i = 0; i < OPTION_COUNT; i++) {
        const struct option_def *def = &option_table[i];
        char name[64];

        if (!(def->places & RARE))
            continue;
        (void)snprintf(name, sizeof(name), " --%s%s%s", def->name, def->arg ? " " : "",
                       def->arg ? def->arg : "");
        if (strlen(line) + strlen(name) > HELP_COLUMNS) {
            add_text(b, line);
            add_text(b, "\n");
            (void)snprintf(line, sizeof(line), " ");
        }
        (void)snprintf(line + strlen(line), sizeof(line) - strlen(line), "%s", name);
    }
    add_text(b, line);
    add_text(b, "\n");
}

static const char script_head[] =
    "Usage: dhview --list | --once | --follow | --until FILTER  [options] TARGET\n"
    "Without a screen. TARGET and the options of login and TLS are as in --help.\n"
    "The TEXT of a filter is what is typed on the screen: '>5', 'a*', '!=null'.\n";

char *options_help(bool script)
{
    struct buf b;
    char *out;

    buf_init(&b, HELP_MAX);
    add_text(&b, script ? script_head : help_head);
    for (size_t i = 0; i < OPTION_COUNT; i++)
        if ((strcmp(option_table[i].group, SCRIPT) == 0) == script &&
            !(option_table[i].places & RARE))
            add_option(&b, &option_table[i]);
    if (!script)
        add_names(&b);
    else
        add_text(&b,
                 "Ends with 0 done, 1 server or link failed, 2 wrong usage, 3 not let in,\n"
                 "4 no such table or column, 5 timed out, 130 interrupted.\n");
    out = mem_strndup((const char *)b.data, b.len);
    buf_release(&b);
    return out;
}
