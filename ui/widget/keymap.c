#include "ui/widget/keymap.h"

#include <stdio.h>
#include <string.h>

#define ROW(n_)                                                                            \
    ACT_MOVE_ROW,                                                                          \
    {                                                                                      \
        .n = (n_)                                                                          \
    }
#define COLUMN(n_)                                                                         \
    ACT_MOVE_COLUMN,                                                                       \
    {                                                                                      \
        .n = (n_)                                                                          \
    }
#define HALF(n_)                                                                           \
    ACT_MOVE_HALF_PAGE,                                                                    \
    {                                                                                      \
        .n = (n_)                                                                          \
    }
#define PAGE(n_)                                                                           \
    ACT_MOVE_PAGE,                                                                         \
    {                                                                                      \
        .n = (n_)                                                                          \
    }
#define COLPAGE(n_)                                                                        \
    ACT_MOVE_COLUMN_PAGE,                                                                  \
    {                                                                                      \
        .n = (n_)                                                                          \
    }
#define CURSOR(n_)                                                                         \
    ACT_CURSOR_TO,                                                                         \
    {                                                                                      \
        .n = (n_)                                                                          \
    }
#define SCROLL(n_)                                                                         \
    ACT_SCROLL_TO,                                                                         \
    {                                                                                      \
        .n = (n_)                                                                          \
    }
#define SHIFT(n_)                                                                          \
    ACT_SHIFT_COLUMN,                                                                      \
    {                                                                                      \
        .n = (n_)                                                                          \
    }
#define RATE(n_)                                                                           \
    ACT_CHANGE_RATE,                                                                       \
    {                                                                                      \
        .n = (n_)                                                                          \
    }
#define RESIZE(n_)                                                                         \
    ACT_RESIZE_COLUMN,                                                                     \
    {                                                                                      \
        .n = (n_)                                                                          \
    }
#define TAB_STEP(n_)                                                                       \
    ACT_STEP_TAB,                                                                          \
    {                                                                                      \
        .n = (n_)                                                                          \
    }
#define TAB_GO(n_)                                                                         \
    ACT_GO_TAB,                                                                            \
    {                                                                                      \
        .n = (n_)                                                                          \
    }
#define AGAIN(n_)                                                                          \
    ACT_SEARCH_AGAIN,                                                                      \
    {                                                                                      \
        .n = (n_)                                                                          \
    }
#define FIND_NEXT(n_)                                                                      \
    ACT_FIND_AGAIN,                                                                        \
    {                                                                                      \
        .n = (n_)                                                                          \
    }
#define SORT(n_)                                                                           \
    ACT_SORT,                                                                              \
    {                                                                                      \
        .n = (n_)                                                                          \
    }
#define SORT_MORE(n_)                                                                      \
    ACT_SORT_MORE,                                                                         \
    {                                                                                      \
        .n = (n_)                                                                          \
    }
#define VALUE(n_)                                                                          \
    ACT_FILTER_VALUE,                                                                      \
    {                                                                                      \
        .n = (n_)                                                                          \
    }
#define LEVELS(n_)                                                                         \
    ACT_LOG_LEVELS,                                                                        \
    {                                                                                      \
        .n = (n_)                                                                          \
    }
#define DO(id)                                                                             \
    ACT_##id,                                                                              \
    {                                                                                      \
        .n = 0                                                                             \
    }

/* Neighbours with the same mode, action and argument make one line of the help screen,
 * which shows the help of the first of them. */
