#include "ui/app/shares.h"

#include <stdlib.h>

#include "base/mem.h"
#include "client/publish.h"
#include "client/target.h"
#include "client/tickets.h"
#include "model/variable.h"
#include "ui/app/server.h"
#include "ui/app/state.h"
#include "ui/term/theme.h"

#define LINK_MAX ((size_t)4096)

struct sharing {
    struct tab *tab; /* borrowed */
    struct publish *publish;
    char *name; /* owned; NULL: it is a link */
    char *link; /* owned, or NULL */
};

void sharing_free(struct sharing *s)
{
    if (!s)
        return;
    publish_drop(s->publish);
    free(s->name);
    free(s->link);
    free(s);
}

/* --- what came of it --- */

static void tell_why(struct tab *t, const char *command, const struct err *why)
{
    char *text = mem_printf("%s: %s", command, why->msg);

    tab_say(t, STYLE_MESSAGE_ERROR, text);
    free(text);
}

static void tell_name(struct tab *t, const char *name)
{
    char *text = mem_printf("%s is this table now, for all who use the server", name);

    tab_say(t, STYLE_MESSAGE, text);
    free(text);
}

static void on_published(void *ctx, const struct err *why)
{
    struct sharing *s = ctx;
    struct tab *t = s->tab;

    s->publish = NULL;
    t->sharing = NULL;
    if (why)
        tell_why(t, s->name ? "name" : "share", why);
    else if (s->name)
        tell_name(t, s->name);
    else
        tab_show_text(t, "shared until this session ends", s->link);
    sharing_free(s);
}

/* --- asking for it --- */

static enum err_code check_can(const struct tab *t, struct err *e)
{
    if (t->sharing)
        return err_set(e, ERR_USAGE, "the one before is not answered yet");
    if (session_state(server_session(t->server)) != SESSION_READY)
        return err_set(e, ERR_LOST, "the connection is gone");
    if (!table_view_table(t->table))
        return err_set(e, ERR_USAGE, "there is no table here yet");
    if (table_view_end(t->table))
        return err_set(e, ERR_USAGE, "the table has ended");
    if (table_result(table_view_table(t->table)).len == 0)
        return err_set(e, ERR_USAGE, "the server has not made this table");
    return ERR_OK;
}

/* s is given, and freed when it fails. */
static enum err_code start(struct tab *t, struct sharing *s, struct bytes as, struct err *e)
{
    struct table *table = table_view_table(t->table);
    enum err_code rc;

    s->tab = t;
    rc = publish_start(server_session(t->server), table_result(table), as, on_published, s,
                       &s->publish, e);
    if (rc == ERR_OK)
        t->sharing = s;
    else
        sharing_free(s);
    return rc;
}

static enum err_code write_link(const struct tab *t, struct bytes ticket, char **out,
                                struct err *e)
{
    const struct connection *c = t->server->connection;
    struct buf link;
    enum err_code rc;

    buf_init(&link, LINK_MAX);
    rc = target_uri(connection_is_tls(c), connection_address(c), ticket, &link, e);
    if (rc == ERR_OK)
        *out = mem_strndup((const char *)link.data, link.len);
    buf_release(&link);
    return rc;
}

static enum err_code share(struct tab *t, struct err *e)
{
    uint8_t room[SHARED_TICKET_LEN];
    const struct bytes ticket = {room, sizeof(room)};
    struct sharing *s;
    char *link;

    TRY(check_can(t, e));
    TRY(ticket_new_shared(room, e));
    TRY(write_link(t, ticket, &link, e));
    s = MEM_NEW(struct sharing);
    s->link = link;
    return start(t, s, ticket, e);
}

void shares_share(struct tab *t)
{
    struct err e;

    if (share(t, &e) != ERR_OK)
        tell_why(t, "share", &e);
}

/* As far as the server's list tells; what has the name and is in no list it tells when it
 * is asked (client/publish). */
static enum err_code check_free(const struct tab *t, struct bytes ticket, struct err *e)
{
    const struct fields *fields = connection_fields(t->server->connection);
    size_t n = fields ? fields_count(fields) : 0;

    for (size_t i = 0; i < n; i++) {
        const struct field *f = fields_get(fields, i);

        if (bytes_equal(buf_bytes(&f->ticket), ticket))
            return err_set(e, ERR_USAGE, "%s is taken by a %s on the server", f->name,
                           *f->type ? f->type : "variable");
    }
    return ERR_OK;
}

enum err_code shares_check_name(const struct tab *t, const char *name, struct buf *ticket,
                                struct err *e)
{
    if (!t->app->options->write)
        return err_set(e, ERR_USAGE,
                       "it changes what others see: it is for dhview --write");
    TRY(variable_check(name, e));
    TRY(ticket_scope(name, ticket, e));
    return check_free(t, buf_bytes(ticket), e);
}

static enum err_code give_name(struct tab *t, const char *name, struct buf *ticket,
                               struct err *e)
{
    struct sharing *s;

    TRY(shares_check_name(t, name, ticket, e));
    TRY(check_can(t, e));
    s = MEM_NEW(struct sharing);
    s->name = mem_strdup(name);
    return start(t, s, buf_bytes(ticket), e);
}

void shares_name(struct tab *t, const char *name)
{
    struct buf ticket;
    struct err e;

    buf_init(&ticket, TICKET_MAX);
    if (give_name(t, name, &ticket, &e) != ERR_OK)
        tell_why(t, "name", &e);
    buf_release(&ticket);
}
