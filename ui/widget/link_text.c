#include "ui/widget/link_text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/num.h"
#include "base/number.h"
#include "ui/term/theme.h"

/* "#" stands for the seconds, "@" for those until the next try. words: when there is no
 * room for the text; NULL: the text is short enough. */
static const struct {
    const char *mark, *ascii_mark;
    const char *text, *words;
    uint8_t style;
} looks[] = {
    [LINK_CONNECTING] = {"○", "-", "connecting", NULL, STYLE_MESSAGE_WARN},
    [LINK_WAITING] = {"○", "-", "waiting for the table", "waiting", STYLE_MESSAGE_WARN},
    [LINK_LIVE] = {"●", "*", "live", NULL, STYLE_CONNECTION},
    [LINK_LATE] = {"◐", "~", "# late", "late", STYLE_MESSAGE_WARN},
    [LINK_SLOW] = {"◐", "~", "slow: no answer for #", "slow", STYLE_MESSAGE_WARN},
    [LINK_SILENT] = {"○", "-", "silent for #", "silent", STYLE_CONNECTION_BAD},
    [LINK_BROKEN] = {"✗", "x", "broken off: these rows are old (#), @", "broken off",
                     STYLE_CONNECTION_BAD},
    [LINK_MISSING] = {"✗", "x", "no such table: these rows are old (#), @", "no table",
                      STYLE_CONNECTION_BAD},
    [LINK_ENDED] = {"✗", "x", "ended: these rows are old", "ended", STYLE_CONNECTION_BAD},
    [LINK_FAILED] = {"✗", "x", "not opened", NULL, STYLE_CONNECTION_BAD},
    [LINK_LOST] = {"✗", "x", "disconnected: these rows are old", "lost",
                   STYLE_CONNECTION_BAD},
    [LINK_UNREACHED] = {"○", "-", "no server there, @", "no server", STYLE_CONNECTION_BAD},
    [LINK_RETRYING] = {"✗", "x", "disconnected: these rows are old (#), @", "lost",
                       STYLE_CONNECTION_BAD},
    [LINK_SIGNED_OUT] = {"✗", "x", "signed out: these rows are old (#)", "signed out",
                         STYLE_CONNECTION_BAD},
    [LINK_REFUSED] = {"✗", "x", "refused", NULL, STYLE_CONNECTION_BAD},
};

static bool tells_time(enum link_state state)
{
    return strpbrk(looks[state].text, "#@") != NULL;
}

/* Whole seconds until then, the last one begun. */
static uint64_t seconds_until(uint64_t due_ms, uint64_t now_ms)
{
    return due_ms > now_ms ? (due_ms - now_ms + 999) / 1000 : 0;
}

struct link link_at(enum link_state state, uint64_t since_ms, uint64_t due_ms,
                    uint64_t now_ms)
{
    struct link l = {.state = state,
                     .seconds = now_ms > since_ms ? (now_ms - since_ms) / 1000 : 0,
                     .retry_s = seconds_until(due_ms, now_ms),
                     .next_ms = LINK_NEVER};

    if (!tells_time(state))
        return l;
    l.next_ms = since_ms + (l.seconds + 1) * 1000;
    if (l.retry_s > 0)
        l.next_ms = min_u64(l.next_ms, due_ms - (l.retry_s - 1) * 1000);
    return l;
}

static void retry_text(uint64_t seconds, char *out, size_t size)
{
    if (seconds == 0)
        (void)snprintf(out, size, "trying again");
    else
        (void)snprintf(out, size, "again in %" PRIu64 " s", seconds);
}

/* Appends so much of the text as there is room for; returns the new length. */
static size_t append(char out[LINK_TEXT_LEN], size_t len, const char *text, size_t n)
{
    n = n < LINK_TEXT_LEN - 1 - len ? n : LINK_TEXT_LEN - 1 - len;
    memcpy(out + len, text, n);
    out[len + n] = '\0';
    return len + n;
}

static void fill_in(const struct link *l, const char *mark, const char *words,
                    char out[LINK_TEXT_LEN])
{
    char time[NUMBER_LEN + 48];
    size_t len = append(out, 0, mark, strlen(mark));

    len = append(out, len, " ", 1);
    for (size_t plain = 0; *words; words += plain) {
        plain = strcspn(words, "#@");
        len = append(out, len, words, plain);
        if (words[plain] == '#')
            (void)number_time(l->seconds, time);
        else if (words[plain] == '@')
            retry_text(l->retry_s, time, sizeof(time));
        else
            continue;
        len = append(out, len, time, strlen(time));
        words++;
    }
}

static const char *mark_of(enum link_state state, bool ascii)
{
    return ascii ? looks[state].ascii_mark : looks[state].mark;
}

void link_text(const struct link *l, bool ascii, char out[LINK_TEXT_LEN])
{
    fill_in(l, mark_of(l->state, ascii), looks[l->state].text, out);
}

void link_text_short(const struct link *l, bool ascii, char out[LINK_TEXT_LEN])
{
    const char *words = looks[l->state].words;

    fill_in(l, mark_of(l->state, ascii), words ? words : looks[l->state].text, out);
}

uint8_t link_style(enum link_state state)
{
    return looks[state].style;
}
