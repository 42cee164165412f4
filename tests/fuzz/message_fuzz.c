/*
 * One Arrow Message, bare or encapsulated: verified, decoded, its spans read, and a schema
 * laid out. The first byte chooses the encapsulated form.
 */
#include <string.h>

#include "client/ipc.h"
#include "tests/fuzz/fuzz.h"

static void touch_pairs(const struct wire_pair *p, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        fuzz_touch(p[i].key);
        fuzz_touch(p[i].value);
    }
}

/* Pre-order with correct counts: walking the tree uses up every field exactly. */
static void check_schema(const struct wire_schema *s)
{
    size_t roots = 0;
    size_t open = 0; /* children announced and not yet seen */

    touch_pairs(s->pairs, s->n_pairs);
    touch_pairs(s->table_pairs, s->n_table_pairs);
    for (size_t i = 0; i < s->n_fields; i++) {
        const struct wire_field *f = &s->fields[i];

        fuzz_touch(f->name);
        FUZZ_CHECK(f->first_pair <= s->n_pairs && f->n_pairs <= s->n_pairs - f->first_pair);
        if (open == 0)
            roots++;
        else
            open--;
        open += f->n_children;
    }
    FUZZ_CHECK(open == 0 && roots == s->n_columns);
}

static void check_layout(const struct wire_schema *in)
{
    struct schema *schema = NULL;
    struct ipc_layout *layout = NULL;
    struct err e = {0};

    if (ipc_schema_decode(in, &schema, &layout, &e) != ERR_OK) {
        FUZZ_CHECK(schema == NULL && layout == NULL && e.msg[0] != '\0');
        return;
    }
    FUZZ_CHECK(schema->n_columns == in->n_columns);
    for (size_t c = 0; c < schema->n_columns; c++) {
        const struct schema_column *s = &schema->columns[c];

        FUZZ_CHECK(s->name && s->type && s->arrow_name && s->java_type && s->description);
        for (const struct type *t = s->type; t; t = t->item)
            FUZZ_CHECK((t->kind == KIND_LIST) == (t->item != NULL) && kind_name(t->kind));
    }
    ipc_layout_free(layout);
    schema_free(schema);
}

static void check_batch(const struct wire_batch *b)
{
    FUZZ_CHECK(b->length >= 0);
    for (size_t i = 0; i < b->n_nodes; i++)
        FUZZ_CHECK(b->nodes[i].length >= 0 && b->nodes[i].null_count >= 0);
    for (size_t i = 0; i < b->n_buffers; i++)
        FUZZ_CHECK(b->buffers[i].offset >= 0 && b->buffers[i].length >= 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bytes in = {data, size};
    struct wire_message m = {0};
    struct err e = {0};

    if ((fuzz_byte(&in) & 1) && wire_unwrap_message(in, &in, &e) != ERR_OK)
        return 0;
    if (wire_message_decode(in, &m, &e) != ERR_OK) {
        FUZZ_CHECK(e.msg[0] != '\0' && m.copy == NULL && m.schema.fields == NULL);
        wire_message_release(&m);
        return 0;
    }
    FUZZ_CHECK(m.body_length >= 0);
    if (m.header == WIRE_HEADER_SCHEMA) {
        check_schema(&m.schema);
        check_layout(&m.schema);
    } else if (m.header == WIRE_HEADER_BATCH) {
        check_batch(&m.batch);
    }
    wire_message_release(&m);
    wire_message_release(&m);
    return 0;
}
