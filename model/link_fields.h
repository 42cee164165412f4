/*
 * model/link_fields.h - the fields of an operation or a condition in a link.
 *
 * Fields stand between commas; all bytes of one but letters, digits and a few marks are
 * written %HH. For model/recipe_link and model/condition_link. Pure.
 */
#ifndef MODEL_LINK_FIELDS_H
#define MODEL_LINK_FIELDS_H

#include "base/buf.h"

struct link_writer {
    struct buf *out;
    enum err_code rc; /* the first that failed; nothing is written from then on */
    struct err *e;
};

void link_put_raw(struct link_writer *w, const char *text);
void link_put(struct link_writer *w, const char *text); /* one field behind a comma */
void link_put_number(struct link_writer *w, int64_t n);
void link_put_names(struct link_writer *w, const char *const *names, size_t n);

struct link_reader {
    char *text;    /* owned: the fields, cut up */
    char **fields; /* owned; they are in text */
    size_t n, at;  /* the next to be read */
    struct err *e;
};

/* The fields of the len bytes of text; release it in either case. */
enum err_code link_reader_init(struct link_reader *r, const char *text, size_t len,
                               struct err *e);
void link_reader_release(struct link_reader *r);
bool link_reader_at_end(const struct link_reader *r);

/* Each reads the next field, or says with ERR_USAGE what was expected and what was found.
 * Texts are borrowed from the reader. */
enum err_code link_next(struct link_reader *r, const char *expected, const char **out);
/* Only letters, digits, _ and $: the server takes expressions in the place of some names.
 */
enum err_code link_next_name(struct link_reader *r, const char **out);
/* A name, or two with = between them. */
enum err_code link_next_match(struct link_reader *r, const char **out);
enum err_code link_next_number(struct link_reader *r, int64_t least, int64_t *out);
/* How many of something follow, each of which takes a field at least: never more than
 * there are. */
enum err_code link_next_count(struct link_reader *r, size_t *out);

/* Which of the names it is, of which some may be NULL; n: none. */
size_t link_find(const char *const *names, size_t n, const char *name);

#endif
