/*
 * model/log_lines.h - the last lines of a server's log, and those that a filter lets
 * through.
 *
 * Bounded in number and in bytes: the oldest lines go first. The lines that are let through
 * are numbered in their order; while it is held a line keeps its number, until the filter
 * is another. Pure.
 */
#ifndef MODEL_LOG_LINES_H
#define MODEL_LOG_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

#define LOG_LINES_MAX 10000                    /* that are held */
#define LOG_LINES_BYTES_MAX ((size_t)4 << 20)  /* of all of them */
#define LOG_ENTRY_BYTES_MAX ((size_t)64 << 10) /* of one; more is left out */

/* Which levels are let through. */
enum log_levels { LOG_ALL, LOG_WARNINGS, LOG_ERRORS, LOG_PRINTED, LOG_LEVELS_COUNT };

/* "warnings and errors"; "" for all. */
const char *log_levels_name(enum log_levels levels);

/* Texts without a NUL, which is replaced by its picture, and else as sent. */
struct log_entry {
    int64_t time_us; /* since 1970, of the server's clock; 0: of no time */
    const char *level;
    const char *text;
    size_t cut; /* bytes that were left out at its end */
};

struct log_lines; /* opaque */

struct log_lines *log_lines_new(void);    /* owned; never NULL */
void log_lines_free(struct log_lines *l); /* accepts NULL */

/* Adds a line (copied) behind the others. */
void log_lines_add(struct log_lines *l, int64_t time_us, struct bytes level,
                   struct bytes text);

/* Lets only lines of these levels through that have the text (copied; "" is in each), in
 * either letter case, in what is sent of them or as their level. */
void log_lines_filter(struct log_lines *l, enum log_levels levels, const char *text);

/* The numbers of the lines that are held and let through: from first to before end. */
uint64_t log_lines_first(const struct log_lines *l);
uint64_t log_lines_end(const struct log_lines *l);

/* One of them; its texts are borrowed until a line is added. */
struct log_entry log_lines_at(const struct log_lines *l, uint64_t number);

/* How many lines came and are held no longer. */
uint64_t log_lines_gone(const struct log_lines *l);

#endif
