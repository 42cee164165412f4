/*
 * Bytes become characters first (decode), so that the states below know nothing of UTF-8,
 * and an 8-bit control character is the same in either encoding. Then one state machine
 * takes the characters: a function for each state, in the table of step(). The states
 * follow ECMA-48: an introducer, then what may be in it, then what ends it; which key a
 * finished sequence is, is told by the ones that this terminal added and then by
 * ui/term/keycode. Nothing is looked at twice, so memory and time are bounded whatever
 * comes.
 *
 * Time comes from outside: keyreader_wait() says for each state how long a silence would
 * mean something, keyreader_expire() what it means. A character gives three keys at most,
 * which wait in `out`.
 *
 * What was read may be a secret: bytes are wiped once they are looked at, and a paste once
 * the next key is asked for.
 */
#include "ui/term/keyreader.h"

#include <string.h>

#include "ui/term/keycode.h"

#define ESC 0x1b
#define BEL 0x07
#define DEL 0x7f
#define CSI 0x9b
#define ST 0x9c
#define BAD UINT32_MAX /* bytes that are no character */

#define EVENT_RELEASE 3

static void step(struct keyreader *r, uint32_t c);

void keyreader_init(struct keyreader *r)
{
    *r = (struct keyreader){.seqs_len = 0};
}

void keyreader_add(struct keyreader *r, const char *bytes, uint32_t code)
{
    size_t len = strlen(bytes);

    if (len < 2 || len > KEYREADER_SEQ_MAX || bytes[0] != ESC ||
        r->seqs_len == KEYREADER_SEQS_MAX)
        return;
    memcpy(r->seqs[r->seqs_len].bytes, bytes, len);
    r->seqs[r->seqs_len].len = (uint8_t)len;
    r->seqs[r->seqs_len].code = code;
    r->seqs_len++;
}

void keyreader_want_mouse(struct keyreader *r, bool on)
{
    r->wants_mouse = on;
}

/* --- keys --- */

static void give(struct keyreader *r, uint32_t code)
{
    r->out[r->out_len++] = code; /* a character gives three at most */
}

/* --- sequences --- */

static void begin(struct keyreader *r, enum keyreader_state state, char second)
{
    r->state = state;
    r->raw[0] = ESC;
    r->raw[1] = second;
    r->raw_len = second != '\0' ? 2 : 1;
}

static void begin_escape(struct keyreader *r)
{
    begin(r, KEYREADER_ESC, '\0');
    r->alt = false;
}

static void begin_paste(struct keyreader *r, bool bare)
{
    r->state = KEYREADER_PASTE;
    paste_begin(&r->paste);
    r->paste_silent = false;
    r->paste_bare = bare;
}

static void push(struct keyreader *r, uint32_t c)
{
    if (r->raw_len < KEYREADER_RAW_MAX)
        r->raw[r->raw_len++] = (char)c;
}

/* A sequence that begins with this character after ESC; false: none does. */
static bool begin_introduced(struct keyreader *r, uint32_t c)
{
    switch (c) {
    case '[':
        begin(r, KEYREADER_CSI, '[');
        return true;
    case 'O':
        begin(r, KEYREADER_SS3, 'O');
        return true;
    case ']': /* OSC */
    case 'P': /* DCS */
    case '_': /* APC */
    case '^': /* PM */
    case 'X': /* SOS */
        begin(r, KEYREADER_STRING, (char)c);
        return true;
    default:
        return false;
    }
}

/* An 8-bit control character stands for ESC and the character 0x40 lower. */
static bool begin_8bit(struct keyreader *r, uint32_t c)
{
    r->alt = false;
    return c >= 0x80 && c < 0xa0 && begin_introduced(r, c - 0x40);
}

static bool is_added(const struct keyreader *r, uint32_t *code)
{
    for (size_t i = 0; i < r->seqs_len; i++) {
        if (r->seqs[i].len == r->raw_len &&
            memcmp(r->seqs[i].bytes, r->raw, r->raw_len) == 0) {
            *code = r->seqs[i].code;
            return true;
        }
    }
    return false;
}

/* Numbers of a control sequence: parameters by ';', parts of them by ':'. */
struct params {
    size_t n; /* parameters, at most those that are kept */
    unsigned value[3][3];
};

