/*
 * ui/widget/commands.h - what may be typed after ":": read, and proposed for completion.
 *
 *     12   1,000   50%          a row, a part of the table
 *     [COUNT] NAME [N]          an action by name, as the help lists them, or a short name
 *     set [all]                 what each option is, and where that comes from
 *     set OPTION [VALUE]        one of them; some may change while the program runs, and
 *                               "default" takes a change back
 *     tab [NAME]                a table of this server in a new tab, or the list of tables
 *     open TARGET               any target in a new tab
 *     !CODE   run FILE          code for the server's console
 *     where EXPR, filters ...        operations on the table, see commands.c
 *
 * Reads text into a value; carrying it out is the caller's. Pure; any thread.
 */
#ifndef UI_WIDGET_COMMANDS_H
#define UI_WIDGET_COMMANDS_H

#include "base/err.h"
#include "ui/cli/options.h"
#include "ui/widget/keymap.h"

#define OPTION_DEFAULT "default" /* as a value behind ":set": what holds unless set */
#define COMMAND_TEXT_MAX 4096    /* bytes of a value, end mark included */

enum command_kind {
    COMMAND_NOTHING, /* an empty line */
    COMMAND_ROW,     /* number: from 1 */
    COMMAND_PERCENT, /* number */
    COMMAND_ACTION,  /* match: as if its keys had been typed */
    COMMAND_SET,     /* option := value */
    COMMAND_SHOW,    /* tell the value of option */
    COMMAND_SHOW_ALL,
    COMMAND_SOURCE, /* value: a config file */
    COMMAND_CONFIG, /* nothing: tell which config files were read */
    COMMAND_SAVE,   /* the name of a view, as for the next one and the last */
    COMMAND_VIEW,
    COMMAND_VIEWS, /* nothing: list them */
    COMMAND_UNSAVE,
    COMMAND_FORMAT,  /* "", a format, or NAME = format */
    COMMAND_INSERT,  /* NAME=VALUE ..., or "" */
    COMMAND_REPLACE, /* likewise */
    COMMAND_DELETE,  /* nothing */
    COMMAND_EXECUTE, /* value: code for the server's console */
    COMMAND_RUN,     /* value: the name of a file of such code */
    COMMAND_SERVER,  /* nothing: tell about the server */
    COMMAND_TAB,     /* value: the name of a table, or empty */
    COMMAND_TABLE,   /* value: empty ROWS, or time PERIOD */
    COMMAND_OPEN,    /* value: a target */
    /* On the table; what value is to be is checked by who carries it out. */
    COMMAND_WHERE,    /* a condition in the server's language */
    COMMAND_ADD,      /* Name = formula */
    COMMAND_DROP,     /* names of columns */
    COMMAND_SELECT,   /* likewise */
    COMMAND_HEAD,     /* a number of rows */
    COMMAND_TAIL,     /* likewise */
    COMMAND_SLICE,    /* FIRST:LAST */
    COMMAND_MERGE,    /* nothing */
    COMMAND_ROLLUP,   /* columns, and what is made of the others */
    COMMAND_JOIN,     /* natural|asof TAB ON [ADDED] */
    COMMAND_SORT_ABS, /* "", "up" or "down" */
    COMMAND_SNAPSHOT, /* nothing, as for the next six */
    COMMAND_META,
    COMMAND_FILTERS,
    COMMAND_RECIPE,
    COMMAND_CODE,
    COMMAND_LINK,
    COMMAND_SHARE,
    COMMAND_RING, /* a number of rows, perhaps a name */
    COMMAND_NAME, /* the name of a variable */
    COMMAND_WRITE /* the name of a file */
};

struct command {
    enum command_kind kind;
    int64_t number;
    struct key_match match; /* its binding is the one below */
    struct binding binding;
    const struct option_def *option; /* borrowed from option_table */
    char value[COMMAND_TEXT_MAX];
};

/* ERR_USAGE says what was expected. out must stay where it is while match is used. */
enum err_code command_parse(const char *text, struct command *out, struct err *e);

/* Reads only "N" or "N%", with commas between digits allowed; saturates at INT64_MAX. */
bool command_parse_row(const char *text, int64_t *n, bool *percent);

/* The i-th line that completion may propose: short names, "set" with each option, "tab",
 * actions.
 * NULL at the end. Constant. */
const char *command_proposal(size_t i);

/* The i-th of the commands that take the rest of the line: what to type, and what it does.
 * False at the end. Constant. */
bool command_help(size_t i, const char **usage, const char **help);

/* Where on a line the name of a column, or what may stand in its place, is being typed:
 * bytes before it. 0: nowhere. */
size_t command_column_start(const char *text);

/* The i-th of the words that may stand there, beside the columns; NULL at the end.
 * Constant. */
const char *command_word(const char *text, size_t i);

/* The line may hold a password or a key, as the targets of other programs do: user:password
 * before an @, a key behind psk=. It is to be kept nowhere. */
bool command_may_hold_secret(const char *text);

/* Bytes of a count in front of a command, blanks included; proposals go behind it. */
size_t command_count_length(const char *text);

#endif
