#include "tests/support/stray.h"

#define S(name, bytes)                                                                     \
    {                                                                                      \
        name, bytes, sizeof(bytes) - 1                                                     \
    }

/* Texts that would do harm as keys: Q quits, q leaves, G and 0 move, : opens a prompt. */
const struct stray stray[] = {
    S("OSC 10, colour of text, ST", "\033]10;rgb:ffff/ffff/ffff\033\\"),
    S("OSC 11, colour behind it, BEL", "\033]11;rgb:1c1c/1c1c/1c1c\a"),
    S("OSC 4, colour of a palette", "\033]4;0;rgb:0000/0000/0000\033\\"),
    S("OSC 52, what was copied", "\033]52;c;Q1E6UQpHR0c6cQ==\a"),
    S("OSC L, icon title", "\033]LQG:q\033\\"),
    S("OSC l, title", "\033]lQG:q\033\\"),
    S("OSC, 8-bit", "\x9d"
                    "11;rgb:0000/0000/0000\x9c"),
    S("OSC, 8-bit in UTF-8", "\xc2\x9d"
                             "11;rgb:0000/0000/0000\xc2\x9c"),
    S("OSC with characters of UTF-8", "\033]52;c;\xc5\x9c\xe6\xbc\x9c:Q\a"),
    S("DCS, DA3", "\033P!|00000000\033\\"),
    S("DCS, XTVERSION", "\033P>|XTerm(390)Q:q\033\\"),
    S("DCS, XTGETTCAP", "\033P1+r544e=787465726d\033\\"),
    S("DCS, XTGETTCAP refused", "\033P0+r\033\\"),
    S("DCS, DECRQSS", "\033P1$r0;1mQ\033\\"),
    S("DCS, 8-bit", "\x90"
                    "1$r0mQ\x9c"),
    S("APC, kitty graphics", "\033_Gi=31;OK:Q\033\\"),
    S("APC, kitty graphics, BEL", "\033_Gi=31;ENOENT:Q\a"),
    S("PM", "\033^Q:q\033\\"),
    S("SOS", "\033XQ:q\033\\"),
    S("DA1", "\033[?64;1;2;6;9;15;16;17;18;21;22;28c"),
    S("DA1, 8-bit", "\x9b?64;1;2c"),
    S("DA2", "\033[>41;390;0c"),
    S("DSR, all is well", "\033[0n"),
    S("DSR, printer", "\033[?13n"),
    S("CPR", "\033[12;40R"),
    S("CPR at the top", "\033[1;1R"),
    S("DECXCPR", "\033[?12;40;1R"),
    S("DECRPM", "\033[?2026;2$y"),
    S("DECRPM, ANSI", "\033[4;2$y"),
    S("window, size in cells", "\033[8;24;80t"),
    S("window, size in pixels", "\033[4;480;640t"),
    S("window, state", "\033[1t"),
    S("window, size told by itself", "\033[48;24;80;480;640t"),
    S("colours, dark or light", "\033[?997;1n"),
    S("kitty keyboard, flags", "\033[?31u"),
    S("DECREPTPARM", "\033[2;1;1;120;120;1;0x"),
    S("focus in", "\033[I"),
    S("focus out", "\033[O"),
    S("mouse, X10", "\033[M Q:"),
    S("mouse, X10, far right", "\033[M \xf7\xa3"),
    S("mouse, UTF-8", "\033[M \xc3\xa9\xc4\x8f"),
    S("mouse, SGR", "\033[<0;33;71M"),
    S("mouse, SGR, released", "\033[<0;33;71m"),
    S("mouse, urxvt", "\033[32;33;71M"),
    S("end of a paste without its start", "\033[201~"),
    S("key that was let go", "\033[81;2:3u"),
    S("modifier by itself", "\033[57441;2u"),
    S("parameters without end", "\033[1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1A"),
    S("private, unknown", "\033[?1;2;3;4Q"),
    S("private, unknown, intermediates", "\033[>1 !Q"),
};

const size_t stray_count = sizeof(stray) / sizeof(*stray);
