#include "client/version.h"

#include <stdio.h>
#include <string.h>

#define TEXT_MAX 64
#define NEEDED 37 /* minor version; the major one was 0 then */

enum err_code version_check(struct bytes version, struct err *e)
{
    char text[TEXT_MAX] = "";
    unsigned major, minor;

    if (version.len == 0 || version.len >= sizeof(text))
        return ERR_OK;
    memcpy(text, version.data, version.len);
    if (sscanf(text, "%3u.%3u", &major, &minor) != 2 || major > 0 || minor >= NEEDED)
        return ERR_OK;
    return err_set(e, ERR_VERSION, "it is Deephaven %s; dhview needs 0.%d or newer", text,
                   NEEDED);
}
