/*
 * Nearly all terminals take the sequences of ECMA-48. For one that says so in each of the
 * capabilities that matter (is_ansi) the sequences are written here, shorter than terminfo
 * would put them together, and ui/term/paint may use more than moving and clearing. Any
 * other one gets what terminfo says, without padding: nothing waits for a slow line.
 */
#include "ui/term/terminfo.h"

#include <curses.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <term.h>

#include "ui/term/theme.h"

/* ---- types ---- */

/* Asked before newterm(), which does not tell why it failed and loses memory then. */
static bool is_known_type(const char *name, int tty)
{
    int found;
    bool known = setupterm(name, tty, &found) == OK;

    if (known)
        del_curterm(cur_term);
    return known;
}

/* Terminals whose own entry is often missing on a remote host, and one there that they
 * understand. */
static const struct {
    const char *begins, *like;
} families[] = {
    {"xterm", "xterm-256color"},   {"alacritty", "xterm-256color"},
    {"foot", "xterm-256color"},    {"ghostty", "xterm-256color"},
    {"gnome", "xterm-256color"},   {"kitty", "xterm-256color"},
    {"konsole", "xterm-256color"}, {"rxvt", "xterm-256color"},
    {"st-", "xterm-256color"},     {"vte", "xterm-256color"},
    {"wezterm", "xterm-256color"}, {"tmux", "screen-256color"},
    {"screen", "screen"},
};

const char *terminfo_type(const char *name, int tty)
{
    if (is_known_type(name, tty))
        return name;
    for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++) {
        if (strncmp(name, families[i].begins, strlen(families[i].begins)) == 0 &&
            is_known_type(families[i].like, tty))
            return families[i].like;
    }
    return NULL;
}

/* ---- capabilities ---- */

/* Copies a terminfo string without its padding ("$<5>"). */
static void copy_unpadded(const char *s, char *out, size_t size)
{
    size_t n = 0;

    for (; *s != '\0' && n + 1 < size; s++) {
        const char *end = s[0] == '$' && s[1] == '<' ? strchr(s, '>') : NULL;
        if (end != NULL)
            s = end;
        else
            out[n++] = *s;
    }
    out[n] = '\0';
}

/* A terminfo string without its padding, or "". */
static void capability(const char *name, char *out, size_t size)
{
    const char *s = tigetstr((char *)name);

    copy_unpadded(s == NULL || s == (char *)-1 ? "" : s, out, size);
}

/* ---- styles ---- */

/* How many colours it has: COLORTERM tells of those that its entry does not know of. All
 * that there are go to a terminal of another kind by numbers of its own, which nothing is
 * known of. */
static int color_count(bool ansi)
{
    int n = tigetnum((char *)"colors");
    const char *more = getenv("COLORTERM");
    bool has_more = more && (strcmp(more, "truecolor") == 0 || strcmp(more, "24bit") == 0);

    if (ansi)
        return has_more && n >= 8 ? THEME_RGB : n;
    return n > 256 ? 256 : n;
}

/* -1: the terminal's own, where it can go back to it. */
static int own_color(int color, bool own_default, int fallback)
{
    return color == HUE_DEFAULT && !own_default ? fallback : color;
}

static bool want_colors(bool mono)
{
    const char *no_color = getenv("NO_COLOR");

    return !mono && (no_color == NULL || *no_color == '\0') && has_colors() &&
           tigetnum((char *)"colors") >= 8;
}

static void add_capability(char out[TERMINFO_TEXT_MAX], const char *name)
{
    size_t n = strlen(out);

    capability(name, out + n, TERMINFO_TEXT_MAX - n);
}

static void add_color(char out[TERMINFO_TEXT_MAX], const char *name, int color)
{
    const char *s = tigetstr((char *)name);
    size_t n = strlen(out);

    if (color >= 0 && s != NULL && s != (char *)-1)
        copy_unpadded(tiparm(s, color), out + n, TERMINFO_TEXT_MAX - n);
}

