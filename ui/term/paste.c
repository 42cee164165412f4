#include "ui/term/paste.h"

#include <string.h>

#include "ui/term/key.h"

#define CSI 0x9b

static const char end_mark[] = "\033[201~";

#define END_MARK_LEN (sizeof(end_mark) - 1)

void paste_begin(struct paste_reader *r)
{
    r->begun = r->over = r->cr = false;
    r->mark = 0;
}

void paste_give(struct paste_reader *r, bool ended)
{
    r->got.text[r->got.len] = '\0';
    r->got.lines[r->got.lines_len] = '\0';
    r->got.rows[r->got.rows_len] = '\0';
    r->got.ended = ended;
}

void paste_wipe(struct paste_reader *r)
{
    explicit_bzero(&r->got, sizeof(r->got));
}

static void add_behind(struct paste *p, const char *utf8, size_t n)
{
    if (n > PASTE_LINES_MAX - p->lines_len) {
        p->lost++;
        return;
    }
    memcpy(p->lines + p->lines_len, utf8, n);
    p->lines_len += n;
}

static void keep(struct paste_reader *r, uint32_t c)
{
    struct paste *p = &r->got;
    char utf8[5];
    size_t n = key_utf8((struct key){c}, utf8);

    if (r->over) {
        p->left_out++;
        add_behind(p, utf8, n);
        return;
    }
    if (n > PASTE_MAX - p->len) {
        p->left_out++;
        p->lost++;
        return;
    }
    r->begun = true;
    memcpy(p->text + p->len, utf8, n);
    p->len += n;
}

static void end_line(struct paste_reader *r, uint32_t c)
{
    r->over = r->begun;
    if (r->over && !(c == '\n' && r->cr))
        add_behind(&r->got, "\n", 1);
}

/* Tabs and line ends are kept there, too. */
static void keep_in_rows(struct paste_reader *r, uint32_t c)
{
    struct paste *p = &r->got;
    char utf8[5] = {c == '\t' ? '\t' : '\n'};
    size_t n = 1;

    if (c == '\n' && r->cr)
        return;
    if (c != '\n' && c != '\r' && c != '\t')
        n = key_is_text((struct key){c}) ? key_utf8((struct key){c}, utf8) : 0;
    if (n > PASTE_LINES_MAX - p->rows_len) {
        p->rows_lost++;
        return;
    }
    memcpy(p->rows + p->rows_len, utf8, n);
    p->rows_len += n;
}

static void take_text(struct paste_reader *r, uint32_t c)
{
    keep_in_rows(r, c);
    if (c == '\t')
        c = ' ';
    if (c == '\r' || c == '\n')
        end_line(r, c);
    else if (key_is_text((struct key){c}))
        keep(r, c);
    r->cr = c == '\r';
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
