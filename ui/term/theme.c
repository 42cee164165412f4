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
