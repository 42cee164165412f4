/*
 * ui/term/keycode.h - which key the letters, numbers and modifiers in a terminal's
 * sequences stand for.
 *
 * The numbers are those of xterm's control sequences and of the keyboard protocol of kitty;
 * a code that comes back is one of ui/term/key.h. What is a key, but none that does
 * anything here, is K_UNKNOWN; what is no key is K_NONE. Pure.
 */
#ifndef UI_TERM_KEYCODE_H
#define UI_TERM_KEYCODE_H

#include <stdint.h>

/* Modifiers, as bits: one less than the number in a sequence. */
#define MOD_SHIFT 1
#define MOD_ALT 2
#define MOD_CTRL 4
#define MOD_LOCKS (64 | 128) /* caps lock, num lock */

/* A key with modifiers; K_UNKNOWN when no key is called so here. */
uint32_t key_with_modifiers(uint32_t code, unsigned mods);

/* What a control character, below 32 or 127, does as a key. */
uint32_t key_of_control(uint32_t c);

/* By the letter that ends a sequence, and by the number before its ~. */
uint32_t key_of_letter(char final);
uint32_t key_of_number(unsigned n);

/* A key by its character, as kitty (CSI u) and xterm (CSI 27) tell it, or by the number
 * that kitty gave it in a private area. shifted: its character with Shift, or 0. */
uint32_t key_of_character(unsigned code, unsigned shifted, unsigned mods);

#endif
