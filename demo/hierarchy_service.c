#include "demo/hierarchy_service.h"

#include "client/wire/hierarchy.h"
#include "demo/calls.h"
#include "demo/request.h"
#include "demo/rollup.h"
#include "demo/tree.h"

/* Fails the result as well, as others may wait for it. Frees the request. */
static bool fail(struct request *r, int32_t id, const struct refusal *why)
{
    struct server *s = r->server;

    login_export_fail(r->login, id, why->status, why->text);
    (void)request_refuse(r, why);
    calls_retry(s);
    return true;
}

static bool fail_in_words(struct request *r, int32_t id, const char *text)
{
    struct refusal why;

    (void)ticket_refusal(&why, GRPC_STATUS_INVALID_ARGUMENT, "%s", text);
    return fail(r, id, &why);
}

/* Answers with what came of it. Frees the request. */
static bool finish(struct request *r, int32_t id, enum err_code rc, struct selection made,
                   const struct err *e)
{
    struct server *s = r->server;

    if (rc != ERR_OK)
        return fail_in_words(r, id, e->msg);
    login_export_add(r->login, id, EXPORT_READY)->view = made;
    (void)request_reply_empty(r);
    calls_retry(s);
    return true;
}

/* As ticket_resolve(), of a table of that shape alone. */
static enum resolved find(const struct request *r, struct bytes ticket, const char *what,
                          enum table_shape shape, struct selection *out,
                          struct refusal *why)
{
    enum resolved found = ticket_resolve(r->server, r->login, ticket, what, out, why);

    if (found != RESOLVED || out->table->shape == shape)
        return found;
    selection_release(out);
    return ticket_refusal(why, GRPC_STATUS_INVALID_ARGUMENT,
                          "could not resolve '%s': it is no %s", what,
                          shape == TABLE_TREE ? "hierarchical table" : "table");
}

/* --- rollups --- */

static bool roll_up(struct request *r, const struct wire_rollup *m)
{
    struct selection source, made = {0};
    struct refusal why;
    enum err_code rc;
    struct err e;
    int32_t id;

    if (!ticket_result(r->login, m->result, &id, &why))
        return request_refuse(r, &why);
    switch (find(r, m->source, "sourceTableId", TABLE_ROWS, &source, &why)) {
    case NOT_YET:
        return false;
    case REFUSED:
        return fail(r, id, &why);
    case RESOLVED:
        break;
    }
    rc = rollup(m, &source, &r->server->world, &made, &e);
    selection_release(&source);
    return finish(r, id, rc, made, &e);
}

bool serve_rollup(struct request *r)
{
    struct wire_operations memory;
    struct wire_rollup m;
    struct err e;
    bool answered;

    if (wire_rollup_decode(buf_bytes(&r->message), &m, &memory, &e) != ERR_OK)
        return request_refuse_message(r);
    answered = roll_up(r, &m);
    wire_operations_release(&memory);
    return answered;
}

bool serve_tree_apply(struct request *r)
{
    struct bytes result;
    struct refusal why;
    struct err e;
    int32_t id;

    if (wire_apply_result_decode(buf_bytes(&r->message), &result, &e) != ERR_OK)
        return request_refuse_message(r);
    if (!ticket_result(r->login, result, &id, &why))
        return request_refuse(r, &why);
    return fail_in_words(r, id, "the demo server cannot sort or filter a tree");
}

/* --- views --- */

/* Both tables, or none. */
static enum resolved find_both(const struct request *r, const struct wire_tree_view *m,
                               struct selection *tree, struct selection *keys,
                               struct refusal *why)
{
    enum resolved found = find(r, m->source, "hierarchicalTableId", TABLE_TREE, tree, why);

    if (found != RESOLVED || m->keys.len == 0)
        return found;
    found = find(r, m->keys, "keyTableId", TABLE_ROWS, keys, why);
    if (found != RESOLVED)
        selection_release(tree);
    return found;
}

bool serve_tree_view(struct request *r)
{
    struct selection tree, keys = {0}, made = {0};
    struct wire_tree_view m;
    struct refusal why;
    enum err_code rc;
    struct err e;
    int32_t id;

    if (wire_tree_view_decode(buf_bytes(&r->message), &m, &e) != ERR_OK)
        return request_refuse_message(r);
    if (!ticket_result(r->login, m.result, &id, &why))
        return request_refuse(r, &why);
    switch (find_both(r, &m, &tree, &keys, &why)) {
    case NOT_YET:
        return false;
    case REFUSED:
        return fail(r, id, &why);
    case RESOLVED:
        break;
    }
    rc =
        tree_view(&tree, keys.table ? &keys : NULL, m.action, &r->server->world, &made, &e);
    selection_release(&tree);
    selection_release(&keys);
    return finish(r, id, rc, made, &e);
}
