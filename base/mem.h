/*
 * base/mem.h - allocation that cannot fail, for sizes this program chooses itself.
 *
 * Running out of memory ends the program with one line on standard error. Sizes that a peer
 * chooses go through base/buf.h or are checked against a named limit first, and what may be
 * large is asked for with mem_room(). Any thread.
 */
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/* Call first: large blocks go back to the system when they are freed, always. By itself
 * glibc takes one freed large block as a sign that it should keep the next ones. */
void mem_setup(void);

/* Gives back what is free between blocks in use; worth its milliseconds only after
 * something that took much more memory than it left behind. */
void mem_trim(void);

/* Whether so many bytes are to be had now; ERR_LIMIT when not. Asked before something whose
 * size a peer chose is taken in by steps that cannot fail. Nothing is kept: others may take
 * it in the meantime. Less than MEM_ROOM_MIN is there, as what we choose ourselves is. */
#define MEM_ROOM_MIN ((uint64_t)1 << 20)
enum err_code mem_room(uint64_t bytes, struct err *e);

/* p, which a library allocated for us, on the same terms: NULL ends the program. */
void *mem_checked(void *p);

/* Zeroed memory for n objects of size bytes; owned by the caller, free with free(). Never
 * NULL, also for n = 0. */
void *mem_calloc(size_t n, size_t size);

/* Resizes p (NULL allowed) to n objects of size bytes; new bytes are not zeroed. */
void *mem_realloc(void *p, size_t n, size_t size);

/* Grows the array *p of size-byte objects so that it holds at least need; *cap is its
 * capacity in objects and is updated. Growth is geometric. */
void mem_grow(void **p, size_t *cap, size_t need, size_t size);

/* Owned copies. mem_strndup stops at n bytes and always terminates the copy. */
char *mem_strdup(const char *s);
char *mem_strndup(const char *s, size_t n);
void *mem_dup(const void *p, size_t n);

/* Owned formatted string. */
char *mem_printf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
char *mem_vprintf(const char *fmt, va_list ap) __attribute__((format(printf, 1, 0)));

/* Puts more behind the owned string *text, which moves. */
void mem_addf(char **text, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#define MEM_NEW(type) ((type *)mem_calloc(1, sizeof(type)))
#define MEM_ARRAY(type, n) ((type *)mem_calloc((n), sizeof(type)))

/* Grows arr so that element index need - 1 exists: MEM_GROW(v, cap, n + 1). */
#define MEM_GROW(arr, cap, need)                                                           \
    do {                                                                                   \
        void *grow_p_ = (arr);                                                             \
        mem_grow(&grow_p_, &(cap), (need), sizeof(*(arr)));                                \
        (arr) = grow_p_;                                                                   \
    } while (0)

#endif
