#include "ui/cli/secret_command.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "ui/cli/child.h"
#include "ui/cli/secret.h"

_Static_assert(SECRET_ROOM == CHILD_ROOM, "a secret that is too long is seen to be");

struct secret_command {
    struct child *child; /* owned */
    secret_command_fn *fn;
    void *ctx;
};

static void on_done(void *ctx, struct bytes printed, const struct err *why)
{
    struct secret_command c = *(struct secret_command *)ctx;
    struct secret *secret = NULL;
    char line[SECRET_ROOM];
    struct err e;

    free(ctx);
    memcpy(line, printed.data, printed.len);
    if (why)
        e = *why;
    else if (secret_first_line(line, printed.len, &secret, &e) != ERR_OK)
        (void)err_wrap(&e, ERR_IO, "secret-command");
    explicit_bzero(line, sizeof(line));
    c.fn(c.ctx, secret, secret ? NULL : &e);
}

void secret_command_cancel(struct secret_command *c)
{
    if (c)
        child_cancel(c->child);
    free(c);
}

enum err_code secret_command_start(uv_loop_t *loop, const char *command,
                                   secret_command_fn *fn, void *ctx,
                                   struct secret_command **out, struct err *e)
{
    const char *const args[] = {"/bin/sh", "-c", command, NULL};
    struct child_wish wish = {.name = "secret-command",
                              .args = args,
                              .max_s = SECRET_COMMAND_MAX_S,
                              .prints = true};
    struct secret_command *c = MEM_NEW(struct secret_command);

    secret_guard(); /* before the first byte is read */
    *c = (struct secret_command){.fn = fn, .ctx = ctx};
    if (child_start(loop, &wish, on_done, c, &c->child, e) != ERR_OK) {
        free(c);
        return e->code;
    }
    *out = c;
    return ERR_OK;
}
