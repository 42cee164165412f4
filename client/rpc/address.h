/*
 * client/rpc/address.h - what a host is before anybody has looked it up: an address, or a
 * name; and which addresses lead to this machine alone.
 *
 * Loopback is what the address is, in any spelling, never what a name looks like. The one
 * exception is "localhost", since it is never looked up: it stands for 127.0.0.1 and ::1
 * (RFC 6761, 6.3).
 */
#ifndef CLIENT_RPC_ADDRESS_H
#define CLIENT_RPC_ADDRESS_H

#include <netdb.h>
#include <stdbool.h>

#include "base/err.h"

/* Addresses in the spelling that everything else here understands: "127.1" is 127.0.0.1,
 * as for getaddrinfo(). Anything else is copied. Owned by the caller. */
char *address_canonical(const char *host);

/* "localhost", with or without a dot at its end, in any case. */
bool address_is_localhost(const char *host);

/* An IPv4 or IPv6 address, perhaps with a zone ("fe80::1%eth0"). */
bool address_is_literal(const char *host);
bool address_is_ipv6(const char *host);

/* A loopback address, or localhost. */
bool address_is_loopback(const char *host);

/* Where gRPC is to connect to, in its own words (gRPC: naming): a name is looked up by it,
 * an address is not. Owned by the caller. ERR_USAGE when the zone is no interface here. */
enum err_code address_grpc_target(const char *host, int port, char **out, struct err *e);

/* The same for what a name was found to be, when all of it is this machine's own; else
 * NULL. */
char *address_loopback_target(const struct addrinfo *addresses);

/* The host as a certificate has it: without a zone, or a dot at the end of the name. Owned
 * by the caller. */
char *address_name(const char *host);

/* "host:port" as HTTP/2 and certificates have it: without a zone, or a dot at the end of
 * the name. Owned by the caller. */
char *address_authority(const char *host, int port);

#endif