const struct binding keymap[] = {
    /* clang-format off */
    /* mode       keys         action, argument    group      help */
    {MODE_GRID,   "k",         ROW(-1),            "move",    "row up"},
    {MODE_GRID,   "<Up>",      ROW(-1),            "move",    "row up"},
    {MODE_GRID,   "j",         ROW(+1),            "move",    "row down"},
    {MODE_GRID,   "<Down>",    ROW(+1),            "move",    "row down"},
    {MODE_GRID,   "h",         COLUMN(-1),         "move",    "column left"},
    {MODE_GRID,   "<Left>",    COLUMN(-1),         "move",    "column left"},
    {MODE_GRID,   "l",         COLUMN(+1),         "move",    "column right"},
    {MODE_GRID,   "<Right>",   COLUMN(+1),         "move",    "column right"},
    {MODE_GRID,   "u",         HALF(-1),           "move",    "half a page up"},
    {MODE_GRID,   "<C-u>",     HALF(-1),           "move",    "half a page up"},
    {MODE_GRID,   "d",         HALF(+1),           "move",    "half a page down"},
    {MODE_GRID,   "<C-d>",     HALF(+1),           "move",    "half a page down"},
    {MODE_GRID,   "<PgUp>",    PAGE(-1),           "move",    "page up"},
    {MODE_GRID,   "<C-b>",     PAGE(-1),           "move",    "page up"},
    {MODE_GRID,   "<PgDn>",    PAGE(+1),           "move",    "page down"},
    {MODE_GRID,   "<C-f>",     PAGE(+1),           "move",    "page down"},
    {MODE_GRID,   "<Space>",   PAGE(+1),           "move",    "page down"},
    {MODE_GRID,   "gg",        DO(FIRST_ROW),      "move",    "row 1; with a count that row"},
    {MODE_GRID,   "<C-Home>",  DO(FIRST_ROW),      "move",    "first row"},
    {MODE_GRID,   "G",         DO(LAST_ROW),       "move",    "last row; with a count that row"},
    {MODE_GRID,   "<C-End>",   DO(LAST_ROW),       "move",    "last row"},
    {MODE_GRID,   "%",         DO(GO_PERCENT),     "move",    "a count of percent down the table"},
    {MODE_GRID,   "<C-g>",     DO(OPEN_GO_ROW),    "move",    "ask for a row number"},
    {MODE_GRID,   "0",         DO(FIRST_COLUMN),   "move",    "first column"},
    {MODE_GRID,   "gh",        DO(FIRST_COLUMN),   "move",    "first; of the columns"},
    {MODE_GRID,   "<Home>",    DO(FIRST_COLUMN),   "move",    "first column"},
    {MODE_GRID,   "$",         DO(LAST_COLUMN),    "move",    "last column"},
    {MODE_GRID,   "gl",        DO(LAST_COLUMN),    "move",    "last; of the columns"},
    {MODE_GRID,   "<End>",     DO(LAST_COLUMN),    "move",    "last column"},
    {MODE_GRID,   "<C-Left>",  COLPAGE(-1),        "move",    "a screen of columns left"},
    {MODE_GRID,   "<C-Right>", COLPAGE(+1),        "move",    "a screen of columns right"},
    {MODE_GRID,   "H",         CURSOR(-1),         "move",    "top of the screen"},
    {MODE_GRID,   "M",         CURSOR(0),          "move",    "middle of the screen"},
    {MODE_GRID,   "L",         CURSOR(+1),         "move",    "bottom of the screen"},
    {MODE_GRID,   "zt",        SCROLL(-1),         "move",    "top; this row goes there"},
    {MODE_GRID,   "zz",        SCROLL(0),          "move",    "middle; this row goes there"},
    {MODE_GRID,   "zb",        SCROLL(+1),         "move",    "bottom; this row goes there"},

    {MODE_GRID,   "c",         DO(OPEN_GO_COLUMN), "columns", "go to a column by name"},
    {MODE_GRID,   "C",         DO(OPEN_COLUMNS),   "columns", "choose columns: show, hide, order"},
    {MODE_GRID,   "-",         DO(HIDE_COLUMN),    "columns", "hide this column"},
    {MODE_GRID,   "g-",        DO(SHOW_COLUMNS),   "columns", "all; shows the hidden columns, too"},
    {MODE_GRID,   "g<",        SHIFT(-1),          "columns", "left; moves this column"},
    {MODE_GRID,   "g>",        SHIFT(+1),          "columns", "right; moves this column"},
    {MODE_GRID,   "!",         DO(FREEZE_COLUMNS), "columns", "freeze up to this column; again: none"},
    {MODE_GRID,   "<",         RESIZE(-1),         "columns", "narrower"},
    {MODE_GRID,   ">",         RESIZE(+1),         "columns", "wider"},
    {MODE_GRID,   "_",         DO(FIT_COLUMN),     "columns", "fit this column to its cells"},
    {MODE_GRID,   "g_",        DO(FIT_COLUMNS),    "columns", "fit; all columns to their cells"},

    {MODE_GRID,   "/",         DO(FIND),           "find",    "find in this column: text, >5, null"},
    {MODE_GRID,   "g/",        DO(FIND_ALL),       "find",    "find; a text in any column"},
    {MODE_GRID,   "*",         DO(FIND_VALUE),     "find",    "find the next value like this one"},
    {MODE_GRID,   "n",         FIND_NEXT(+1),      "find",    "next hit"},
    {MODE_GRID,   "N",         FIND_NEXT(-1),      "find",    "hit before"},
    {MODE_GRID,   "[",         SORT(+1),           "work",    "sort by this column, up"},
    {MODE_GRID,   "]",         SORT(-1),           "work",    "sort by this column, down"},
    {MODE_GRID,   "z[",        SORT_MORE(+1),      "work",    "sort up; by this column after those before"},
    {MODE_GRID,   "z]",        SORT_MORE(-1),      "work",    "sort down; by this column after those before"},
    {MODE_GRID,   "\\",        DO(UNSORT),         "work",    "take this column out of the sort"},
    {MODE_GRID,   "R",         DO(REVERSE),        "work",    "reverse all rows"},
    {MODE_GRID,   "&",         DO(OPEN_COLUMN_FILTER), "work", "filter this column: >5, text, ~part, null"},
    {MODE_GRID,   "g&",        DO(OPEN_TABLE_FILTER),  "work", "filter; by a text in any column"},
    {MODE_GRID,   "@",         VALUE(+1),          "work",    "keep rows with this value"},
    {MODE_GRID,   "g@",        VALUE(-1),          "work",    "drop; rows with this value"},
    {MODE_GRID,   "z&",        DO(OPEN_VALUE_FILTERS), "work", "by value; more filters made of this one"},
    {MODE_GRID,   "r",         DO(CLEAR_FILTERS),  "work",    "clear all filters, after asking"},
    {MODE_GRID,   "D",         DO(OPEN_VALUES),    "work",    "distinct values of this column, counted"},
    {MODE_GRID,   "I",         DO(OPEN_STATISTICS), "work",   "statistics of this column"},
    {MODE_GRID,   "T",         DO(TOTALS),         "work",    "totals of the columns in a row; again: none"},
    {MODE_GRID,   "zT",        DO(OPEN_TOTALS),    "work",    "total; choose that of this column"},
    {MODE_GRID,   "gr",        DO(ROLL_UP),        "work",    "tree; rolled up by this column, or those selected"},
    {MODE_GRID,   "za",        DO(TOGGLE_NODE),    "work",    "node; open or close this one of a tree"},
    {MODE_GRID,   "zR",        DO(OPEN_NODES),     "work",    "open; all nodes of a tree"},
    {MODE_GRID,   "zM",        DO(CLOSE_NODES),    "work",    "shut; all nodes of a tree"},
    {MODE_GRID,   "U",         DO(UNDO),           "work",    "undo the last operation on the table"},
    {MODE_GRID,   "e",         DO(EDIT_CELL),      "work",    "edit this cell of an input table (--write)"},
    {MODE_GRID,   "gU",        DO(REDO),           "work",    "redo; what was undone"},

    {MODE_GRID,   "v",         DO(SELECT_CELLS),   "copy",    "select cells; again: no more"},
    {MODE_GRID,   "V",         DO(SELECT_ROWS),    "copy",    "select rows"},
    {MODE_GRID,   "gv",        DO(SELECT_COLUMNS), "copy",    "cols; select whole columns"},
    {MODE_GRID,   "y",         DO(COPY),           "copy",    "copy what is selected, or this cell"},
    {MODE_GRID,   "Y",         DO(COPY_ROWS),      "copy",    "copy its whole rows, or this row"},
    {MODE_GRID,   "gy",        DO(COPY_SHOWN),     "copy",    "shown; copy cells with their format"},
    {MODE_GRID,   "zy",        DO(COPY_WITH_NAMES), "copy",   "with names; copy cells and the names of their columns"},
    {MODE_GRID,   "s",         DO(OPEN_WRITE),     "copy",    "write the rows to a file: :w FILE"},
    {MODE_GRID,   "zY",        DO(COPY_NAMES),     "copy",    "names; copy those of the columns alone"},

    {MODE_GRID,   "F",         DO(FOLLOW),         "live",    "follow the end; moving up ends it"},
    {MODE_GRID,   "p",         DO(PAUSE),          "live",    "pause; again: go on, marking changes"},
    {MODE_GRID,   "z+",        RATE(+1),           "live",    "faster; updates"},
    {MODE_GRID,   "z-",        RATE(-1),           "live",    "slower; updates"},
    {MODE_GRID,   "<C-r>",     DO(RESUBSCRIBE),    "live",    "the table of that name anew"},

    {MODE_GRID,   "m<Any>",    DO(SET_MARK),       "marks",   "mark this cell with a letter"},
    {MODE_GRID,   "'<Any>",    DO(GO_MARK),        "marks",   "go to the cell marked with a letter"},
    {MODE_GRID,   "''",        DO(GO_BACK),        "marks",   "go back to before the last jump"},

    {MODE_GRID,   "<Enter>",   DO(OPEN_CELL),      "look",    "the whole value of this cell"},
    {MODE_GRID,   "z<Enter>",  DO(OPEN_ROW),       "look",    "row; all its values, whole"},
    {MODE_GRID,   "gm",        DO(OPEN_METER),     "look",    "link; meter of delays, rates, frames"},

    {MODE_GRID,   "t",         DO(OPEN_PICKER),    "tables",  "choose a table"},
    {MODE_GRID,   "q",         DO(CLOSE),          "tables",  "close the table, then the tab"},

    {MODE_ANY,    "gt",        TAB_STEP(+1),       "tabs",    "next; tab, or with a count that tab"},
    {MODE_ANY,    "gT",        TAB_STEP(-1),       "tabs",    "prev; tab before"},
    {MODE_ANY,    "<A-1>",     TAB_GO(1),          "tabs",    "tab 1 to tab 9"},
    {MODE_ANY,    "<A-2>",     TAB_GO(2),          "tabs",    "tab 2"},
    {MODE_ANY,    "<A-3>",     TAB_GO(3),          "tabs",    "tab 3"},
    {MODE_ANY,    "<A-4>",     TAB_GO(4),          "tabs",    "tab 4"},
    {MODE_ANY,    "<A-5>",     TAB_GO(5),          "tabs",    "tab 5"},
    {MODE_ANY,    "<A-6>",     TAB_GO(6),          "tabs",    "tab 6"},
    {MODE_ANY,    "<A-7>",     TAB_GO(7),          "tabs",    "tab 7"},
    {MODE_ANY,    "<A-8>",     TAB_GO(8),          "tabs",    "tab 8"},
    {MODE_ANY,    "<A-9>",     TAB_GO(9),          "tabs",    "tab 9"},
    {MODE_ANY,    "gb",        DO(OPEN_TABS),      "tabs",    "tabs: a list of all"},

    {MODE_ANY,    "`",         DO(OPEN_CONSOLE),   "program", "console of the server (--write)"},
    {MODE_ANY,    "gL",        DO(OPEN_LOG),       "program", "log; of the server, where the last error is"},
    {MODE_ANY,    "E",         DO(MESSAGES),       "program", "messages; what was said last, whole"},
    {MODE_ANY,    ":",         DO(OPEN_COMMAND),   "program", "type a command; :12 goes to row 12"},
    {MODE_ANY,    "<Esc>",     DO(CANCEL),         "program", "cancel what runs"},
    {MODE_ANY,    "<C-c>",     DO(CANCEL),         "program", "cancel what runs"},
    {MODE_ANY,    "?",         DO(OPEN_HELP),      "program", "this help"},
    {MODE_ANY,    "<F1>",      DO(OPEN_HELP),      "program", "this help"},
    {MODE_ANY,    "<C-l>",     DO(REDRAW),         "program", "draw the screen anew"},
    {MODE_ANY,    "<C-z>",     DO(SUSPEND),        "program", "stop the program; fg brings it back"},
    {MODE_ANY,    "Q",         DO(QUIT),           "program", "quit, with all tabs"},

    {MODE_PICKER, "k",         ROW(-1),            "lists",   "entry up"},
    {MODE_PICKER, "<Up>",      ROW(-1),            "lists",   "entry up"},
    {MODE_PICKER, "j",         ROW(+1),            "lists",   "entry down"},
    {MODE_PICKER, "<Down>",    ROW(+1),            "lists",   "entry down"},
    {MODE_PICKER, "<C-u>",     HALF(-1),           "lists",   "half a page up"},
    {MODE_PICKER, "<C-d>",     HALF(+1),           "lists",   "half a page down"},
    {MODE_PICKER, "<PgUp>",    PAGE(-1),           "lists",   "page up"},
    {MODE_PICKER, "<C-b>",     PAGE(-1),           "lists",   "page up"},
    {MODE_PICKER, "<PgDn>",    PAGE(+1),           "lists",   "page down"},
    {MODE_PICKER, "<C-f>",     PAGE(+1),           "lists",   "page down"},
    {MODE_PICKER, "<Space>",   PAGE(+1),           "lists",   "page down"},
    {MODE_PICKER, "gg",        DO(FIRST_ROW),      "lists",   "first entry"},
    {MODE_PICKER, "<Home>",    DO(FIRST_ROW),      "lists",   "first entry"},
    {MODE_PICKER, "<C-Home>",  DO(FIRST_ROW),      "lists",   "first entry"},
    {MODE_PICKER, "G",         DO(LAST_ROW),       "lists",   "last entry"},
    {MODE_PICKER, "<End>",     DO(LAST_ROW),       "lists",   "last entry"},
    {MODE_PICKER, "<C-End>",   DO(LAST_ROW),       "lists",   "last entry"},
    {MODE_PICKER, "<Enter>",   DO(ACCEPT),         "lists",   "take this entry"},
    {MODE_PICKER, "o",         DO(ACCEPT_TAB),     "lists",   "open this entry in a new tab"},
    {MODE_PICKER, "<A-Enter>", DO(ACCEPT_TAB),     "lists",   "open this entry in a new tab"},
    {MODE_PICKER, "/",         DO(OPEN_FILTER),    "lists",   "filter the list"},
    {MODE_PICKER, "y",         DO(COPY),           "lists",   "copy its name"},
    {MODE_PICKER, "Y",         DO(COPY_ROWS),      "lists",   "copy the names of all"},
    {MODE_PICKER, "d",         DO(DROP_ENTRY),     "lists",   "drop this entry, where filters are listed"},
    {MODE_PICKER, "q",         DO(CLOSE),          "lists",   "back"},
    {MODE_PICKER, "<Esc>",     DO(CLOSE),          "lists",   "back"},

    {MODE_COLUMNS, "k",        ROW(-1),            "column list", "column up"},
    {MODE_COLUMNS, "<Up>",     ROW(-1),            "column list", "column up"},
    {MODE_COLUMNS, "j",        ROW(+1),            "column list", "column down"},
    {MODE_COLUMNS, "<Down>",   ROW(+1),            "column list", "column down"},
    {MODE_COLUMNS, "<C-u>",    HALF(-1),           "column list", "half a page up"},
    {MODE_COLUMNS, "<C-d>",    HALF(+1),           "column list", "half a page down"},
    {MODE_COLUMNS, "<PgUp>",   PAGE(-1),           "column list", "page up"},
    {MODE_COLUMNS, "<C-b>",    PAGE(-1),           "column list", "page up"},
    {MODE_COLUMNS, "<PgDn>",   PAGE(+1),           "column list", "page down"},
    {MODE_COLUMNS, "<C-f>",    PAGE(+1),           "column list", "page down"},
    {MODE_COLUMNS, "gg",       DO(FIRST_ROW),      "column list", "first column"},
    {MODE_COLUMNS, "<Home>",   DO(FIRST_ROW),      "column list", "first column"},
    {MODE_COLUMNS, "G",        DO(LAST_ROW),       "column list", "last column"},
    {MODE_COLUMNS, "<End>",    DO(LAST_ROW),       "column list", "last column"},
    {MODE_COLUMNS, "<Space>",  DO(TOGGLE),         "column list", "show or hide this column"},
    {MODE_COLUMNS, "<Enter>",  DO(TOGGLE),         "column list", "show or hide this column"},
    {MODE_COLUMNS, "-",        DO(TOGGLE),         "column list", "show or hide this column"},
    {MODE_COLUMNS, "g-",       DO(SHOW_COLUMNS),   "column list", "show all"},
    {MODE_COLUMNS, "K",        SHIFT(-1),          "column list", "move it up, to the left in the table"},
    {MODE_COLUMNS, "g<",       SHIFT(-1),          "column list", "move it up, to the left in the table"},
    {MODE_COLUMNS, "J",        SHIFT(+1),          "column list", "move it down, to the right"},
    {MODE_COLUMNS, "g>",       SHIFT(+1),          "column list", "move it down, to the right"},
    {MODE_COLUMNS, "_",        DO(FIT_COLUMN),     "column list", "fit its width to its cells"},
    {MODE_COLUMNS, "y",        DO(COPY),           "column list", "copy its name"},
    {MODE_COLUMNS, "Y",        DO(COPY_ROWS),      "column list", "copy the names of all"},
    {MODE_COLUMNS, "/",        DO(OPEN_FILTER),    "column list", "filter the list"},
    {MODE_COLUMNS, "q",        DO(CLOSE),          "column list", "back"},
    {MODE_COLUMNS, "C",        DO(CLOSE),          "column list", "back"},
    {MODE_COLUMNS, "<Esc>",    DO(CLOSE),          "column list", "back"},

    {MODE_FILTER, "<Up>",      ROW(-1),            "filter",  "entry up"},
    {MODE_FILTER, "<C-p>",     ROW(-1),            "filter",  "entry up"},
    {MODE_FILTER, "<Down>",    ROW(+1),            "filter",  "entry down"},
    {MODE_FILTER, "<C-n>",     ROW(+1),            "filter",  "entry down"},
    {MODE_FILTER, "<PgUp>",    PAGE(-1),           "filter",  "page up"},
    {MODE_FILTER, "<PgDn>",    PAGE(+1),           "filter",  "page down"},
    {MODE_FILTER, "<Enter>",   DO(ACCEPT),         "filter",  "take this entry"},
    {MODE_FILTER, "<A-Enter>", DO(ACCEPT_TAB),     "filter",  "open this entry in a new tab"},
    {MODE_FILTER, "<Esc>",     DO(CANCEL),         "filter",  "the whole list again"},

    {MODE_HELP,   "k",         ROW(-1),            "help",    "line up"},
    {MODE_HELP,   "<Up>",      ROW(-1),            "help",    "line up"},
    {MODE_HELP,   "j",         ROW(+1),            "help",    "line down"},
    {MODE_HELP,   "<Down>",    ROW(+1),            "help",    "line down"},
    {MODE_HELP,   "u",         HALF(-1),           "help",    "half a page up"},
    {MODE_HELP,   "<C-u>",     HALF(-1),           "help",    "half a page up"},
    {MODE_HELP,   "d",         HALF(+1),           "help",    "half a page down"},
    {MODE_HELP,   "<C-d>",     HALF(+1),           "help",    "half a page down"},
    {MODE_HELP,   "<PgUp>",    PAGE(-1),           "help",    "page up"},
    {MODE_HELP,   "<C-b>",     PAGE(-1),           "help",    "page up"},
    {MODE_HELP,   "<PgDn>",    PAGE(+1),           "help",    "page down"},
    {MODE_HELP,   "<C-f>",     PAGE(+1),           "help",    "page down"},
    {MODE_HELP,   "<Space>",   PAGE(+1),           "help",    "page down"},
    {MODE_HELP,   "gg",        DO(FIRST_ROW),      "help",    "first line"},
    {MODE_HELP,   "<Home>",    DO(FIRST_ROW),      "help",    "first line"},
    {MODE_HELP,   "G",         DO(LAST_ROW),       "help",    "last line"},
    {MODE_HELP,   "<End>",     DO(LAST_ROW),       "help",    "last line"},
    {MODE_HELP,   "/",         DO(OPEN_SEARCH),    "help",    "find a text"},
    {MODE_HELP,   "n",         AGAIN(+1),          "help",    "next line with that text"},
    {MODE_HELP,   "N",         AGAIN(-1),          "help",    "line before with that text"},
    {MODE_HELP,   "q",         DO(CLOSE),          "help",    "back"},
    {MODE_HELP,   "<Esc>",     DO(CLOSE),          "help",    "back"},

    {MODE_POPUP,  "k",         ROW(-1),            "popups",  "line up"},
    {MODE_POPUP,  "<Up>",      ROW(-1),            "popups",  "line up"},
    {MODE_POPUP,  "j",         ROW(+1),            "popups",  "line down"},
    {MODE_POPUP,  "<Down>",    ROW(+1),            "popups",  "line down"},
    {MODE_POPUP,  "u",         HALF(-1),           "popups",  "half a page up"},
    {MODE_POPUP,  "<C-u>",     HALF(-1),           "popups",  "half a page up"},
    {MODE_POPUP,  "d",         HALF(+1),           "popups",  "half a page down"},
    {MODE_POPUP,  "<C-d>",     HALF(+1),           "popups",  "half a page down"},
    {MODE_POPUP,  "<PgUp>",    PAGE(-1),           "popups",  "page up"},
    {MODE_POPUP,  "<C-b>",     PAGE(-1),           "popups",  "page up"},
    {MODE_POPUP,  "<PgDn>",    PAGE(+1),           "popups",  "page down"},
    {MODE_POPUP,  "<C-f>",     PAGE(+1),           "popups",  "page down"},
    {MODE_POPUP,  "<Space>",   PAGE(+1),           "popups",  "page down"},
    {MODE_POPUP,  "gg",        DO(FIRST_ROW),      "popups",  "first line"},
    {MODE_POPUP,  "<Home>",    DO(FIRST_ROW),      "popups",  "first line"},
    {MODE_POPUP,  "G",         DO(LAST_ROW),       "popups",  "last line"},
    {MODE_POPUP,  "<End>",     DO(LAST_ROW),       "popups",  "last line"},
    {MODE_POPUP,  "/",         DO(OPEN_SEARCH),    "popups",  "find a text"},
    {MODE_POPUP,  "n",         AGAIN(+1),          "popups",  "next place with that text"},
    {MODE_POPUP,  "N",         AGAIN(-1),          "popups",  "place before with that text"},
    {MODE_POPUP,  "y",         DO(COPY),           "popups",  "copy the line, of a row; else the text"},
    {MODE_POPUP,  "Y",         DO(COPY_ROWS),      "popups",  "copy all of the text"},
    {MODE_POPUP,  "q",         DO(CLOSE),          "popups",  "close"},
    {MODE_POPUP,  "<Esc>",     DO(CLOSE),          "popups",  "close"},
    {MODE_POPUP,  "<Enter>",   DO(ACCEPT),         "popups",  "the value of the line, in a row; else close"},

    {MODE_LOG,    "k",         ROW(-1),            "log",     "line up"},
    {MODE_LOG,    "<Up>",      ROW(-1),            "log",     "line up"},
    {MODE_LOG,    "j",         ROW(+1),            "log",     "line down"},
    {MODE_LOG,    "<Down>",    ROW(+1),            "log",     "line down"},
    {MODE_LOG,    "u",         HALF(-1),           "log",     "half a page up"},
    {MODE_LOG,    "<C-u>",     HALF(-1),           "log",     "half a page up"},
    {MODE_LOG,    "d",         HALF(+1),           "log",     "half a page down"},
    {MODE_LOG,    "<C-d>",     HALF(+1),           "log",     "half a page down"},
    {MODE_LOG,    "<PgUp>",    PAGE(-1),           "log",     "page up"},
    {MODE_LOG,    "<C-b>",     PAGE(-1),           "log",     "page up"},
    {MODE_LOG,    "<PgDn>",    PAGE(+1),           "log",     "page down"},
    {MODE_LOG,    "<C-f>",     PAGE(+1),           "log",     "page down"},
    {MODE_LOG,    "<Space>",   PAGE(+1),           "log",     "page down"},
    {MODE_LOG,    "gg",        DO(FIRST_ROW),      "log",     "first line"},
    {MODE_LOG,    "<Home>",    DO(FIRST_ROW),      "log",     "first line"},
    {MODE_LOG,    "G",         DO(LAST_ROW),       "log",     "last line, which follows what comes"},
    {MODE_LOG,    "<End>",     DO(LAST_ROW),       "log",     "last line, which follows what comes"},
    {MODE_LOG,    "F",         DO(FOLLOW),         "log",     "last line, as in a table"},
    {MODE_LOG,    "<Enter>",   DO(ACCEPT),         "log",     "all of this line"},
    {MODE_LOG,    "&",         DO(OPEN_FILTER),    "log",     "only lines with a text; nothing typed: all"},
    {MODE_LOG,    "l",         LEVELS(+1),         "log",     "warnings, errors, what is printed, all"},
    {MODE_LOG,    "h",         LEVELS(-1),         "log",     "the choice of levels before"},
    {MODE_LOG,    "/",         DO(OPEN_SEARCH),    "log",     "find a text"},
    {MODE_LOG,    "n",         AGAIN(+1),          "log",     "next line with that text"},
    {MODE_LOG,    "N",         AGAIN(-1),          "log",     "line before with that text"},
    {MODE_LOG,    "y",         DO(COPY),           "log",     "copy this line"},
    {MODE_LOG,    "Y",         DO(COPY_ROWS),      "log",     "copy all lines that are listed"},
    {MODE_LOG,    "q",         DO(CLOSE),          "log",     "close"},
    {MODE_LOG,    "<Esc>",     DO(CLOSE),          "log",     "close"},
    /* clang-format on */
};

