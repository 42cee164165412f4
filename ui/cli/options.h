/*
 * ui/cli/options.h - the table of options, read by argv, by the config file and by ":set".
 *
 * Each value knows where it comes from. What was given nearer to the user goes before: the
 * default, then the file, the command line, ":set".
 *
 * struct options is a plain value that owns its strings. Loop thread only.
 */
#ifndef UI_CLI_OPTIONS_H
#define UI_CLI_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/secret.h"

#define OPTIONS_MAX 64 /* lines of the table, at most */

enum option_origin { FROM_DEFAULT, FROM_FILE, FROM_COMMAND_LINE, FROM_SET };

struct option_list { /* of an option that may be given more than once */
    char **items;    /* owned */
    size_t n, cap;
};

struct options {
    char **targets;   /* what was asked for, not parsed; tables' names with demo; owned */
    size_t n_targets; /* 0 only with demo, or where something is only printed */
    char *auth; /* --auth: "anonymous", "psk", "basic" or a type; NULL: ask the server */
    char *user; /* NULL: none given */
    char *secret_file;     /* NULL: none given */
    char *secret_command;  /* likewise */
    int64_t secret_fd;     /* -1: none given */
    struct secret *secret; /* what it gave; owned; NULL: nothing */
    char *ca, *cert, *key; /* TLS files; NULL: none given */
    char *server_name;     /* TLS name to expect; NULL: the host's */
    char *keys;            /* the preset; never NULL */
    char *theme;           /* its name; never NULL */
    char *server_formats;  /* "yes" or "no" */
    char *zone;            /* time zone name; NULL: the local one */
    char *log;             /* log file; NULL: none */
    int64_t interval_ms;   /* 0: the server's own */
    int64_t max_message;   /* bytes a message of the server may have */
    char *copy_command;    /* what is fed copies; NULL: the terminal takes them */
    char *copy_format;     /* "tsv", "csv" or "json" */
    int64_t copy_limit;    /* bytes of a copy that the terminal takes */
    bool insecure_plaintext;
    bool no_proxy; /* go directly, whatever the environment says */
    bool ascii;
    bool mouse; /* reports of it are wanted */
    bool no_retry;
    bool write;              /* what changes the server is allowed */
    bool demo;               /* start the demo server and browse it */
    bool list, once, follow; /* no screen: at most one of these, or until */
    char *until;
    struct option_list where, filter;
    char *sort, *columns, *rows, *format, *output; /* as typed; NULL: none given */
    bool no_header, stats;
    int64_t timeout_s; /* 0: none */
    bool help;
    bool version;
    bool print_config;
    bool print_man;
    uint8_t origin[OPTIONS_MAX]; /* enum option_origin, as in option_table */
};

enum option_type {
    OPTION_FLAG,   /* on the command line no value; elsewhere true or false */
    OPTION_STRING, /* not empty */
    OPTION_CHOICE, /* one of the words of arg, which "|" separates */
    OPTION_INT,
    OPTION_LIST, /* OPTION_STRING that may be given more than once */
    OPTION_SIZE, /* bytes, with an optional K, M, G, KiB, MiB or GiB (powers of 1024) */
};

/* Where an option may stand, beside the command line, where all may. */
enum option_places {
    OPTION_OF_CONNECTION = 1, /* in a [connection]: it is about one server */
    OPTION_IN_FILE = 2,       /* in [options] of the config file */
    OPTION_AT_RUNTIME = 4,    /* behind ":set" */
    OPTION_RARE = 8,          /* --help has its name alone */
};

struct option_def {
    const char *name; /* long name, without the dashes */
    char letter;      /* short form, or 0 */
    enum option_type type;
    const char *arg;          /* name of the value in the help, NULL for a flag */
    int64_t min, max;         /* OPTION_INT, OPTION_SIZE */
    const char *default_text; /* read like a value; NULL: nothing set */
    const char *group;
    unsigned places; /* enum option_places */
    const char *help;
    size_t offset; /* of the field in struct options */
};

extern const struct option_def option_table[];
extern const size_t option_table_len;

/* The defaults; release with options_release. */
void options_init(struct options *o);
void options_release(struct options *o);

/* Reads argv (argv[0] is skipped) over the values in o. ERR_USAGE names the option, what
 * was expected and what was found. At least one TARGET, unless demo was
 * asked for or something is only printed. */
enum err_code options_parse(struct options *o, int argc, char *const argv[], struct err *e);

/* What was asked for is a text, and no server is needed for it. */
bool options_only_print(const struct options *o);

/* Sets one option by its long name. value NULL means true for a flag. */
enum err_code options_set(struct options *o, const char *name, const char *value,
                          enum option_origin origin, struct err *e);

/* Back to what holds where nobody has set it. def is no OPTION_LIST. */
void options_reset(struct options *o, const struct option_def *def);

/* The line of the table; NULL: no option has that name. */
const struct option_def *options_find(const char *name);

/* It may be given elsewhere than on the command line, so its value is of interest later. */
bool options_is_setting(const struct option_def *def);

/* Writes to out what may be added to an error: the option, of those that may stand in one
 * of these places (0: of all), which a misspelt name is nearest to, or "". Returns out. */
const char *options_nearest(const char *name, unsigned places, char *out, size_t size);

enum option_origin options_origin(const struct options *o, const struct option_def *def);

/* Copies from below what nobody gave in o. */
void options_fill(struct options *o, const struct options *below);

/* Its value as a text that reads back, "" where none is set; cut when out is short. */
void options_value(const struct options *o, const struct option_def *def, char *out,
                   size_t size);

/* Copies those of a connection that were given over those in o. */
void options_override(struct options *o, const struct options *given);

/* What o asks for has no screen. */
bool options_is_script(const struct options *o);

/* The --help text, at most 24 lines of 79 columns, newline-terminated, of runs without a
 * screen, or of those with one: what each option does, but those that are rare, which are
 * only named. Owned by the caller. */
char *options_help(bool script);

#endif
