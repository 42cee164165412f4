/*
 * Memory that is not to be had where a peer chose the size: an error of the message, not
 * the end of the program.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/err.h"
#include "client/wire/wire.h"
#include "tests/support/flat.h"

/* The largest allocation that succeeds; the sanitizer takes it from here, else the address
 * space is limited to what is there and this much more. */
#define SPARE_MIB 24

const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
    return "allocator_may_return_null=1:max_allocation_size_mb=24";
}

static long address_space(void)
{
    FILE *f = fopen("/proc/self/statm", "r");
    long pages = 0;

    assert_non_null(f);
    assert_int_equal(fscanf(f, "%ld", &pages), 1);
    (void)fclose(f);
    return pages * sysconf(_SC_PAGESIZE);
}

#if defined(__SANITIZE_ADDRESS__)
static void limit_memory(struct rlimit *was)
{
    (void)address_space;
    assert_int_equal(getrlimit(RLIMIT_AS, was), 0);
}
#else
static void limit_memory(struct rlimit *was)
{
    struct rlimit now;

    assert_int_equal(getrlimit(RLIMIT_AS, was), 0);
    now = *was;
    now.rlim_cur = (rlim_t)address_space() + ((rlim_t)SPARE_MIB << 20);
    assert_int_equal(setrlimit(RLIMIT_AS, &now), 0);
}
#endif

/* A schema of n fields that are all the same one: four bytes each on the wire. */
static struct buf schema_of(size_t n)
{
    struct buf f;
    size_t message, schema, fields, field;

    flat_init(&f);
    message = flat_table(&f, "xxx");
    flat_scalar(&f, message, 0, 2, 4); /* V5 */
    flat_scalar(&f, message, 1, 1, WIRE_HEADER_SCHEMA);
    schema = flat_table(&f, ".x");
    flat_ref(&f, message, 2, schema);
    fields = flat_vector(&f, n, 4);
    flat_ref(&f, schema, 1, fields);
    field = flat_table(&f, "");
    for (size_t i = 0; i < n; i++)
        flat_element(&f, fields, i, field);
    return f;
}

static void a_schema_too_large_for_memory_is_an_error(void **state)
{
    struct buf f = schema_of(WIRE_MAX_FIELDS);
    struct wire_message m;
    struct rlimit was;
    struct err e = {0};
    enum err_code rc;

    (void)state;
    limit_memory(&was);
    rc = wire_message_decode(buf_bytes(&f), &m, &e);
    assert_int_equal(setrlimit(RLIMIT_AS, &was), 0);
    assert_int_equal(rc, ERR_LIMIT);
    assert_string_equal(e.msg, "Arrow message: not enough memory");
    assert_null(m.schema.fields);
    buf_release(&f);
    f = schema_of(1000);
    assert_int_equal(wire_message_decode(buf_bytes(&f), &m, &e), ERR_OK);
    assert_int_equal(m.schema.n_fields, 1000);
    wire_message_release(&m);
    buf_release(&f);
}

static void what_a_library_throws_is_an_error(void **state)
{
    struct bytes endless = {(const uint8_t *)"", SIZE_MAX};
    struct buf out;
    struct err e = {0};

    (void)state;
    buf_init(&out, SIZE_MAX);
    assert_int_equal(wire_release_encode(endless, &out, &e), ERR_PROTO);
    assert_string_equal(e.msg, "ReleaseRequest: cannot be read or written");
    assert_int_equal(out.len, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_schema_too_large_for_memory_is_an_error),
        cmocka_unit_test(what_a_library_throws_is_an_error),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