#define PARAM_MAX 0x110000U /* no character */

/* False when there is anything but numbers, as in sequences that are private. */
static bool read_params(const struct keyreader *r, struct params *out)
{
    size_t part = 0;

    *out = (struct params){.n = r->raw_len > 3 ? 1 : 0};
    for (size_t i = 2; i + 1 < r->raw_len; i++) {
        char c = r->raw[i];

        if (c == ';') {
            if (out->n == 3)
                return true;
            out->n++;
            part = 0;
        } else if (c == ':') {
            part++;
        } else if (c < '0' || c > '9') {
            return false;
        } else if (part < 3) {
            unsigned *v = &out->value[out->n - 1][part];
            *v = *v * 10 + (unsigned)(c - '0');
            *v = *v > PARAM_MAX ? PARAM_MAX : *v;
        }
    }
    return true;
}

static unsigned modifiers(const struct keyreader *r, unsigned param)
{
    return ((param > 0 ? param - 1 : 0) & ~(unsigned)MOD_LOCKS) | (r->alt ? MOD_ALT : 0);
}

static void finish_character_key(struct keyreader *r, unsigned code, unsigned shifted,
                                 unsigned mods)
{
    uint32_t key = key_of_character(code, shifted, mods);

    if (key != K_NONE)
        give(r, key);
}

/* CSI, numbers, and ~: a key by its number, or the start of a paste. */
static void finish_numbered(struct keyreader *r, const struct params *p, unsigned mods)
{
    switch (p->value[0][0]) {
    case 200:
        begin_paste(r, false);
        break;
    case 201: /* the end of none */
        break;
    case 27:
        finish_character_key(r, p->value[2][0], 0, modifiers(r, p->value[1][0]));
        break;
    default:
        give(r, p->n <= 2 ? key_with_modifiers(key_of_number(p->value[0][0]), mods)
                          : K_UNKNOWN);
        break;
    }
}

/* CSI, numbers and a letter that may be a key. A report of the cursor looks like F3. */
static void finish_letter(struct keyreader *r, const struct params *p, char final,
                          unsigned mods)
{
    if (p->value[0][0] <= 1 && p->n <= 2)
        give(r, key_with_modifiers(key_of_letter(final), mods));
}

/* A report of the mouse has ended. No terminal puts an ESC of Alt before it: one that is
 * there was a key. */
static void finish_mouse(struct keyreader *r, bool known)
{
    r->state = KEYREADER_GROUND;
    if (!r->wants_mouse)
        return;
    if (r->alt)
        give(r, K_ESC);
    if (known)
        give(r, K_MOUSE);
}

static void finish_csi(struct keyreader *r, char final)
{
    struct params p;
    uint32_t code;
    unsigned mods;

    r->state = KEYREADER_GROUND;
    if (is_added(r, &code)) {
        give(r, key_with_modifiers(code, modifiers(r, 0)));
        return;
    }
    if (r->raw_len == KEYREADER_RAW_MAX || !read_params(r, &p))
        return;
    mods = modifiers(r, p.value[1][0]);
    if (final == 'M' && p.n == 0) {
        r->state = KEYREADER_MOUSE;
        r->mouse_len = 0;
    } else if (p.value[1][1] == EVENT_RELEASE) {
        return;
    } else if (final == '~') {
        finish_numbered(r, &p, mods);
    } else if (final == '^') { /* rxvt: with Ctrl */
        give(r, key_with_modifiers(key_of_number(p.value[0][0]), mods | MOD_CTRL));
    } else if (final == 'u') {
        finish_character_key(r, p.value[0][0], p.value[0][1], mods);
    } else if (strchr("ABCDEFHPQSZ", final)) {
        finish_letter(r, &p, final, mods);
    } else if (strchr("abcd@", final)) { /* rxvt: with Shift */
        give(r, K_UNKNOWN);
    }
}

static void finish_ss3(struct keyreader *r, char final)
{
    uint32_t code;

    r->state = KEYREADER_GROUND;
    if (is_added(r, &code))
        give(r, key_with_modifiers(code, modifiers(r, 0)));
    else if (final == 'c' || final == 'd') /* rxvt: with Ctrl */
        give(r, key_with_modifiers(final == 'c' ? K_RIGHT : K_LEFT,
                                   modifiers(r, 0) | MOD_CTRL));
    else if (r->raw_len > 3) /* with modifiers, in a form of old */
        give(r, K_UNKNOWN);
    else
        give(r, key_with_modifiers(key_of_letter(final), modifiers(r, 0)));
}

