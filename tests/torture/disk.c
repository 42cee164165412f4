/*
 * Loaded before the viewer by hermetic/disk: files, pipes and the terminal as they are on a
 * bad day.
 *
 * DISK_ROOM N: regular files take N bytes in all, then the disk is full; what fits in part
 * is written in part, as a kernel does. DISK_FAILS NAME: that call (fsync, linkat, rename)
 * fails. DISK_PATCHY SEED: each read and write is of a part of what was asked for, or is
 * interrupted by a signal before anything was done; a write to a pipe that the system
 * promises to do at once is. The descriptors by which threads wake each other are left
 * alone.
 */
#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#define ROOM_ENDLESS LONG_MAX

static atomic_long room = ROOM_ENDLESS;
static const char *failing = "";
static bool patchy;
static atomic_ulong turns;

__attribute__((constructor)) static void start(void)
{
    const char *text = getenv("DISK_ROOM");

    if (text)
        atomic_store(&room, strtol(text, NULL, 10));
    text = getenv("DISK_FAILS");
    if (text)
        failing = text;
    text = getenv("DISK_PATCHY");
    patchy = text != NULL;
    if (text)
        atomic_store(&turns, strtoul(text, NULL, 10));
}

static void *next(const char *name)
{
    return dlsym(RTLD_NEXT, name);
}

static mode_t kind_of(int fd)
{
    struct stat st;

    return fstat(fd, &st) == 0 ? st.st_mode & S_IFMT : 0;
}

static bool is_in_memory(int fd)
{
    static const char memory[] = "/memfd:";
    char name[64], target[sizeof(memory)] = "";

    (void)snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
    return readlink(name, target, sizeof(memory) - 1) > 0 && strcmp(target, memory) == 0;
}

/* Any number, another one each time (splitmix64). */
static uint64_t any(void)
{
    uint64_t x = (atomic_fetch_add(&turns, 1) + 1) * UINT64_C(0x9e3779b97f4a7c15);

    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

/* How much of a call is done: none (errno says why), a part, or all. */
static ssize_t part_of(mode_t kind, size_t n, bool writes)
{
    uint64_t number = any();

    if (!patchy || n == 0 || kind == 0)
        return (ssize_t)n;
    if (number % 4 == 0) {
        errno = EINTR;
        return -1;
    }
    if (writes && kind == S_IFIFO && n <= PIPE_BUF)
        return (ssize_t)n;
    return (ssize_t)(1 + number / 4 % n);
}

/* The same of a disk that fills up. */
static ssize_t fitting(int fd, mode_t kind, size_t n)
{
    long left = atomic_load(&room);

    if (kind != S_IFREG || left == ROOM_ENDLESS || is_in_memory(fd))
        return (ssize_t)n;
    if (left <= 0 && n > 0) {
        errno = ENOSPC;
        return -1;
    }
    n = n < (size_t)left ? n : (size_t)left;
    atomic_fetch_sub(&room, (long)n);
    return (ssize_t)n;
}

ssize_t write(int fd, const void *data, size_t n)
{
    static ssize_t (*real)(int, const void *, size_t);
    mode_t kind = kind_of(fd);
    ssize_t some = part_of(kind, n, true);

    if (!real)
        *(void **)&real = next("write");
    if (some >= 0)
        some = fitting(fd, kind, (size_t)some);
    return some < 0 ? -1 : real(fd, data, (size_t)some);
}

ssize_t read(int fd, void *data, size_t n)
{
    static ssize_t (*real)(int, void *, size_t);
    ssize_t some = part_of(kind_of(fd), n, false);

    if (!real)
        *(void **)&real = next("read");
    return some < 0 ? -1 : real(fd, data, (size_t)some);
}

static bool fails(const char *name)
{
    if (strcmp(failing, name) != 0)
        return false;
    errno = EDQUOT;
    return true;
}

int fsync(int fd)
{
    static int (*real)(int);

    if (!real)
        *(void **)&real = next("fsync");
    return kind_of(fd) == S_IFREG && fails("fsync") ? -1 : real(fd);
}

int linkat(int from_fd, const char *from, int to_fd, const char *to, int flags)
{
    static int (*real)(int, const char *, int, const char *, int);

    if (!real)
        *(void **)&real = next("linkat");
    return fails("linkat") ? -1 : real(from_fd, from, to_fd, to, flags);
}

int rename(const char *from, const char *to)
{
    static int (*real)(const char *, const char *);

    if (!real)
        *(void **)&real = next("rename");
    return fails("rename") ? -1 : real(from, to);
}
