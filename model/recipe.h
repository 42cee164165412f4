/*
 * model/recipe.h - what a table on the screen is made of: a source, and operations on it.
 *
 * A pure value: it knows no server, no session and no schema. Making it real is the job of
 * client/table. Edits never change a recipe; they give a new one, and keep the states
 * before it for undo. The steps of a state are in a normal form:
 *
 *     source, edits of the user, preview, view
 *
 * The edits are in the user's order, but that a filter goes in front of the sorts that it
 * makes no difference to, and that an edit replaces one of its own kind: a quick filter the
 * one of its column, a sort the sort, a second reverse the first. It does so only back to
 * the last step that changes what rows mean: head, tail, slice, distinct, aggregate, copy,
 * join, a formula that sees the order of rows (i, ii, k, Name_), for a filter also the
 * adding of a column it uses. Preview comes after all edits, because the server neither
 * sorts nor filters what has become text. Which types that are and which columns are near
 * the screen is no wish of the user, and is not undone.
 */
#ifndef MODEL_RECIPE_H
#define MODEL_RECIPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "model/recipe_step.h"

/* Steps of one state at most, source, preview and view not counted; states before the
 * newest that undo can go back to. */
#define RECIPE_EDITS_MAX 64
#define RECIPE_STEPS_MAX (RECIPE_EDITS_MAX + 4)

/* The column that is added where rows are numbered for us; no user's has that name. */
#define RECIPE_ROW_NUMBER "__DhviewRow"

struct recipe; /* opaque */

/* The source: what to call it, and its ticket (both copied). Owned. */
struct recipe *recipe_new(const char *name, struct bytes ticket);
struct recipe *recipe_new_tree(const char *name, struct bytes ticket);   /* hierarchical */
struct recipe *recipe_new_merged(const char *name, struct bytes ticket); /* partitioned */
/* A source that the server makes of nothing and that has no ticket: so many rows without
 * columns; a row each period, as PT1S (copied), from a moment on, in nanoseconds since
 * 1970. It is the same however often it is made. Owned. */
struct recipe *recipe_new_empty(int64_t rows);
struct recipe *recipe_new_time(const char *period, int64_t start_ns);
struct recipe *recipe_copy(const struct recipe *r); /* owned */
void recipe_free(struct recipe *r);                 /* accepts NULL */

const char *recipe_name(const struct recipe *r);    /* borrowed */
struct bytes recipe_ticket(const struct recipe *r); /* borrowed */
bool recipe_has_ticket(const struct recipe *r);     /* its source is there, and not made */

/* --- what is no edit: each gives a new recipe, owned; names are copied, without any the
 * step is left out --- */

struct recipe *recipe_with_view(const struct recipe *r, const char *const *columns,
                                size_t n);
struct recipe *recipe_with_text(const struct recipe *r, const char *const *types, size_t n);
/* Of a tree: NULL for none but those that are open from the start. */
struct recipe *recipe_with_nodes(const struct recipe *r, const struct nodes *nodes);
struct recipe *recipe_without_edits(const struct recipe *r); /* also none to undo */
/* The same operations on another source; an empty ticket: on the same. */
struct recipe *recipe_of_source(const struct recipe *r, struct bytes ticket);

/* The edits that count and nothing else, so that more can be made of the table: nothing to
 * undo or redo, nothing as text, no view. */
struct recipe *recipe_edits_only(const struct recipe *r);

/* --- edits ---
 * Each gives in *out a new recipe, owned, that undo leads back from; one that changes
 * nothing gives a copy. ERR_LIMIT when the recipe would have more than RECIPE_EDITS_MAX
 * steps, ERR_USAGE for counts that no server takes (recipe_step_check()). What is passed is
 * copied. */

/* The quick filter of a column (NULL: the one of all columns). Condition NULL takes it
 * away. */
enum err_code recipe_filtered(const struct recipe *r, const char *column, const char *text,
                              const struct condition *c, struct recipe **out,
                              struct err *e);
/* The same of a column by which the source is stored in parts: a new one stands in front of
 * the other filters, since it tells which parts need not be read for them. */
enum err_code recipe_filtered_parts(const struct recipe *r, const char *column,
                                    const char *text, const struct condition *c,
                                    struct recipe **out, struct err *e);
enum err_code recipe_where(const struct recipe *r, const char *formula, struct recipe **out,
                           struct err *e);
/* Without keys the table is no longer sorted. A reverse of the older sort goes with it. */
enum err_code recipe_sorted(const struct recipe *r, const struct sort_key *keys, size_t n,
                            struct recipe **out, struct err *e);
