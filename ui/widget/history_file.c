#include "ui/widget/history_file.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/state_file.h"
#include "base/text.h"

#define FILE_MAX ((size_t)PROMPT_HISTORY_MAX * (PROMPT_MAX + 1)) /* bytes looked at */

/* --- reading --- */

/* A line as the prompt could have made it: text without control characters and bad UTF-8.
 */
static bool is_typed(const char *line, size_t n)
{
    uint32_t cp;

    for (size_t at = 0; at < n;) {
        size_t len =
            text_code_point((struct bytes){(const uint8_t *)line + at, n - at}, &cp);

        if (len == 0 || cp < 0x20 || (cp >= 0x7f && cp < 0xa0))
            return false;
        at += len;
    }
    return n <= PROMPT_MAX;
}

static void take_lines(char *text, struct prompt_history *h)
{
    for (char *end; (end = strchr(text, '\n')) != NULL; text = end + 1) {
        *end = '\0';
        if (is_typed(text, (size_t)(end - text)))
            prompt_history_add(h, text);
    }
}

void history_file_load(const char *path, struct prompt_history *h)
{
    char *text = state_file_read(path, FILE_MAX);

    take_lines(text, h);
    free(text);
}

/* --- writing --- */

static enum err_code write_lines(const char *path, const struct prompt_history *h,
                                 struct err *e)
{
    enum err_code rc = ERR_OK;
    struct buf text;

    buf_init(&text, FILE_MAX);
    for (size_t i = 0; i < prompt_history_len(h) && rc == ERR_OK; i++) {
        rc = buf_append_text(&text, prompt_history_line(h, i), e);
        if (rc == ERR_OK)
            rc = buf_append_text(&text, "\n", e);
    }
    if (rc == ERR_OK)
        rc = state_file_replace(path, buf_bytes(&text), e);
    buf_release(&text);
    return rc;
}

/* Leaves the last lines. */
static enum err_code shorten(const char *path, struct err *e)
{
    struct prompt_history *h = prompt_history_new();
    enum err_code rc;

    history_file_load(path, h);
    rc = write_lines(path, h, e);
    prompt_history_free(h);
    return rc;
}

/* While rows are awaited: to write the whole anew would take longer than all else that a
 * key does. */
enum err_code history_file_add(const char *path, const char *line, struct err *e)
{
    enum err_code rc;
    size_t size;
    int lock;

    if (*line == '\0')
        return ERR_OK;
    lock = state_file_lock(path);
    rc = state_file_append(path, line, &size, e);
    if (rc == ERR_OK && size > HISTORY_FILE_LONG)
        rc = shorten(path, e);
    state_file_unlock(lock);
    return rc;
}
