#include "ui/app/copies.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/number.h"
#include "ui/app/state.h"
#include "ui/cli/child.h"
#include "ui/table/table_copy.h"
#include "ui/term/clipboard.h"
#include "ui/term/term.h"
#include "ui/term/theme.h"

#define COMMAND_MAX_S 20
#define COMMAND_TEXT ((size_t)64 << 20) /* bytes that a command is fed at most */
#define ASK_MAX_S 5

struct copies {
    struct app *app;     /* borrowed */
    struct child *child; /* the command, or the question to tmux; NULL: none runs */
    struct buf text;     /* while tmux is asked; */
    char *what;          /* owned; also while a command runs, as the next ones */
    char *command;       /* owned */
    size_t fed;          /* bytes */
    uint64_t newest;     /* copies so far */
};

/* --- what is said --- */

/* text is given. */
static void say(struct copies *c, char *text)
{
    tab_say(app_tab(c->app), STYLE_MESSAGE, text);
    free(text);
}

static void warn(struct copies *c, const char *why)
{
    tab_say(app_tab(c->app), STYLE_MESSAGE_ERROR, why);
}

/* --- the terminal --- */

static void say_sent(struct copies *c, const char *caveat, size_t bytes, const char *what)
{
    char number[NUMBER_LEN];

    (void)number_grouped((int64_t)bytes, number);
    say(c, caveat ? mem_printf("sent %s, %s bytes; %s", what, number, caveat)
                  : mem_printf("copied %s, %s bytes", what, number));
}

/* False here and below: it went nowhere, which is said. */
static bool to_clipboard(struct copies *c, const struct clipboard_route *route,
                         struct bytes text, const char *what)
{
    bool sent = false;
    struct buf out;
    struct err e;

    buf_init(&out, 4 * clipboard_size(text.len)); /* all forms, with what is around them */
    if (clipboard_write(route->forms, text, &out, &e) != ERR_OK)
        warn(c, e.msg);
    else if (!(sent = term_send(buf_bytes(&out))))
        warn(c, "not copied: the terminal takes nothing now");
    else
        say_sent(c, route->caveat, text.len, what);
    console_watch(&c->app->console);
    buf_release(&out);
    return sent;
}

static void on_tmux_answer(void *ctx, struct bytes printed, const struct err *why)
{
    struct copies *c = ctx;
    char *answer = mem_strndup((const char *)printed.data, printed.len);
    struct clipboard_route route;
    struct err e;

    c->child = NULL;
    if (why)
        warn(c, why->msg);
    else if (clipboard_tmux(answer, &route, &e) != ERR_OK)
        warn(c, e.msg);
    else
        (void)to_clipboard(c, &route, buf_bytes(&c->text), c->what);
    buf_clear(&c->text);
    free(answer);
}

/* tmux tells what it lets through, for the pane that this runs in. */
static bool ask_tmux(struct copies *c, struct bytes text)
{
    static const char *const args[] = {"tmux", "display-message", "-p",
                                       CLIPBOARD_TMUX_FORMAT, NULL};
    struct child_wish wish = {
        .name = "not copied", .args = args, .max_s = ASK_MAX_S, .prints = true};
    struct err e;

    buf_clear(&c->text);
    (void)buf_append(&c->text, text.data, text.len, NULL); /* within its limit */
    if (child_start(&c->app->loop, &wish, on_tmux_answer, c, &c->child, &e) == ERR_OK)
        return true;
    warn(c, e.msg);
    return false;
}

static struct clipboard_route route_here(void)
{
    struct clipboard_place here = {getenv("TERM"), getenv("TMUX"), getenv("STY"),
                                   term_takes_sequences()};

    return clipboard_route(&here);
}

static bool to_terminal(struct copies *c, struct bytes text, const char *what)
{
    struct clipboard_route route = route_here();

    if (route.forms > 0)
        return route.ask_tmux ? ask_tmux(c, text) : to_clipboard(c, &route, text, what);
    warn(c, "this terminal has no clipboard; :set copy-command names a program for it");
    return false;
}

/* --- a command --- */

static bool is_remote(void)
{
    return getenv("SSH_CONNECTION") != NULL;
}

/* Over ssh the clipboard of this host is not the user's. */
static void on_command_end(void *ctx, struct bytes printed, const struct err *why)
{
    struct copies *c = ctx;
    char number[NUMBER_LEN];

    (void)printed; /* nothing: it was not asked to */
    (void)number_grouped((int64_t)c->fed, number);
    c->child = NULL;
    if (why)
        warn(c, why->msg);
    else
        say(c, mem_printf(is_remote() ? "went to this host alone: %s, %s bytes, by \"%s\""
                                      : "copied %s, %s bytes, by \"%s\"",
                          c->what, number, c->command));
}

