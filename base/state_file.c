#include "base/state_file.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/replace.h"

#define LOCK_TRIES 100
#define LOCK_PAUSE_NS 2000000 /* between two of them */

char *state_file_path(const char *name, struct err *e)
{
    const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");

    if (state && *state == '/') /* a relative one is to be ignored, says the standard */
        return mem_printf("%s/dhview/%s", state, name);
    if (home && *home == '/')
        return mem_printf("%s/.local/state/dhview/%s", home, name);
    (void)err_set(e, ERR_IO, "neither XDG_STATE_HOME nor HOME names a folder for it");
    return NULL;
}

/* --- reading --- */

static char *read_end(int fd, size_t max)
{
    struct stat st;
    char *out;
    size_t n = 0;
    ssize_t got;

    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
        return mem_strdup("");
    if (st.st_size > (off_t)max)
        (void)lseek(fd, st.st_size - (off_t)max, SEEK_SET);
    else
        max = (size_t)st.st_size;
    out = mem_calloc(1, max + 1);
    while (n < max && (got = read(fd, out + n, max - n)) != 0) {
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            break;
        n += (size_t)got;
    }
    return out;
}

char *state_file_read(const char *path, size_t max)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    char *out;

    if (fd < 0)
        return mem_strdup("");
    out = read_end(fd, max);
    (void)close(fd);
    return out;
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

int state_file_lock(const char *path)
{
    const struct timespec pause = {.tv_nsec = LOCK_PAUSE_NS};
    char *folder = mem_strdup(path); /* dirname() writes into it */
    struct err e;
    int fd;

    (void)make_folders(path, &e); /* the file cannot be written either, and tells */
    fd = open(dirname(folder), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    for (int i = 0; fd >= 0 && i < LOCK_TRIES; i++) {
        if (flock(fd, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK)
            break;
        (void)nanosleep(&pause, NULL);
    }
    free(folder);
    return fd;
}

void state_file_unlock(int lock)
{
    if (lock >= 0)
        (void)close(lock);
}

static bool write_all(int fd, struct bytes bytes)
{
    while (bytes.len > 0) {
        ssize_t n = write(fd, bytes.data, bytes.len);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        bytes.data += n;
        bytes.len -= (size_t)n;
    }
    return true;
}

/* A pipe or a device is none of the user's state. */
static bool make_private(int fd)
{
    struct stat st;

    if (fstat(fd, &st) != 0)
        return false;
    errno = EINVAL;
    return S_ISREG(st.st_mode) && fchmod(fd, 0600) == 0;
}

enum err_code state_file_replace(const char *path, struct bytes bytes, struct err *e)
{
    struct replace *r;

    TRY(make_folders(path, e));
    TRY(replace_open(path, &r, e));
    if (make_private(replace_fd(r)) && write_all(replace_fd(r), bytes))
        return replace_commit_soon(r, e);
    (void)err_set(e, ERR_IO, "%s: %s", path, strerror(errno));
    replace_abort(r);
    return e->code;
}

/* A file that only the user can read, whoever made it. */
static int open_to_append(const char *path)
{
    int fd = open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0600);

    if (fd < 0 || make_private(fd))
        return fd;
    int error = errno;
    (void)close(fd);
    errno = error;
    return -1;
}

/* What is written to fd, which has that many bytes, for a line of its own. Owned. */
static char *whole_line(int fd, off_t size, const char *line)
{
    char last = '\n';
    bool whole = size == 0 || (pread(fd, &last, 1, size - 1) == 1 && last == '\n');

    return mem_printf("%s%s\n", whole ? "" : "\n", line);
}

static bool append_line(int fd, const char *line, size_t *size)
{
    off_t before = lseek(fd, 0, SEEK_END);
    char *text = whole_line(fd, before, line);
    bool good = write_all(fd, bytes_of(text));
    int error = errno;

    if (!good)
        (void)!ftruncate(fd, before); /* half a line is one that is left out */
    *size = (size_t)before + strlen(text);
    free(text);
    errno = error;
    return good;
}

enum err_code state_file_append(const char *path, const char *line, size_t *size,
                                struct err *e)
{
    enum err_code rc = make_folders(path, e);
    int fd;

    if (rc != ERR_OK)
        return rc;
    fd = open_to_append(path);
    if (fd < 0 || !append_line(fd, line, size))
        rc = err_set(e, ERR_IO, "%s: %s", path, strerror(errno));
    if (fd >= 0)
        (void)close(fd);
    return rc;
}
