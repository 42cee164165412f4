#include "ui/widget/history_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"

#define FILE_MAX ((size_t)PROMPT_HISTORY_MAX * (PROMPT_MAX + 1)) /* bytes looked at */

char *history_file_path(const char *name)
{
    const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");

    if (state && *state == '/') /* a relative one is to be ignored, says the standard */
        return mem_printf("%s/dhview/%s", state, name);
    if (home && *home == '/')
        return mem_printf("%s/.local/state/dhview/%s", home, name);
    return NULL;
}

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

/* Reads what a regular file has, up to FILE_MAX bytes of its end; owned by the caller, with
 * an end mark. */
static char *read_end(int fd)
{
    struct stat st;
    char *out;
    size_t n = 0;
    ssize_t got;

    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
        return mem_strdup("");
    if (st.st_size > (off_t)FILE_MAX)
        (void)lseek(fd, st.st_size - (off_t)FILE_MAX, SEEK_SET);
    out = mem_calloc(1, FILE_MAX + 1);
    while (n < FILE_MAX && (got = read(fd, out + n, FILE_MAX - n)) != 0) {
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            break;
        n += (size_t)got;
    }
    return out;
}

void history_file_load(const char *path, struct prompt_history *h)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    char *text;

    if (fd < 0)
        return;
    text = read_end(fd);
    take_lines(text, h);
    free(text);
    (void)close(fd);
}

/* --- writing --- */

static enum err_code make_folders(const char *path, struct err *e)
{
    char *folder = mem_strdup(path);
    enum err_code rc = ERR_OK;

    for (char *p = strchr(folder + 1, '/'); p && rc == ERR_OK; p = strchr(p + 1, '/')) {
        *p = '\0';
        if (mkdir(folder, 0700) != 0 && errno != EEXIST && errno != EISDIR)
            rc = err_set(e, ERR_IO, "%s: %s", folder, strerror(errno));
        *p = '/';
    }
    free(folder);
    return rc;
}

static bool write_lines(FILE *f, const struct prompt_history *h)
{
    for (size_t i = 0; i < prompt_history_len(h); i++)
        if (fprintf(f, "%s\n", prompt_history_line(h, i)) < 0)
            return false;
    return true;
}

/* Written beside the file and then put in its place, so that it is never half there. */
static enum err_code replace(const char *path, const struct prompt_history *h,
                             struct err *e)
{
    char *temporary = mem_printf("%s.XXXXXX", path);
    int fd = mkostemp(temporary, O_CLOEXEC); /* mode 0600 */
    FILE *f = fd >= 0 ? fdopen(fd, "w") : NULL;
    bool good = f && write_lines(f, h);
    enum err_code rc = ERR_OK;

    if (f)
        good = fclose(f) == 0 && good;
    else if (fd >= 0)
        (void)close(fd);
    if (!good || rename(temporary, path) != 0)
        rc = err_set(e, ERR_IO, "%s: %s", path, strerror(errno));
    if (rc != ERR_OK && fd >= 0)
        (void)unlink(temporary);
    free(temporary);
    return rc;
}

enum err_code history_file_add(const char *path, const char *line, struct err *e)
{
    struct prompt_history *h;
    enum err_code rc;

    if (*line == '\0')
        return ERR_OK;
    TRY(make_folders(path, e));
    h = prompt_history_new();
    history_file_load(path, h);
    prompt_history_add(h, line);
    rc = replace(path, h, e);
    prompt_history_free(h);
    return rc;
}
