#include "tests/support/h2.h"

#include <string.h>

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

static uint32_t number(const uint8_t *p, size_t bytes)
{
    uint32_t n = 0;

    for (size_t i = 0; i < bytes; i++)
        n = n << 8 | p[i];
    return n;
}

static void take_head(struct h2_reader *r)
{
    r->frame = (struct h2_frame){.length = number(r->head, 3),
                                 .type = r->head[3],
                                 .flags = r->head[4],
                                 .stream = number(r->head + 5, 4) & 0x7fffffff};
    r->left = r->frame.length;
}

bool h2_head_whole(const struct h2_reader *r)
{
    return r->preface == 0 && r->head_len == H2_HEAD;
}

bool h2_frame_whole(const struct h2_reader *r)
{
    return h2_head_whole(r) && r->left == 0;
}

size_t h2_read(struct h2_reader *r, const uint8_t *data, size_t n, enum h2_part *part)
{
    size_t take;

    if (r->preface > 0) {
        *part = H2_PART_PREFACE;
        take = smaller(n, r->preface);
        r->preface -= take;
        return take;
    }
    if (h2_frame_whole(r))
        r->head_len = 0;
    if (r->head_len < H2_HEAD) {
        *part = H2_PART_HEAD;
        take = smaller(n, H2_HEAD - r->head_len);
        memcpy(r->head + r->head_len, data, take);
        r->head_len += take;
        if (r->head_len == H2_HEAD)
            take_head(r);
        return take;
    }
    *part = H2_PART_PAYLOAD;
    take = smaller(n, r->left);
    r->left -= take;
    return take;
}

bool h2_message_whole(const struct h2_messages *m)
{
    return m->head_len == H2_MESSAGE_HEAD && m->left == 0;
}

size_t h2_message_read(struct h2_messages *m, const uint8_t *data, size_t n,
                       enum h2_part *part)
{
    size_t take;

    if (h2_message_whole(m))
        m->head_len = 0;
    if (m->head_len < H2_MESSAGE_HEAD) {
        *part = H2_PART_HEAD;
        take = smaller(n, H2_MESSAGE_HEAD - m->head_len);
        memcpy(m->head + m->head_len, data, take);
        m->head_len += take;
        if (m->head_len == H2_MESSAGE_HEAD)
            m->left = number(m->head + 1, 4); /* after the flag of compression */
        return take;
    }
    *part = H2_PART_PAYLOAD;
    take = smaller(n, m->left);
    m->left -= take;
    return take;
}

size_t h2_head(uint8_t out[H2_HEAD], const struct h2_frame *f)
{
    for (int i = 0; i < 3; i++)
        out[i] = (uint8_t)(f->length >> (16 - 8 * i));
    out[3] = f->type;
    out[4] = f->flags;
    for (int i = 0; i < 4; i++)
        out[5 + i] = (uint8_t)(f->stream >> (24 - 8 * i));
    return H2_HEAD;
}