const size_t keymap_len = sizeof(keymap) / sizeof(keymap[0]);

static const char *const action_names[] = {
#define X(id, name) name,
    ACTION_MAP(X)
#undef X
};

const char *action_name(enum action a)
{
    return (unsigned)a < ACTION_COUNT ? action_names[a] : action_names[ACT_NONE];
}

int action_find(const char *name)
{
    for (int i = 0; i < ACTION_COUNT; i++)
        if (strcmp(action_names[i], name) == 0)
            return i;
    return -1;
}

bool binding_takes_key(const struct binding *b)
{
    static const char any[] = "<Any>";
    size_t n = strlen(b->keys);

    return n >= sizeof(any) - 1 && strcmp(b->keys + n - (sizeof(any) - 1), any) == 0;
}

bool mode_takes_text(enum key_mode mode)
{
    return mode == MODE_FILTER || mode == MODE_PROMPT;
}

static bool takes_count(enum key_mode mode)
{
    return mode != MODE_ANY && !mode_takes_text(mode);
}

bool key_cancels(struct key k)
{
    return k.code == K_ESC || k.code == K_CTRL('c');
}

enum fit { FIT_NO, FIT_START, FIT_WHOLE };

/* How the typed keys fit those of a binding in the matcher's mode. */
static enum fit fit_of(const struct key_matcher *m, const struct bound_keys *keys)
{
    if (keys->mode != m->mode && keys->mode != MODE_ANY)
        return FIT_NO;
    if (keys->n < m->len)
        return FIT_NO;
    if (keys->mode == MODE_ANY && mode_takes_text(m->mode) && key_is_text(keys->k[0]))
        return FIT_NO;
    for (size_t k = 0; k < m->len; k++)
        if (keys->k[k].code != m->seq[k].code &&
            !(keys->k[k].code == K_ANY && key_is_text(m->seq[k])))
            return FIT_NO;
    return keys->n == m->len ? FIT_WHOLE : FIT_START;
}

