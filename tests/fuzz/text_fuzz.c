/*
 * Hostile text: every cluster is printable UTF-8 of width 1 or 2 and whole clusters are
 * what text_clean() writes, never wider than asked. First byte: ASCII or not; second:
 * width.
 */
#include <string.h>

#include "base/text.h"
#include "tests/fuzz/fuzz.h"

static size_t check_clusters(struct bytes in, bool ascii)
{
    struct text_iter it = text_iter(in, ascii);
    struct text_cluster c;
    size_t width = 0;

    while (text_next(&it, &c)) {
        FUZZ_CHECK(c.len >= 1 && c.len <= TEXT_CLUSTER_MAX && strlen(c.utf8) == c.len);
        FUZZ_CHECK(c.width == 1 || c.width == 2);
        FUZZ_CHECK(!ascii || (c.len == 1 && c.width == 1));
        fuzz_check_text(c.utf8, c.len, ascii);
        width += c.width;
    }
    FUZZ_CHECK(it.pos == in.len);
    FUZZ_CHECK(text_width(in, ascii, SIZE_MAX) == width);
    return width;
}

static void check_clean(struct bytes in, bool ascii, size_t width, size_t whole)
{
    struct buf once;
    struct buf twice;

    buf_init(&once, (size_t)1 << 26);
    buf_init(&twice, (size_t)1 << 26);
    size_t used = text_clean(in, ascii, width, &once);
    FUZZ_CHECK(used <= width);
    FUZZ_CHECK(whole > width || used == whole);
    fuzz_check_text((const char *)once.data, once.len, ascii);
    FUZZ_CHECK(text_width(buf_bytes(&once), ascii, SIZE_MAX) == used);
    (void)text_clean(buf_bytes(&once), ascii, SIZE_MAX, &twice);
    FUZZ_CHECK(bytes_equal(buf_bytes(&once), buf_bytes(&twice)));
    buf_release(&once);
    buf_release(&twice);
}

static void check_strings(struct bytes in, bool ascii)
{
    char *s = fuzz_string(in);
    char *line = text_clean_line(s, ascii);

    fuzz_check_text(line, strlen(line), ascii);
    FUZZ_CHECK(text_contains(s, "") && text_contains(s, s));
    if (s[0] != '\0')
        FUZZ_CHECK(!text_contains("", s));
    free(line);
    free(s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bytes in = {data, size};
    bool ascii = fuzz_byte(&in) & 1;
    size_t width = fuzz_byte(&in);
    size_t whole = check_clusters(in, ascii);

    check_clean(in, ascii, width, whole);
    check_clean(in, ascii, SIZE_MAX, whole);
    check_strings(in, ascii);
    return 0;
}
