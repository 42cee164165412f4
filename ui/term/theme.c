/*
 * The styles that hold are those of a theme with lines of the user's own over them. The
 * theme "terminal" is the table in the header; "dark" and "light" change what is coloured
 * there, in the 256 colours that most terminals have; "mono" has looks alone. A terminal
 * with fewer colours gets the nearest by hue, and never a text in the colour that it
 * stands on.
 */
#include "ui/term/theme.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/nearest.h"

static const struct style table[] = {
#define X(id, name, fg, bg, looks, mono) {name, HUE_##fg, HUE_##bg, looks, mono},
    STYLE_MAP(X)
#undef X
};

/* What another theme has in place of the table's colours. */
struct recoloured {
    enum style_id id;
    int16_t fg, bg;
    uint8_t looks;
};

/* On black. */
static const struct recoloured dark[] = {
    /* clang-format off */
    {STYLE_HEADER, 117, HUE_DEFAULT, THEME_B},
    {STYLE_HEADER_CURRENT, 16, 80, THEME_B},
    {STYLE_TYPE_LINE, 73, HUE_DEFAULT, 0},
    {STYLE_GUTTER, 73, HUE_DEFAULT, 0},
    {STYLE_GUTTER_CURRENT, 222, HUE_DEFAULT, THEME_B},
    {STYLE_CHANGED_UP, 114, HUE_DEFAULT, THEME_B},
    {STYLE_CHANGED_DOWN, 210, HUE_DEFAULT, THEME_B},
    {STYLE_FADING_UP, 71, HUE_DEFAULT, 0},
    {STYLE_FADING_DOWN, 167, HUE_DEFAULT, 0},
    {STYLE_CELL_CURRENT, 16, 80, 0},
    {STYLE_SELECTED, 16, 222, 0},
    {STYLE_PENDING, 67, HUE_DEFAULT, 0},
    {STYLE_NULL, 140, HUE_DEFAULT, 0},
    {STYLE_EMPTY, 67, HUE_DEFAULT, 0},
    {STYLE_NAN, 203, HUE_DEFAULT, 0},
    {STYLE_TEXT_MARK, 222, HUE_DEFAULT, 0},
    {STYLE_RULE, 67, HUE_DEFAULT, 0},
    {STYLE_MESSAGE_ERROR, 203, HUE_DEFAULT, THEME_B},
    {STYLE_MESSAGE_WARN, 222, HUE_DEFAULT, 0},
    {STYLE_CONNECTION, 114, HUE_DEFAULT, 0},
    {STYLE_CONNECTION_BAD, 203, HUE_DEFAULT, THEME_B},
    {STYLE_STALE, 179, HUE_DEFAULT, 0},
    {STYLE_OUTSIDE, 67, HUE_DEFAULT, 0},
    {STYLE_PROMPT_ERROR, 16, 210, 0},
    {STYLE_HELP_KEY, 117, HUE_DEFAULT, THEME_B},
    {STYLE_HELP_GROUP, 222, HUE_DEFAULT, THEME_B},
    {STYLE_PICKER_CURRENT, 16, 80, 0},
    {STYLE_MATCH, 222, HUE_DEFAULT, THEME_B | THEME_U},
    /* clang-format on */
};

/* On white. */
static const struct recoloured light[] = {
    /* clang-format off */
    {STYLE_HEADER, 18, HUE_DEFAULT, THEME_B},
    {STYLE_HEADER_CURRENT, 231, 19, THEME_B},
    {STYLE_TYPE_LINE, 18, HUE_DEFAULT, 0},
    {STYLE_GUTTER, 18, HUE_DEFAULT, 0},
    {STYLE_GUTTER_CURRENT, 90, HUE_DEFAULT, THEME_B},
    {STYLE_CHANGED_UP, 22, HUE_DEFAULT, THEME_B},
    {STYLE_CHANGED_DOWN, 88, HUE_DEFAULT, THEME_B},
    {STYLE_FADING_UP, 28, HUE_DEFAULT, 0},
    {STYLE_FADING_DOWN, 124, HUE_DEFAULT, 0},
    {STYLE_CELL_CURRENT, 231, 19, 0},
    {STYLE_SELECTED, 16, 222, 0},
    {STYLE_PENDING, 60, HUE_DEFAULT, 0},
    {STYLE_NULL, 90, HUE_DEFAULT, 0},
    {STYLE_EMPTY, 60, HUE_DEFAULT, 0},
    {STYLE_NAN, 124, HUE_DEFAULT, 0},
    {STYLE_TEXT_MARK, 90, HUE_DEFAULT, 0},
    {STYLE_RULE, 60, HUE_DEFAULT, 0},
    {STYLE_MESSAGE_ERROR, 124, HUE_DEFAULT, THEME_B},
    {STYLE_MESSAGE_WARN, 90, HUE_DEFAULT, 0},
    {STYLE_CONNECTION, 22, HUE_DEFAULT, 0},
    {STYLE_CONNECTION_BAD, 124, HUE_DEFAULT, THEME_B},
    {STYLE_STALE, 90, HUE_DEFAULT, 0},
    {STYLE_OUTSIDE, 60, HUE_DEFAULT, 0},
    {STYLE_PROMPT_ERROR, 231, 124, THEME_B},
    {STYLE_HELP_KEY, 19, HUE_DEFAULT, THEME_B},
    {STYLE_HELP_GROUP, 90, HUE_DEFAULT, THEME_B},
    {STYLE_PICKER_CURRENT, 231, 19, 0},
    {STYLE_MATCH, 124, HUE_DEFAULT, THEME_B | THEME_U},
    /* clang-format on */
};

