/*
 * Key sequences: their notation, the matching of keys against the bindings, and keys from a
 * terminal's bytes. The first byte chooses; in the notation what parses must come back from
 * its own text; bytes must be the same keys however they are cut, and none inside of what
 * is no key.
 */
#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/fuzz.h"
#include "ui/term/keyreader.h"
#include "ui/widget/keymap.h"

static void check_notation(struct bytes in)
{
    char *text = fuzz_string(in);
    struct key keys[KEYS_LEN_MAX];
    struct key again[KEYS_LEN_MAX];
    char written[KEYS_LEN_MAX * KEY_NAME_LEN] = "";
    struct err e = {0};
    size_t n = 0;
    size_t k = 0;

    if (keys_parse(text, keys, &n, &e) == ERR_OK) {
        FUZZ_CHECK(n >= 1 && n <= KEYS_LEN_MAX);
        for (size_t i = 0; i < n; i++)
            key_notation(keys[i], written + strlen(written));
        FUZZ_CHECK(keys_parse(written, again, &k, &e) == ERR_OK);
        FUZZ_CHECK(n == k && memcmp(keys, again, n * sizeof(keys[0])) == 0);
    } else {
        FUZZ_CHECK(e.code == ERR_USAGE && e.msg[0] != '\0');
    }
    free(text);
}

static void check_match(const struct key_matcher *m, const struct key_match *match)
{
    char typed[KEYS_TYPED_LEN];
    char cut[5];

    FUZZ_CHECK(m->len <= KEYS_LEN_MAX && m->count >= 0);
    FUZZ_CHECK((match->result == KEYS_ACTION) == (match->binding != NULL));
    if (match->result == KEYS_ACTION)
        FUZZ_CHECK(match->count >= 0 && !key_matcher_pending(m));
    if (match->result == KEYS_PENDING)
        FUZZ_CHECK(key_matcher_pending(m));
    key_matcher_typed(m, typed, sizeof(typed));
    key_matcher_typed(m, cut, sizeof(cut));
    FUZZ_CHECK(strncmp(typed, cut, sizeof(cut) - 1) == 0);
    for (size_t i = 0; key_matcher_choice(m, i); i++)
        FUZZ_CHECK(i < keymap_len);
}

/* Keys come as bytes: most as they are, the high half as special keys, and K_ALT before. */
static void check_matcher(struct bytes in)
{
    enum key_mode mode = (enum key_mode)(1 + fuzz_byte(&in) % (MODE_COUNT - 1));
    struct key_matcher m = {0};

    while (in.len > 0) {
        uint8_t b = fuzz_byte(&in);
        struct key k = {b < 0x80 ? b : K_SPECIAL_BASE + (b & 0x7fU)};

        if (b == 0xff) {
            mode = (enum key_mode)(1 + fuzz_byte(&in) % (MODE_COUNT - 1));
            continue;
        }
        if (b == 0xfe)
            k.code = fuzz_byte(&in) | K_ALT;
        struct key_match match = key_matcher_feed(&m, mode, k);
        check_match(&m, &match);
    }
}

/* The keys that came so far, and the text of pastes among them, as one number. */
struct keys {
    uint64_t n, sum;
    size_t pastes;
};

static void add(struct keys *keys, uint64_t value)
{
    keys->sum = (keys->sum ^ value) * UINT64_C(1099511628211);
}

static void check_paste(const struct paste *p, struct keys *keys)
{
    FUZZ_CHECK(p->len <= PASTE_MAX && strlen(p->text) == p->len);
    for (size_t i = 0; i < p->len; i++) {
        FUZZ_CHECK((uint8_t)p->text[i] >= 0x20 && p->text[i] != 0x7f);
        add(keys, (uint8_t)p->text[i]);
    }
    add(keys, p->left_out);
    keys->pastes++;
}

static void check_mouse(const struct mouse *m, struct keys *keys)
{
    FUZZ_CHECK(m->row >= 0 && m->row < MOUSE_SIDE_MAX);
    FUZZ_CHECK(m->col >= 0 && m->col < MOUSE_SIDE_MAX);
    FUZZ_CHECK(abs(m->down) + abs(m->right) == (m->event == MOUSE_WHEEL));
    add(keys, (uint64_t)m->event << 48 | (uint64_t)m->row << 24 | (uint64_t)m->col);
    add(keys, (uint64_t)(m->down + 2 * m->right + 3));
}

static void check_key(const struct keyreader *r, struct key k, struct keys *keys)
{
    char name[KEY_NAME_LEN];
    char utf8[5];

    FUZZ_CHECK(k.code != K_NONE);
    key_notation(k, name);
    FUZZ_CHECK(memchr(name, '\0', sizeof(name)));
    FUZZ_CHECK(key_is_text(k) == (key_utf8(k, utf8) > 0));
    keys->n++;
    add(keys, k.code);
    if (k.code == K_MOUSE)
        check_mouse(keyreader_mouse(r), keys);
    if (k.code == K_PASTE)
        check_paste(keyreader_paste(r), keys);
}