enum err_code recipe_reversed(const struct recipe *r, struct recipe **out, struct err *e);
/* count: NULL, or a column, none of names, that is to tell how often each comes; the most
 * frequent come first then. */
enum err_code recipe_distinct(const struct recipe *r, const char *const *names, size_t n,
                              const char *count, struct recipe **out, struct err *e);
enum err_code recipe_aggregated(const struct recipe *r, const struct aggregate *aggregates,
                                size_t n, struct recipe **out, struct err *e);
enum err_code recipe_statistics(const struct recipe *r, const char *column,
                                struct recipe **out, struct err *e);
enum err_code recipe_added(const struct recipe *r, const char *name, const char *formula,
                           struct recipe **out, struct err *e);
enum err_code recipe_dropped(const struct recipe *r, const char *const *names, size_t n,
                             struct recipe **out, struct err *e);
enum err_code recipe_selected(const struct recipe *r, const char *const *names, size_t n,
                              struct recipe **out, struct err *e);
enum err_code recipe_frozen(const struct recipe *r, struct recipe **out, struct err *e);
/* Natural, or with asof as of: with what right (copied) makes. on and added are names, or
 * LEFT=RIGHT where they differ. */
enum err_code recipe_joined(const struct recipe *r, const struct recipe *right, bool asof,
                            const char *const *on, size_t n, const char *const *added,
                            size_t n_added, struct recipe **out, struct err *e);
enum err_code recipe_head(const struct recipe *r, int64_t n, struct recipe **out,
                          struct err *e);
enum err_code recipe_tail(const struct recipe *r, int64_t n, struct recipe **out,
                          struct err *e);
enum err_code recipe_sliced(const struct recipe *r, int64_t first, int64_t last,
                            struct recipe **out, struct err *e);
/* The same as people count: the first row is 1, the last -1, and both ends belong to it.
 * Neither may be 0. */
enum err_code recipe_rows(const struct recipe *r, int64_t first, int64_t last,
                          struct recipe **out, struct err *e);

/* These n steps (borrowed) behind those that there are, as one edit: none of them is moved
 * or replaces another. */
enum err_code recipe_appended(const struct recipe *r, const struct recipe_step *steps,
                              size_t n, struct recipe **out, struct err *e);

/* The recipe as the right table of a join; borrowed from it. */
struct right_table recipe_right(const struct recipe *r);

/* Taking filters away cannot go over a limit: these give it, owned. i counts the filters
 * of recipe_filters(). */
struct recipe *recipe_without_filters(const struct recipe *r);
struct recipe *recipe_without_filter(const struct recipe *r, size_t i);

/* Back to the state before the newest edit; on to the one that was undone last. The same
 * when there is none. Owned. */
struct recipe *recipe_undo(const struct recipe *r);
struct recipe *recipe_redo(const struct recipe *r);
bool recipe_can_undo(const struct recipe *r);
bool recipe_can_redo(const struct recipe *r);

/* --- what it comes to --- */

/* The steps to take, in order; at least one. Borrowed from r, as is what they hold. */
const struct recipe_step *recipe_steps(const struct recipe *r, size_t *n);

/* Filters and conditions in the server's language, first to last; out has room for
 * RECIPE_EDITS_MAX. Borrowed. Returns how many there are. */
size_t recipe_filters(const struct recipe *r,
                      const struct recipe_step *out[RECIPE_EDITS_MAX]);
/* The quick filter that recipe_filtered() would replace, or NULL. */
const struct recipe_step *recipe_filter_of(const struct recipe *r, const char *column);
/* The sort that recipe_sorted() would replace, or NULL; the same for reverse. */
const struct recipe_step *recipe_sort(const struct recipe *r);
bool recipe_is_reversed(const struct recipe *r);

/* The edits leave columns and types as the source has them. */
bool recipe_keeps_schema(const struct recipe *r);

/* Its rows are the nodes of a tree. The nodes that were named (borrowed), or NULL. */
bool recipe_is_tree(const struct recipe *r);
const struct nodes *recipe_nodes(const struct recipe *r);

/* It is not the source as it is. */
bool recipe_has_edits(const struct recipe *r);

/* Some of its columns are asked for as text. */
bool recipe_has_text(const struct recipe *r);

/* How many steps both begin with; 0 when the sources differ. */
size_t recipe_shared(const struct recipe *a, const struct recipe *b);

/* They make the same table; the name and what can be undone do not count. */
bool recipe_equal(const struct recipe *a, const struct recipe *b);

#endif
