#include "ui/app/server_box.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/number.h"
#include "base/text.h"
#include "client/clock.h"
#include "client/server_facts.h"
#include "ui/app/state.h"
#include "ui/term/theme.h"
#include "ui/widget/popup.h"

#define REFRESH_MS 2000
#define MB (INT64_C(1) << 20)
#define HIDDEN "(not shown)"

struct server_box {
    struct tab *tab; /* borrowed */
    struct popup *popup;
    struct server_facts *facts;
    uv_timer_t timer;
};

/* What the configuration calls the versions that have a line of their own. */
static const struct version_name {
    const char *key, *label;
} versions[] = {
    {"deephaven.version", "Deephaven"}, {"barrage.version", "Barrage"},
    {"java.version", "Java"},           {"python.version", "Python"},
    {"groovy.version", "Groovy"},
};
#define N_VERSIONS (sizeof(versions) / sizeof(*versions))

/* Words in the name of what nobody should see over a shoulder. */
static const char *const secret_words[] = {"password", "passwd",  "secret",     "psk",
                                           "token",    "private", "credential", "apikey"};

static const char *version_label(const char *key)
{
    for (size_t i = 0; i < N_VERSIONS; i++)
        if (strcmp(versions[i].key, key) == 0)
            return versions[i].label;
    return NULL;
}

static bool is_secret(const char *key)
{
    for (size_t i = 0; i < sizeof(secret_words) / sizeof(*secret_words); i++)
        if (text_contains(key, secret_words[i]))
            return true;
    return false;
}

/* --- lines --- */

static void add(struct pager *p, const char *label, const char *text)
{
    (void)pager_add(p, label, bytes_of(text), STYLE_DEFAULT);
}

static void add_session(const struct server_box *b, struct pager *p)
{
    const struct connection *c = b->tab->server->connection;
    uint64_t since = session_since_ms(connection_session(c));
    double ms = session_round_trip_ms(connection_session(c));
    char text[64] = "not measured yet", age[NUMBER_LEN];

    add(p, "address", connection_address(c));
    add(p, "encrypted", connection_is_tls(c) ? "by TLS" : "no");
    if (ms >= 0)
        (void)snprintf(text, sizeof(text), "%.1f ms", ms);
    add(p, "round trip", text);
    if (since > 0)
        (void)snprintf(text, sizeof(text), "for %s",
                       number_time((clock_ms() - since) / 1000, age));
    add(p, "logged in", since > 0 ? text : "no");
    if (connection_epoch(c) > 1)
        (void)snprintf(text, sizeof(text), "number %u of this run", connection_epoch(c));
    add(p, "session", connection_epoch(c) > 1 ? text : "the first of this run");
}

static void add_heap(const struct server_box *b, struct pager *p)
{
    char used[NUMBER_LEN], total[NUMBER_LEN], max[NUMBER_LEN], text[128] = "...";
    const struct err *why;
    struct server_heap h;

    if (server_facts_heap(b->facts, &h, &why))
        (void)snprintf(text, sizeof(text), "%s of %s MB used, at most %s MB",
                       number_grouped(h.used / MB, used),
                       number_grouped(h.total / MB, total),
                       number_grouped(h.max / MB, max));
    add(p, "heap", why ? why->msg : text);
}

/* Its versions alone, or all else. */
static void add_configuration(const struct server_box *b, struct pager *p, bool of_versions)
{
    const struct err *why = server_facts_why(b->facts, FACT_CONFIGURATION);
    size_t n;
    const struct server_fact *list = server_facts_list(b->facts, FACT_CONFIGURATION, &n);

    if (n == 0)
        add(p, "", why ? why->msg : "...");
    for (size_t i = 0; i < n; i++) {
        const char *label = version_label(list[i].key);

        if ((label != NULL) == of_versions)
            add(p, label ? label : list[i].key,
                is_secret(list[i].key) ? HIDDEN : list[i].value);
    }
}

static void add_handlers(const struct server_box *b, struct pager *p)
{
    const struct err *why = server_facts_why(b->facts, FACT_LOGIN);
    size_t n;
    const struct server_fact *list = server_facts_list(b->facts, FACT_LOGIN, &n);

    if (n == 0)
        add(p, "", why ? why->msg : "...");
    for (size_t i = 0; i < n; i++)
        for (const char *at = list[i].value; *at;) {
            size_t len = strcspn(at, ",");

            (void)pager_add(p, "", (struct bytes){(const uint8_t *)at, len}, STYLE_DEFAULT);
            at += len + (at[len] == ',');
        }
}

static void fill(void *ctx, struct pager *p, const struct draw_env *env)
{
    const struct server_box *b = ctx;

    (void)env;
    add_session(b, p);
    add_heap(b, p);
    pager_add_heading(p, "versions");
    add_configuration(b, p, true);
    pager_add_heading(p, "who is let in, by handlers of logins");
    add_handlers(b, p);
    pager_add_heading(p, "the rest of its configuration that is told to clients");
    add_configuration(b, p, false);
}

/* --- its life --- */

static void on_changed(void *ctx)
{
    struct server_box *b = ctx;

    popup_changed(b->popup);
    tab_mark_dirty(b->tab);
}

static void on_timer(uv_timer_t *timer)
{
    struct server_box *b = timer->data;

    server_facts_ask(b->facts);
    on_changed(b);
}

static void on_timer_closed(uv_handle_t *handle)
{
    free(handle->data);
}

static void on_close(void *ctx)
{
    struct server_box *b = ctx;

    server_facts_free(b->facts);
    uv_close((uv_handle_t *)&b->timer, on_timer_closed);
}

static void on_sleep(void *ctx, bool asleep)
{
    struct server_box *b = ctx;

    if (asleep)
        (void)uv_timer_stop(&b->timer);
    else
        (void)uv_timer_start(&b->timer, on_timer, 0, REFRESH_MS);
}

static const struct popup_source source = {
    .fill = fill, .close = on_close, .sleep = on_sleep};

void server_box_open(struct tab *t)
{
    struct server_box *b;

    if (!tab_has_room(t, 1))
        return;
    b = MEM_NEW(struct server_box);
    b->tab = t;
    b->facts = server_facts_new(t->server->connection, on_changed, b);
    b->popup = popup_new("server", true, &source, b);
    (void)uv_timer_init(&t->app->loop, &b->timer);
    b->timer.data = b;
    on_sleep(b, false);
    tab_push_view(t, popup_as_view(b->popup));
}
