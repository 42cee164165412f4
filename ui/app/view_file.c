#include "ui/app/view_file.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/state_file.h"
#include "model/link_fields.h"

#define FILE_NAME "views"
#define FILE_MAX ((size_t)64 * 1024 * 1024)

static void free_view(struct saved_view *v)
{
    free(v->table);
    free(v->name);
    free(v->line);
}

void saved_views_release(struct saved_views *s)
{
    for (size_t i = 0; i < s->n; i++)
        free_view(&s->v[i]);
    free(s->v);
    *s = (struct saved_views){0};
}

/* --- reading --- */

static void add(struct saved_views *s, const char *table, const char *name,
                const char *line)
{
    MEM_GROW(s->v, s->cap, s->n + 1);
    s->v[s->n++] =
        (struct saved_view){mem_strdup(table), mem_strdup(name), mem_strdup(line)};
}

static void take_line(struct saved_views *s, const char *line)
{
    const char *table, *name;
    struct link_reader r;

    if (*line != ',' || s->n >= SAVED_VIEWS_MAX)
        return;
    if (link_reader_init(&r, line + 1, strlen(line + 1), NULL) == ERR_OK &&
        link_next(&r, "a table", &table) == ERR_OK &&
        link_next(&r, "a name", &name) == ERR_OK)
        add(s, table, name, line);
    link_reader_release(&r);
}

void saved_views_read(struct saved_views *s)
{
    char *path = state_file_path(FILE_NAME, NULL);
    char *text = path ? state_file_read(path, FILE_MAX) : mem_strdup(""), *save = NULL;

    for (char *l = strtok_r(text, "\n", &save); l; l = strtok_r(NULL, "\n", &save))
        take_line(s, l);
    free(text);
    free(path);
}

/* The number of all: there is none. */
static size_t find(const struct saved_views *s, const char *table, const char *name)
{
    size_t i = 0;

    while (i < s->n &&
           (strcmp(s->v[i].table, table) != 0 || strcmp(s->v[i].name, name) != 0))
        i++;
    return i;
}

const struct saved_view *saved_views_find(const struct saved_views *s, const char *table,
                                          const char *name)
{
    size_t i = find(s, table, name);

    return i < s->n ? &s->v[i] : NULL;
}

/* --- writing --- */

static enum err_code write_all(const struct saved_views *s, struct err *e)
{
    char *path = state_file_path(FILE_NAME, e);
    enum err_code rc = ERR_OK;
    struct buf text;

    if (!path)
        return ERR_IO;
    buf_init(&text, FILE_MAX);
    for (size_t i = 0; i < s->n && rc == ERR_OK; i++) {
        rc = buf_append_text(&text, s->v[i].line, e);
        if (rc == ERR_OK)
            rc = buf_append_text(&text, "\n", e);
    }
    if (rc == ERR_OK)
        rc = state_file_replace(path, buf_bytes(&text), e);
    buf_release(&text);
    free(path);
    return rc;
}

static bool take_out(struct saved_views *s, const char *table, const char *name)
{
    size_t i = find(s, table, name);

    if (i == s->n)
        return false;
    free_view(&s->v[i]);
    s->n--;
    memmove(&s->v[i], &s->v[i + 1], (s->n - i) * sizeof(*s->v));
    return true;
}

/* The line, owned. */
static enum err_code make_line(const char *table, const char *name, const char *what,
                               char **out, struct err *e)
{
    struct link_writer w = {.e = e};
    struct buf line;

    buf_init(&line, SAVED_VIEW_MAX);
    w.out = &line;
    link_put(&w, table);
    link_put(&w, name);
    link_put_raw(&w, what);
    if (w.rc == ERR_OK)
        *out = mem_strndup((const char *)line.data, line.len);
    buf_release(&line);
    return w.rc;
}

/* Against other programs that change the file. */
static int lock_views(void)
{
    char *path = state_file_path(FILE_NAME, NULL);
    int lock = path ? state_file_lock(path) : -1;

    free(path);
    return lock;
}

enum err_code saved_views_put(const char *table, const char *name, const char *what,
                              struct err *e)
{
    struct saved_views s = {0};
    enum err_code rc;
    char *line = NULL;
    int lock;

    TRY(make_line(table, name, what, &line, e));
    lock = lock_views();
    saved_views_read(&s);
    (void)take_out(&s, table, name);
    if (s.n >= SAVED_VIEWS_MAX) {
        rc = err_set(e, ERR_LIMIT, "there are %d saved views already", SAVED_VIEWS_MAX);
    } else {
        add(&s, table, name, line);
        rc = write_all(&s, e);
    }
    state_file_unlock(lock);
    saved_views_release(&s);
    free(line);
    return rc;
}

enum err_code saved_views_drop(const char *table, const char *name, bool *there,
                               struct err *e)
{
    struct saved_views s = {0};
    int lock = lock_views();
    enum err_code rc;

    saved_views_read(&s);
    *there = take_out(&s, table, name);
    rc = *there ? write_all(&s, e) : ERR_OK;
    state_file_unlock(lock);
    saved_views_release(&s);
    return rc;
}
