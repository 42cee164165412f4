#include "ui/table/layout_hints.h"

#include <string.h>

struct layout_hints layout_hints(const char *hints, const char *key)
{
    size_t len = strlen(key);

    while (hints && *hints) {
        const char *end = strchrnul(hints, ';');

        if (strncmp(hints, key, len) == 0 && hints[len] == '=')
            return (struct layout_hints){hints + len + 1, end};
        hints = *end ? end + 1 : end;
    }
    return (struct layout_hints){NULL, NULL};
}

bool layout_hints_next(struct layout_hints *h, struct bytes *name)
{
    while (h->next < h->end) {
        const char *start = h->next;
        const char *comma = memchr(start, ',', (size_t)(h->end - start));
        const char *stop = comma ? comma : h->end;

        h->next = comma ? comma + 1 : h->end;
        *name = (struct bytes){(const uint8_t *)start, (size_t)(stop - start)};
        if (name->len > 0)
            return true;
    }
    return false;
}
