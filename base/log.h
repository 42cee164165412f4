/*
 * base/log.h - the log file. Off until opened; lines go nowhere then.
 *
 * A line is "time level text". Control characters are replaced, so a hostile peer cannot
 * forge lines or colour a terminal that shows the log. Never log a secret. Any thread.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "base/err.h"

enum log_level { LOG_LEVEL_ERROR, LOG_LEVEL_WARN, LOG_LEVEL_INFO, LOG_LEVEL_DEBUG };

/* Appends to path, a file of mode 0600 from then on, lines at or above the level. ERR_IO
 * names the path and the system's reason. */
enum err_code log_open(const char *path, enum log_level level, struct err *e);

/* ERR_IO when lines are missing because they could not be written. */
enum err_code log_close(struct err *e);

void log_line(enum log_level level, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

#endif
