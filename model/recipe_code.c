/*
 * Each line says t = t.something, so that a part of the script can be run, too. Names are
 * imported when the lines use them. Two things have no function in the package: an order by
 * values without their signs, which sorts by a column made for it and dropped again, as the
 * server does itself; and the search, whose filters the server's own class makes. The right
 * table of a join is made as t, too, while left_1 keeps the other; left_2 in that of a join
 * which the right table has.
 */
#include "model/recipe_code.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/condition_code.h"
#include "model/variable.h"

static const char search_function[] =
    "import jpy\n"
    "from deephaven.filters import Filter, or_\n\n"
    "def search(text, columns):\n"
    "    factory = \"io.deephaven.engine.table.impl.select.WhereFilterFactory\"\n"
    "    names = jpy.get_type(\"java.util.HashSet\")()\n"
    "    for c in columns:\n"
    "        names.add(c)\n"
    "    found = jpy.get_type(factory).expandQuickFilter(\n"
    "        t.j_table.getDefinition(), text, names)\n"
    "    return or_([Filter(f) for f in found]) if len(found) else \"false\"\n\n";

/* What lines may use, and the line that makes it known. */
static const struct {
    const char *use, *import;
} imports[] = {
    {"empty_table(", "from deephaven import empty_table\n"},
    {"time_table(", "from deephaven import time_table\n"},
    {"agg.", "from deephaven import agg\n"},
    {"NodeType.", "from deephaven.table import NodeType\n"},
    {"SortDirection.", "from deephaven import SortDirection\n"},
    {"ColumnName(", "from deephaven.filters import ColumnName, ge, gt, le, lt\n"},
    {"and_(", "from deephaven.filters import and_\n"},
    {"or_(", "from deephaven.filters import or_\n"},
    {"is_null(", "from deephaven.filters import is_null\n"},
    {"is_not_null(", "from deephaven.filters import is_not_null\n"},
    {"pattern(", "from deephaven.filters import PatternMode, pattern\n"},
    {"search(", search_function},
};

static void add_literal(char **out, const char *text)
{
    char *literal = python_literal(text);

    mem_addf(out, "%s", literal);
    free(literal);
}

static void add_names(char **out, const char *const *names, size_t n)
{
    mem_addf(out, "[");
    for (size_t i = 0; i < n; i++) {
        mem_addf(out, "%s", i > 0 ? ", " : "");
        add_literal(out, names[i]);
    }
    mem_addf(out, "]");
}

static void add_call(char **out, const char *method, const struct recipe_step *s)
{
    mem_addf(out, "t = t.%s(", method);
    add_names(out, s->names, s->n);
    mem_addf(out, ")\n");
}

/* --- filters, formulas --- */

static void add_filter(char **out, const struct condition *c)
{
    char *code = condition_code(c);

    mem_addf(out, "t = t.where(%s)\n", code);
    free(code);
}

static void add_where(char **out, const char *formula)
{
    mem_addf(out, "t = t.where(");
    add_literal(out, formula);
    mem_addf(out, ")\n");
}

static void add_added(char **out, const struct recipe_step *s)
{
    char *formula = mem_printf("%s = %s", s->column, s->text);

    mem_addf(out, "t = t.update_view(");
    add_literal(out, formula);
    mem_addf(out, ")\n");
    free(formula);
}

/* --- sort --- */

/* The columns that are sorted by without their signs, as a list of texts. */
static void add_absolute(char **out, const struct recipe_step *s, const char *before,
                         bool formula, const char *after)
{
    const char *comma = "";

    mem_addf(out, "%s[", before);
    for (size_t i = 0; i < s->n_keys; i++) {
        const char *column = s->keys[i].column;

        if (!s->keys[i].absolute)
            continue;
        mem_addf(out, "%s\"Abs_%s%s%s%s\"", comma, column, formula ? " = abs(" : "",
                 formula ? column : "", formula ? ")" : "");
        comma = ", ";
    }
    mem_addf(out, "]%s", after);
}