#define CHANGES(list) list, sizeof(list) / sizeof(*(list))

static const struct theme {
    const char *name;
    const struct recoloured *changes;
    size_t n;
    bool mono;
} themes[] = {
    {"terminal", NULL, 0, false},
    {"dark", CHANGES(dark), false},
    {"light", CHANGES(light), false},
    {"mono", NULL, 0, true},
};
#define N_THEMES (sizeof(themes) / sizeof(*themes))

/* One for the program, as there is one terminal. */
static struct style current[STYLE_COUNT];
static bool chosen; /* else the table is what holds */
static bool is_mono;

const struct style *theme_style(unsigned id)
{
    const struct style *styles = chosen ? current : table;

    return &styles[id < STYLE_COUNT ? id : STYLE_DEFAULT];
}

/* --- themes --- */

static void take_theme(const struct theme *t)
{
    memcpy(current, table, sizeof(current));
    for (size_t i = 0; i < t->n; i++) {
        struct style *s = &current[t->changes[i].id];

        s->fg = t->changes[i].fg;
        s->bg = t->changes[i].bg;
        s->looks = t->changes[i].looks;
    }
    is_mono = t->mono;
    for (size_t i = 0; t->mono && i < STYLE_COUNT; i++) {
        current[i].fg = current[i].bg = HUE_DEFAULT;
        current[i].looks = current[i].mono;
    }
    chosen = true;
}

bool theme_use(const char *name)
{
    for (size_t i = 0; i < N_THEMES; i++)
        if (strcmp(themes[i].name, name) == 0) {
            take_theme(&themes[i]);
            return true;
        }
    return false;
}

bool theme_is_mono(void)
{
    return is_mono;
}

/* --- colours --- */

static const char *const hue_names[] = {
    "black",        "red",           "green",       "yellow",         "blue",
    "magenta",      "cyan",          "white",       "bright-black",   "bright-red",
    "bright-green", "bright-yellow", "bright-blue", "bright-magenta", "bright-cyan",
    "bright-white",
};
#define N_HUES (sizeof(hue_names) / sizeof(*hue_names))

static const struct look_name {
    const char *name;
    uint8_t look;
} look_names[] = {
    {"bold", LOOK_BOLD},
    {"dim", LOOK_DIM},
    {"reverse", LOOK_REVERSE},
    {"underline", LOOK_UNDERLINE},
};
#define N_LOOKS (sizeof(look_names) / sizeof(*look_names))

struct rgb {
    int r, g, b;
};

/* As xterm shows it: a cube of 6 x 6 x 6, then 24 greys. The first 16 are the terminal's
 * own. */
static struct rgb rgb_of(int color)
{
    static const int level[] = {0, 0x5f, 0x87, 0xaf, 0xd7, 0xff};
    int n = color - 16, grey = 8 + (color - 232) * 10;

    if (color >= 232)
        return (struct rgb){grey, grey, grey};
    return (struct rgb){level[n / 36], level[n / 6 % 6], level[n % 6]};
}

static int largest(struct rgb c)
{
    int m = c.r > c.g ? c.r : c.g;

    return m > c.b ? m : c.b;
}

static int smallest(struct rgb c)
{
    int m = c.r < c.g ? c.r : c.g;

    return m < c.b ? m : c.b;
}

static int grey_of(int level)
{
    if (level < 0x30)
        return HUE_BLACK;
    if (level < 0x90)
        return HUE_BRIGHT + HUE_BLACK;
    return level < 0xd8 ? HUE_WHITE : HUE_BRIGHT + HUE_WHITE;
}