static void finish_linux(struct keyreader *r, uint32_t c)
{
    r->state = KEYREADER_GROUND;
    give(r, c >= 'A' && c <= 'E' ? key_with_modifiers(K_F1 + (c - 'A'), modifiers(r, 0))
                                 : K_UNKNOWN);
}

/* rxvt ends a key with Shift by a character that in all other sequences stands before the
 * last one. */
static bool is_shifted_rxvt(const struct keyreader *r)
{
    if (r->state != KEYREADER_CSI || r->raw_len < 4 || r->raw[r->raw_len - 1] != '$')
        return false;
    for (size_t i = 2; i + 1 < r->raw_len; i++)
        if (r->raw[i] < '0' || r->raw[i] > '9')
            return false;
    return true;
}

/* --- characters, state by state --- */

/* What fits none of the states of a sequence: ESC and the 8-bit introducers begin another
 * one, other control characters end this one and go with it; text is a key again. */
static void break_off(struct keyreader *r, uint32_t c)
{
    if (c == 0 || c == DEL)
        return; /* fillers */
    r->state = KEYREADER_GROUND;
    if (c == ESC || c >= 0x80)
        step(r, c);
}

static bool is_printable(uint32_t c)
{
    return c >= 0x20 && c < DEL;
}

/* Whether c after an introducer looks like what terminals send. */
static bool continues(uint32_t introducer, uint32_t c)
{
    switch (introducer) {
    case '[':
        return is_printable(c) && strchr("0123456789<=>?[ABCDEFHIMOPQRSZabcd", (int)c);
    case '^':
    case 'X':
        return is_printable(c);
    case 'O':
        return is_printable(c) && strchr("0123456789ABCDHFPQRSM", (int)c);
    case ']':
        return is_printable(c) && strchr("0123456789lLI", (int)c);
    case 'P':
        return is_printable(c) && strchr("0123456789>!$+=|", (int)c);
    case '_':
        return c == 'G';
    default:
        return false;
    }
}

static void step_ground(struct keyreader *r, uint32_t c)
{
    enum keyreader_late late = r->late;

    r->late = KEYREADER_NOT_LATE;
    if (late != KEYREADER_NOT_LATE && c < 0x80 && strchr("[O]P_^X", (int)c) && c != 0) {
        r->state = KEYREADER_LATE;
        r->held = c;
    } else if (late == KEYREADER_AFTER_STRING && c == '\\') {
        return; /* the rest of its end */
    } else if (c == ESC) {
        begin_escape(r);
    } else if (c < 0x20 || c == DEL) {
        give(r, key_of_control(c));
    } else if (c >= 0x80 && c < 0xa0) {
        (void)begin_8bit(r, c);
    } else {
        give(r, key_is_text((struct key){c}) ? c : K_UNKNOWN);
    }
}

static void step_late(struct keyreader *r, uint32_t c)
{
    r->state = KEYREADER_GROUND;
    r->alt = false;
    if (continues(r->held, c))
        (void)begin_introduced(r, r->held);
    else
        give(r, r->held);
    step(r, c);
}

static void alt_key(struct keyreader *r, uint32_t c)
{
    uint32_t code = c < 0x20 || c == DEL ? key_of_control(c) : c;

    if (r->alt)
        give(r, K_ESC);
    push(r, c);
    if (!r->alt && c < 0x80 && is_added(r, &code)) {
        give(r, code);
        return;
    }
    give(r, code < 0x20 || code == DEL || key_is_text((struct key){code}) ? code | K_ALT
                                                                          : K_UNKNOWN);
}

static void step_escape(struct keyreader *r, uint32_t c)
{
    if (begin_introduced(r, c))
        return;
    if (c == ESC) {
        if (r->alt)
            give(r, K_ESC); /* more than two: one key each */
        r->alt = true;
    } else if (c >= 0x20 && c < 0x30) {
        push(r, c);
        r->state = KEYREADER_CHARSET;
    } else {
        r->state = KEYREADER_GROUND;
        if (c >= 0x80 && c < 0xa0)
            step(r, c);
        else
            alt_key(r, c);
    }
}

