/*
 * ui/term/theme.h - names of what is drawn, and how each looks in colour and without.
 *
 * Colours are the terminal's own 16 over its default foreground and background; without
 * colours (a mono terminal, NO_COLOR) only attributes are used, and what must be told apart
 * still is. The style ids are what surfaces hold. Constant data; any thread.
 */
#ifndef UI_TERM_THEME_H
#define UI_TERM_THEME_H

#include <stdint.h>

enum hue {
    HUE_DEFAULT = -1, /* the terminal's own */
    HUE_BLACK,
    HUE_RED,
    HUE_GREEN,
    HUE_YELLOW,
    HUE_BLUE,
    HUE_MAGENTA,
    HUE_CYAN,
    HUE_WHITE,
    HUE_BRIGHT = 8, /* added to one of the eight; bold on terminals of 8 colours */
};

enum look {
    LOOK_PLAIN = 0,
    LOOK_BOLD = 1,
    LOOK_DIM = 2,
    LOOK_REVERSE = 4,
    LOOK_UNDERLINE = 8,
};

#define THEME_B LOOK_BOLD
#define THEME_D LOOK_DIM
#define THEME_R LOOK_REVERSE
#define THEME_U LOOK_UNDERLINE

/* id, name, foreground, background, looks in colour, looks without */
#define STYLE_MAP(X)                                                                       \
    X(DEFAULT, "default", DEFAULT, DEFAULT, 0, 0)                                          \
    X(HEADER, "header", DEFAULT, DEFAULT, THEME_B, THEME_B)                                \
    X(HEADER_CURRENT, "header-current", BLACK, CYAN, THEME_B, THEME_B | THEME_R)           \
    X(TYPE_LINE, "type-line", CYAN, DEFAULT, 0, THEME_D)                                   \
    X(GUTTER, "gutter", CYAN, DEFAULT, 0, THEME_D)                                         \
    X(GUTTER_CURRENT, "gutter-current", YELLOW, DEFAULT, THEME_B, THEME_B)                 \
    X(CELL, "cell", DEFAULT, DEFAULT, 0, 0)                                                \
    X(CHANGED, "changed", DEFAULT, DEFAULT, THEME_B, THEME_B)                              \
    X(CHANGED_UP, "changed-up", GREEN, DEFAULT, THEME_B, THEME_B)                          \
    X(CHANGED_DOWN, "changed-down", RED, DEFAULT, THEME_B, THEME_B)                        \
    X(FADING, "fading", DEFAULT, DEFAULT, THEME_U, THEME_U)                                \
    X(FADING_UP, "fading-up", GREEN, DEFAULT, 0, THEME_U)                                  \
    X(FADING_DOWN, "fading-down", RED, DEFAULT, 0, THEME_U)                                \
    X(TOTAL, "total", DEFAULT, DEFAULT, THEME_B, THEME_B | THEME_U)                        \
    X(CELL_CURRENT, "cell-current", BLACK, CYAN, 0, THEME_R)                               \
    X(PENDING, "pending", BLUE, DEFAULT, 0, THEME_D)                                       \
    X(NULL, "null", MAGENTA, DEFAULT, 0, THEME_D)                                          \
    X(EMPTY, "empty", BLUE, DEFAULT, 0, THEME_D)                                           \
    X(NAN, "nan", RED, DEFAULT, 0, THEME_U)                                                \
    X(NUMBER, "number", DEFAULT, DEFAULT, 0, 0)                                            \
    X(TEXT_MARK, "text-mark", YELLOW, DEFAULT, 0, THEME_U)                                 \
    X(RULE, "rule", BLUE, DEFAULT, 0, THEME_D)                                             \
    X(STATUS, "status", DEFAULT, DEFAULT, THEME_R, THEME_R)                                \
    X(STATUS_KEY, "status-key", DEFAULT, DEFAULT, THEME_B | THEME_R, THEME_B | THEME_R)    \
    X(MESSAGE, "message", DEFAULT, DEFAULT, 0, 0)                                          \
    X(MESSAGE_ERROR, "message-error", RED, DEFAULT, THEME_B, THEME_B | THEME_R)            \
    X(MESSAGE_WARN, "message-warn", YELLOW, DEFAULT, 0, THEME_B)                           \
    X(TAB, "tab", DEFAULT, DEFAULT, 0, 0)                                                  \
    X(TAB_CURRENT, "tab-current", DEFAULT, DEFAULT, THEME_B | THEME_R, THEME_B | THEME_R)  \
    X(CONNECTION, "connection", GREEN, DEFAULT, 0, 0)                                      \
    X(CONNECTION_BAD, "connection-bad", RED, DEFAULT, THEME_B, THEME_B | THEME_U)          \
    X(STALE, "stale", YELLOW, DEFAULT, THEME_D, THEME_D | THEME_U)                         \
    X(OUTSIDE, "outside", BLUE, DEFAULT, 0, THEME_D)                                       \
    X(PROMPT, "prompt", DEFAULT, DEFAULT, 0, 0)                                            \
    X(PROMPT_LABEL, "prompt-label", DEFAULT, DEFAULT, THEME_B, THEME_B)                    \
    X(PROMPT_ERROR, "prompt-error", RED, DEFAULT, THEME_B | THEME_R, THEME_B | THEME_R)    \
    X(HELP_KEY, "help-key", CYAN, DEFAULT, THEME_B, THEME_B)                               \
    X(HELP_GROUP, "help-group", YELLOW, DEFAULT, THEME_B, THEME_U)                         \
    X(PICKER_CURRENT, "picker-current", BLACK, CYAN, 0, THEME_R)                           \
    X(MATCH, "match", YELLOW, DEFAULT, THEME_B, THEME_B | THEME_U)

enum style_id {
#define X(id, name, fg, bg, looks, mono) STYLE_##id,
    STYLE_MAP(X)
#undef X
        STYLE_COUNT
};

struct style {
    const char *name;
    int8_t fg, bg; /* enum hue, possibly with HUE_BRIGHT added */
    uint8_t looks; /* enum look, in colour */
    uint8_t mono;  /* enum look, without colour */
};

/* The style of an id; an id out of range gives STYLE_DEFAULT. Never NULL. */
const struct style *theme_style(unsigned id);

#endif