/* Which of two bindings of the same keys wins: the mode's own before any mode's, then keys
 * that were named before <Any>. */
static int rank(const struct binding *b)
{
    return (b->mode != MODE_ANY ? 2 : 0) + (binding_takes_key(b) ? 0 : 1);
}

/* The binding of the typed keys; *more tells whether longer ones exist. */
static const struct binding *find(const struct key_matcher *m, bool *more)
{
    const struct bound_keys *keys = bindings_keys();
    const struct binding *found = NULL;

    *more = false;
    for (size_t i = 0; i < bindings_count(); i++) {
        enum fit fit = fit_of(m, &keys[i]);

        if (fit == FIT_START)
            *more = true;
        if (fit == FIT_WHOLE && (found == NULL || rank(bindings_at(i)) > rank(found)))
            found = bindings_at(i);
    }
    return found;
}

static bool take_digit(struct key_matcher *m, struct key k)
{
    int64_t digit = (int64_t)k.code - '0';

    if (!takes_count(m->mode) || m->len > 0 || digit < 0 || digit > 9)
        return false;
    if (digit == 0 && !m->has_count)
        return false; /* a key of its own */
    m->has_count = true;
    if (m->count > (INT64_MAX - digit) / 10)
        m->count = INT64_MAX;
    else
        m->count = m->count * 10 + digit;
    return true;
}