/* base: 30 for the text, 40 for its background. */
static void ansi_color(char out[TERMINFO_TEXT_MAX], int base, int color)
{
    size_t n = strlen(out);

    if (color >= THEME_RGB)
        (void)snprintf(out + n, TERMINFO_TEXT_MAX - n, ";%d;2;%d;%d;%d", base + 8,
                       color >> 16 & 0xff, color >> 8 & 0xff, color & 0xff);
    else if (color >= 16)
        (void)snprintf(out + n, TERMINFO_TEXT_MAX - n, ";%d;5;%d", base + 8, color);
    else if (color >= 0)
        (void)snprintf(out + n, TERMINFO_TEXT_MAX - n, ";%d",
                       color < 8 ? base + color : base + 52 + color);
}

/* One sequence of ECMA-48, as nearly all terminals take it. */
static void ansi_style(char out[TERMINFO_TEXT_MAX], unsigned looks, int fg, int bg)
{
    (void)snprintf(out, TERMINFO_TEXT_MAX, "\033[%s%s%s%s%s", "",
                   looks & LOOK_BOLD ? ";1" : "", looks & LOOK_DIM ? ";2" : "",
                   looks & LOOK_UNDERLINE ? ";4" : "", looks & LOOK_REVERSE ? ";7" : "");

    ansi_color(out, 30, fg);
    ansi_color(out, 40, bg);
    (void)snprintf(out + strlen(out), TERMINFO_TEXT_MAX - strlen(out), "m");
}

static void terminfo_style(char out[TERMINFO_TEXT_MAX], unsigned looks, int fg, int bg)
{
    out[0] = '\0';
    add_capability(out, "sgr0");
    if (looks & LOOK_BOLD)
        add_capability(out, "bold");
    if (looks & LOOK_DIM)
        add_capability(out, "dim");
    if (looks & LOOK_UNDERLINE)
        add_capability(out, "smul");
    if (looks & LOOK_REVERSE)
        add_capability(out, "rev");
    add_color(out, "setaf", fg);
    add_color(out, "setab", bg);
}

static bool capability_is(const char *name, const char *text)
{
    const char *s = tigetstr((char *)name);

    return s != NULL && s != (char *)-1 && strcmp(s, text) == 0;
}

/* The terminal understands what ui/term/paint writes by itself. That LF moves down is known
 * from ind: for cud1 some name another sequence that they have as well. */
static bool is_ansi(void)
{
    char reset[TERMINFO_TEXT_MAX];

    capability("sgr0", reset, sizeof(reset));
    return capability_is("cup", "\033[%i%p1%d;%p2%dH") && capability_is("el", "\033[K") &&
           capability_is("csr", "\033[%i%p1%d;%p2%dr") && capability_is("ri", "\033M") &&
           capability_is("ind", "\n") && capability_is("cr", "\r") &&
           capability_is("cub1", "\b") && capability_is("cub", "\033[%p1%dD") &&
           capability_is("cuf", "\033[%p1%dC") && strstr(reset, "\033[") != NULL;
}

static const char *move_ansi(int row, int col)
{
    static char text[32];

    (void)snprintf(text, sizeof(text), "\033[%d;%dH", row + 1, col + 1);
    return text;
}

static const char *move_terminfo(int row, int col)
{
    static char text[TERMINFO_TEXT_MAX];
    const char *s = tiparm(tigetstr((char *)"cup"), row, col);

    copy_unpadded(s != NULL ? s : "", text, sizeof(text));
    return text;
}

bool terminfo_places_cursor(void)
{
    char cup[TERMINFO_TEXT_MAX];

    capability("cup", cup, sizeof(cup));
    return cup[0] != '\0';
}

/* Of the one terminal that there is: looked up once. */
static struct palette {
    int colors;
    bool ansi;
    bool own_default; /* it can go back to its own colours */
} palette;

/* Returns whether a background is seen. */
static bool write_look(char out[TERMINFO_TEXT_MAX], struct theme_look l)
{
    bool plain = l.fg == HUE_DEFAULT && l.bg == HUE_DEFAULT;
    int fg = plain ? -1 : own_color(l.fg, palette.own_default, COLOR_WHITE);
    int bg = plain ? -1 : own_color(l.bg, palette.own_default, COLOR_BLACK);

    (palette.ansi ? ansi_style : terminfo_style)(out, l.looks, fg, bg);
    return bg >= 0;
}