static bool to_command(struct copies *c, struct bytes text)
{
    const char *const args[] = {"/bin/sh", "-c", c->app->set.copy_command, NULL};
    struct child_wish wish = {
        .name = "copy-command", .args = args, .input = text, .max_s = COMMAND_MAX_S};
    struct err e;

    c->fed = text.len;
    c->command = mem_strdup(c->app->set.copy_command);
    if (child_start(&c->app->loop, &wish, on_command_end, c, &c->child, &e) == ERR_OK)
        return true;
    warn(c, e.msg);
    return false;
}

/* --- keys --- */

static void give_up(struct copies *c)
{
    child_cancel(c->child);
    c->child = NULL;
    buf_clear(&c->text);
    free(c->what);
    free(c->command);
    c->what = c->command = NULL;
}

static bool hand_over(struct copies *c, struct bytes text, const char *what)
{
    if (text.len == 0) {
        warn(c, "there is nothing to copy: it is empty");
        return false;
    }
    c->what = mem_strdup(what);
    return c->app->set.copy_command ? to_command(c, text) : to_terminal(c, text, what);
}

/* What another tab was asked for may come after a newer copy. */
static bool on_text(void *ctx, const struct table_copy *wish, struct bytes text,
                    const char *what, const struct err *why)
{
    struct copies *c = ctx;

    if (wish->number != c->newest)
        warn(c, "not copied: something else was copied meanwhile");
    else if (why)
        warn(c, why->msg);
    else
        return hand_over(c, text, what);
    return false;
}

static enum writer_format format_of(const char *name)
{
    return strcmp(name, "json") == 0  ? WRITER_JSON
           : strcmp(name, "csv") == 0 ? WRITER_CSV
                                      : WRITER_TSV;
}

/* Bytes of a text that are taken. */
static size_t room_for(const struct options *o)
{
    return o->copy_command ? COMMAND_TEXT : clipboard_room((size_t)o->copy_limit);
}

/* What is said of more; owned. */
static char *too_much_text(const struct options *o)
{
    char number[NUMBER_LEN];

    if (o->copy_command)
        return mem_printf("not copied: more than %zu MiB", COMMAND_TEXT >> 20);
    return mem_printf("not copied: more than %s bytes (:set copy-limit, copy-command)",
                      number_grouped(o->copy_limit, number));
}

static void copy(struct tab *t, int64_t count, const struct table_copy *kind)
{
    struct copies *c = t->app->copies;
    const struct options *o = &t->app->set;
    struct table_copy wish = *kind;
    char *too_much;

    give_up(c);
    too_much = too_much_text(o);
    wish.format = format_of(o->copy_format);
    wish.max = room_for(o);
    wish.too_much = too_much;
    wish.number = ++c->newest;
    wish.count = count;
    table_copy_start(t->table, &wish, on_text, c);
    free(too_much);
}

bool copies_action(struct tab *t, const struct key_match *m)
{
    switch (m->binding->action) {
    case ACT_COPY:
        copy(t, m->count, &(struct table_copy){.rows = false});
        return true;
    case ACT_COPY_ROWS:
        copy(t, m->count, &(struct table_copy){.rows = true});
        return true;
    case ACT_COPY_SHOWN:
        copy(t, m->count, &(struct table_copy){.shown = &t->app->env});
        return true;
    case ACT_COPY_WITH_NAMES:
        copy(t, m->count, &(struct table_copy){.names = true});
        return true;
    case ACT_COPY_NAMES:
        copy(t, m->count, &(struct table_copy){.names = true, .no_cells = true});
        return true;
    default:
        return false;
    }
}

/* Nothing of the text is looked at: it leaves the program as it came. */
static void copy_view(struct tab *t, bool all)
{
    struct copies *c = t->app->copies;
    const struct view *v = tab_top_view(t);
    struct buf text;
    const char *what;
    char *too_much;

    give_up(c);
    c->newest++;
    buf_init(&text, COMMAND_TEXT);
    what = v->ops->copy(v->self, all, &text);
    if (what && text.len <= room_for(&t->app->set)) {
        (void)hand_over(c, buf_bytes(&text), what);
    } else if (what || text.len > 0) {
        too_much = too_much_text(&t->app->set);
        warn(c, too_much);
        free(too_much);
    } else {
        warn(c, "there is nothing to copy");
    }
    buf_release(&text);
}

bool copies_view_action(struct tab *t, const struct key_match *m)
{
    enum action action = m->binding->action;

    if (!tab_top_view(t)->ops->copy || (action != ACT_COPY && action != ACT_COPY_ROWS))
        return false;
    copy_view(t, action == ACT_COPY_ROWS);
    return true;
}

struct copies *copies_new(struct app *a)
{
    struct copies *c = MEM_NEW(struct copies);

    c->app = a;
    buf_init(&c->text, COMMAND_TEXT);
    return c;
}

void copies_free(struct copies *c)
{
    if (!c)
        return;
    give_up(c);
    buf_release(&c->text);
    free(c);
}
