#include "base/replace.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"

#define NAME_TRIES 100
#define LINKS_MAX 40 /* one after the other, as the system follows them */

struct replace {
    char *path;   /* that is replaced, links followed */
    char *folder; /* where it is */
    char *name;   /* of the temporary file; NULL: it has none */
    int fd;
    bool in_place; /* no regular file: nothing is replaced */
};

static enum err_code fail(const struct replace *r, const char *what, struct err *e)
{
    return err_set(e, ERR_IO, "cannot %s %s: %s", what, r->path, strerror(errno));
}

static void free_replace(struct replace *r)
{
    if (r->fd >= 0)
        (void)close(r->fd);
    free(r->path);
    free(r->folder);
    free(r->name);
    free(r);
}

/* The i-th name next to the file for what is written; others that write it try the same. */
static char *name_beside(const struct replace *r, int i)
{
    return mem_printf("%s.dhview-%d.tmp", r->path, i);
}

/* File systems without files that have no name (NFS, some of FUSE) say so in these ways. */
static bool knows_no_unnamed(int error)
{
    return error == EOPNOTSUPP || error == EISDIR || error == ENOENT || error == EINVAL;
}

/* A file of ours that has this name alone, and that nobody has locked. It may have become
 * the file itself meanwhile. */
static bool is_left(int fd, const char *name)
{
    struct stat ours, named;

    return fstat(fd, &ours) == 0 && S_ISREG(ours.st_mode) && ours.st_uid == geteuid() &&
           ours.st_nlink == 1 && flock(fd, LOCK_EX | LOCK_NB) == 0 &&
           lstat(name, &named) == 0 && ours.st_dev == named.st_dev &&
           ours.st_ino == named.st_ino;
}

/* Takes over the temporary file of one that was killed while it wrote; what else may have
 * its name is left alone, and waits for nobody. */
static int take_over(const char *name)
{
    int fd = open(name, O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

    if (fd >= 0 && is_left(fd, name) && ftruncate(fd, 0) == 0)
        return fd;
    if (fd >= 0)
        (void)close(fd);
    return -1;
}

/* Made anew, and locked where the file system knows locks; -1: another one is writing it,
 * or errno says why not. */
static int open_locked(const char *name)
{
    int fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);

    if (fd < 0 && errno == EEXIST) {
        fd = take_over(name);
        errno = EEXIST;
    } else if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) < 0 && errno == EWOULDBLOCK) {
        (void)close(fd); /* it was taken over at once */
        fd = -1;
        errno = EEXIST;
    }
    return fd;
}

static void open_named(struct replace *r)
{
    for (int i = 0; i < NAME_TRIES && r->fd < 0; i++) {
        char *name = name_beside(r, i);

        r->fd = open_locked(name);
        if (r->fd >= 0) {
            r->name = name;
            return;
        }
        free(name);
        if (errno != EEXIST)
            return;
    }
}

/* Whose file it is may not be ours to give away; then at least its group is kept, if we are
 * in it. What a group may do is for no other one; and set-id bits do not outlive a write.
 */
static int keep_rights(int fd, const struct stat *old)
{
    mode_t mode = old->st_mode & 0777;

    if (fchown(fd, old->st_uid, old->st_gid) < 0 && fchown(fd, (uid_t)-1, old->st_gid) < 0)
        mode &= ~(mode_t)S_IRWXG;
    return fchmod(fd, mode);
}

/* A file that may be written, with the rights of the one that it replaces. */
static enum err_code open_new(struct replace *r, const struct stat *old, struct err *e)
{
    r->fd = open(r->folder, O_TMPFILE | O_WRONLY | O_CLOEXEC, 0666);
    if (r->fd < 0 && knows_no_unnamed(errno))
        open_named(r);
    if (r->fd < 0 || (old && keep_rights(r->fd, old) < 0))
        return fail(r, "write", e);
    return ERR_OK;
}

/* A pipe that nobody reads is refused: to wait for a reader would hold up all else. What is
 * written may wait. */
