/*
 * Two buffers: `writing`, which a thread of the pool has, and `waiting`, where text is put
 * meanwhile. When the first is written they change places. A file is synced by a thread,
 * too.
 */
#include "ui/cli/output.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/num.h"
#include "base/replace.h"

#define AT_ONCE ((size_t)1 << 20) /* bytes of one write */

struct output {
    uv_fs_t request;
    uv_loop_t *loop;
    int fd;
    bool owns_fd;
    struct replace *file; /* NULL: standard output */
    const struct output_handler *handler;
    void *ctx;
    struct buf writing, waiting;
    size_t written; /* of writing */
    bool busy;      /* the thread has a write, or syncs */
    bool ending, failed;
    bool taking_back; /* what the thread writes is not wanted any more */
    bool freed;       /* while busy: what is left is freed when that is over */
    uint64_t bytes;
};

static struct output *output_new(uv_loop_t *loop, int fd,
                                 const struct output_handler *handler, void *ctx)
{
    struct output *o = MEM_NEW(struct output);

    o->loop = loop;
    o->fd = fd;
    o->handler = handler;
    o->ctx = ctx;
    buf_init(&o->writing, SIZE_MAX); /* the producer pauses: output_is_full() */
    buf_init(&o->waiting, SIZE_MAX);
    return o;
}

enum err_code output_open(uv_loop_t *loop, const char *path,
                          const struct output_handler *handler, void *ctx,
                          struct output **out, struct err *e)
{
    struct output *o = output_new(loop, STDOUT_FILENO, handler, ctx);

    if (path && replace_open(path, &o->file, e) != ERR_OK) {
        free(o);
        return e->code;
    }
    if (o->file)
        o->fd = replace_fd(o->file);
    *out = o;
    return ERR_OK;
}

struct output *output_new_fd(uv_loop_t *loop, int fd, const struct output_handler *handler,
                             void *ctx)
{
    struct output *o = output_new(loop, fd, handler, ctx);

    o->owns_fd = true;
    return o;
}

static void close_fd(struct output *o)
{
    if (o->owns_fd)
        (void)close(o->fd);
    o->owns_fd = false;
}

static void release(struct output *o)
{
    replace_abort(o->file);
    close_fd(o);
    buf_release(&o->writing);
    buf_release(&o->waiting);
    free(o);
}

void output_free(struct output *o)
{
    if (!o)
        return;
    if (o->busy)
        o->freed = true;
    else
        release(o);
}

static void fail(struct output *o, const struct err *why)
{
    o->failed = true;
    o->handler->failed(o->ctx, why);
}

static void fail_write(struct output *o, ssize_t error)
{
    struct err e;

    (void)err_set(&e, ERR_IO, "cannot write: %s", strerror((int)-error));
    fail(o, error == UV_EPIPE ? NULL : &e);
}

static void commit(struct output *o)
{
    struct replace *file = o->file;
    struct err e;

    o->ending = false;
    o->file = NULL;
    close_fd(o);
    if (file && replace_commit(file, &e) != ERR_OK)
        fail(o, &e);
    else
        o->handler->done(o->ctx);
}

static void on_synced(uv_fs_t *request)
{
    struct output *o = request->data;
    ssize_t n = request->result;

    uv_fs_req_cleanup(request);
    o->busy = false;
    if (o->freed)
        release(o);
    else if (n < 0 && n != UV_EINVAL) /* which a device says, that is not to be synced */
        fail_write(o, n);
    else
        commit(o);
}

/* A thread of the pool waits for the disk, and not the loop in commit(). */
static void sync_file(struct output *o)
{
    o->request.data = o;
    o->busy = true;
    (void)uv_fs_fsync(o->loop, &o->request, o->fd, on_synced);
}

static void write_some(struct output *o);

/* The next buffer, or the end. */
static void turn(struct output *o)
{
    struct buf full = o->waiting;

    o->waiting = o->writing;
    o->writing = full;
    o->written = 0;
    buf_clear(&o->waiting);
    if (full.len > 0)
        write_some(o);
    else if (o->ending && o->file)
        sync_file(o);
    else if (o->ending)
        commit(o); /* o may be gone now */
}

/* The file is as it was at first. False: errno says why not, and nobody was told. */
static bool rewound(struct output *o)
{
    o->taking_back = false;
    o->written = o->writing.len;
    return ftruncate(o->fd, 0) == 0 && lseek(o->fd, 0, SEEK_SET) == 0;
}

static void on_written(uv_fs_t *request)
{
    struct output *o = request->data;
    ssize_t n = request->result;
    bool is_full = output_is_full(o);

    uv_fs_req_cleanup(request);
    o->busy = false;
    if (o->freed) {
        release(o);
        return;
    }
    if (n < 0) {
        fail_write(o, n);
        return;
    }
    o->written += (size_t)n;
    if (o->taking_back && !rewound(o)) {
        fail_write(o, -errno);
        return;
    }
    if (o->written < o->writing.len) {
        write_some(o);
        return;
    }
    turn(o);
    if (is_full) /* there was more to write, so o is there */
        o->handler->drained(o->ctx);
}

static void write_some(struct output *o)
{
    size_t left = o->writing.len - o->written;
    uv_buf_t piece =
        uv_buf_init((char *)o->writing.data + o->written, (unsigned)min_u64(left, AT_ONCE));

    o->request.data = o;
    o->busy = true;
    (void)uv_fs_write(o->loop, &o->request, o->fd, &piece, 1, -1, on_written);
}

enum err_code output_put(void *ctx, struct bytes text, struct err *e)
{
    struct output *o = ctx;

    (void)e;
    o->bytes += text.len;
    if (o->failed)
        return ERR_OK;
    buf_append_fitting(&o->waiting, text.data, text.len);
    if (!o->busy)
        turn(o);
    return ERR_OK;
}

/* A file of ours has no name yet, and nobody reads it. */
static bool is_unread(const struct output *o)
{
    struct stat st;

    return o->file && fstat(o->fd, &st) == 0 && S_ISREG(st.st_mode);
}

bool output_take_back(struct output *o)
{
    if (o->bytes > 0 && !is_unread(o))
        return false;
    if (o->bytes > 0 && !o->busy && !o->failed && !rewound(o))
        return false;
    o->taking_back = o->busy;
    buf_clear(&o->waiting);
    o->bytes = 0;
    return true;
}

bool output_is_full(const struct output *o)
{
    return o->busy && o->waiting.len > 0;
}

bool output_is_for_nobody(const struct output *o)
{
    struct pollfd p = {.fd = o->fd};

    return poll(&p, 1, 0) == 1 && (p.revents & POLLERR);
}

void output_end(struct output *o)
{
    o->ending = true;
    if (!o->busy && !o->failed)
        turn(o);
}

uint64_t output_bytes(const struct output *o)
{
    return o->bytes;
}
