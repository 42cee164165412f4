/*
 * Operations behind a TARGET, which may come from anybody: they are refused with a text, or
 * taken and then written as operations that are taken to be the same.
 */
#include <string.h>

#include "model/recipe_link.h"
#include "tests/fuzz/fuzz.h"

/* A link of r gives r again; made is another of the same source. */
static void check_written(const struct recipe *source, const struct recipe *r)
{
    struct recipe *again = NULL;
    struct err e;
    struct buf link;

    buf_init(&link, 4 * RECIPE_LINK_MAX);
    FUZZ_CHECK(recipe_link_write(r, &link, &e) == ERR_OK);
    FUZZ_CHECK(buf_append(&link, "", 1, &e) == ERR_OK);
    FUZZ_CHECK(link.data[0] == '?');
    if (link.len <= RECIPE_LINK_MAX) { /* escapes may have made it too long */
        FUZZ_CHECK(recipe_link_read(source, (const char *)link.data + 1, &again, &e) ==
                   ERR_OK);
        FUZZ_CHECK(recipe_equal(r, again));
    }
    recipe_free(again);
    buf_release(&link);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = fuzz_string((struct bytes){data, size});
    struct recipe *source = recipe_new("t", bytes_of("s/t")), *r = NULL;
    struct err e = {0};
    enum err_code rc = recipe_link_read(source, text, &r, &e);

    if (rc == ERR_OK)
        check_written(source, r);
    else
        FUZZ_CHECK((rc == ERR_USAGE || rc == ERR_LIMIT) && e.msg[0] != '\0' && !r);
    recipe_free(r);
    recipe_free(source);
    free(text);
    return 0;
}