/* By which of red, green and blue are strong, and how strong. */
static int sixteen_of(int color)
{
    struct rgb c = rgb_of(color);
    int max = largest(c), min = smallest(c), half = min + (max - min) / 2;

    if ((max - min) * 3 <= max)
        return grey_of((max + min) / 2);
    return (c.r > half ? HUE_RED : 0) + (c.g > half ? HUE_GREEN : 0) +
           (c.b > half ? HUE_BLUE : 0) + (min >= 0x5f ? HUE_BRIGHT : 0);
}

static bool is_bright(int color)
{
    return color >= HUE_BRIGHT && color < 16;
}

/* As a terminal of so many colours has it. */
static int known_color(int color, int colors)
{
    return color >= 16 && colors < 256 ? sixteen_of(color) : color;
}

/* A bright text is bold where there are only eight; but bold black may still be black. */
static int text_color(int color, int colors, unsigned *looks)
{
    color = known_color(color, colors);
    if (!is_bright(color) || colors >= 16)
        return color;
    *looks |= color == HUE_BRIGHT + HUE_BLACK ? LOOK_DIM : LOOK_BOLD;
    return color == HUE_BRIGHT + HUE_BLACK ? HUE_DEFAULT : color & 7;
}

static int back_color(int color, int colors)
{
    color = known_color(color, colors);
    return is_bright(color) && colors < 16 ? color & 7 : color;
}

/* White is to be read on it better than black: by the light that it gives. */
static bool is_dark(int color)
{
    struct rgb c;

    if (color >= 16) {
        c = rgb_of(color);
        return (c.r * c.r * 3 + c.g * c.g * 6 + c.b * c.b) / 10 < 12000;
    }
    return color == HUE_BLACK || color == HUE_RED || color == HUE_BLUE ||
           color == HUE_MAGENTA || color == HUE_BRIGHT + HUE_BLACK;
}

struct theme_look theme_look(const struct style *s, int colors)
{
    unsigned looks = s->looks;
    int fg = text_color(s->fg, colors, &looks), bg = back_color(s->bg, colors);

    if (bg != HUE_DEFAULT && (fg == bg || fg == HUE_DEFAULT))
        fg = is_dark(bg) ? HUE_WHITE : HUE_BLACK; /* they became one on the way */
    return (struct theme_look){.fg = fg, .bg = bg, .looks = looks};
}

/* --- colours of others --- */

/* Which of the six levels of the cube is the nearest. */
static int level_of(int v)
{
    return v < 0x30 ? 0 : v < 0x73 ? 1 : (v - 0x23) / 40;
}

static int distance(struct rgb a, struct rgb b)
{
    return (a.r - b.r) * (a.r - b.r) + (a.g - b.g) * (a.g - b.g) +
           (a.b - b.b) * (a.b - b.b);
}

/* The nearest of the cube and the greys. */
static int16_t nearest_color(uint32_t rgb)
{
    struct rgb c = {(int)(rgb >> 16 & 0xff), (int)(rgb >> 8 & 0xff), (int)(rgb & 0xff)};
    int cube = 16 + 36 * level_of(c.r) + 6 * level_of(c.g) + level_of(c.b);
    int step = ((c.r + c.g + c.b) / 3 - 3) / 10;
    int grey = 232 + (step < 0 ? 0 : step > 23 ? 23 : step);

    return (int16_t)(distance(c, rgb_of(grey)) < distance(c, rgb_of(cube)) ? grey : cube);
}

struct theme_look theme_tint(const struct style *s, uint32_t fg, uint32_t bg, int colors)
{
    struct style tinted = {.fg = s->fg, .bg = s->bg, .looks = s->mono};
    struct theme_look l;

    if (bg) {
        tinted.bg = nearest_color(bg);
        tinted.fg = HUE_DEFAULT; /* that of the style may be the same */
    }
    if (fg)
        tinted.fg = nearest_color(fg);
    l = theme_look(&tinted, colors);
    if (colors > 256 && fg && fg != bg)
        l.fg = (int)fg;
    if (colors > 256 && bg)
        l.bg = (int)bg;
    return l;
}

static bool look_alike(int a, int b)
{
    static const int twins[] = {0, 16, 15, 231}; /* black, white */

    for (size_t i = 0; i < sizeof(twins) / sizeof(*twins); i += 2)
        if ((a == twins[i] && b == twins[i + 1]) || (b == twins[i] && a == twins[i + 1]))
            return true;
    return a == b;
}

/* --- a line of the user's own --- */