static struct key_match match_sequence(struct key_matcher *m)
{
    struct key_match out = {.result = KEYS_PENDING};
    bool more;

    out.binding = find(m, &more);
    if (out.binding == NULL && more)
        return out;
    if (out.binding == NULL) {
        out.result = KEYS_UNKNOWN;
        m->done = true; /* what was typed stays to be told */
        return out;
    }
    out.result = KEYS_ACTION;
    out.has_count = m->has_count;
    out.count = m->has_count ? m->count : 1;
    if (binding_takes_key(out.binding))
        out.arg = m->seq[m->len - 1];
    key_matcher_reset(m);
    return out;
}

struct key_match key_matcher_feed(struct key_matcher *m, enum key_mode mode, struct key k)
{
    if (m->done || m->mode != mode)
        key_matcher_reset(m);
    m->mode = mode;
    if (key_cancels(k) && key_matcher_pending(m)) {
        key_matcher_reset(m);
        return (struct key_match){.result = KEYS_CANCELLED};
    }
    if (take_digit(m, k))
        return (struct key_match){.result = KEYS_PENDING};
    /* Room is always there: no binding is longer than KEYS_LEN_MAX, so a full sequence was
     * decided before. */
    m->seq[m->len++] = k;
    return match_sequence(m);
}

void key_matcher_reset(struct key_matcher *m)
{
    *m = (struct key_matcher){.mode = m->mode};
}

bool key_matcher_pending(const struct key_matcher *m)
{
    return !m->done && (m->has_count || m->len > 0);
}

void key_matcher_typed(const struct key_matcher *m, char *out, size_t size)
{
    char text[KEYS_TYPED_LEN] = "";
    size_t len = 0;

    if (m->has_count)
        len = (size_t)snprintf(text, sizeof(text), "%lld", (long long)m->count);
    for (size_t i = 0; i < m->len; i++) {
        key_notation(m->seq[i], text + len);
        len += strlen(text + len);
    }
    if (size > 0)
        snprintf(out, size, "%s", text);
}

const struct binding *key_matcher_choice(const struct key_matcher *m, size_t i)
{
    if (m->done || m->len == 0)
        return NULL;
    for (size_t k = 0; k < bindings_count(); k++)
        if (fit_of(m, &bindings_keys()[k]) == FIT_START && i-- == 0)
            return bindings_at(k);
    return NULL;
}
