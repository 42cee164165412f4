#include "ui/term/clipboard.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "base/mem.h"

#define BEGIN "\033]52;c;"
#define END "\a" /* and not ESC \, which would end the string of screen, too */

static bool begins(const char *text, const char *with)
{
    return text && strncmp(text, with, strlen(with)) == 0;
}

static bool is_set(const char *variable)
{
    return variable && *variable;
}

/* Where both are set, one runs in the other, and only TERM may tell which is the inner one:
 * the outer one's variable is inherited. */
struct clipboard_route clipboard_route(const struct clipboard_place *p)
{
    if (!p->takes_sequences || begins(p->term, "linux"))
        return (struct clipboard_route){0, false, NULL};
    if (is_set(p->tmux) && is_set(p->screen) && !begins(p->term, "tmux"))
        return (struct clipboard_route){CLIPBOARD_PLAIN | CLIPBOARD_PIECES, false,
                                        "tmux must have set-clipboard on"};
    if (is_set(p->tmux))
        return (struct clipboard_route){CLIPBOARD_PLAIN, true, NULL};
    if (is_set(p->screen))
        return (struct clipboard_route){CLIPBOARD_PIECES, false, NULL};
    if (begins(p->term, "tmux"))
        return (struct clipboard_route){CLIPBOARD_PLAIN | CLIPBOARD_WRAPPED, false,
                                        "tmux must have set-clipboard on"};
    if (begins(p->term, "screen")) /* tmux calls itself so, too */
        return (struct clipboard_route){CLIPBOARD_PLAIN | CLIPBOARD_PIECES, false,
                                        "tmux must have set-clipboard on"};
    return (struct clipboard_route){CLIPBOARD_PLAIN, false, NULL};
}

enum err_code clipboard_tmux(const char *answer, struct clipboard_route *out, struct err *e)
{
    const char *passes = strchr(answer, ' ');

    if (begins(answer, "on ")) {
        *out = (struct clipboard_route){CLIPBOARD_PLAIN, false, NULL};
        return ERR_OK;
    }
    /* before tmux 3.3 there is no such option, and all is handed on; 3.3 says 0 for off */
    if (passes && !begins(passes, " off") && !begins(passes, " 0")) {
        *out = (struct clipboard_route){CLIPBOARD_WRAPPED, false, NULL};
        return ERR_OK;
    }
    return err_set(e, ERR_IO,
                   "not copied: tmux needs set-clipboard on, or allow-passthrough on");
}

size_t clipboard_size(size_t len)
{
    return sizeof(BEGIN) - 1 + (len + 2) / 3 * 4 + sizeof(END) - 1;
}

size_t clipboard_room(size_t size)
{
    size_t around = clipboard_size(0);

    return size < around ? 0 : (size - around) / 4 * 3;
}

static enum err_code put(struct buf *out, const char *text, struct err *e)
{
    return buf_append(out, text, strlen(text), e);
}

static enum err_code write_wrapped(const char *sequence, struct buf *out, struct err *e)
{
    TRY(put(out, "\033Ptmux;\033", e)); /* an ESC inside is doubled; there is one */
    TRY(put(out, sequence, e));
    return put(out, "\033\\", e);
}

static enum err_code write_pieces(const char *sequence, struct buf *out, struct err *e)
{
    for (size_t left = strlen(sequence); left > 0;) {
        size_t n = left < CLIPBOARD_PIECE ? left : CLIPBOARD_PIECE;

        TRY(put(out, "\033P", e));
        TRY(buf_append(out, sequence, n, e));
        TRY(put(out, "\033\\", e));
        sequence += n;
        left -= n;
    }
    return ERR_OK;
}

enum err_code clipboard_write(unsigned forms, struct bytes text, struct buf *out,
                              struct err *e)
{
    size_t size = clipboard_size(text.len);
    char *sequence = mem_calloc(1, size + 1);
    enum err_code rc = ERR_OK;

    memcpy(sequence, BEGIN, sizeof(BEGIN) - 1);
    (void)EVP_EncodeBlock((unsigned char *)sequence + sizeof(BEGIN) - 1, text.data,
                          (int)text.len);
    memcpy(sequence + size - (sizeof(END) - 1), END, sizeof(END) - 1);
    if (forms & CLIPBOARD_PLAIN)
        rc = put(out, sequence, e);
    if (rc == ERR_OK && (forms & CLIPBOARD_WRAPPED))
        rc = write_wrapped(sequence, out, e);
    if (rc == ERR_OK && (forms & CLIPBOARD_PIECES))
        rc = write_pieces(sequence, out, e);
    free(sequence);
    return rc;
}
