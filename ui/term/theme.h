/*
 * ui/term/theme.h - names of what is drawn, and how each looks in colour and without.
 *
 * The theme that holds without another is the table below: colours among the terminal's own
 * 16 over its default foreground and background, those that can be read on black and on
 * white. Others, and lines of the user's own, change it. Without colours (a mono terminal,
 * NO_COLOR) only attributes are used, and what must be told apart still is. The style ids
 * are what surfaces hold. Loop thread.
 */
#ifndef UI_TERM_THEME_H
#define UI_TERM_THEME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

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
    HUE_BRIGHT_BLUE = HUE_BRIGHT + HUE_BLUE,
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
    X(TYPE_LINE, "type-line", BRIGHT_BLUE, DEFAULT, 0, THEME_D)                            \
    X(GUTTER, "gutter", BRIGHT_BLUE, DEFAULT, 0, THEME_D)                                  \
    X(GUTTER_CURRENT, "gutter-current", DEFAULT, DEFAULT, THEME_B, THEME_B)                \
    X(CELL, "cell", DEFAULT, DEFAULT, 0, 0)                                                \
    X(CHANGED, "changed", DEFAULT, DEFAULT, THEME_B, THEME_B)                              \
    X(CHANGED_UP, "changed-up", GREEN, DEFAULT, THEME_B, THEME_B)                          \
    X(CHANGED_DOWN, "changed-down", RED, DEFAULT, THEME_B, THEME_B)                        \
    X(FADING, "fading", DEFAULT, DEFAULT, THEME_U, THEME_U)                                \
    X(FADING_UP, "fading-up", GREEN, DEFAULT, 0, THEME_U)                                  \
    X(FADING_DOWN, "fading-down", RED, DEFAULT, 0, THEME_U)                                \
    X(TOTAL, "total", DEFAULT, DEFAULT, THEME_B, THEME_B | THEME_U)                        \
    X(CELL_CURRENT, "cell-current", BLACK, CYAN, 0, THEME_R)                               \
    X(SELECTED, "selected", BLACK, YELLOW, 0, THEME_B | THEME_U)                           \
    X(PENDING, "pending", BRIGHT_BLUE, DEFAULT, 0, THEME_D)                                \
    X(NULL, "null", BRIGHT_BLUE, DEFAULT, 0, THEME_D)                                      \
    X(EMPTY, "empty", BRIGHT_BLUE, DEFAULT, 0, THEME_D)                                    \
    X(NAN, "nan", RED, DEFAULT, 0, THEME_U)                                                \
    X(NUMBER, "number", DEFAULT, DEFAULT, 0, 0)                                            \
    X(TEXT_MARK, "text-mark", MAGENTA, DEFAULT, THEME_U, THEME_U)                          \
    X(RULE, "rule", BRIGHT_BLUE, DEFAULT, 0, THEME_D)                                      \
    X(STATUS, "status", DEFAULT, DEFAULT, THEME_R, THEME_R)                                \
    X(STATUS_KEY, "status-key", DEFAULT, DEFAULT, THEME_B | THEME_R, THEME_B | THEME_R)    \
    X(MESSAGE, "message", DEFAULT, DEFAULT, 0, 0)                                          \
    X(MESSAGE_ERROR, "message-error", RED, DEFAULT, THEME_B, THEME_B | THEME_R)            \
    X(MESSAGE_WARN, "message-warn", MAGENTA, DEFAULT, 0, THEME_B)                          \
    X(TAB, "tab", DEFAULT, DEFAULT, 0, 0)                                                  \
    X(TAB_CURRENT, "tab-current", DEFAULT, DEFAULT, THEME_B | THEME_R, THEME_B | THEME_R)  \
    X(CONNECTION, "connection", GREEN, DEFAULT, 0, 0)                                      \
    X(CONNECTION_BAD, "connection-bad", RED, DEFAULT, THEME_B, THEME_B | THEME_U)          \
    X(STALE, "stale", MAGENTA, DEFAULT, 0, THEME_D | THEME_U)                              \
    X(OUTSIDE, "outside", BRIGHT_BLUE, DEFAULT, 0, THEME_D)                                \
    X(PROMPT, "prompt", DEFAULT, DEFAULT, 0, 0)                                            \
    X(PROMPT_LABEL, "prompt-label", DEFAULT, DEFAULT, THEME_B, THEME_B)                    \
    X(PROMPT_ERROR, "prompt-error", RED, DEFAULT, THEME_B | THEME_R, THEME_B | THEME_R)    \
    X(HELP_KEY, "help-key", BRIGHT_BLUE, DEFAULT, THEME_B, THEME_B)                        \
    X(HELP_GROUP, "help-group", MAGENTA, DEFAULT, THEME_B, THEME_U)                        \
    X(PICKER_CURRENT, "picker-current", BLACK, CYAN, 0, THEME_R)                           \
    X(MATCH, "match", RED, DEFAULT, THEME_B | THEME_U, THEME_B | THEME_U)

enum style_id {
#define X(id, name, fg, bg, looks, mono) STYLE_##id,
    STYLE_MAP(X)
#undef X
        STYLE_COUNT
};

struct style {
    const char *name;
    int16_t fg, bg; /* enum hue, possibly with HUE_BRIGHT added; to 255 xterm's colours */
    uint8_t looks;  /* enum look, in colour */
    uint8_t mono;   /* enum look, without colour */
};

/* The style of an id; an id out of range gives STYLE_DEFAULT. Never NULL. */
const struct style *theme_style(unsigned id);

/* Goes to a theme as it is, without lines of the user's own; false: none has that name. */
bool theme_use(const char *name);

/* Changes a style, by its name, as far as colours are used: "COLOUR [on COLOUR] [bold]
 * [dim] [reverse] [underline]", a colour being "default", one of the 16 by its name ("red",
 * "bright-red") or a number to 255. ERR_USAGE says what was expected; a text that could not
 * be told from its background is refused. */
enum err_code theme_set(const char *name, const char *value, struct err *e);

/* Writes what theme_set() takes for that style; cut when out is short. */
void theme_describe(const struct style *s, char *out, size_t size);

/* A style as a terminal has it. */
struct theme_look {
    int fg, bg; /* HUE_DEFAULT, or a colour that it has; THEME_RGB + 0xRRGGBB: as given */
    unsigned looks;
};

/* On a terminal of so many colours, 8 at least: the nearest ones, never one on itself. */
struct theme_look theme_look(const struct style *s, int colors);

/* The same style in other colours, THEME_RGB + 0xRRGGBB each; 0: as it is. What its own
 * colours tell, its looks without them do. Likewise the nearest ones, or as given where the
 * terminal has more than 256, and a text that can be read on its background. */
#define THEME_RGB 0x1000000
struct theme_look theme_tint(const struct style *s, uint32_t fg, uint32_t bg, int colors);

/* The theme that holds has no colours. */
bool theme_is_mono(void);

#endif
