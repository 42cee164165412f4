#include "base/err.h"

#include <stdio.h>
#include <string.h>

static const struct {
    const char *text;
    int exit_code;
} err_table[] = {
#define X(name, text, exit) [ERR_##name] = {text, exit},
    ERR_MAP(X)
#undef X
};

/* n: how long it would have been. */
static void mark_cut(struct err *e, int n)
{
    static const char mark[] = "...";

    if (n >= (int)sizeof(e->msg))
        memcpy(e->msg + sizeof(e->msg) - sizeof(mark), mark, sizeof(mark));
}

enum err_code err_set(struct err *e, enum err_code code, const char *fmt, ...)
{
    va_list ap;

    if (!e)
        return code;
    e->code = code;
    va_start(ap, fmt);
    mark_cut(e, vsnprintf(e->msg, sizeof(e->msg), fmt, ap));
    va_end(ap);
    return code;
}

enum err_code err_wrap(struct err *e, enum err_code code, const char *fmt, ...)
{
    char inner[sizeof(e->msg)];
    va_list ap;
    int n;

    if (!e)
        return code;
    memcpy(inner, e->msg, sizeof(inner));
    inner[sizeof(inner) - 1] = '\0';
    e->code = code;
    va_start(ap, fmt);
    n = vsnprintf(e->msg, sizeof(e->msg), fmt, ap);
    va_end(ap);
    if (n >= 0 && (size_t)n < sizeof(e->msg))
        n += snprintf(e->msg + n, sizeof(e->msg) - (size_t)n, ": %s", inner);
    mark_cut(e, n);
    return code;
}

const char *err_text(enum err_code code)
{
    return err_table[code].text;
}

int err_exit_code(enum err_code code)
{
    return err_table[code].exit_code;
}
