#include "ui/app/code_file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"
#include "client/server_console.h"

static enum err_code check_kind(int fd, const char *path, struct err *e)
{
    struct stat st;

    if (fstat(fd, &st) != 0)
        return err_set(e, ERR_IO, "%s: %s", path, strerror(errno));
    if (!S_ISREG(st.st_mode))
        return err_set(e, ERR_USAGE, "%s: expected a regular file", path);
    if ((uint64_t)st.st_size > CONSOLE_CODE_MAX)
        return err_set(e, ERR_USAGE, "%s: expected at most %zu bytes, found %" PRId64, path,
                       CONSOLE_CODE_MAX, (int64_t)st.st_size);
    return ERR_OK;
}

/* The file may grow while it is read: what is beyond the limit is not taken. */
static enum err_code read_all(int fd, const char *path, struct buf *out, struct err *e)
{
    char chunk[4096];
    ssize_t n;

    while ((n = read(fd, chunk, sizeof(chunk))) != 0) {
        if (n < 0 && errno != EINTR)
            return err_set(e, ERR_IO, "%s: %s", path, strerror(errno));
        if (n > 0)
            TRY(buf_append(out, chunk, (size_t)n, e));
    }
    return ERR_OK;
}

static enum err_code check_text(struct bytes text, const char *path, struct err *e)
{
    int line = 1;
    uint32_t cp;

    for (size_t at = 0, n; at < text.len; at += n) {
        n = text_code_point((struct bytes){text.data + at, text.len - at}, &cp);
        if (n == 0 || cp == 0)
            return err_set(e, ERR_USAGE, "%s: line %d is not text in UTF-8", path, line);
        line += cp == '\n';
    }
    return ERR_OK;
}

enum err_code code_file_read(const char *path, char **out, struct err *e)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    struct buf text;
    enum err_code rc;

    if (fd < 0)
        return err_set(e, ERR_IO, "%s: %s", path, strerror(errno));
    buf_init(&text, CONSOLE_CODE_MAX);
    rc = check_kind(fd, path, e);
    if (rc == ERR_OK)
        rc = read_all(fd, path, &text, e);
    (void)close(fd);
    if (rc == ERR_OK)
        rc = check_text(buf_bytes(&text), path, e);
    if (rc == ERR_OK)
        *out = bytes_text(buf_bytes(&text));
    buf_release(&text);
    return rc;
}
