#include "tests/support/server.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <setjmp.h>

#include <cmocka.h>

#include "base/mem.h"
#include "tests/support/text_file.h"

#define CONTROL_TIMEOUT_MS 30000
#define SKIPPED 77

static const char *const required[] = {"DHVIEW_TEST_SERVER", "DHVIEW_TEST_GROWTH_SERVER",
                                       "DHVIEW_TEST_PSK_SERVER", "DHVIEW_TEST_PSK_FILE",
                                       "DHVIEW_TEST_CONTROL"};

void server_require(void)
{
    for (size_t i = 0; i < sizeof(required) / sizeof(*required); i++) {
        const char *value = getenv(required[i]);
        if (value == NULL || *value == '\0') {
            printf("SKIPPED: no test server, %s is not set; run scripts/test\n",
                   required[i]);
            exit(SKIPPED);
        }
    }
}

static const char *variable(const char *name)
{
    const char *value = getenv(name);
    if (value == NULL)
        fail_msg("%s is not set: call server_require first", name);
    return value;
}

const char *server_address(void)
{
    return variable("DHVIEW_TEST_SERVER");
}

const char *server_growth_address(void)
{
    return variable("DHVIEW_TEST_GROWTH_SERVER");
}

const char *server_psk_address(void)
{
    return variable("DHVIEW_TEST_PSK_SERVER");
}

const char *server_psk_file(void)
{
    return variable("DHVIEW_TEST_PSK_FILE");
}

char *server_target(const char *table)
{
    return mem_printf("%s/%s", server_address(), table);
}

/* The tables that commands change are the same for all test programs, which may run side by
 * side: the first that gives a command keeps the others waiting until it ends. */
static void control_lock(const char *path)
{
    static int fd = -1;
    char *name;

    if (fd >= 0)
        return;
    name = mem_printf("%s.lock", path);
    fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    free(name);
    if (fd < 0)
        fail_msg("cannot create the lock of the control socket %s", path);
    while (flock(fd, LOCK_EX) != 0)
        assert_int_equal(errno, EINTR);
}

static int control_connect(void)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    const char *path = variable("DHVIEW_TEST_CONTROL");

    control_lock(path);
    if (strlen(path) >= sizeof(address.sun_path))
        fail_msg("control socket has too long a path: %s", path);
    strncpy(address.sun_path, path, sizeof(address.sun_path) - 1);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof(address)) != 0)
        fail_msg("cannot connect to the control socket %s", path);
    return fd;
}

/* Reads one line of at most size - 1 bytes into out, without its newline. */
static void control_read(int fd, char *out, size_t size)
{
    size_t len = 0;
    struct pollfd p = {.fd = fd, .events = POLLIN};

    while (len < size - 1 && poll(&p, 1, CONTROL_TIMEOUT_MS) == 1) {
        if (read(fd, out + len, 1) != 1 || out[len] == '\n')
            break;
        len++;
    }
    out[len] = '\0';
}

void server_control(const char *format, ...)
{
    char command[4096], answer[1024];
    va_list args;

    va_start(args, format);
    int n = vsnprintf(command, sizeof(command) - 1, format, args);
    va_end(args);
    assert_in_range(n, 1, sizeof(command) - 2);
    int fd = control_connect();
    command[n] = '\n';
    ssize_t sent = send(fd, command, (size_t)n + 1, MSG_NOSIGNAL);
    command[n] = '\0';
    if (sent == n + 1)
        control_read(fd, answer, sizeof(answer));
    else
        strcpy(answer, "connection lost");
    close(fd);
    if (strcmp(answer, "ok") != 0)
        fail_msg("server command \"%s\" answered \"%s\"", command, answer);
}

void server_python(const char *code)
{
    char path[] = "/tmp/dhview-python-XXXXXX";
    int fd = mkstemp(path);

    assert_true(fd >= 0);
    assert_int_equal(close(fd), 0);
    text_file_write(path, code, 0600);
    server_control("run %s", path);
    assert_int_equal(unlink(path), 0);
}
