/*
 * Lines lie in a ring in the order in which they came, and have a place in it by their
 * count, which only grows. What the filter lets through is another ring of such counts, so
 * that a line that comes or goes costs the same however many are held; only another filter
 * looks at all of them.
 */
#include "model/log_lines.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"

#define NUL_MARK "␀"

struct held_line {
    int64_t time_us;
    char *level; /* owned, with the text behind it in the same memory */
    char *text;
    size_t bytes, cut;
};

struct log_lines {
    struct held_line
        held[LOG_LINES_MAX]; /* line n at n % LOG_LINES_MAX, from first to end */
    uint64_t first, end;
    size_t bytes;
    uint64_t passed[LOG_LINES_MAX]; /* likewise: the lines that are let through */
    uint64_t passed_first, passed_end;
    enum log_levels levels;
    char *wanted; /* owned */
};

static const struct level_set {
    const char *name;
    const char *levels[5]; /* NULL after the last; none: all */
} level_sets[LOG_LEVELS_COUNT] = {
    [LOG_ALL] = {"", {NULL}},
    [LOG_WARNINGS] = {"warnings and errors", {"WARN", "ERROR", "FATAL", "STDERR", NULL}},
    [LOG_ERRORS] = {"errors", {"ERROR", "FATAL", NULL}},
    [LOG_PRINTED] = {"what is printed", {"STDOUT", "STDERR", NULL}},
};

const char *log_levels_name(enum log_levels levels)
{
    return level_sets[levels].name;
}

struct log_lines *log_lines_new(void)
{
    struct log_lines *l = MEM_NEW(struct log_lines);

    l->wanted = mem_strdup("");
    return l;
}

static struct held_line *held_at(const struct log_lines *l, uint64_t line)
{
    return (struct held_line *)&l->held[line % LOG_LINES_MAX];
}

static void drop_oldest(struct log_lines *l)
{
    struct held_line *h = held_at(l, l->first);

    if (l->passed_first < l->passed_end &&
        l->passed[l->passed_first % LOG_LINES_MAX] == l->first)
        l->passed_first++;
    l->bytes -= h->bytes;
    free(h->level);
    l->first++;
}

void log_lines_free(struct log_lines *l)
{
    if (!l)
        return;
    while (l->first < l->end)
        drop_oldest(l);
    free(l->wanted);
    free(l);
}

/* --- the filter --- */

static bool has_level(enum log_levels levels, const char *level)
{
    const char *const *wanted = level_sets[levels].levels;

    for (size_t i = 0; wanted[i]; i++)
        if (strcmp(wanted[i], level) == 0)
            return true;
    return !wanted[0];
}

/* Only said of a line that is let through: it has its number now. */
static void let_through(struct log_lines *l, uint64_t line)
{
    const struct held_line *h = held_at(l, line);

    if (has_level(l->levels, h->level) &&
        (*l->wanted == '\0' || text_contains(h->text, l->wanted) ||
         text_contains(h->level, l->wanted)))
        l->passed[l->passed_end++ % LOG_LINES_MAX] = line;
}

void log_lines_filter(struct log_lines *l, enum log_levels levels, const char *text)
{
    char *wanted = mem_strdup(text);

    free(l->wanted);
    l->wanted = wanted;
    l->levels = levels;
    l->passed_first = l->passed_end = 0;
    for (uint64_t line = l->first; line < l->end; line++)
        let_through(l, line);
}

/* --- lines --- */

static size_t cleaned_length(struct bytes in)
{
    size_t n = in.len;

    for (size_t i = 0; i < in.len; i++)
        n += in.data[i] == '\0' ? strlen(NUL_MARK) - 1 : 0;
    return n;
}

/* Returns what is behind its end mark. */
static char *put_text(char *out, struct bytes in)
{
    for (size_t i = 0; i < in.len; i++) {
        if (in.data[i] == '\0')
            out = stpcpy(out, NUL_MARK);
        else
            *out++ = (char)in.data[i];
    }
    *out = '\0';
    return out + 1;
}

void log_lines_add(struct log_lines *l, int64_t time_us, struct bytes level,
                   struct bytes text)
{
    size_t cut = text.len > LOG_ENTRY_BYTES_MAX ? text.len - LOG_ENTRY_BYTES_MAX : 0;
    struct held_line h = {.time_us = time_us, .cut = cut};

    text.len -= cut;
    level.len = level.len < LOG_ENTRY_BYTES_MAX ? level.len : 0;
    h.bytes = cleaned_length(level) + cleaned_length(text) + 2;
    h.level = mem_calloc(h.bytes, 1);
    h.text = put_text(h.level, level);
    (void)put_text(h.text, text);
    while (l->first < l->end &&
           (l->end - l->first == LOG_LINES_MAX || l->bytes + h.bytes > LOG_LINES_BYTES_MAX))
        drop_oldest(l);
    l->bytes += h.bytes;
    *held_at(l, l->end++) = h;
    let_through(l, l->end - 1);
}

uint64_t log_lines_first(const struct log_lines *l)
{
    return l->passed_first;
}

uint64_t log_lines_end(const struct log_lines *l)
{
    return l->passed_end;
}

struct log_entry log_lines_at(const struct log_lines *l, uint64_t number)
{
    const struct held_line *h = held_at(l, l->passed[number % LOG_LINES_MAX]);

    assert(number >= log_lines_first(l) && number < log_lines_end(l));
    return (struct log_entry){h->time_us, h->level, h->text, h->cut};
}

uint64_t log_lines_gone(const struct log_lines *l)
{
    return l->first;
}
