#include "tests/support/script_run.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "base/mem.h"
#include "tests/support/text_file.h"

struct script_run script_run(const char *folder, const char *format, ...)
{
    char *out = mem_printf("%s/out", folder), *err = mem_printf("%s/err", folder);
    char *line, *command;
    struct script_run r;
    va_list ap;
    int status;

    va_start(ap, format);
    line = mem_vprintf(format, ap);
    va_end(ap);
    command = mem_printf("W='%s'; dhview() { " TEST_BUILD_DIR
                         "/dhview \"$@\"; }; { %s\n} > '%s' 2> '%s' < /dev/null",
                         folder, line, out, err);
    status = system(command);
    assert_true(WIFEXITED(status));
    r = (struct script_run){text_file_read(out), text_file_read(err), WEXITSTATUS(status)};
    free(line);
    free(command);
    free(out);
    free(err);
    return r;
}

void script_run_release(struct script_run *r)
{
    free(r->out);
    free(r->err);
}

void script_expect(const char *folder, const char *line, int status, const char *out,
                   const char *err)
{
    struct script_run r = script_run(folder, "%s", line);

    assert_string_equal(r.err, err);
    assert_string_equal(r.out, out);
    assert_int_equal(r.status, status);
    script_run_release(&r);
}
