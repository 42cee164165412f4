/*
 * ui/cli/options.h - the table of options, read by argv and by ":set".
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

struct options {
    char **targets;   /* what was asked for, not parsed; tables' names with demo; owned */
    size_t n_targets; /* 0 only with help, version or demo */
    char *auth; /* --auth: "anonymous", "psk", "basic" or a type; NULL: ask the server */
    char *user; /* NULL: none given */
    char *secret_file;     /* NULL: none given */
    char *secret_command;  /* likewise */
    int64_t secret_fd;     /* -1: none given */
    struct secret *secret; /* what it gave; owned; NULL: nothing */
    char *ca, *cert, *key; /* TLS files; NULL: none given */
    char *server_name;     /* TLS name to expect; NULL: the host's */
    char *zone;            /* time zone name; NULL: the local one */
    char *log;             /* log file; NULL: none */
    int64_t interval_ms;   /* 0: the server's own */
    int64_t max_message;   /* bytes a message of the server may have */
    bool insecure_plaintext;
    bool no_proxy; /* go directly, whatever the environment says */
    bool ascii;
    bool no_retry;
    bool demo; /* start the demo server and browse it */
    bool help;
    bool version;
};

enum option_type {
    OPTION_FLAG,   /* on the command line no value; elsewhere true or false */
    OPTION_STRING, /* not empty */
    OPTION_INT,
    OPTION_SIZE, /* bytes, with an optional K, M, G, KiB, MiB or GiB (powers of 1024) */
};

struct option_def {
    const char *name; /* long name, without the dashes */
    char letter;      /* short form, or 0 */
    enum option_type type;
    const char *arg;          /* name of the value in the help, NULL for a flag */
    int64_t min, max;         /* OPTION_INT, OPTION_SIZE */
    const char *default_text; /* read like a value; NULL: nothing set */
    const char *group;
    const char *help;
    size_t offset; /* of the field in struct options */
};

extern const struct option_def option_table[];
extern const size_t option_table_len;

/* The defaults; release with options_release. */
void options_init(struct options *o);
void options_release(struct options *o);

/* Reads argv (argv[0] is skipped) over the values in o. ERR_USAGE names the option, what
 * was expected and what was found. At least one TARGET, unless help, version or demo was
 * asked for. */
enum err_code options_parse(struct options *o, int argc, char *const argv[], struct err *e);

/* Sets one option by its long name, as ":set" does. value NULL means true for a
 * flag. */
enum err_code options_set(struct options *o, const char *name, const char *value,
                          struct err *e);

/* The option is about one connection (login, TLS), and may stand in the config file. */
bool options_of_connection(const char *name);

/* Copies those of a connection that were given over those in o. */
void options_override(struct options *o, const struct options *given);

/* The --help text, at most 24 lines of 79 columns, newline-terminated. Owned by the caller.
 */
char *options_help(void);

#endif
