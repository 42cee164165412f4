/*
 * app_metadata of a server: the Barrage wrapper and the update metadata in it. Every span
 * must be readable to its end, also after the message itself is gone.
 */
#include "client/wire/wire.h"
#include "tests/fuzz/fuzz.h"

static void touch(const struct wire_opt *o)
{
    FUZZ_CHECK(o->present || o->bytes.len == 0);
    fuzz_touch(o->bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t *copy = fuzz_exact((struct bytes){data, size});
    struct wire_update u = {0};
    struct err e = {0};
    bool has = false;
    enum err_code rc = wire_update_decode((struct bytes){copy, size}, &u, &has, &e);

    free(copy);
    FUZZ_CHECK(rc == ERR_OK || (e.code == rc && e.msg[0] != '\0'));
    if (rc != ERR_OK || !has)
        FUZZ_CHECK(u.copy == NULL && u.modified == NULL && u.n_modified == 0);
    FUZZ_CHECK(u.has_modified || u.n_modified == 0);
    touch(&u.viewport);
    touch(&u.columns);
    touch(&u.added);
    touch(&u.removed);
    touch(&u.shift);
    touch(&u.included);
    for (size_t i = 0; i < u.n_modified; i++)
        touch(&u.modified[i]);
    wire_update_release(&u);
    wire_update_release(&u);
    return 0;
}
