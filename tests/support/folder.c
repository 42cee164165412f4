#include "tests/support/folder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/mem.h"

void folder_make(char *name)
{
    assert_non_null(mkdtemp(name));
}

void folder_remove(const char *name)
{
    char *command = mem_printf("rm -rf -- '%s'", name);

    assert_int_equal(system(command), 0); /* NOLINT(cert-env33-c): a name of our own */
    free(command);
}

char group_folder[] = "/tmp/dhview-group-XXXXXX";

int folder_setup(void **state)
{
    (void)state;
    folder_make(group_folder);
    return 0;
}

int folder_teardown(void **state)
{
    (void)state;
    folder_remove(group_folder);
    return 0;
}
