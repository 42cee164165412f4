/* Names of keys into what a keyboard sends. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>
#include <vterm.h>

#include "tests/support/pty.h"
#include "tests/support/pty_internal.h"

#define NAME_MAX_LEN 15

static const struct {
    const char *name;
    VTermKey key;
    VTermModifier mod;
} special[] = {
    {"Up", VTERM_KEY_UP, VTERM_MOD_NONE},
    {"Down", VTERM_KEY_DOWN, VTERM_MOD_NONE},
    {"Left", VTERM_KEY_LEFT, VTERM_MOD_NONE},
    {"Right", VTERM_KEY_RIGHT, VTERM_MOD_NONE},
    {"Home", VTERM_KEY_HOME, VTERM_MOD_NONE},
    {"End", VTERM_KEY_END, VTERM_MOD_NONE},
    {"PgUp", VTERM_KEY_PAGEUP, VTERM_MOD_NONE},
    {"PgDn", VTERM_KEY_PAGEDOWN, VTERM_MOD_NONE},
    {"Ins", VTERM_KEY_INS, VTERM_MOD_NONE},
    {"Del", VTERM_KEY_DEL, VTERM_MOD_NONE},
    {"Enter", VTERM_KEY_ENTER, VTERM_MOD_NONE},
    {"Tab", VTERM_KEY_TAB, VTERM_MOD_NONE},
    {"S-Tab", VTERM_KEY_TAB, VTERM_MOD_SHIFT},
    {"BS", VTERM_KEY_BACKSPACE, VTERM_MOD_NONE},
    {"C-Left", VTERM_KEY_LEFT, VTERM_MOD_CTRL},
    {"C-Right", VTERM_KEY_RIGHT, VTERM_MOD_CTRL},
    {"C-Home", VTERM_KEY_HOME, VTERM_MOD_CTRL},
    {"C-End", VTERM_KEY_END, VTERM_MOD_CTRL},
};

/* Esc as terminals tell it whose keys are all told apart (CSI u). The one byte ESC would be
 * another key together with what a loaded machine reads in the same go. */
#define ESC_WHOLE "\x1b[27u"

/* Types the key of that name; false when there is none. */
static bool type_name(struct pty *t, const char *name)
{
    for (size_t i = 0; i < sizeof(special) / sizeof(*special); i++)
        if (strcmp(name, special[i].name) == 0) {
            vterm_keyboard_key(pty_vterm(t), special[i].key, special[i].mod);
            pty_flush_keys(t);
            return true;
        }
    if (strcmp(name, "Esc") == 0) { /* ESC alone is no key before the next byte is late */
        pty_write(t, ESC_WHOLE, strlen(ESC_WHOLE));
        return true;
    }
    if (name[0] == 'F' && name[1] >= '1' && name[1] <= '9') {
        vterm_keyboard_key(pty_vterm(t), (VTermKey)VTERM_KEY_FUNCTION(atoi(name + 1)),
                           VTERM_MOD_NONE);
        pty_flush_keys(t);
        return true;
    }
    if (strcmp(name, "Space") == 0 || strcmp(name, "lt") == 0) {
        pty_write(t, name[0] == 'S' ? " " : "<", 1);
        return true;
    }
    if (strlen(name) == 3 && name[1] == '-' && strchr("CMA", name[0])) {
        char meta[2] = {'\x1b', name[2]}, control = (char)(name[2] & 0x1f);
        if (name[0] != 'C')
            pty_write(t, meta, 2);
        else
            pty_write(t, &control, 1);
        return true;
    }
    return false;
}

/* --- the mouse --- */

static void button(struct pty *t, int number, bool pressed, VTermModifier mod)
{
    vterm_mouse_button(pty_vterm(t), number, pressed, mod);
    pty_flush_keys(t);
}

static void move_to(struct pty *t, int row, int col)
{
    vterm_mouse_move(pty_vterm(t), row, col, VTERM_MOD_NONE);
    pty_flush_keys(t);
}

void pty_drag(struct pty *t, int row, int col, int to_row, int to_col)
{
    move_to(t, row, col);
    button(t, 1, true, VTERM_MOD_NONE);
    move_to(t, to_row, to_col);
    button(t, 1, false, VTERM_MOD_NONE);
}

void pty_click(struct pty *t, int row, int col)
{
    pty_drag(t, row, col, row, col);
}

void pty_wheel(struct pty *t, int row, int col, int steps, bool ctrl)
{
    move_to(t, row, col);
    for (int i = 0; i < abs(steps); i++)
        button(t, steps < 0 ? 4 : 5, true, ctrl ? VTERM_MOD_CTRL : VTERM_MOD_NONE);
}

/* --- keys --- */

void pty_keys(struct pty *t, const char *keys)
{
    while (*keys != '\0') {
        const char *end = *keys == '<' ? strchr(keys, '>') : NULL;
        if (end == NULL) {
            pty_write(t, keys++, 1);
            continue;
        }
        char name[NAME_MAX_LEN + 1];
        size_t len = (size_t)(end - keys) - 1;
        if (len > NAME_MAX_LEN)
            fail_msg("no key has so long a name: %s", keys);
        memcpy(name, keys + 1, len);
        name[len] = '\0';
        if (!type_name(t, name))
            fail_msg("no key is called <%s>", name);
        keys = end + 1;
    }
}
