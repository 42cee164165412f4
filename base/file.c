#include "base/file.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

enum err_code file_check_private(int fd, const char *what, const char *path, struct err *e)
{
    struct stat st;

    if (fstat(fd, &st) != 0)
        return err_set(e, ERR_IO, "%s %s: %s", what, path, strerror(errno));
    if ((st.st_mode & 077) != 0)
        return err_set(e, ERR_USAGE,
                       "%s %s: others can use it (mode %04o), expected mode 0600", what,
                       path, (unsigned)st.st_mode & 07777U);
    return ERR_OK;
}
