#include "base/secret.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/log.h"

struct secret {
    size_t size; /* of the mapping that begins here */
    char text[];
};

/* A core is written by whoever the system has for it, which the limit alone does not
 * always prevent; a process that is not dumpable leaves none, and is nobody's to trace. */
void secret_guard(void)
{
    (void)prctl(PR_SET_DUMPABLE, 0L, 0L, 0L, 0L);         /* cannot fail with this value */
    (void)setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0}); /* lowering is always allowed */
}

static size_t whole_pages(size_t n)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);

    return (n + page - 1) / page * page;
}

struct secret *secret_new(const char *text)
{
    size_t n = strlen(text) + 1, size = whole_pages(sizeof(struct secret) + n);
    struct secret *s =
        mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (s == MAP_FAILED)
        abort(); /* as base/mem does: we chose the size */
    secret_guard();
    if (mlock(s, size) != 0)
        log_line(LOG_LEVEL_WARN, "a secret may be swapped out: no memory can be locked");
    (void)madvise(s, size, MADV_DONTDUMP); /* beyond what the guard sees to */
    (void)madvise(s, size, MADV_DONTFORK);
    s->size = size;
    memcpy(s->text, text, n);
    return s;
}

const char *secret_text(const struct secret *s)
{
    return s->text;
}

void secret_free(struct secret *s)
{
    size_t size;

    if (!s)
        return;
    size = s->size;
    explicit_bzero(s, size);
    (void)munmap(s, size);
}
