#include "ui/term/theme.h"

#include <string.h>

static const struct style styles[] = {
#define X(id, name, fg, bg, looks, mono) {name, HUE_##fg, HUE_##bg, looks, mono},
    STYLE_MAP(X)
#undef X
};

const struct style *theme_style(unsigned id)
{
    return &styles[id < STYLE_COUNT ? id : STYLE_DEFAULT];
}

int theme_find(const char *name)
{
    for (int i = 0; i < STYLE_COUNT; i++)
        if (strcmp(styles[i].name, name) == 0)
            return i;
    return -1;
}
