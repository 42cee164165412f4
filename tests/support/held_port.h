/*
 * tests/support/held_port.h - a port of 127.0.0.1 for a program that cannot choose one, or
 * that is to come back to it.
 *
 * Bound and not listened on: nobody else is given it, connections are refused, and who
 * listens there with SO_REUSEADDR, as servers do, may. Tests only; one thread.
 */
#ifndef TESTS_SUPPORT_HELD_PORT_H
#define TESTS_SUPPORT_HELD_PORT_H

struct held_port {
    int fd, number;
};

/* A free one; fails the test when there is none. To be closed. */
struct held_port held_port_new(void);
void held_port_close(struct held_port *p);

#endif