/* In parts of so many bytes; between them so much silence is told. */
static void feed(struct keyreader *r, struct bytes in, size_t part, int silence,
                 struct keys *keys)
{
    while (in.len > 0) {
        size_t room;
        uint8_t *space = keyreader_space(r, &room);
        struct bytes now = fuzz_span(&in, part < room ? part : room);
        uint64_t before = keys->n;
        struct key k;

        memcpy(space, now.data, now.len);
        keyreader_put(r, now.len);
        while (keyreader_next(r, &k))
            check_key(r, k, keys);
        FUZZ_CHECK(keys->n <= before + 4 * now.len + 4);
        for (int i = 0; i < silence && keyreader_wait(r) > 0; i++) {
            keyreader_expire(r);
            while (keyreader_next(r, &k))
                check_key(r, k, keys);
        }
    }
}

/* However bytes are cut, the keys are the same, as long as nobody waits. Line ends are left
 * out: with them it counts what came together. */
static void check_cuts(struct bytes in, uint8_t how)
{
    struct keyreader whole, cut;
    struct keys a = {0}, b = {0};
    uint8_t *copy = malloc(in.len > 0 ? in.len : 1);

    FUZZ_CHECK(copy);
    for (size_t i = 0; i < in.len; i++)
        copy[i] = in.data[i] == '\n' ? '\r' : in.data[i];
    keyreader_init(&whole);
    keyreader_init(&cut);
    keyreader_want_mouse(&whole, how & 4);
    keyreader_want_mouse(&cut, how & 4);
    feed(&whole, (struct bytes){copy, in.len}, SIZE_MAX, 0, &a);
    feed(&cut, (struct bytes){copy, in.len}, 1 + how % 50, 0, &b);
    FUZZ_CHECK(a.n == b.n && a.sum == b.sum);
    free(copy);
}

/* Whatever is in a string, or in a control sequence of a private kind, is no key. */
static void check_swallowed(struct bytes in, uint8_t how)
{
    static const char *const begin[] = {"\033]", "\033P",  "\033_", "\033^",
                                        "\033X", "\033[?", "\033[<"};
    size_t which = how % 7;
    struct bytes end = bytes_of(which >= 5 ? "M" : how & 8 ? "\a" : "\033\\");
    struct keyreader r;
    struct keys keys = {0};

    keyreader_init(&r);
    feed(&r, bytes_of(begin[which]), 1, 0, &keys);
    while (in.len > 0) {
        uint8_t b = fuzz_byte(&in), span = which >= 5 ? 32 : 95;
        uint8_t inner = (uint8_t)(0x20 + b % span);

        feed(&r, (struct bytes){&inner, 1}, 1, 0, &keys);
    }
    feed(&r, end, 1, 0, &keys);
    FUZZ_CHECK(keys.n == 0);
    feed(&r, bytes_of("j"), 1, 0, &keys);
    FUZZ_CHECK(keys.n == 1);
}

/* Whatever is pasted is one paste. */
static void check_pasted(struct bytes in)
{
    struct keyreader r;
    struct keys keys = {0};

    keyreader_init(&r);
    feed(&r, bytes_of("\033[200~"), 1, 0, &keys);
    while (in.len > 0) {
        uint8_t b = fuzz_byte(&in);

        if (b == '~') /* no end mark */
            b = '!';
        feed(&r, (struct bytes){&b, 1}, 1, 0, &keys);
    }
    FUZZ_CHECK(keys.n == 0);
    feed(&r, bytes_of("\033[201~"), 1, 0, &keys);
    FUZZ_CHECK(keys.n == 1 && keys.pastes == 1);
}

/* Whatever numbers a report of the mouse has, it is one or nothing, and holds up no key. */
static void check_report(struct bytes in)
{
    struct keyreader r;
    struct keys keys = {0};

    keyreader_init(&r);
    keyreader_want_mouse(&r, true);
    feed(&r, bytes_of("\033[<"), 1, 0, &keys);
    while (in.len > 0) {
        uint8_t digit = (uint8_t) "0123456789;"[fuzz_byte(&in) % 11];

        feed(&r, (struct bytes){&digit, 1}, 1, 0, &keys);
    }
    FUZZ_CHECK(keys.n == 0 && keyreader_wait(&r) == 0);
    feed(&r, bytes_of("M"), 1, 0, &keys);
    FUZZ_CHECK(keys.n <= 1 && keyreader_wait(&r) == 0);
    feed(&r, bytes_of("j"), 1, 0, &keys);
    FUZZ_CHECK(keys.n >= 1 && keys.n <= 2);
}

static void check_reader(struct bytes in)
{
    struct keyreader r;
    struct keys keys = {0};
    uint8_t how = fuzz_byte(&in);

    keyreader_init(&r);
    keyreader_want_mouse(&r, how & 4);
    feed(&r, in, 1 + how % 50, how & 3, &keys);
    check_report(in);
    check_cuts(in, how);
    check_swallowed(in, how);
    check_pasted(in);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static void (*const checks[])(struct bytes) = {check_notation, check_matcher,
                                                   check_reader};
    struct bytes in = {data, size};
    size_t which = fuzz_byte(&in) % (sizeof(checks) / sizeof(checks[0]));

    checks[which](in);
    return 0;
}