static void step_charset(struct keyreader *r, uint32_t c)
{
    if (c >= 0x20 && c < 0x30)
        push(r, c);
    else if (is_printable(c))
        r->state = KEYREADER_GROUND;
    else
        break_off(r, c);
}

static void step_csi(struct keyreader *r, uint32_t c)
{
    if (c == '[' && r->raw_len == 2) {
        r->state = KEYREADER_CSI_LINUX;
    } else if (c >= 0x20 && c < 0x40) {
        push(r, c);
    } else if (is_printable(c)) {
        push(r, c);
        if (r->raw[2] == '<')
            finish_mouse(r, mouse_parse(r->raw, r->raw_len, &r->mouse));
        else
            finish_csi(r, (char)c);
    } else {
        break_off(r, c);
    }
}

static void step_csi_linux(struct keyreader *r, uint32_t c)
{
    if (is_printable(c))
        finish_linux(r, c);
    else
        break_off(r, c);
}

static void step_ss3(struct keyreader *r, uint32_t c)
{
    if ((c >= '0' && c <= '9') || c == ';') {
        push(r, c);
    } else if (is_printable(c)) {
        push(r, c);
        finish_ss3(r, (char)c);
    } else {
        break_off(r, c);
    }
}

static void step_mouse(struct keyreader *r, uint32_t c)
{
    if (c == ESC) {
        break_off(r, c);
        return;
    }
    r->mouse_seq[r->mouse_len++] = c;
    if (r->mouse_len == 3)
        finish_mouse(r, mouse_parse_old(r->mouse_seq, &r->mouse));
}

static void step_string(struct keyreader *r, uint32_t c)
{
    if (c == ESC)
        r->state = KEYREADER_STRING_ESC;
    else if (c == ST || (c < 0x20 && c != 0))
        r->state = KEYREADER_GROUND;
}

static void step_string_escape(struct keyreader *r, uint32_t c)
{
    begin_escape(r);
    if (c == '\\')
        r->state = KEYREADER_GROUND;
    else if (c != ESC)
        step(r, c);
}

/* --- pastes --- */

static void give_paste(struct keyreader *r, bool ended)
{
    paste_give(&r->paste, ended);
    give(r, K_PASTE);
}

static void end_paste(struct keyreader *r)
{
    r->state = KEYREADER_GROUND;
    give_paste(r, true);
}

static void step_paste(struct keyreader *r, uint32_t c)
{
    bool silent = r->paste_silent;

    r->paste_silent = false;
    if (silent && c == K_CTRL('c')) {
        end_paste(r);
        return;
    }
    if (r->paste_bare && (c == ESC || c == CSI)) { /* a key; nothing that is pasted */
        end_paste(r);
        step_ground(r, c);
        return;
    }
    if (paste_take(&r->paste, c))
        end_paste(r);
}

static void step(struct keyreader *r, uint32_t c)
{
    static void (*const steps[])(struct keyreader *, uint32_t) = {
        [KEYREADER_GROUND] = step_ground,
        [KEYREADER_ESC] = step_escape,
        [KEYREADER_CHARSET] = step_charset,
        [KEYREADER_CSI] = step_csi,
        [KEYREADER_CSI_LINUX] = step_csi_linux,
        [KEYREADER_SS3] = step_ss3,
        [KEYREADER_MOUSE] = step_mouse,
        [KEYREADER_STRING] = step_string,
        [KEYREADER_STRING_ESC] = step_string_escape,
        [KEYREADER_LATE] = step_late,
        [KEYREADER_PASTE] = step_paste,
    };

    steps[r->state](r, c);
}

/* --- bytes --- */

/* The first byte of a character, or a character that has only one. */
static void decode_first(struct keyreader *r, uint8_t byte)
{
    if (byte < 0xa0) /* above 0x7f: an 8-bit control character */
        step(r, byte);
    else if (byte < 0xc2 || byte > 0xf4)
        step(r, BAD);
    else {
        r->character.size = byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
        r->character.left = r->character.size - 1;
        r->character.code = byte & (0x7fU >> r->character.size);
    }
}

