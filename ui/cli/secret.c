#include "ui/cli/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

/* Reads until a line or all is there, or no room is left; the bytes, -1 with errno set. */
static ssize_t read_line(int fd, char *out, size_t max)
{
    size_t len = 0;
    bool whole = false;

    while (len < max && !whole) {
        ssize_t n = read(fd, out + len, max - len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -1;
        if (n == 0)
            break;
        whole = memchr(out + len, '\n', (size_t)n) != NULL;
        len += (size_t)n;
    }
    return (ssize_t)len;
}

static enum err_code check_file(int fd, const char *path, struct err *e)
{
    struct stat st;

    if (fstat(fd, &st) != 0)
        return err_set(e, ERR_IO, "secret file %s: %s", path, strerror(errno));
    if (!S_ISREG(st.st_mode))
        return err_set(e, ERR_USAGE, "secret file %s: expected a regular file", path);
    return file_check_private(fd, "secret file", path, e);
}

enum err_code secret_first_line(char buf[SECRET_ROOM], size_t len, struct secret **out,
                                struct err *e)
{
    char *end = memchr(buf, '\n', len);
    size_t line = end != NULL ? (size_t)(end - buf) : len;

    if (line > 0 && buf[line - 1] == '\r')
        line--;
    if (line > SECRET_MAX)
        return err_set(e, ERR_USAGE, "expected at most %d bytes in a line", SECRET_MAX);
    if (line == 0)
        return err_set(e, ERR_USAGE, "expected a secret, found an empty line");
    if (memchr(buf, '\0', line) != NULL)
        return err_set(e, ERR_USAGE, "expected text, found a NUL byte");
    buf[line] = '\0';
    *out = secret_new(buf);
    return ERR_OK;
}

static enum err_code read_secret(int fd, struct secret **out, struct err *e)
{
    char buf[SECRET_ROOM];
    ssize_t n = read_line(fd, buf, sizeof(buf) - 1);
    enum err_code rc = n < 0 ? err_set(e, ERR_IO, "%s", strerror(errno))
                             : secret_first_line(buf, (size_t)n, out, e);

    explicit_bzero(buf, sizeof(buf));
    return rc;
}

enum err_code secret_read_file(const char *path, struct secret **out, struct err *e)
{
    /* O_NONBLOCK: a pipe put in its place must not hang the program */
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    enum err_code rc;

    if (fd < 0)
        return err_set(e, ERR_IO, "secret file %s: %s", path, strerror(errno));
    rc = check_file(fd, path, e);
    if (rc == ERR_OK) {
        rc = read_secret(fd, out, e);
        if (rc != ERR_OK)
            (void)err_wrap(e, rc, "secret file %s", path);
    }
    (void)close(fd);
    return rc;
}

enum err_code secret_read_fd(int fd, struct secret **out, struct err *e)
{
    struct err why = {0};

    if (read_secret(fd, out, &why) != ERR_OK)
        return err_set(e, why.code, "--secret-fd %d: %s", fd, why.msg);
    (void)close(fd);
    return ERR_OK;
}
