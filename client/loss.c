#include "client/loss.h"

#include <stddef.h>
#include <string.h>

/* What gRPC and OpenSSL say of a server that is none, or that is not to be trusted. */
static const char *const hopeless[] = {
    "certificate", "Ssl handshake",        "SSL",           "ssl",
    "TLS",         "wrong version number", "HTTP status 4", "HTTP status 2",
};

bool loss_of_call_may_pass(const struct err *why)
{
    return why->code == ERR_LOST || why->code == ERR_ENDED || why->code == ERR_SESSION ||
           why->code == ERR_CANCELLED;
}

bool loss_of_release_may_pass(const struct err *why)
{
    return loss_of_call_may_pass(why) && !strstr(why->msg, "Export not yet defined");
}

bool loss_of_list_may_pass(const struct err *why)
{
    return why->code == ERR_LOST || why->code == ERR_ENDED || why->code == ERR_SERVER ||
           why->code == ERR_CANCELLED;
}

static bool is_hopeless(const struct err *why)
{
    for (size_t i = 0; i < sizeof(hopeless) / sizeof(*hopeless); i++)
        if (strstr(why->msg, hopeless[i]))
            return true;
    return false;
}

bool loss_may_pass(const struct err *why, bool was_live)
{
    if (why->code == ERR_TLS)
        return was_live; /* another certificate, which may be a good one again */
    if (!loss_of_call_may_pass(why) && why->code != ERR_CONNECT &&
        why->code != ERR_TIMEOUT && why->code != ERR_SERVER)
        return false;
    return was_live || !is_hopeless(why);
}
