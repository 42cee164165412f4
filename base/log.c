#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define LOG_LINE_MAX 2048 /* bytes; longer lines are cut */

static pthread_mutex_t log_lock = PTHREAD_MUTEX_INITIALIZER;
static FILE *log_file;
static enum log_level log_level;

static const char *const level_name[] = {"error", "warn", "info", "debug"};

/* A file that is there already, with another mode, is made private as well; what is no file
 * (a terminal, a pipe) is left as it is. */
static bool make_private(int fd)
{
    struct stat st;

    return fstat(fd, &st) == 0 &&
           (!S_ISREG(st.st_mode) || (st.st_mode & 077) == 0 || fchmod(fd, 0600) == 0);
}

enum err_code log_open(const char *path, enum log_level level, struct err *e)
{
    int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    FILE *f;

    if (fd < 0)
        return err_set(e, ERR_IO, "cannot open log file %s: %s", path, strerror(errno));
    f = make_private(fd) ? fdopen(fd, "a") : NULL;
    if (!f) {
        (void)close(fd);
        return err_set(e, ERR_IO, "cannot open log file %s: %s", path, strerror(errno));
    }
    (void)log_close(NULL);
    (void)pthread_mutex_lock(&log_lock);
    log_file = f;
    log_level = level;
    (void)pthread_mutex_unlock(&log_lock);
    return ERR_OK;
}

enum err_code log_close(struct err *e)
{
    bool failed = false;

    (void)pthread_mutex_lock(&log_lock);
    if (log_file) {
        failed = ferror(log_file) != 0;
        failed = fclose(log_file) != 0 || failed;
    }
    log_file = NULL;
    (void)pthread_mutex_unlock(&log_lock);
    return failed ? err_set(e, ERR_IO, "the log file could not be written to its end")
                  : ERR_OK;
}

static void write_line(enum log_level level, char *text)
{
    struct timespec now;
    struct tm tm;
    char stamp[32];

    for (char *p = text; *p; p++) {
        if ((unsigned char)*p < 0x20 || *p == 0x7f)
            *p = ' ';
    }
    (void)clock_gettime(CLOCK_REALTIME, &now);
    (void)gmtime_r(&now.tv_sec, &tm);
    (void)strftime(stamp, sizeof(stamp), "%Y-%m-%dT%H:%M:%S", &tm);
    (void)fprintf(log_file, "%s.%03ldZ %s %s\n", stamp, now.tv_nsec / 1000000,
                  level_name[level], text);
    (void)fflush(log_file);
}

void log_line(enum log_level level, const char *fmt, ...)
{
    char text[LOG_LINE_MAX];
    va_list ap;

    (void)pthread_mutex_lock(&log_lock);
    if (log_file && level <= log_level) {
        va_start(ap, fmt);
        (void)vsnprintf(text, sizeof(text), fmt, ap);
        va_end(ap);
        write_line(level, text);
    }
    (void)pthread_mutex_unlock(&log_lock);
}
