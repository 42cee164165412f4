#include "ui/cli/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

/* Reads until end or until max bytes are there; returns them, -1 with errno set. */
static ssize_t read_up_to(int fd, char *out, size_t max)
{
    size_t len = 0;

    while (len < max) {
        ssize_t n = read(fd, out + len, max - len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -1;
        if (n == 0)
            break;
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

/* Cuts buf to its first line. */
static enum err_code first_line(char *buf, size_t len, const char *path, struct err *e)
{
    char *end = memchr(buf, '\n', len);
    size_t line = end != NULL ? (size_t)(end - buf) : len;

    if (line > 0 && buf[line - 1] == '\r')
        line--;
    if (line > SECRET_MAX)
        return err_set(e, ERR_USAGE, "secret file %s: expected at most %d bytes in a line",
                       path, SECRET_MAX);
    if (line == 0)
        return err_set(e, ERR_USAGE,
                       "secret file %s: expected a secret, found an empty line", path);
    if (memchr(buf, '\0', line) != NULL)
        return err_set(e, ERR_USAGE, "secret file %s: expected text, found a NUL byte",
                       path);
    buf[line] = '\0';
    return ERR_OK;
}

static enum err_code read_secret(int fd, const char *path, struct secret **out,
                                 struct err *e)
{
    char buf[SECRET_MAX + 4]; /* one line, "\r\n", end mark */
    enum err_code rc = check_file(fd, path, e);
    ssize_t n;

    if (rc != ERR_OK)
        return rc;
    n = read_up_to(fd, buf, sizeof(buf) - 1);
    if (n < 0)
        return err_set(e, ERR_IO, "secret file %s: %s", path, strerror(errno));
    rc = first_line(buf, (size_t)n, path, e);
    if (rc == ERR_OK)
        *out = secret_new(buf);
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
    rc = read_secret(fd, path, out, e);
    close(fd);
    return rc;
}
