/*
 * Folders in folders, and the files in them: a tree to open and close.
 *
 * Folders are numbered level by level: some roots, then as many in each folder until the
 * last number. After them come the files, as many in each folder. All is worked out of the
 * number, so that a real server and tests can do it too.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "base/mem.h"
#include "demo/derived.h"
#include "demo/table_defs.h"
#include "demo/tree.h"

#define ROOTS 4
#define FOLDERS_EACH 3
#define FILES_EACH 5
#define FOLDERS (ROOTS + ROOTS * FOLDERS_EACH + ROOTS * FOLDERS_EACH * FOLDERS_EACH)
#define ROWS (FOLDERS + FOLDERS * FILES_EACH)
#define SECOND INT64_C(1000000000)
#define START_NS (INT64_C(1767225600) * SECOND) /* 2026-01-01 */

enum { NAME, KIND, SIZE, CHANGED, ID, PARENT };

static const char *const identifier[] = {TREE_EXPAND_BY,
                                         "deephaven:treeTable.isIdentifierColumn",
                                         "deephaven:treeTable.isNodeColumn", NULL};
static const char *const parent[] = {"deephaven:treeTable.isParentIdentifierColumn",
                                     "deephaven:treeTable.isNodeColumn", NULL};
static const char *const plain[] = {"deephaven:treeTable.isNodeColumn", NULL};

static const struct {
    struct column_def def;
    const char *const *flags;
} columns[] = {[NAME] = {{"Name", KIND_STRING, 0, ""}, plain},
               [KIND] = {{"Kind", KIND_STRING, 0, ""}, plain},
               [SIZE] = {{"Bytes", KIND_LONG, 0, "null for folders"}, plain},
               [CHANGED] = {{"Changed", KIND_INSTANT, 0, ""}, plain},
               [ID] = {{"Id", KIND_INT, 0, ""}, identifier},
               [PARENT] = {{"Parent", KIND_INT, 0, "Id of the folder"}, parent}};

static int64_t parent_of(int64_t id)
{
    return id < FOLDERS ? (id - ROOTS) / FOLDERS_EACH : (id - FOLDERS) / FILES_EACH;
}

static void push_name(struct column *out, int64_t id)
{
    static const char *const roots[ROOTS] = {"harbour", "library", "office", "workshop"};
    static const char *const names[] = {"archive", "charts",  "drafts", "invoices",
                                        "letters", "manuals", "notes",  "orders",
                                        "plans",   "reports", "surveys"};
    static const char *const endings[] = {"csv", "md", "pdf", "txt"};
    char *name;

    if (id < ROOTS) {
        table_push_text(out, roots[id]);
    } else if (id < FOLDERS) {
        table_push_text(out, names[id % (int64_t)COUNT(names)]);
    } else {
        name = mem_printf("%s-%" PRId64 ".%s", names[id * 7 % (int64_t)COUNT(names)], id,
                          endings[id % (int64_t)COUNT(endings)]);
        table_push_text(out, name);
        free(name);
    }
}

static void push_cell(struct column *out, int64_t id, int column)
{
    switch (column) {
    case NAME:
        push_name(out, id);
        break;
    case KIND:
        table_push_text(out, id < FOLDERS ? "folder" : "file");
        break;
    case CHANGED:
        column_push_int(out, START_NS + id * 7919 % 86400 * 60 * SECOND);
        break;
    case ID:
        column_push_int(out, id);
        break;
    default:
        if (column == SIZE ? id < FOLDERS : id < ROOTS)
            column_push_null(out);
        else
            column_push_int(out, column == SIZE ? id * 7907 % 100003 : parent_of(id));
    }
}

/* The rows of all nodes. */
static void make_rows(struct selection *out)
{
    struct derived_column *made = MEM_ARRAY(struct derived_column, COUNT(columns));

    for (size_t c = 0; c < COUNT(columns); c++) {
        const struct column_def *def = &columns[c].def;

        made[c] = (struct derived_column){.name = mem_strdup(def->name),
                                          .java = table_java(def->kind, 0),
                                          .type = type_new(def->kind, NULL)};
        made[c].values = column_new(made[c].type);
        for (int64_t id = 0; id < ROWS; id++)
            push_cell(made[c].values, id, (int)c);
    }
    derived_values(made, COUNT(columns), ROWS, "", out);
}

static struct tree *new_tree(void)
{
    struct demo_column *all = MEM_ARRAY(struct demo_column, COUNT(columns));
    size_t *same = MEM_ARRAY(size_t, COUNT(columns));
    struct selection rows;
    struct tree *t;

    for (size_t c = 0; c < COUNT(columns); c++) {
        const struct column_def *def = &columns[c].def;

        all[c] = (struct demo_column){.name = mem_strdup(def->name),
                                      .java = table_java(def->kind, 0),
                                      .about = def->about,
                                      .type = type_new(def->kind, NULL),
                                      .flags = columns[c].flags};
        same[c] = c;
    }
    make_rows(&rows);
    t = tree_new("folders", "a tree: za opens a folder, zR all", all, COUNT(columns),
                 false);
    tree_add_level(t, &rows, same);
    return t;
}

/* A folder, the folders in it, its files. */
static void add_folder(struct tree *t, int depth, int64_t id)
{
    size_t node = tree_begin_node(t, depth, id);
    int64_t first = ROOTS + id * FOLDERS_EACH, file = FOLDERS + id * FILES_EACH;

    for (int64_t i = first; i < first + FOLDERS_EACH && i < FOLDERS; i++)
        add_folder(t, depth + 1, i);
    for (int64_t i = file; i < file + FILES_EACH; i++)
        tree_end_node(t, tree_begin_node(t, depth + 1, i));
    tree_end_node(t, node);
}

static struct demo_table folders_new(const struct world *w)
{
    struct tree *t = new_tree();
    struct selection made;
    struct demo_table out;

    for (int64_t i = 0; i < ROOTS; i++)
        add_folder(t, 1, i);
    tree_finish(t, w, &made);
    out = *made.table;
    table_hold(&out);
    selection_release(&made);
    return out;
}

const struct table_def table_folders = {.table = {.name = "folders"}, .make = folders_new};