static enum err_code open_in_place(struct replace *r, struct err *e)
{
    r->in_place = true;
    r->fd = open(r->path, O_WRONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (r->fd < 0 && errno == ENXIO)
        return err_set(e, ERR_IO, "cannot write %s: nobody reads it", r->path);
    if (r->fd < 0 || fcntl(r->fd, F_SETFL, 0) < 0)
        return fail(r, "write", e);
    return ERR_OK;
}

static enum err_code open_target(struct replace *r, struct err *e)
{
    struct stat old;
    bool is_there = stat(r->path, &old) == 0;

    if (!is_there && errno != ENOENT)
        return fail(r, "write", e);
    if (!is_there || S_ISREG(old.st_mode)) {
        if (is_there && access(r->path, W_OK) < 0)
            return fail(r, "write", e);
        return open_new(r, is_there ? &old : NULL, e);
    }
    return open_in_place(r, e);
}

static char *folder_of(const char *path)
{
    char *copy = mem_strdup(path),
         *out = mem_strdup(dirname(copy)); /* which writes there */

    free(copy);
    return out;
}

/* What a link names, from where we are; owned. NULL: it is none. */
static char *link_target(const char *path)
{
    char target[PATH_MAX], *folder, *out;
    ssize_t n = readlink(path, target, sizeof(target) - 1);

    if (n < 0)
        return NULL;
    target[n] = '\0';
    if (*target == '/')
        return mem_strdup(target);
    folder = folder_of(path);
    out = mem_printf("%s/%s", folder, target);
    free(folder);
    return out;
}

/* Where a path leads; what it ends at need not be there. Owned. */
static char *follow(const char *path)
{
    char *real = realpath(path, NULL), *out = mem_strdup(real ? real : path), *next;

    for (int i = 0; !real && i < LINKS_MAX && (next = link_target(out)) != NULL; i++) {
        free(out);
        out = next;
    }
    free(real);
    return out;
}

enum err_code replace_open(const char *path, struct replace **out, struct err *e)
{
    struct replace *r = MEM_NEW(struct replace);
    enum err_code rc;

    r->fd = -1;
    r->path = follow(path);
    r->folder = folder_of(r->path);
    rc = open_target(r, e);
    if (rc == ERR_OK)
        *out = r;
    else
        replace_abort(r);
    return rc;
}

int replace_fd(const struct replace *r)
{
    return r->fd;
}

/* A file without a name gets one. */
static bool give_name(struct replace *r)
{
    char from[64];

    if (r->name)
        return true;
    (void)snprintf(from, sizeof(from), "/proc/self/fd/%d", r->fd);
    for (int i = 0; i < NAME_TRIES; i++) {
        char *name = name_beside(r, i);

        if (linkat(AT_FDCWD, from, AT_FDCWD, name, AT_SYMLINK_FOLLOW) == 0) {
            r->name = name;
            return true;
        }
        free(name);
        if (errno != EEXIST)
            return false;
    }
    return false;
}

/* The name is on the disk, too. A file system that cannot be told so says nothing else of
 * it. */
static void sync_folder(const struct replace *r)
{
    int fd = open(r->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (fd < 0)
        return;
    (void)fsync(fd);
    (void)close(fd);
}

static enum err_code commit(struct replace *r, bool sync, struct err *e)
{
    enum err_code rc = ERR_OK;

    if (r->in_place) {
        free_replace(r);
        return ERR_OK;
    }
    if ((sync && fsync(r->fd) < 0) || !give_name(r) || rename(r->name, r->path) < 0) {
        rc = fail(r, "write", e);
        replace_abort(r);
        return rc;
    }
    if (sync)
        sync_folder(r);
    free_replace(r);
    return rc;
}

enum err_code replace_commit(struct replace *r, struct err *e)
{
    return commit(r, true, e);
}

enum err_code replace_commit_soon(struct replace *r, struct err *e)
{
    return commit(r, false, e);
}

void replace_abort(struct replace *r)
{
    if (!r)
        return;
    if (r->name)
        (void)unlink(r->name);
    free_replace(r);
}
