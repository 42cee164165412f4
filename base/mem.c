#include "base/mem.h"

#include <inttypes.h>
#include <malloc.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LARGE_BYTES (128 * 1024) /* glibc's first guess */

void mem_setup(void)
{
#ifdef __GLIBC__
    (void)mallopt(M_MMAP_THRESHOLD, LARGE_BYTES);
#endif
}

void mem_trim(void)
{
#ifdef __GLIBC__
    (void)malloc_trim(0);
#endif
}

enum err_code mem_room(uint64_t bytes, struct err *e)
{
    void *volatile p = NULL; /* else the pair of calls is optimized away */

    if (bytes < MEM_ROOM_MIN)
        return ERR_OK;
    if (bytes <= SIZE_MAX)
        p = malloc((size_t)bytes);
    if (!p)
        return err_set(e, ERR_LIMIT, "no memory for %" PRIu64 " bytes", bytes);
    free(p);
    return ERR_OK;
}

void *mem_checked(void *p)
{
    if (!p) {
        (void)fputs("dhview: out of memory\n", stderr);
        abort();
    }
    return p;
}

void *mem_calloc(size_t n, size_t size)
{
    return mem_checked(calloc(n ? n : 1, size ? size : 1));
}

void *mem_realloc(void *p, size_t n, size_t size)
{
    size_t bytes;

    if (__builtin_mul_overflow(n, size, &bytes))
        mem_checked(NULL);
    return mem_checked(realloc(p, bytes ? bytes : 1));
}

void mem_grow(void **p, size_t *cap, size_t need, size_t size)
{
    size_t want = *cap > SIZE_MAX / 2 ? need : *cap * 2;

    if (need <= *cap)
        return;
    if (want < 8)
        want = 8;
    if (want < need)
        want = need; /* a large first piece is not rounded up */
    *p = mem_realloc(*p, want, size);
    *cap = want;
}

char *mem_strdup(const char *s)
{
    return mem_checked(strdup(s));
}

char *mem_strndup(const char *s, size_t n)
{
    return mem_checked(strndup(s, n));
}

void *mem_dup(const void *p, size_t n)
{
    void *copy = mem_calloc(1, n);

    if (n)
        memcpy(copy, p, n);
    return copy;
}

char *mem_vprintf(const char *fmt, va_list ap)
{
    char *out = NULL;

    if (vasprintf(&out, fmt, ap) < 0)
        out = NULL;
    return mem_checked(out);
}

char *mem_printf(const char *fmt, ...)
{
    char *out;
    va_list ap;

    va_start(ap, fmt);
    out = mem_vprintf(fmt, ap);
    va_end(ap);
    return out;
}

void mem_addf(char **text, const char *fmt, ...)
{
    char *more;
    size_t len = strlen(*text);
    va_list ap;

    va_start(ap, fmt);
    more = mem_vprintf(fmt, ap);
    va_end(ap);
    *text = mem_realloc(*text, len + strlen(more) + 1, 1);
    memcpy(*text + len, more, strlen(more) + 1);
    free(more);
}
