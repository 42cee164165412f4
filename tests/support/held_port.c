#include "tests/support/held_port.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

struct held_port held_port_new(void)
{
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t n = sizeof(at);
    struct held_port p = {.fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    int on = 1;

    assert_true(p.fd >= 0);
    assert_int_equal(setsockopt(p.fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)), 0);
    assert_int_equal(bind(p.fd, (const struct sockaddr *)&at, sizeof(at)), 0);
    assert_int_equal(getsockname(p.fd, (struct sockaddr *)&at, &n), 0);
    p.number = ntohs(at.sin_port);
    return p;
}

void held_port_close(struct held_port *p)
{
    (void)close(p->fd);
}
