#include "ui/widget/text_popup.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "ui/term/theme.h"

static void fill(void *ctx, struct pager *p, const struct draw_env *env)
{
    const char *line = ctx;

    (void)env;
    while (*line) {
        size_t n = strcspn(line, "\n");

        (void)pager_add(p, "", (struct bytes){(const uint8_t *)line, n}, STYLE_DEFAULT);
        line += n + (line[n] == '\n');
    }
}

static const struct popup_source source = {.fill = fill, .close = free};

struct popup *text_popup_new(const char *title, const char *text)
{
    return popup_new(title, true, &source, mem_strdup(text));
}
