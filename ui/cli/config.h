/*
 * ui/cli/config.h - the config file: options, keys, styles, and connections by name.
 *
 *     [options]
 *     zone = UTC
 *
 *     [keys]
 *     hide-column = x
 *
 *     [theme]
 *     header = cyan bold
 *
 *     [connection "prod"]
 *     target = dh://demo.example/scope/trades
 *     user = alice
 *     secret-command = pass show dhview/prod
 *
 * [options] takes the options that are about the program, by the names they have on the
 * command line, and a connection those that have to do with logging in and TLS, beside
 * "target". Lines of [options], [keys] and [theme] are kept as they are; what they mean is
 * up to who knows options, keys and styles. A line that is wrong is told by file and line,
 * spoils at most its own connection, and the rest counts. Who reads the file learns no
 * secret from it, but who can change it says what is run: a connection that names secrets
 * is refused when others can use the file. Loop thread.
 */
#ifndef UI_CLI_CONFIG_H
#define UI_CLI_CONFIG_H

#include "ui/cli/options.h"

#define CONFIG_FAULTS_MAX 100 /* that are kept, one a line */

struct config_connection {
    char *name, *target;
    struct options options; /* only those of a connection count */
    struct err fault;       /* of the first wrong line; code ERR_OK: there is none */
    size_t fault_file;      /* of files; where it stands */
};

enum config_section { CONFIG_OPTIONS, CONFIG_KEYS, CONFIG_THEME };

/* NAME = VALUE, as it stands there; of no connection. */
struct config_line {
    enum config_section section;
    char *name, *value;
    size_t file; /* of files */
    unsigned number;
};

struct config_file {
    char *path;
    unsigned lines;
    int error; /* errno of opening or reading it, or 0 */
};

struct config_fault {
    size_t file;    /* of files */
    struct err why; /* begins with file and line, or names a file */
};

struct config {
    struct config_file *files; /* that were looked for, in this order */
    size_t n_files, files_cap;
    struct options options; /* those of [options], FROM_FILE */
    struct config_connection **connections;
    size_t n, cap;
    struct config_line *lines;
    size_t n_lines, lines_cap;
    struct config_fault *faults;
    size_t n_faults, faults_cap;
};

/* $XDG_CONFIG_HOME/dhview/config, by default ~/.config/dhview/config; NULL when the
 * environment names no such folder. Owned. */
char *config_path(void);

void config_init(struct config *c);
void config_release(struct config *c);

/* Adds what a file says (path is given; NULL: nothing). No such file is no fault: files
 * tells. */
void config_read(struct config *c, char *path);

/* Forgets the lines and faults of a file that is to be read once more; what its options and
 * connections are stays. */
void config_forget(struct config *c, const char *path);

/* Notes what is wrong with a line; why is copied. */
void config_fault(struct config *c, const struct config_line *line, const struct err *why);

/* The same of the line that has set an option; none has: nothing is noted. */
void config_option_fault(struct config *c, const char *name, const struct err *why);

/* The connection that text names, alone or before a "/"; NULL: none. Borrowed for good. */
struct config_connection *config_find(const struct config *c, const char *text);

/* Options of a connection that were given on the command line go before the file's. */
void config_override(struct config_connection *c, const struct options *given);

#endif
