#include "ui/term/mouse.h"

/* Bits of the button's number. */
#define BUTTON 0x03U
#define SHIFT 0x04U
#define CTRL 0x10U
#define MOTION 0x20U
#define WHEEL 0x40U
#define KNOWN 0x7fU

#define LEFT_BUTTON 0U
#define NO_BUTTON 3U /* in the form of old: one was released */

#define OLD_BASE 32U
#define OLD_LAST 127U /* what terminals send behind it depends on them */

static bool parse_wheel(unsigned bits, struct mouse *out)
{
    int step = (bits & 1) != 0 ? 1 : -1;
    bool sideways = (bits & BUTTON) >= 2 || (bits & (SHIFT | CTRL)) != 0;

    out->event = MOUSE_WHEEL;
    out->down = sideways ? 0 : step;
    out->right = sideways ? step : 0;
    return true;
}

static bool parse_button(unsigned bits, bool up, struct mouse *out)
{
    if ((bits & ~KNOWN) != 0)
        return false;
    if ((bits & WHEEL) != 0)
        return !up && parse_wheel(bits, out);
    out->event = up ? MOUSE_RELEASE : (bits & MOTION) != 0 ? MOUSE_DRAG : MOUSE_PRESS;
    return (bits & BUTTON) == LEFT_BUTTON;
}

static bool parse_old_button(unsigned bits, struct mouse *out)
{
    bool up = (bits & (BUTTON | MOTION | WHEEL)) == NO_BUTTON;

    return parse_button(up ? bits & ~BUTTON : bits, up, out);
}

/* Columns and rows are reported from 1. */
static bool place(unsigned col, unsigned row, struct mouse *out)
{
    if (col < 1 || row < 1 || col > MOUSE_SIDE_MAX || row > MOUSE_SIDE_MAX)
        return false;
    out->col = (int)col - 1;
    out->row = (int)row - 1;
    return true;
}

/* A number and the character behind it. */
static bool take_number(const char **p, const char *end, char behind, unsigned *out)
{
    const char *start = *p;

    for (*out = 0; *p < end && **p >= '0' && **p <= '9'; (*p)++)
        if (*out <= MOUSE_SIDE_MAX) /* beyond it stays so */
            *out = *out * 10 + (unsigned)(**p - '0');
    return *p > start && *p < end && *(*p)++ == behind;
}

bool mouse_parse(const char *seq, size_t n, struct mouse *out)
{
    const char *p = seq, *end = seq + n;
    bool up = n > 0 && seq[n - 1] == 'm';
    unsigned bits, col, row;

    *out = (struct mouse){0};
    if (n < 4 || seq[2] != '<')
        return false;
    p += 3;
    return take_number(&p, end, ';', &bits) && take_number(&p, end, ';', &col) &&
           take_number(&p, end, up ? 'm' : 'M', &row) && p == end && place(col, row, out) &&
           parse_button(bits, up, out);
}

bool mouse_parse_old(const uint32_t c[3], struct mouse *out)
{
    *out = (struct mouse){0};
    for (int i = 0; i < 3; i++)
        if (c[i] < OLD_BASE || c[i] > OLD_LAST)
            return false;
    return place(c[1] - OLD_BASE, c[2] - OLD_BASE, out) &&
           parse_old_button(c[0] - OLD_BASE, out);
}
