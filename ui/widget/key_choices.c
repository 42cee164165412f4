#include "ui/widget/key_choices.h"

#include <stdio.h>
#include <string.h>

/* How much of the help of a choice is told; dense is short with one blank in between. */
enum detail { DETAIL_FULL, DETAIL_SHORT, DETAIL_DENSE, DETAIL_KEYS };

/* Bytes of the help to tell: up to where it goes on about something else. */
static int help_length(const char *help, enum detail detail)
{
    return (int)(detail == DETAIL_FULL ? strlen(help) : strcspn(help, ";:"));
}

static void choice_text(const struct binding *b, enum detail detail, char *out, size_t size)
{
    if (detail == DETAIL_KEYS)
        (void)snprintf(out, size, "%s", b->keys);
    else
        (void)snprintf(out, size, "%s %.*s", b->keys, help_length(b->help, detail),
                       b->help);
}

/* The table's texts are ASCII: a byte is a column. */
static bool add(char line[KEY_CHOICES_LEN], const char *gap, const char *text, size_t cols)
{
    size_t n = strlen(line);

    if (n + strlen(gap) + strlen(text) > cols)
        return false;
    (void)snprintf(line + n, KEY_CHOICES_LEN - n, "%s%s", gap, text);
    return true;
}

/* False when there is more than fits. */
static bool lay_out(const struct key_matcher *m, enum detail detail, size_t cols,
                    char lines[2][KEY_CHOICES_LEN])
{
    const struct binding *b;
    const char *gap = detail >= DETAIL_DENSE ? " " : "  ";
    char text[KEY_CHOICES_LEN];
    size_t line = 0;

    key_matcher_typed(m, lines[0], KEY_CHOICES_LEN);
    lines[1][0] = '\0';
    for (size_t i = 0; (b = key_matcher_choice(m, i)); i++) {
        choice_text(b, detail, text, sizeof(text));
        if (line == 0 && !add(lines[0], gap, text, cols))
            line = 1;
        if (line == 1 && !add(lines[1], lines[1][0] ? gap : "", text, cols))
            return false;
    }
    return true;
}

void key_choices(const struct key_matcher *m, int cols, char lines[2][KEY_CHOICES_LEN])
{
    size_t room = cols < 0 ? 0 : (size_t)cols;

    lines[0][0] = lines[1][0] = '\0';
    if (!key_matcher_pending(m))
        return;
    if (room >= KEY_CHOICES_LEN)
        room = KEY_CHOICES_LEN - 1;
    for (int detail = DETAIL_FULL; detail <= DETAIL_KEYS; detail++)
        if (lay_out(m, (enum detail)detail, room, lines))
            return;
}
