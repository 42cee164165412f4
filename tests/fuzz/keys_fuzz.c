/*
 * Key sequences: their notation, the matching of keys against the bindings, and keys from a
 * terminal's bytes. The first byte chooses; in the notation what parses must come back from
 * its own text.
 */
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

static void drain(struct keyreader *r, bool final)
{
    struct key k = {0};
    char name[KEY_NAME_LEN];
    char utf8[5];
    size_t before = r->len;
    enum keyreader_result got;

    while ((got = keyreader_next(r, final, &k)) == KEYREADER_KEY) {
        FUZZ_CHECK(r->len < before); /* every key takes bytes: no endless loop */
        before = r->len;
        key_notation(k, name);
        FUZZ_CHECK(memchr(name, '\0', sizeof(name)));
        FUZZ_CHECK(key_is_text(k) == (key_utf8(k, utf8) > 0));
    }
    FUZZ_CHECK(!final || got == KEYREADER_EMPTY);
}

static void check_reader(struct bytes in)
{
    struct keyreader r;
    uint8_t how = fuzz_byte(&in);

    keyreader_init(&r, how & 1);
    while (in.len > 0) {
        size_t room;
        uint8_t *space = keyreader_space(&r, &room);
        struct bytes part = fuzz_span(&in, 1 + how % 50);

        if (part.len > room)
            part.len = room;
        if (part.len > 0)
            memcpy(space, part.data, part.len);
        keyreader_put(&r, part.len);
        drain(&r, how & 2);
    }
    drain(&r, true);
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
