#include "ui/term/keycode.h"

#include <stddef.h>

#include "ui/term/key.h"

#define DEL 0x7f

uint32_t key_of_control(uint32_t c)
{
    switch (c) {
    case 0:
        return K_UNKNOWN;
    case '\n':
        return K_ENTER;
    case '\b':
        return K_BACKSPACE;
    default:
        return c;
    }
}

uint32_t key_with_modifiers(uint32_t code, unsigned mods)
{
    static const uint32_t ctrl[][2] = {{K_HOME, K_CTRL_HOME},
                                       {K_END, K_CTRL_END},
                                       {K_LEFT, K_CTRL_LEFT},
                                       {K_RIGHT, K_CTRL_RIGHT}};

    if (mods == 0 || (mods == MOD_SHIFT && code == K_BACKTAB))
        return code;
    if (mods == MOD_ALT)
        return code | K_ALT;
    for (size_t i = 0; i < sizeof(ctrl) / sizeof(ctrl[0]); i++)
        if (mods == MOD_CTRL && ctrl[i][0] == code)
            return ctrl[i][1];
    return K_UNKNOWN;
}

uint32_t key_of_letter(char final)
{
    static const struct {
        char final;
        uint32_t code;
    } keys[] = {{'A', K_UP},   {'B', K_DOWN}, {'C', K_RIGHT},   {'D', K_LEFT},
                {'H', K_HOME}, {'F', K_END},  {'P', K_F1},      {'Q', K_F2},
                {'R', K_F3},   {'S', K_F4},   {'Z', K_BACKTAB}, {'M', K_ENTER}};

    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
        if (keys[i].final == final)
            return keys[i].code;
    return K_UNKNOWN;
}

uint32_t key_of_number(unsigned n)
{
    static const uint32_t keys[] = {
        /* clang-format off */
        [1] = K_HOME, [2] = K_INSERT, [3] = K_DELETE, [4] = K_END, [5] = K_PGUP,
        [6] = K_PGDN, [7] = K_HOME, [8] = K_END,
        [11] = K_F1, [12] = K_F2, [13] = K_F3, [14] = K_F4, [15] = K_F5,
        [17] = K_F6, [18] = K_F7, [19] = K_F8, [20] = K_F9, [21] = K_F10,
        [23] = K_F11, [24] = K_F12,
        /* clang-format on */
    };

    return n < sizeof(keys) / sizeof(keys[0]) && keys[n] != K_NONE ? keys[n] : K_UNKNOWN;
}

/* Keys that kitty numbers in a private area: those of the keypad. The others are modifiers
 * by themselves and such, which do nothing. */
static uint32_t private_key(unsigned code)
{
    static const uint32_t keypad[] = {
        '0',  '1',    '2',    '3',    '4',    '5',     '6',      '7',     '8',    '9',
        '.',  '/',    '*',    '-',    '+',    K_ENTER, '=',      ',',     K_LEFT, K_RIGHT,
        K_UP, K_DOWN, K_PGUP, K_PGDN, K_HOME, K_END,   K_INSERT, K_DELETE};
    const unsigned first = 57399;

    return code >= first && code - first < sizeof(keypad) / sizeof(keypad[0])
               ? keypad[code - first]
               : K_NONE;
}

static bool is_private_key(unsigned code)
{
    return code >= 57344 && code <= 63743;
}

static uint32_t ctrl_key(unsigned code)
{
    return (code >= '@' && code <= '_') || (code >= 'a' && code <= 'z')
               ? key_of_control(K_CTRL(code))
               : K_UNKNOWN;
}

static uint32_t shifted_key(unsigned code, unsigned shifted)
{
    if (shifted != 0)
        return shifted;
    return code >= 'a' && code <= 'z' ? code - 'a' + 'A' : code;
}

/* A key by its character, as kitty (CSI u) and xterm (CSI 27) tell it. */
static uint32_t character_key(unsigned code, unsigned shifted, unsigned mods)
{
    uint32_t key = code;

    if (code == '\t' && (mods & ~(unsigned)MOD_ALT) == MOD_SHIFT)
        return key_with_modifiers(K_BACKTAB, mods);
    if (code < 32 || code == DEL) { /* Enter, Esc and such are the same with Shift */
        key = key_of_control(code);
        return key_with_modifiers(key, mods & ~(unsigned)MOD_SHIFT);
    }
    if (mods & MOD_SHIFT && !(mods & MOD_CTRL))
        key = shifted_key(code, shifted);
    if (mods & MOD_CTRL)
        key = mods & MOD_SHIFT ? K_UNKNOWN : ctrl_key(code);
    else if (!key_is_text((struct key){key}))
        key = K_UNKNOWN;
    mods &= ~(unsigned)(MOD_CTRL | MOD_SHIFT);
    return key == K_UNKNOWN ? key : key_with_modifiers(key, mods);
}

uint32_t key_of_character(unsigned code, unsigned shifted, unsigned mods)
{
    uint32_t key;

    if (code == 0)
        return K_NONE; /* text without a key */
    if (!is_private_key(code))
        return character_key(code, shifted, mods);
    key = private_key(code);
    return key != K_NONE ? key_with_modifiers(key, mods) : K_NONE;
}
