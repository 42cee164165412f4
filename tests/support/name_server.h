/*
 * tests/support/name_server.h - names that mean what a test says, in a network of its own.
 *
 * The test's process and all that it starts afterwards see no network but loopback, and one
 * name server, a thread of the test. Tests only.
 */
#ifndef TESTS_SUPPORT_NAME_SERVER_H
#define TESTS_SUPPORT_NAME_SERVER_H

#include <stdbool.h>

struct name_record {
    const char *name;    /* whole, without a dot at its end */
    const char *address; /* IPv4 or IPv6; NULL: no question about it is ever answered */
};

/* Moves this process, which has one thread, into the network, where /etc/resolv.conf and
 * /etc/hosts have these texts (files of these names are written into folder), and serves
 * the records, the last of which has no name; borrowed for ever. Other names are unknown
 * there. False when this machine has no namespaces for that. */
bool name_server_start(const char *folder, const char *resolv_conf, const char *hosts,
                       struct name_record *records);

/* One of the records has another address from now on. */
void name_server_move(struct name_record *record, const char *address);

#endif
