#include "base/buf.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

struct bytes bytes_of(const char *s)
{
    return (struct bytes){(const uint8_t *)s, strlen(s)};
}

bool bytes_equal(struct bytes a, struct bytes b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}

char *bytes_text(struct bytes b)
{
    return mem_strndup(b.len > 0 ? (const char *)b.data : "", b.len);
}

int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

uint16_t bytes_u16(const uint8_t *p)
{
    return (uint16_t)(p[0] | (unsigned)p[1] << 8);
}

uint32_t bytes_u32(const uint8_t *p)
{
    return bytes_u16(p) | (uint32_t)bytes_u16(p + 2) << 16;
}

uint64_t bytes_u64(const uint8_t *p)
{
    return bytes_u32(p) | (uint64_t)bytes_u32(p + 4) << 32;
}

int64_t bytes_signed(const uint8_t *p, uint64_t width)
{
    switch (width) {
    case 1:
        return (int8_t)p[0];
    case 2:
        return (int16_t)bytes_u16(p);
    case 4:
        return (int32_t)bytes_u32(p);
    default:
        return (int64_t)bytes_u64(p);
    }
}

void buf_init(struct buf *b, size_t max)
{
    *b = (struct buf){.max = max};
}

void buf_init_secret(struct buf *b, size_t max)
{
    *b = (struct buf){.max = max, .secret = true};
}

static void free_memory(const struct buf *b)
{
    if (b->secret && b->data)
        explicit_bzero(b->data, b->cap);
    free(b->data);
}

void buf_release(struct buf *b)
{
    free_memory(b);
    *b = (struct buf){.max = b->max, .secret = b->secret};
}

void buf_clear(struct buf *b)
{
    b->len = 0;
}

/* Growing in place may leave a copy behind, where nobody wipes it. */
static void grow_secret(struct buf *b, size_t want)
{
    struct buf larger = *b;

    larger.data = NULL;
    larger.cap = 0;
    MEM_GROW(larger.data, larger.cap, want < SIZE_MAX / 2 ? 2 * want : want);
    if (b->len > 0)
        memcpy(larger.data, b->data, b->len);
    free_memory(b);
    *b = larger;
}

static void grow(struct buf *b, size_t want)
{
    if (b->secret)
        grow_secret(b, want);
    else
        MEM_GROW(b->data, b->cap, want);
}

enum err_code buf_append(struct buf *b, const void *data, size_t n, struct err *e)
{
    if (n > b->max - b->len)
        return err_set(e, ERR_LIMIT, "%zu bytes and %zu more pass the limit of %zu", b->len,
                       n, b->max);
    if (n == 0)
        return ERR_OK;
    if (n > b->cap - b->len)
        grow(b, b->len + n);
    memcpy(b->data + b->len, data, n);
    b->len += n;
    return ERR_OK;
}

enum err_code buf_append_text(struct buf *b, const char *text, struct err *e)
{
    return buf_append(b, text, strlen(text), e);
}

void buf_append_fitting(struct buf *b, const void *data, size_t n)
{
    size_t room = b->max - b->len;

    (void)buf_append(b, data, n < room ? n : room, NULL); /* cannot fail */
}

struct bytes buf_bytes(const struct buf *b)
{
    return (struct bytes){b->data, b->len};
}
