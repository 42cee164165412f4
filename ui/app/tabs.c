#include "ui/app/tabs.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "ui/app/sleep.h"
#include "ui/app/state.h"
#include "ui/term/theme.h"

/* --- which one is shown --- */

static void leave_tab(struct app *a)
{
    struct tab *t = app_tab(a);

    if (question_is_open(a->question))
        question_close(a->question);
    if (meter_popup_is_open(&a->meter))
        tab_close_overlays(t); /* it redraws the screen by itself */
    key_matcher_reset(&t->matcher);
}

/* What it is a secret of, and whether one was refused. */
static char *label_for(const struct app_server *s)
{
    const struct options *o = credentials_options(s->credentials);
    const char *address = connection_address(s->connection);
    char *what = o->user ? mem_printf("password of %s at %s: ", o->user, address)
                         : mem_printf("key for %s: ", address);
    char *label = what;
    unsigned tries = credentials_tries(s->credentials);

    if (connection_refusal(s->connection)) {
        label = tries == 0 ? mem_printf("refused without a secret: %s", what)
                           : mem_printf("refused, try %u of %d: %s", tries + 1,
                                        CREDENTIALS_TRIES, what);
        free(what);
    }
    return label;
}

void app_ask_secret(struct app *a)
{
    const struct app_server *s = app_tab(a)->server;
    char *label;

    if (connection_state(s->connection) != CONNECTION_WANTS_SECRET ||
        credentials_has_command(s->credentials))
        return;
    label = label_for(s);
    question_open(a->question, QUESTION_SECRET, label);
    free(label);
    app_mark_dirty(a);
}

void app_show_tab(struct app *a, size_t i)
{
    if (i == a->shown && question_is_open(a->question))
        return; /* what is typed stays */
    if (i != a->shown)
        leave_tab(a);
    a->shown = i;
    app_plan_sleep(a);
    app_ask_secret(a);
    app_mark_dirty(a);
}

void app_step_tab(struct app *a, int64_t by)
{
    int64_t n = (int64_t)a->n_tabs, to = ((int64_t)a->shown + by % n + n) % n;

    app_show_tab(a, (size_t)to);
}

void app_go_tab(struct app *a, int64_t number)
{
    char text[64];

    if (number >= 1 && (uint64_t)number <= a->n_tabs) {
        app_show_tab(a, (size_t)number - 1);
        return;
    }
    (void)snprintf(text, sizeof(text), "there is no tab %" PRId64 "; the last one is %zu",
                   number, a->n_tabs);
    tab_say(app_tab(a), STYLE_MESSAGE_WARN, text);
}

/* --- they come and go --- */

void app_close_tab(struct app *a)
{
    struct tab *t = app_tab(a);
    struct app_server *s = t->server;

    if (a->n_tabs == 1) {
        app_stop(a, NULL);
        return;
    }
    leave_tab(a);
    a->n_tabs--;
    memmove(&a->tabs[a->shown], &a->tabs[a->shown + 1],
            (a->n_tabs - a->shown) * sizeof(struct tab *));
    if (a->shown == a->n_tabs)
        a->shown--;
    tab_free(t);
    app_leave_servers(a);
    server_open_tabs(s); /* its call may have carried the login: another one must */
    app_plan_sleep(a);
    app_ask_secret(a);
    app_mark_dirty(a);
}

struct tab *app_insert_tab(struct app *a, struct app_server *s)
{
    struct tab *t = app_add_tab(a, s);
    size_t at = a->shown + 1;

    memmove(&a->tabs[at + 1], &a->tabs[at], (a->n_tabs - 1 - at) * sizeof(struct tab *));
    a->tabs[at] = t;
    return t;
}
