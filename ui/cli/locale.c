#include "ui/cli/locale.h"

#include <locale.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* As the C library chooses it. */
static const char *wanted(void)
{
    static const char *const variables[] = {"LC_ALL", "LC_CTYPE", "LANG"};

    for (size_t i = 0; i < sizeof(variables) / sizeof(variables[0]); i++) {
        const char *value = getenv(variables[i]);

        if (value && *value)
            return value;
    }
    return "C";
}

char *locale_start(void)
{
    const char *name = wanted();

    if (setlocale(LC_CTYPE, ""))
        return NULL;
    if ((strcasestr(name, "UTF-8") || strcasestr(name, "UTF8")) &&
        setlocale(LC_CTYPE, "C.UTF-8"))
        return NULL;
    return mem_printf("drawn in ASCII, LC_ALL=C.UTF-8 draws all: no locale %.40s here",
                      name);
}
