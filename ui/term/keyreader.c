#include "ui/term/keyreader.h"

#include <string.h>

#define ESC 27
#define CSI_MAX 32 /* bytes; a longer unknown sequence is given up */

static const struct {
    const char *bytes;
    uint32_t code;
} usual[] = {
    /* clang-format off */
    {"\033[A", K_UP},      {"\033[B", K_DOWN},    {"\033[C", K_RIGHT},   {"\033[D", K_LEFT},
    {"\033OA", K_UP},      {"\033OB", K_DOWN},    {"\033OC", K_RIGHT},   {"\033OD", K_LEFT},
    {"\033[H", K_HOME},    {"\033[F", K_END},     {"\033OH", K_HOME},    {"\033OF", K_END},
    {"\033[1~", K_HOME},   {"\033[4~", K_END},    {"\033[7~", K_HOME},   {"\033[8~", K_END},
    {"\033[2~", K_INSERT}, {"\033[3~", K_DELETE}, {"\033[5~", K_PGUP},   {"\033[6~", K_PGDN},
    {"\033[Z", K_BACKTAB},
    {"\033[1;5H", K_CTRL_HOME}, {"\033[1;5F", K_CTRL_END},
    {"\033[1;5D", K_CTRL_LEFT}, {"\033[1;5C", K_CTRL_RIGHT},
    {"\033[7^", K_CTRL_HOME},   {"\033[8^", K_CTRL_END},
    {"\033Od", K_CTRL_LEFT},    {"\033Oc", K_CTRL_RIGHT},
    {"\033OP", K_F1},   {"\033OQ", K_F2},   {"\033OR", K_F3},   {"\033OS", K_F4},
    {"\033[11~", K_F1}, {"\033[12~", K_F2}, {"\033[13~", K_F3}, {"\033[14~", K_F4},
    {"\033[[A", K_F1},  {"\033[[B", K_F2},  {"\033[[C", K_F3},  {"\033[[D", K_F4},
    {"\033[[E", K_F5},
    {"\033[15~", K_F5}, {"\033[17~", K_F6}, {"\033[18~", K_F7}, {"\033[19~", K_F8},
    {"\033[20~", K_F9}, {"\033[21~", K_F10}, {"\033[23~", K_F11}, {"\033[24~", K_F12},
    /* clang-format on */
};

void keyreader_init(struct keyreader *r, bool utf8)
{
    *r = (struct keyreader){.utf8 = utf8};
    for (size_t i = 0; i < sizeof(usual) / sizeof(usual[0]); i++)
        keyreader_add(r, usual[i].bytes, usual[i].code);
}

void keyreader_add(struct keyreader *r, const char *bytes, uint32_t code)
{
    size_t len = strlen(bytes);

    if (len < 2 || len > KEYREADER_SEQ_MAX || (unsigned char)bytes[0] >= 32 ||
        r->seqs_len == KEYREADER_SEQS_MAX)
        return;
    memmove(&r->seqs[1], &r->seqs[0], r->seqs_len * sizeof(r->seqs[0]));
    memcpy(r->seqs[0].bytes, bytes, len);
    r->seqs[0].len = (uint8_t)len;
    r->seqs[0].code = code;
    r->seqs_len++;
}

uint8_t *keyreader_space(struct keyreader *r, size_t *room)
{
    *room = sizeof(r->buf) - r->len;
    return r->buf + r->len;
}

void keyreader_put(struct keyreader *r, size_t n)
{
    r->len += n;
}

static enum keyreader_result give(struct keyreader *r, size_t used, uint32_t code,
                                  struct key *out)
{
    memmove(r->buf, r->buf + used, r->len - used);
    r->len -= used;
    out->code = code;
    return KEYREADER_KEY;
}

/* Length of the known sequence at the start, 0 when there is none; *more when the bytes are
 * the start of one. */
static size_t known(const struct keyreader *r, uint32_t *code, bool *more)
{
    *more = false;
    for (size_t i = 0; i < r->seqs_len; i++) {
        size_t len = r->seqs[i].len;
        if (r->len < len) {
            if (memcmp(r->buf, r->seqs[i].bytes, r->len) == 0)
                *more = true;
        } else if (memcmp(r->buf, r->seqs[i].bytes, len) == 0) {
            *code = r->seqs[i].code;
            return len;
        }
    }
    return 0;
}

/* Length of the control sequence after ESC [, 0 while it is not complete. A byte that
 * cannot belong to it ends it before that byte. */
static size_t csi_len(const struct keyreader *r)
{
    for (size_t i = 2; i < r->len; i++) {
        if (r->buf[i] >= 0x40 && r->buf[i] <= 0x7e)
            return i + 1;
        if (r->buf[i] < 0x20 || r->buf[i] > 0x7e || i == CSI_MAX)
            return i;
    }
    return 0;
}

static enum keyreader_result next_escape(struct keyreader *r, bool final, struct key *out)
{
    uint8_t second = r->len > 1 ? r->buf[1] : 0;
    size_t len = 0;

    if (r->len == 1 || (r->len == 2 && (second == '[' || second == 'O')))
        return final ? give(r, 1, K_ESC, out) : KEYREADER_MORE;
    if (second == '[')
        len = csi_len(r);
    else if (second == 'O')
        len = 3;
    else if (second >= '0' && second <= '9')
        return give(r, 2, second | K_ALT, out);
    else /* Esc, and at once another key: only digits are taken for Alt */
        return give(r, 1, K_ESC, out);
    if (len == 0)
        return final ? give(r, r->len, K_UNKNOWN, out) : KEYREADER_MORE;
    return give(r, len, K_UNKNOWN, out);
}

static uint32_t normal(uint8_t c)
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

static enum keyreader_result next_utf8(struct keyreader *r, bool final, struct key *out)
{
    uint8_t first = r->buf[0];
    size_t n = first < 0xc2 || first > 0xf4 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    uint32_t code = first & (0x7fU >> n);

    if (n == 0 || !r->utf8)
        return give(r, 1, K_UNKNOWN, out);
    for (size_t i = 1; i < n; i++) {
        if (i == r->len)
            return final ? give(r, i, K_UNKNOWN, out) : KEYREADER_MORE;
        if ((r->buf[i] & 0xc0) != 0x80)
            return give(r, i, K_UNKNOWN, out);
        code = code << 6 | (r->buf[i] & 0x3f);
    }
    if (code < least[n] || !key_is_text((struct key){code}))
        code = K_UNKNOWN;
    return give(r, n, code, out);
}

enum keyreader_result keyreader_next(struct keyreader *r, bool final, struct key *out)
{
    uint32_t code;
    size_t len;
    bool more;

    if (r->len == 0)
        return KEYREADER_EMPTY;
    if (r->buf[0] >= 0x80)
        return next_utf8(r, final, out);
    if (r->buf[0] >= 32)
        return give(r, 1, r->buf[0], out);
    len = known(r, &code, &more);
    if (len > 0)
        return give(r, len, code, out);
    if (more && !final)
        return KEYREADER_MORE;
    if (r->buf[0] == ESC)
        return next_escape(r, final, out);
    return give(r, 1, normal(r->buf[0]), out);
}
