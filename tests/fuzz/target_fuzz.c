/* What users name on the command line: a target is either refused with a text or whole. */
#include <netinet/in.h>
#include <string.h>
#include <strings.h>

#include "client/target.h"
#include "tests/fuzz/fuzz.h"

/* What is behind the ? of a link may hold a key. */
static bool tells_query(const char *text, const struct err *e)
{
    const char *query = strchr(text, '?');
    bool link =
        strncasecmp(text, "http://", 7) == 0 || strncasecmp(text, "https://", 8) == 0;

    return link && query && strlen(query) > 8 && strstr(e->msg, query);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = fuzz_string((struct bytes){data, size});
    struct target t = {0};
    struct err e = {0};
    enum err_code rc = target_parse(text, &t, &e);

    if (rc != ERR_OK) {
        FUZZ_CHECK(rc == ERR_USAGE && e.code == rc && e.msg[0] != '\0');
        FUZZ_CHECK(!tells_query(text, &e));
    } else {
        FUZZ_CHECK(t.host && t.host[0] != '\0');
        FUZZ_CHECK(strlen(t.host) <= strlen(text) || strlen(t.host) < INET_ADDRSTRLEN);
        FUZZ_CHECK(!strpbrk(t.host, "[]/ \t\n"));
        FUZZ_CHECK(t.port >= 1 && t.port <= 65535);
        FUZZ_CHECK((t.name == NULL) == (t.ticket.len == 0));
        fuzz_touch(buf_bytes(&t.ticket));
    }
    target_release(&t);
    free(text);
    return 0;
}