static bool parse_color(const char *word, int16_t *out)
{
    char *end;
    long n;

    if (strcmp(word, "default") == 0) {
        *out = HUE_DEFAULT;
        return true;
    }
    for (size_t i = 0; i < N_HUES; i++)
        if (strcmp(word, hue_names[i]) == 0) {
            *out = (int16_t)i;
            return true;
        }
    if (*word < '0' || *word > '9')
        return false;
    n = strtol(word, &end, 10);
    *out = (int16_t)n;
    return *end == '\0' && n >= 0 && n <= 255;
}

static bool parse_look(const char *word, uint8_t *looks)
{
    for (size_t i = 0; i < N_LOOKS; i++)
        if (strcmp(word, look_names[i].name) == 0) {
            *looks |= look_names[i].look;
            return true;
        }
    return false;
}

static enum err_code unknown_word(const char *word, struct err *e)
{
    struct nearest near = nearest_to(word);
    char hint[NEAREST_HINT_LEN];

    for (size_t i = 0; i < N_HUES; i++)
        nearest_try(&near, hue_names[i]);
    for (size_t i = 0; i < N_LOOKS; i++)
        nearest_try(&near, look_names[i].name);
    return err_set(e, ERR_USAGE,
                   "expected COLOUR [on COLOUR] [bold] [dim] [reverse] [underline], found "
                   "\"%s\"%s",
                   word, nearest_hint(&near, hint, sizeof(hint)));
}

static enum err_code parse_style(char *text, struct style *s, struct err *e)
{
    char *save = NULL;
    bool has_fg = false, behind_on = false;

    s->fg = s->bg = HUE_DEFAULT;
    s->looks = 0;
    for (char *w = strtok_r(text, " ", &save); w; w = strtok_r(NULL, " ", &save)) {
        if (behind_on ? parse_color(w, &s->bg) : !has_fg && parse_color(w, &s->fg)) {
            has_fg = true;
            behind_on = false;
        } else if (behind_on || (strcmp(w, "on") != 0 && !parse_look(w, &s->looks))) {
            return unknown_word(w, e);
        } else {
            behind_on = strcmp(w, "on") == 0;
        }
    }
    if (behind_on)
        return err_set(e, ERR_USAGE, "expected a colour behind \"on\", found nothing");
    return ERR_OK;
}

static enum err_code check_readable(const struct style *s, struct err *e)
{
    if (s->bg != HUE_DEFAULT && s->fg == HUE_DEFAULT)
        return err_set(e, ERR_USAGE,
                       "expected a colour of the text beside that of its "
                       "background, as the terminal's own may be the same");
    if (s->fg != HUE_DEFAULT && look_alike(s->fg, s->bg))
        return err_set(e, ERR_USAGE,
                       "expected two colours, found a text in that of its "
                       "background");
    return ERR_OK;
}

static enum err_code no_such_style(const char *name, struct err *e)
{
    struct nearest near = nearest_to(name);
    char hint[NEAREST_HINT_LEN];

    for (size_t i = 0; i < STYLE_COUNT; i++)
        nearest_try(&near, table[i].name);
    return err_set(e, ERR_USAGE, "no style is called \"%s\"%s", name,
                   nearest_hint(&near, hint, sizeof(hint)));
}

enum err_code theme_set(const char *name, const char *value, struct err *e)
{
    size_t id = 0;
    struct style s;
    char *copy;
    enum err_code rc;

    while (id < STYLE_COUNT && strcmp(table[id].name, name) != 0)
        id++;
    if (id == STYLE_COUNT)
        return no_such_style(name, e);
    s = *theme_style((unsigned)id);
    copy = mem_strdup(value);
    rc = parse_style(copy, &s, e);
    free(copy);
    if (rc == ERR_OK)
        rc = check_readable(&s, e);
    if (rc != ERR_OK)
        return err_wrap(e, rc, "%s", name);
    if (!chosen)
        take_theme(&themes[0]);
    current[id] = s;
    return ERR_OK;
}

/* --- told --- */

static void add_word(char *out, size_t size, const char *word)
{
    size_t n = strlen(out);

    (void)snprintf(out + n, size - n, "%s%s", n ? " " : "", word);
}

static void add_color(char *out, size_t size, int color)
{
    char number[16];

    (void)snprintf(number, sizeof(number), "%d", color);
    if (color == HUE_DEFAULT)
        add_word(out, size, "default");
    else
        add_word(out, size, color < (int)N_HUES ? hue_names[color] : number);
}

void theme_describe(const struct style *s, char *out, size_t size)
{
    *out = '\0';
    add_color(out, size, s->fg);
    if (s->bg != HUE_DEFAULT) {
        add_word(out, size, "on");
        add_color(out, size, s->bg);
    }
    for (size_t i = 0; i < N_LOOKS; i++)
        if (s->looks & look_names[i].look)
            add_word(out, size, look_names[i].name);
}