static void decode(struct keyreader *r, uint8_t byte)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    uint32_t code = r->character.code << 6 | (byte & 0x3fU);

    if (r->character.left == 0) {
        decode_first(r, byte);
    } else if ((byte & 0xc0) != 0x80) {
        r->character.left = 0;
        step(r, BAD);
        decode_first(r, byte);
    } else {
        r->character.code = code;
        if (--r->character.left == 0)
            step(r, code < least[r->character.size] || code > 0x10ffff ||
                            (code >= 0xd800 && code < 0xe000)
                        ? BAD
                        : code);
    }
}

uint8_t *keyreader_space(struct keyreader *r, size_t *room)
{
    if (r->pos == r->len)
        r->pos = r->len = 0;
    *room = sizeof(r->buf) - r->len;
    return r->buf + r->len;
}

/* See the header on terminals that do not bracket. */
static bool is_bare_paste(const struct keyreader *r, const uint8_t *bytes, size_t n)
{
    return r->state == KEYREADER_GROUND && r->character.left == 0 && n > 1 &&
           memchr(bytes, '\n', n - 1) && !memchr(bytes, ESC, n);
}

void keyreader_put(struct keyreader *r, size_t n)
{
    if (is_bare_paste(r, r->buf + r->len, n))
        begin_paste(r, true);
    r->len += n;
}

bool keyreader_next(struct keyreader *r, struct key *out)
{
    if (r->paste_given)
        paste_wipe(&r->paste);
    r->paste_given = false;
    while (r->out_len == 0 && r->pos < r->len) {
        decode(r, r->buf[r->pos]);
        r->buf[r->pos++] = 0; /* it may be of a secret */
    }
    if (r->out_len == 0)
        return false;
    out->code = r->out[0];
    r->out_len--;
    memmove(r->out, r->out + 1, r->out_len * sizeof(r->out[0]));
    r->paste_given = out->code == K_PASTE;
    return true;
}

const struct paste *keyreader_paste(const struct keyreader *r)
{
    return &r->paste.got;
}

const struct mouse *keyreader_mouse(const struct keyreader *r)
{
    return &r->mouse;
}

/* --- time --- */

int keyreader_wait(const struct keyreader *r)
{
    switch (r->state) {
    case KEYREADER_GROUND:
        return r->late != KEYREADER_NOT_LATE ? KEYREADER_LATE_MS : 0;
    case KEYREADER_ESC:
    case KEYREADER_CHARSET:
    case KEYREADER_STRING_ESC:
        return KEYREADER_ESC_MS;
    case KEYREADER_CSI:
        return is_shifted_rxvt(r) ? KEYREADER_ESC_MS : 0;
    case KEYREADER_LATE:
        return KEYREADER_TOGETHER_MS;
    case KEYREADER_MOUSE:
    case KEYREADER_STRING:
        return KEYREADER_STRING_MS;
    case KEYREADER_PASTE:
        if (r->paste_bare)
            return KEYREADER_ESC_MS;
        return r->paste_silent ? 0 : KEYREADER_PASTE_MS;
    default:
        return 0;
    }
}

static void expire_escape(struct keyreader *r)
{
    if (r->alt)
        give(r, K_ESC);
    give(r, K_ESC);
    r->late = KEYREADER_AFTER_ESC;
}

void keyreader_expire(struct keyreader *r)
{
    enum keyreader_state state = r->state;

    if (keyreader_wait(r) == 0)
        return;
    if (state == KEYREADER_PASTE && !r->paste_bare) {
        r->paste_silent = true;
        give_paste(r, false);
        return;
    }
    r->state = KEYREADER_GROUND;
    r->late = KEYREADER_NOT_LATE;
    if (state == KEYREADER_ESC)
        expire_escape(r);
    else if (state == KEYREADER_CHARSET)
        give(r, r->raw_len == 2 ? (uint32_t)r->raw[1] | K_ALT : K_UNKNOWN);
    else if (state == KEYREADER_STRING_ESC)
        r->late = KEYREADER_AFTER_STRING;
    else if (state == KEYREADER_CSI)
        give(r, K_UNKNOWN);
    else if (state == KEYREADER_LATE)
        give(r, r->held);
    else if (state == KEYREADER_PASTE)
        end_paste(r);
}
