#include "model/recipe.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

struct name_list {
    char **names; /* owned, and each of them */
    size_t n;
};

/* One edit of the user. There is one kind of them; another makes this a tagged union. */
struct edit {
    struct name_list columns; /* of a view */
};

struct recipe {
    char *name;
    struct buf ticket;
    struct name_list text_types;
    struct edit *edits; /* owned; the first n_done count, those behind were undone */
    size_t n_edits, n_done;
};

static void names_copy(struct name_list *out, const char *const *names, size_t n)
{
    out->names = n > 0 ? MEM_ARRAY(char *, n) : NULL;
    out->n = n;
    for (size_t i = 0; i < n; i++)
        out->names[i] = mem_strdup(names[i]);
}

static void names_release(struct name_list *n)
{
    for (size_t i = 0; i < n->n; i++)
        free(n->names[i]);
    free(n->names);
}

static bool names_equal(const char *const *a, size_t n_a, const char *const *b, size_t n_b)
{
    if (n_a != n_b)
        return false;
    for (size_t i = 0; i < n_a; i++)
        if (strcmp(a[i], b[i]) != 0)
            return false;
    return true;
}

static const char *const *texts(const struct name_list *n)
{
    return (const char *const *)n->names;
}

struct recipe *recipe_new(const char *name, struct bytes ticket)
{
    struct recipe *r = MEM_NEW(struct recipe);

    r->name = mem_strdup(name);
    buf_init(&r->ticket, ticket.len + 1);
    (void)buf_append(&r->ticket, ticket.data, ticket.len, NULL); /* it has the room */
    return r;
}

/* A copy with the first n_edits edits of r, and room for one more. */
static struct recipe *copy_edits(const struct recipe *r, struct bytes ticket,
                                 size_t n_edits)
{
    struct recipe *out = recipe_new(r->name, ticket);

    names_copy(&out->text_types, texts(&r->text_types), r->text_types.n);
    out->edits = MEM_ARRAY(struct edit, n_edits + 1);
    out->n_edits = n_edits;
    out->n_done = r->n_done < n_edits ? r->n_done : n_edits;
    for (size_t i = 0; i < n_edits; i++)
        names_copy(&out->edits[i].columns, texts(&r->edits[i].columns),
                   r->edits[i].columns.n);
    return out;
}

struct recipe *recipe_copy(const struct recipe *r)
{
    return copy_edits(r, recipe_ticket(r), r->n_edits);
}

void recipe_free(struct recipe *r)
{
    if (!r)
        return;
    for (size_t i = 0; i < r->n_edits; i++)
        names_release(&r->edits[i].columns);
    free(r->edits);
    names_release(&r->text_types);
    buf_release(&r->ticket);
    free(r->name);
    free(r);
}

const char *recipe_name(const struct recipe *r)
{
    return r->name;
}

struct bytes recipe_ticket(const struct recipe *r)
{
    return buf_bytes(&r->ticket);
}

/* The columns that the edits ask for; none: all of them. */
static struct name_list viewed(const struct recipe *r)
{
    return r->n_done > 0 ? r->edits[r->n_done - 1].columns : (struct name_list){NULL, 0};
}

struct recipe *recipe_with_view(const struct recipe *r, const char *const *columns,
                                size_t n)
{
    struct name_list now = viewed(r);
    struct recipe *out;

    if (names_equal(columns, n, texts(&now), now.n))
        return recipe_copy(r);
    out = copy_edits(r, recipe_ticket(r), r->n_done);
    names_copy(&out->edits[out->n_edits++].columns, columns, n);
    out->n_done = out->n_edits;
    return out;
}

struct recipe *recipe_with_text(const struct recipe *r, const char *const *types, size_t n)
{
    struct recipe *out = recipe_copy(r);

    names_release(&out->text_types);
    names_copy(&out->text_types, types, n);
    return out;
}

bool recipe_has_text(const struct recipe *r)
{
    return r->text_types.n > 0;
}

struct recipe *recipe_of_source(const struct recipe *r, struct bytes ticket)
{
    return copy_edits(r, ticket, r->n_edits);
}

struct recipe *recipe_undo(const struct recipe *r)
{
    struct recipe *out = recipe_copy(r);

    if (out->n_done > 0)
        out->n_done--;
    return out;
}

struct recipe *recipe_redo(const struct recipe *r)
{
    struct recipe *out = recipe_copy(r);

    if (out->n_done < out->n_edits)
        out->n_done++;
    return out;
}

size_t recipe_steps(const struct recipe *r, struct recipe_step out[RECIPE_STEPS])
{
    struct name_list columns = viewed(r);
    size_t n = 0;

    out[n++] = (struct recipe_step){RECIPE_FETCH, NULL, 0};
    if (r->text_types.n > 0)
        out[n++] =
            (struct recipe_step){RECIPE_PREVIEW, texts(&r->text_types), r->text_types.n};
    if (columns.n > 0)
        out[n++] = (struct recipe_step){RECIPE_VIEW, texts(&columns), columns.n};
    return n;
}

static bool step_equal(const struct recipe_step *a, const struct recipe_step *b)
{
    return a->op == b->op && names_equal(a->names, a->n, b->names, b->n);
}

size_t recipe_shared(const struct recipe *a, const struct recipe *b)
{
    struct recipe_step of_a[RECIPE_STEPS], of_b[RECIPE_STEPS];
    size_t n_a = recipe_steps(a, of_a), n_b = recipe_steps(b, of_b), n = 0;

    if (!bytes_equal(recipe_ticket(a), recipe_ticket(b)))
        return 0;
    while (n < n_a && n < n_b && step_equal(&of_a[n], &of_b[n]))
        n++;
    return n;
}

bool recipe_equal(const struct recipe *a, const struct recipe *b)
{
    struct recipe_step of_a[RECIPE_STEPS], of_b[RECIPE_STEPS];
    size_t n = recipe_shared(a, b);

    return n > 0 && n == recipe_steps(a, of_a) && n == recipe_steps(b, of_b);
}
