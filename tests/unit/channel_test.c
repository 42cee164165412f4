/* The files that a channel with TLS is made from. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "client/rpc/channel.h"
#include "tests/support/certs.h"

#define PEM "-----BEGIN CERTIFICATE-----\n"

static void write_new(char *path, const char *text, mode_t mode)
{
    int fd = mkstemp(path);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    assert_int_equal(fchmod(fd, mode), 0);
    assert_int_equal(close(fd), 0);
}

/* The reason why a key of this text and mode is refused. */
static struct err refusal(const char *key, mode_t mode)
{
    char key_file[] = "/tmp/dhview-key-XXXXXX";
    struct cert *c =
        cert_new("/tmp", &(struct cert_options){.name = "dhview-channel-test"});
    struct channel_options o = {.host = "localhost",
                                .port = 1,
                                .tls = true,
                                .ca_file = c->file,
                                .cert_file = c->file,
                                .key_file = key_file};
    struct channel *none = NULL;
    struct err e;

    write_new(key_file, key, mode);
    assert_int_equal(channel_new(NULL, &o, &none, &e), ERR_USAGE);
    assert_null(none);
    assert_non_null(strstr(e.msg, key_file));
    assert_int_equal(unlink(key_file), 0);
    cert_free(c);
    return e;
}

static void a_key_that_others_can_use_is_refused(void **state)
{
    static const mode_t modes[] = {0640, 0604, 0602, 0610};

    (void)state;
    for (size_t i = 0; i < sizeof(modes) / sizeof(*modes); i++) {
        struct err e = refusal(PEM, modes[i]);
        char want[64];

        (void)snprintf(want, sizeof(want),
                       "others can use it (mode %04o), expected mode 0600",
                       (unsigned)modes[i]);
        assert_non_null(strstr(e.msg, want));
    }
}

static void a_key_of_its_owner_is_read(void **state)
{
    struct err owner_writes, owner_reads;

    (void)state;
    owner_writes = refusal("no key", 0600);
    owner_reads = refusal("no key", 0400);
    assert_non_null(strstr(owner_writes.msg, "holds no PEM block"));
    assert_non_null(strstr(owner_reads.msg, "holds no PEM block"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_key_that_others_can_use_is_refused),
        cmocka_unit_test(a_key_of_its_owner_is_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
