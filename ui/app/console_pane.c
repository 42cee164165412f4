#include "ui/app/console_pane.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "ui/term/theme.h"

#define PAST_MAX ((size_t)1 << 18) /* bytes of commands before the last one */

void console_pane_release(struct console_pane *p)
{
    free(p->past);
    free(p->code);
    free(p->answer);
    *p = (struct console_pane){0};
}

/* Its end, from the beginning of a line on. */
static const char *end_of(const char *text)
{
    size_t n = strlen(text);
    const char *line;

    if (n <= PAST_MAX)
        return text;
    text += n - PAST_MAX;
    line = strchr(text, '\n');
    return line ? line + 1 : text;
}

/* The lines of code as they were typed; owned. */
static char *typed(const char *code)
{
    char *out = mem_strdup("");

    for (const char *line = code; line; line = strchr(line, '\n')) {
        line += line > code;
        mem_addf(&out, "%s%.*s\n", line == code ? "> " : ". ", (int)strcspn(line, "\n"),
                 line);
    }
    return out;
}

void console_pane_begin(struct console_pane *p, const char *code)
{
    char *past = p->past ? p->past : mem_strdup("");

    if (p->code)
        mem_addf(&past, "%s%s", p->code, p->answer);
    p->past = mem_strdup(end_of(past));
    free(past);
    free(p->code);
    free(p->answer);
    p->code = typed(code);
    p->answer = mem_strdup("");
}

void console_pane_answer(struct console_pane *p, const char *text)
{
    free(p->answer);
    p->answer = mem_strdup(text);
    console_pane_follow(p);
}

/* --- as a box --- */

static void add_lines(struct pager *pager, const char *text, uint8_t style)
{
    while (text && *text) {
        size_t n = strcspn(text, "\n");

        (void)pager_add(pager, "", (struct bytes){(const uint8_t *)text, n}, style);
        text += n + (text[n] == '\n');
    }
}

static void fill(void *ctx, struct pager *pager, const struct draw_env *env)
{
    const struct console_pane *p = ctx;

    (void)env;
    if (!p->code)
        add_lines(pager, "nothing was run yet", STYLE_HELP_KEY);
    add_lines(pager, p->past, STYLE_DEFAULT);
    add_lines(pager, p->code, STYLE_HELP_KEY);
    add_lines(pager, p->answer, STYLE_DEFAULT);
}

static void on_close(void *ctx)
{
    struct console_pane *p = ctx;

    p->popup = NULL;
}

static const struct popup_source source = {.fill = fill, .close = on_close};

struct popup *console_pane_open(struct console_pane *p)
{
    p->popup = popup_new("console", true, &source, p);
    return p->popup;
}

void console_pane_follow(struct console_pane *p)
{
    if (!p->popup)
        return;
    popup_changed(p->popup);
    popup_show_end(p->popup);
}
