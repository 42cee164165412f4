#include "client/rpc/address.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"

#define LOOPBACK_NET 127 /* first byte of IPv4 */

char *address_canonical(const char *host)
{
    struct in_addr v4;
    char text[INET_ADDRSTRLEN];

    if (inet_aton(host, &v4) == 0)
        return mem_strdup(host);
    return mem_strdup(inet_ntop(AF_INET, &v4, text, sizeof(text)));
}

bool address_is_localhost(const char *host)
{
    return strcasecmp(host, "localhost") == 0 || strcasecmp(host, "localhost.") == 0;
}

/* The address without its zone. */
static bool parse_ipv6(const char *host, struct in6_addr *out)
{
    char text[INET6_ADDRSTRLEN];
    size_t n = strcspn(host, "%");

    if (n >= sizeof(text) || (host[n] == '%' && host[n + 1] == '\0'))
        return false;
    memcpy(text, host, n);
    text[n] = '\0';
    return inet_pton(AF_INET6, text, out) == 1;
}

bool address_is_ipv6(const char *host)
{
    struct in6_addr v6;

    return parse_ipv6(host, &v6);
}

bool address_is_literal(const char *host)
{
    struct in_addr v4;

    return inet_pton(AF_INET, host, &v4) == 1 || address_is_ipv6(host);
}

static bool is_loopback_v6(const struct in6_addr *v6)
{
    return IN6_IS_ADDR_LOOPBACK(v6) ||
           (IN6_IS_ADDR_V4MAPPED(v6) && v6->s6_addr[12] == LOOPBACK_NET);
}

static bool is_loopback_v4(struct in_addr v4)
{
    return ntohl(v4.s_addr) >> 24 == LOOPBACK_NET;
}

bool address_is_loopback(const char *host)
{
    struct in_addr v4;
    struct in6_addr v6;

    if (address_is_localhost(host))
        return true;
    if (inet_pton(AF_INET, host, &v4) == 1)
        return is_loopback_v4(v4);
    return parse_ipv6(host, &v6) && is_loopback_v6(&v6);
}

/* Length of the host without zone or dot at its end: the name that a certificate has. */
static int name_len(const char *host)
{
    size_t n = strcspn(host, "%");

    if (host[n] == '\0' && n > 1 && host[n - 1] == '.')
        n--;
    return (int)n;
}

/* An IPv6 address of one link needs the number of an interface. */
static enum err_code ipv6_target(const char *host, int port, char **out, struct err *e)
{
    const char *zone = strchr(host, '%');
    unsigned interface = 0;
    char *end = NULL;

    if (!zone) {
        *out = mem_printf("ipv6:[%s]:%d", host, port);
        return ERR_OK;
    }
    interface = if_nametoindex(zone + 1);
    if (interface == 0)
        interface = (unsigned)strtoul(zone + 1, &end, 10);
    if (interface == 0 || (end && *end != '\0'))
        return err_set(e, ERR_USAGE, "%s: this machine has no network interface \"%s\"",
                       host, zone + 1);
    *out = mem_printf("ipv6:[%.*s%%25%u]:%d", (int)(zone - host), host, interface, port);
    return ERR_OK;
}

/* What needs no resolver is not given to one; it saves start-up time, too. */
enum err_code address_grpc_target(const char *host, int port, char **out, struct err *e)
{
    if (address_is_localhost(host))
        *out = mem_printf("ipv6:[::1]:%d,[::ffff:127.0.0.1]:%d", port, port);
    else if (address_is_ipv6(host))
        return ipv6_target(host, port, out, e);
    else if (address_is_literal(host))
        *out = mem_printf("ipv4:%s:%d", host, port);
    else
        *out = mem_printf("dns:///%s:%d", host, port);
    return ERR_OK;
}

char *address_name(const char *host)
{
    return mem_strndup(host, (size_t)name_len(host));
}

char *address_authority(const char *host, int port)
{
    int n = name_len(host);

    return address_is_ipv6(host) ? mem_printf("[%.*s]:%d", n, host, port)
                                 : mem_printf("%.*s:%d", n, host, port);
}

/* An IPv4 address as an IPv6 one, since one list can hold one kind only. False when it is
 * not this machine's own. */
static bool loopback_text(const struct sockaddr *address, char *out)
{
    const void *p = address;

    if (address->sa_family == AF_INET) {
        const struct sockaddr_in *v4 = p;

        (void)snprintf(out, INET6_ADDRSTRLEN, "::ffff:");
        return is_loopback_v4(v4->sin_addr) &&
               inet_ntop(AF_INET, &v4->sin_addr, out + strlen(out), INET_ADDRSTRLEN);
    }
    const struct sockaddr_in6 *v6 = p;

    return address->sa_family == AF_INET6 && is_loopback_v6(&v6->sin6_addr) &&
           inet_ntop(AF_INET6, &v6->sin6_addr, out, INET6_ADDRSTRLEN);
}

static int port_of(const struct sockaddr *address)
{
    const void *p = address; /* both kinds have it in the same place */

    return ntohs(((const struct sockaddr_in *)p)->sin_port);
}

char *address_loopback_target(const struct addrinfo *addresses)
{
    char *out = mem_strdup("ipv6:");
    char text[INET6_ADDRSTRLEN];

    for (const struct addrinfo *a = addresses; a; a = a->ai_next) {
        char *longer = NULL;

        if (loopback_text(a->ai_addr, text))
            longer = mem_printf("%s%s[%s]:%d", out, a == addresses ? "" : ",", text,
                                port_of(a->ai_addr));
        free(out);
        out = longer;
        if (!out)
            break;
    }
    return out;
}