/* Columns and, where they are not all ascending, directions. */
static void add_names_of_keys(char **out, const struct recipe_step *s)
{
    bool descending = false;

    mem_addf(out, "[");
    for (size_t i = 0; i < s->n_keys; i++) {
        mem_addf(out, "%s\"%s%s\"", i > 0 ? ", " : "", s->keys[i].absolute ? "Abs_" : "",
                 s->keys[i].column);
        descending = descending || s->keys[i].descending;
    }
    mem_addf(out, descending ? "], [" : "]");
    for (size_t i = 0; i < s->n_keys && descending; i++)
        mem_addf(out, "%sSortDirection.%s", i > 0 ? ", " : "",
                 s->keys[i].descending ? "DESCENDING" : "ASCENDING");
    if (descending)
        mem_addf(out, "]");
}

static void add_sort(char **out, const struct recipe_step *s)
{
    bool absolute = false;

    for (size_t i = 0; i < s->n_keys; i++)
        absolute = absolute || s->keys[i].absolute;
    if (absolute)
        add_absolute(out, s, "t = t.update_view(", true, ")\n");
    mem_addf(out, "t = t.sort(");
    add_names_of_keys(out, s);
    mem_addf(out, ")\n");
    if (absolute)
        add_absolute(out, s, "t = t.drop_columns(", false, ")\n");
}

/* --- aggregates --- */

static void add_aggregate_list(char **out, const struct recipe_step *s)
{
    mem_addf(out, "[");
    for (size_t i = 0; i < s->n_aggregates; i++) {
        const struct aggregate *a = &s->aggregates[i];

        mem_addf(out, "%sagg.%s(\"%s%s%s\")", i > 0 ? ", " : "", aggregation_python(a->op),
                 a->name, a->column ? " = " : "", a->column ? a->column : "");
    }
    mem_addf(out, "]");
}

static void add_aggregates(char **out, const struct recipe_step *s)
{
    mem_addf(out, "t = t.agg_by(");
    add_aggregate_list(out, s);
    if (s->n > 0) {
        mem_addf(out, ", by=");
        add_names(out, s->names, s->n);
    } else {
        mem_addf(out, ", preserve_empty=True");
    }
    mem_addf(out, ")\n");
}

/* --- trees --- */

static void add_rollup(char **out, const struct recipe_step *s)
{
    mem_addf(out, "t = t.rollup(");
    add_aggregate_list(out, s);
    mem_addf(out, ", by=");
    add_names(out, s->names, s->n);
    mem_addf(out, s->last ? ", include_constituents=True)\n" : ")\n");
}

/* What the rows of a tree can be asked for; node: which of them, as an argument. */
static void add_step_in_tree(char **out, const struct recipe_step *s, const char *node)
{
    char *code;

    if (s->op == RECIPE_FILTER) {
        code = condition_code(s->condition);
        mem_addf(out, "t = t.with_filter(%s)\n", code);
        free(code);
    } else if (s->op == RECIPE_SORT) {
        mem_addf(out, "nodes = t.node_operation_recorder(%s)\n", node);
        mem_addf(out, "nodes = nodes.sort(");
        add_names_of_keys(out, s);
        mem_addf(out, ")\nt = t.with_node_operations(%s)\n", *node ? "[nodes]" : "nodes");
    }
}

/* --- all --- */

/* Some of the rows. */
static void add_rows(char **out, const struct recipe_step *s)
{
    if (s->op == RECIPE_SLICE)
        mem_addf(out, "t = t.slice(%" PRId64 ", %" PRId64 ")\n", s->first, s->last);
    else
        mem_addf(out, "t = t.%s(%" PRId64 ")\n", s->op == RECIPE_HEAD ? "head" : "tail",
                 s->last);
}

static void add_step(char **out, const struct recipe_step *s)
{
    switch (s->op) {
    case RECIPE_FILTER:
        add_filter(out, s->condition);
        break;
    case RECIPE_WHERE:
        add_where(out, s->text);
        break;
    case RECIPE_SORT:
        add_sort(out, s);
        break;
    case RECIPE_REVERSE:
        mem_addf(out, "t = t.reverse()\n");
        break;
    case RECIPE_DISTINCT:
        add_call(out, "select_distinct", s);
        break;
    case RECIPE_AGGREGATE:
        add_aggregates(out, s);
        break;
    case RECIPE_ROLLUP:
        add_rollup(out, s);
        break;
    case RECIPE_ADD:
        add_added(out, s);
        break;
    case RECIPE_DROP:
        add_call(out, "drop_columns", s);
        break;
    case RECIPE_SELECT:
        add_call(out, "view", s);
        break;
    case RECIPE_HEAD:
    case RECIPE_TAIL:
    case RECIPE_SLICE:
        add_rows(out, s);
        break;
    case RECIPE_SNAPSHOT:
        mem_addf(out, "t = t.snapshot()\n");
        break;
    default: /* the others are no edits that are worked on */
        break;
    }
}

