#include "tests/support/text_file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "base/mem.h"

void text_file_write(const char *path, const char *text, mode_t mode)
{
    FILE *f = fopen(path, "we");

    assert_non_null(f);
    assert_int_equal(fchmod(fileno(f), mode), 0);
    assert_true(fputs(text, f) >= 0);
    assert_int_equal(fclose(f), 0);
}

char *text_file_read(const char *path)
{
    FILE *f = fopen(path, "rb");
    char *text = NULL;
    size_t n, len = 0, cap = 0;

    assert_non_null(f);
    do {
        MEM_GROW(text, cap, len + 65536);
        n = fread(text + len, 1, 65535, f);
        len += n;
    } while (n > 0);
    text[len] = '\0';
    assert_int_equal(fclose(f), 0);
    return text;
}
