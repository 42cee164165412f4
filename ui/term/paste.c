#include "ui/term/paste.h"

#include <string.h>

#include "ui/term/key.h"

#define CSI 0x9b

static const char end_mark[] = "\033[201~";

#define END_MARK_LEN (sizeof(end_mark) - 1)

void paste_begin(struct paste_reader *r)
{
    r->begun = r->over = false;
    r->mark = 0;
}

void paste_give(struct paste_reader *r, bool ended)
{
    r->got.text[r->got.len] = '\0';
    r->got.ended = ended;
}

void paste_wipe(struct paste_reader *r)
{
    explicit_bzero(&r->got, sizeof(r->got));
}

static void keep(struct paste_reader *r, uint32_t c)
{
    struct paste *p = &r->got;
    char utf8[5];
    size_t n = key_utf8((struct key){c}, utf8);

    if (r->over || n > PASTE_MAX - p->len) {
        p->left_out++;
        return;
    }
    r->begun = true;
    memcpy(p->text + p->len, utf8, n);
    p->len += n;
}

static void take_text(struct paste_reader *r, uint32_t c)
{
    if (c == '\t')
        c = ' ';
    if (c == '\r' || c == '\n')
        r->over = r->begun;
    else if (key_is_text((struct key){c}))
        keep(r, c);
}

/* Bytes that began like the end marker turned out to be part of what is pasted. */
static void take_mark(struct paste_reader *r)
{
    for (size_t i = 0; i < r->mark; i++)
        take_text(r, (uint32_t)end_mark[i]);
    r->mark = 0;
}

bool paste_take(struct paste_reader *r, uint32_t c)
{
    if (c == CSI || c != (uint32_t)end_mark[r->mark])
        take_mark(r);
    if (c == CSI)
        r->mark = 2; /* as ESC [ */
    else if (c == (uint32_t)end_mark[r->mark])
        r->mark++;
    else
        take_text(r, c);
    return r->mark == END_MARK_LEN;
}