/* A variable of any other name is in globals(). */
static void add_variable(char **out, struct bytes name)
{
    char *text = mem_strndup((const char *)name.data, name.len);

    if (variable_is_name(text)) {
        mem_addf(out, "t = %s\n", text);
    } else {
        mem_addf(out, "t = globals()[");
        add_literal(out, text);
        mem_addf(out, "]\n");
    }
    free(text);
}

/* The first step of a table. */
static enum err_code add_source(char **out, const char *name, struct bytes ticket,
                                const struct recipe_step *s, struct err *e)
{
    const size_t start = strlen(RECIPE_VARIABLE);

    if (s->op == RECIPE_EMPTY) {
        mem_addf(out, "t = empty_table(%" PRId64 ")\n", s->last);
    } else if (s->op == RECIPE_TIME) {
        mem_addf(out, "t = time_table(\"%s\", %" PRId64 ")\n", s->text, s->first);
    } else if (ticket.len > start && memcmp(ticket.data, RECIPE_VARIABLE, start) == 0) {
        add_variable(out, (struct bytes){ticket.data + start, ticket.len - start});
    } else {
        return err_set(e, ERR_USAGE,
                       "only a variable of the query scope has a name in Python, and %s is "
                       "none",
                       name);
    }
    return ERR_OK;
}

static enum err_code add_table(char **out, const struct right_table *t, int depth,
                               struct err *e);

static void add_matches(char **out, const struct recipe_step *s)
{
    const char **names = mem_dup(s->names, s->n * sizeof(*names));
    char *as_of = recipe_step_as_of(s);

    if (s->op == RECIPE_ASOF_JOIN)
        names[s->n - 1] = as_of;
    add_names(out, names, s->n);
    free(as_of);
    free(names);
}

static enum err_code add_join(char **out, const struct recipe_step *s, int depth,
                              struct err *e)
{
    mem_addf(out, "left_%d = t\n", depth);
    TRY(add_table(out, s->right, depth + 1, e));
    mem_addf(out, "t = left_%d.%s(t, ", depth,
             s->op == RECIPE_JOIN ? "natural_join" : "aj");
    add_matches(out, s);
    if (s->n_added > 0)
        mem_addf(out, ", ");
    if (s->n_added > 0)
        add_names(out, s->added, s->n_added);
    mem_addf(out, ")\n");
    return ERR_OK;
}

static enum err_code add_table(char **out, const struct right_table *t, int depth,
                               struct err *e)
{
    const char *node = t->steps[0].op == RECIPE_TREE ? "" : NULL; /* for which nodes */

    TRY(add_source(out, t->name, t->ticket, &t->steps[0], e));
    if (t->steps[0].op == RECIPE_MERGE)
        mem_addf(out, "t = t.merge()\n");
    for (size_t i = 1; i < t->n; i++) {
        if (t->steps[i].right)
            TRY(add_join(out, &t->steps[i], depth, e));
        else if (node)
            add_step_in_tree(out, &t->steps[i], node);
        else
            add_step(out, &t->steps[i]);
        if (t->steps[i].op == RECIPE_ROLLUP)
            node = "NodeType.AGGREGATED";
    }
    return ERR_OK;
}

enum err_code recipe_code(const struct recipe *r, char **out, struct err *e)
{
    struct right_table t = {.name = recipe_name(r), .ticket = recipe_ticket(r)};
    char *lines = mem_strdup(""), *script = mem_strdup("");
    enum err_code rc;

    t.steps = recipe_steps(r, &t.n);
    rc = add_table(&lines, &t, 1, e);
    for (size_t i = 0; i < sizeof(imports) / sizeof(*imports); i++)
        if (strstr(lines, imports[i].use))
            mem_addf(&script, "%s", imports[i].import);
    mem_addf(&script, "%s", lines);
    free(lines);
    if (rc == ERR_OK)
        *out = script;
    else
        free(script);
    return rc;
}
