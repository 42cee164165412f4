#include "ui/app/rings.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "client/tickets.h"
#include "model/recipe_code.h"
#include "ui/app/console_run.h"
#include "ui/app/shares.h"
#include "ui/app/state.h"
#include "ui/app/work.h"
#include "ui/term/theme.h"

#define RING_MAX 100000000 /* rows that a server is asked to keep in memory */

/* The name of the variable, owned. */
static enum err_code read_words(const char *text, const struct recipe *r, int64_t *rows,
                                char **name, struct err *e)
{
    size_t n = strcspn(text, " ");
    char *number = mem_strndup(text, n);
    bool percent, good = command_parse_row(number, rows, &percent) && !percent;

    free(number);
    if (!good || *rows < 1 || *rows > RING_MAX)
        return err_set(e, ERR_USAGE, "expected from 1 to %d rows, found \"%s\"", RING_MAX,
                       text);
    text += n + strspn(text + n, " ");
    *name = *text ? mem_strdup(text) : mem_printf("%s_ring", recipe_name(r));
    return ERR_OK;
}

/* The code of the table inside a function, whose variables are nobody else's. A name may be
 * taken by what the server does not list. */
static char *code_of(const char *table, int64_t rows, const char *name)
{
    char *out =
        mem_printf("if '%s' in globals():\n"
                   "    raise NameError('%s is taken by a variable on the server')\n"
                   "def _dhview_ring():\n",
                   name, name);
    size_t n;

    for (const char *p = table; *p; p += n + (p[n] == '\n')) {
        n = strcspn(p, "\n");
        mem_addf(&out, "    %.*s\n", (int)n, p);
    }
    mem_addf(&out,
             "    from deephaven import ring_table\n"
             "    return ring_table(t, %" PRId64 ")\n"
             "try:\n"
             "    %s = _dhview_ring()\n"
             "finally:\n"
             "    del _dhview_ring\n",
             rows, name);
    return out;
}

static enum err_code check_table(const struct tab *t, struct err *e)
{
    const struct schema *s = table_view_window(t->table).schema;

    if (s && s->is_blink)
        return ERR_OK;
    return err_set(
        e, ERR_USAGE,
        "only a blink table loses its rows; :tail keeps the last ones of another");
}

static enum err_code write_code(const struct tab *t, const struct recipe *now,
                                const char *text, struct command *out, struct err *e)
{
    char *name = NULL, *table = NULL, *code = NULL;
    struct buf ticket;
    int64_t rows;
    enum err_code rc;

    TRY(check_table(t, e));
    TRY(console_run_check_python(t, e));
    TRY(read_words(text, now, &rows, &name, e));
    buf_init(&ticket, TICKET_MAX);
    rc = shares_check_name(t, name, &ticket, e);
    if (rc == ERR_OK)
        rc = recipe_code(now, &table, e);
    if (rc == ERR_OK && strlen(table) < sizeof(out->value))
        code = code_of(table, rows, name);
    if (code && strlen(code) < sizeof(out->value))
        (void)snprintf(out->value, sizeof(out->value), "%s", code);
    else if (rc == ERR_OK)
        rc = err_set(e, ERR_LIMIT, "the code of this table is too long");
    buf_release(&ticket);
    free(name);
    free(table);
    free(code);
    return rc;
}

void rings_make(struct tab *t, const char *text)
{
    struct command run = {.kind = COMMAND_EXECUTE};
    const struct recipe *now = work_recipe(t);
    struct err e;

    if (!now)
        return;
    if (write_code(t, now, text, &run, &e) == ERR_OK) {
        (void)console_run_command(t, &run);
        return;
    }
    (void)err_wrap(&e, e.code, "ring");
    tab_say(t, STYLE_MESSAGE_WARN, e.msg);
}
