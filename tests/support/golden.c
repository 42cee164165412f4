#include "tests/support/golden.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"

#define GOLDEN_MAX 65536

void golden_check(const struct surface *s, const char *name)
{
    char *path = mem_printf("%s/tests/screen/%s.screen", TEST_SOURCE_DIR, name);
    char *dump = surface_dump(s), *want = mem_calloc(1, GOLDEN_MAX);
    bool generate = getenv("GENERATE") != NULL;
    FILE *f = fopen(path, generate ? "w" : "r");

    if (f == NULL)
        fail_msg("cannot open %s", path);
    if (generate)
        assert_true(fputs(dump, f) >= 0);
    else
        assert_true(fread(want, 1, GOLDEN_MAX - 1, f) < GOLDEN_MAX - 1);
    assert_int_equal(fclose(f), 0);
    if (!generate && strcmp(dump, want) != 0)
        fail_msg("%s differs:\n%s", path, dump);
    free(want);
    free(dump);
    free(path);
}

struct surface *golden_draw(struct view v, int rows, int cols, const struct draw_env *env)
{
    struct surface *s = surface_new(rows, cols);
    struct rect r = {0, 0, rows, cols};

    v.ops->prepare(v.self, r, env);
    v.ops->draw(v.self, s, r, env);
    return s;
}
