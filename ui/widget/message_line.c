#include "ui/widget/message_line.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "base/text.h"

/* A part of a text, and how many columns it takes. */
struct stretch {
    struct bytes text;
    size_t columns;
};

static size_t columns_of(struct bytes text, bool ascii)
{
    return text_width(text, ascii, SIZE_MAX);
}

static struct stretch widest_word(const char *text, bool ascii)
{
    struct stretch widest = {bytes_of(""), 0};

    while (*text) {
        struct bytes word = {(const uint8_t *)text, strcspn(text, " ")};
        size_t columns = columns_of(word, ascii);

        if (columns > widest.columns)
            widest = (struct stretch){word, columns};
        text += word.len;
        text += strspn(text, " ");
    }
    return widest;
}

/* All that stands before the last colon of a message that begins with a path or a command,
 * which may have blanks in it. */
static struct stretch before_colon(const char *text, bool ascii)
{
    struct bytes before = {(const uint8_t *)text, 0};
    const char *p = strchr("/~!", *text) ? strstr(text, ": ") : NULL;

    for (; p; p = strstr(p + 1, ": "))
        before.len = (size_t)(p - text);
    return (struct stretch){before, columns_of(before, ascii)};
}

/* The text with a part of it cut in its middle, by as many columns as it is too long, but
 * to no fewer than the least. text is given. */
static char *shorten(char *text, const struct stretch *part, size_t excess, bool ascii)
{
    size_t before = (size_t)((const char *)part->text.data - text);
    int64_t left = max_i64((int64_t)part->columns - (int64_t)excess, MESSAGE_WORD_LEAST);
    struct buf cut;
    char *out;

    buf_init(&cut, SIZE_MAX);
    (void)text_clean_middle(part->text, ascii, (size_t)left, &cut);
    out = mem_printf("%.*s%.*s%s", (int)before, text, (int)cut.len, (const char *)cut.data,
                     text + before + part->text.len);
    buf_release(&cut);
    free(text);
    return out;
}

char *message_fit(const char *text, size_t columns, bool ascii)
{
    char *out = mem_strdup(text);
    size_t total;

    while ((total = columns_of(bytes_of(out), ascii)) > columns) {
        struct stretch part = widest_word(out, ascii);

        if (part.columns <= MESSAGE_WORD_LEAST)
            part = before_colon(out, ascii);
        if (part.columns <= MESSAGE_WORD_LEAST)
            break;
        out = shorten(out, &part, total - columns, ascii);
    }
    return out;
}
