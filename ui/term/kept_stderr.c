#include "ui/term/kept_stderr.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <unistd.h>

#define KEPT_MAX ((off_t)64 * 1024)

static volatile sig_atomic_t keeping;
static int own = -1, kept = -1; /* own: standard error as it was found */

static bool open_memory(void)
{
    kept = memfd_create("stderr", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    return kept >= 0 && ftruncate(kept, KEPT_MAX) == 0 &&
           fcntl(kept, F_ADD_SEALS, F_SEAL_GROW) == 0;
}

void kept_stderr_start(void)
{
    if (keeping || !isatty(STDERR_FILENO))
        return;
    own = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    if (own >= 0 && open_memory() && dup2(kept, STDERR_FILENO) >= 0) {
        keeping = 1;
        return;
    }
    (void)close(own); /* then words that are lost have to be */
    (void)close(kept);
}

static void copy_kept(void)
{
    off_t end = lseek(kept, 0, SEEK_CUR);
    char part[512];

    for (off_t at = 0; at < end;) {
        off_t left = end - at;
        size_t want = left < (off_t)sizeof(part) ? (size_t)left : sizeof(part);
        ssize_t n = pread(kept, part, want, at);

        if (n > 0)
            n = write(STDERR_FILENO, part, (size_t)n);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return;
        at += n;
    }
}

void kept_stderr_end(void)
{
    if (!keeping)
        return;
    keeping = 0;
    (void)dup2(own, STDERR_FILENO);
    copy_kept();
    (void)close(own);
    (void)close(kept);
}