static void read_style(struct terminfo *t, unsigned i)
{
    const struct style *st = theme_style(i);
    struct theme_look l = theme_look(st, palette.colors);
    bool background;

    if (!t->colors)
        l = (struct theme_look){HUE_DEFAULT, HUE_DEFAULT, st->mono};
    background = write_look(t->styles[i], l);
    t->paint.style[i] = (struct paint_style){
        .on = t->styles[i],
        .on_blanks = background || (l.looks & (LOOK_REVERSE | LOOK_UNDERLINE)) != 0,
    };
}

static const char *tint_style(uint8_t style, struct tint tint)
{
    static char text[TERMINFO_TEXT_MAX];

    (void)write_look(text,
                     theme_tint(theme_style(style), tint.fg, tint.bg, palette.colors));
    return text;
}

void terminfo_read(struct terminfo *t, bool ascii, bool mono)
{
    bool ansi = is_ansi();

    palette =
        (struct palette){color_count(ansi), ansi,
                         tigetflag((char *)"AX") == 1 || tigetstr((char *)"op") != NULL};
    t->colors = want_colors(mono);
    /* a terminal of another kind would show the sequence */
    t->bracket_on = ansi ? "\033[?2004h" : "";
    t->bracket_off = ansi ? "\033[?2004l" : "";
    /* buttons, and movement while one is held; numbers in decimal: they have no end */
    t->mouse_on = ansi ? "\033[?1002h\033[?1006h" : "";
    t->mouse_off = ansi ? "\033[?1006l\033[?1002l" : "";
    capability("clear", t->clear, sizeof(t->clear));
    capability("civis", t->hide, sizeof(t->hide));
    capability("cnorm", t->show, sizeof(t->show));
    t->paint = (struct paint_terminal){
        .clear = t->clear,
        .tint = t->colors && !theme_is_mono() ? tint_style : NULL,
        .move = ansi ? move_ansi : move_terminfo,
        .ansi = ansi,
        .no_last_cell = tigetflag((char *)"am") == 1 && tigetflag((char *)"xenl") != 1,
        .ascii = ascii,
    };
    for (unsigned i = 0; i < STYLE_COUNT; i++)
        read_style(t, i);
}

size_t terminfo_restore(const struct terminfo *t, char *out, size_t size)
{
    static const char *const names[] = {"sgr0", "op", "rmkx", "rmcup", "cnorm"};
    size_t len = (size_t)snprintf(out, size, "%s%s", t->mouse_off, t->bracket_off);

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        char text[TERMINFO_TEXT_MAX];
        size_t n;

        capability(names[i], text, sizeof(text));
        n = strlen(text);
        if (n > size - len)
            continue;
        memcpy(out + len, text, n);
        len += n;
    }
    return len;
}

void terminfo_add_keys(struct keyreader *keys)
{
    static const struct {
        const char *name;
        uint32_t code;
    } known[] = {
        /* clang-format off */
        {"kcuu1", K_UP}, {"kcud1", K_DOWN}, {"kcub1", K_LEFT}, {"kcuf1", K_RIGHT},
        {"khome", K_HOME}, {"kend", K_END}, {"kpp", K_PGUP}, {"knp", K_PGDN},
        {"kich1", K_INSERT}, {"kdch1", K_DELETE}, {"kbs", K_BACKSPACE}, {"kcbt", K_BACKTAB},
        {"kHOM5", K_CTRL_HOME}, {"kEND5", K_CTRL_END}, {"kLFT5", K_CTRL_LEFT},
        {"kRIT5", K_CTRL_RIGHT}, {"kf1", K_F1}, {"kf2", K_F2}, {"kf3", K_F3}, {"kf4", K_F4},
        {"kf5", K_F5}, {"kf6", K_F6}, {"kf7", K_F7}, {"kf8", K_F8}, {"kf9", K_F9},
        {"kf10", K_F10}, {"kf11", K_F11}, {"kf12", K_F12},
        /* clang-format on */
    };

    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        char text[KEYREADER_SEQ_MAX + 2];
        capability(known[i].name, text, sizeof(text));
        keyreader_add(keys, text, known[i].code);
    }
}
