#include "base/stdio.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Opened the wrong way round, so that using one is an error as it is with a closed one. */
void stdio_guard(void)
{
    static const int mode[] = {O_WRONLY, O_RDONLY, O_RDONLY};

    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
        if (fcntl(fd, F_GETFD) < 0 && errno == EBADF)
            (void)open("/dev/null", mode[fd]); /* the lowest number that is free: fd */
    }
}

enum err_code stdio_print(const char *text, struct err *e)
{
    errno = 0;
    if (fputs(text, stdout) >= 0 && fflush(stdout) == 0)
        return ERR_OK;
    if (errno == EPIPE)
        return ERR_OK;
    return err_set(e, ERR_IO, "cannot write standard output: %s", strerror(errno));
}
