#include "ui/widget/completion.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/text.h"

struct completion {
    char *typed;
    char **match; /* owned names: their source may change meanwhile */
    size_t n, cap;
    size_t at; /* n: what was typed */
};

struct completion *completion_new(void)
{
    struct completion *c = MEM_NEW(struct completion);

    c->typed = mem_strdup("");
    return c;
}

static void drop_matches(struct completion *c)
{
    for (size_t i = 0; i < c->n; i++)
        free(c->match[i]);
    c->n = 0;
}

void completion_free(struct completion *c)
{
    if (!c)
        return;
    drop_matches(c);
    free(c->typed);
    free(c->match);
    free(c);
}

static void add(struct completion *c, const char *name)
{
    MEM_GROW(c->match, c->cap, c->n + 1);
    c->match[c->n++] = mem_strdup(name);
}

void completion_set(struct completion *c, completion_source *source, const void *ctx,
                    const char *typed)
{
    char *copy = mem_strdup(typed); /* it may be ours */
    const char *name;

    free(c->typed);
    c->typed = copy;
    drop_matches(c);
    for (size_t i = 0; source && (name = source(ctx, i)) != NULL; i++)
        if (text_starts_with(name, copy))
            add(c, name);
    for (size_t i = 0; source && (name = source(ctx, i)) != NULL; i++)
        if (!text_starts_with(name, copy) && text_contains(name, copy))
            add(c, name);
    c->at = c->n;
}

size_t completion_count(const struct completion *c)
{
    return c->n;
}

const char *completion_match(const struct completion *c, size_t i)
{
    return i < c->n ? c->match[i] : NULL;
}

size_t completion_at(const struct completion *c)
{
    return c->at;
}

const char *completion_step(struct completion *c, bool back)
{
    size_t places = c->n + 1; /* what was typed is one of them */

    c->at = (c->at + (back ? places - 1 : 1)) % places;
    return c->at < c->n ? c->match[c->at] : c->typed;
}
