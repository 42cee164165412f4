#include "client/rpc/proxy.h"

#include <arpa/inet.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/num.h"
#include "base/text.h"
#include "client/rpc/address.h"

#define PORT_DEFAULT 1080 /* as curl has it */

/* In the order in which they are asked. */
static const char *const names_tls[] = {"grpc_proxy", "https_proxy", "HTTPS_PROXY",
                                        "all_proxy", "ALL_PROXY"};
static const char *const names_plain[] = {"grpc_proxy",  "http_proxy", "https_proxy",
                                          "HTTPS_PROXY", "all_proxy",  "ALL_PROXY"};
static const char *const names_exceptions[] = {"no_grpc_proxy", "no_proxy", "NO_PROXY"};

/* The value of the first that is set and not empty; *name is which. NULL: none is. */
static const char *first_set(proxy_getenv *get, const char *const *names, size_t n,
                             const char **name)
{
    for (size_t i = 0; i < n; i++) {
        const char *value = get(names[i]);

        *name = names[i];
        if (value && *value)
            return value;
    }
    return NULL;
}

/* --- exceptions --- */

/* Number of bytes of an address as text, which goes to out; 0: it is none. */
static int parse_address(const char *text, uint8_t out[16])
{
    if (inet_pton(AF_INET, text, out) == 1)
        return 4;
    return inet_pton(AF_INET6, text, out) == 1 ? 16 : 0;
}

static bool same_bits(const uint8_t *a, const uint8_t *b, int bits)
{
    int whole = bits / 8, rest = bits % 8;

    return memcmp(a, b, (size_t)whole) == 0 &&
           (rest == 0 || (a[whole] ^ b[whole]) >> (8 - rest) == 0);
}

/* entry: an address, perhaps with "/bits"; it is cut up. */
static bool net_holds(char *entry, const uint8_t *address, int len)
{
    uint8_t net[16];
    char *slash = strchr(entry, '/');
    char *end = NULL;
    long bits = 8L * len;

    if (slash) {
        *slash = '\0';
        bits = strtol(slash + 1, &end, 10);
        if (end == slash + 1 || *end != '\0' || bits < 0 || bits > 8L * len)
            return false;
    }
    return parse_address(entry, net) == len && same_bits(net, address, (int)bits);
}

/* The name itself, or one that it ends. */
static bool name_matches(const char *entry, const char *host)
{
    size_t n, all = strlen(host);

    while (*entry == '.')
        entry++;
    n = strlen(entry);
    if (n > 0 && entry[n - 1] == '.')
        n--;
    if (all > 0 && host[all - 1] == '.')
        all--;
    return n > 0 && n <= all && strncasecmp(host + all - n, entry, n) == 0 &&
           (n == all || host[all - n - 1] == '.');
}

/* Takes brackets and a port off; false when the port is another one. */
static bool take_port(char **entry, int port)
{
    char *colon, *close = **entry == '[' ? strchr(*entry, ']') : NULL;

    if (close) {
        (*entry)++;
        *close = '\0';
        colon = close[1] == ':' ? close + 1 : NULL;
    } else {
        colon = strchr(*entry, ':');
        if (colon && strchr(colon + 1, ':'))
            colon = NULL; /* an IPv6 address */
    }
    if (!colon)
        return true;
    *colon = '\0';
    return strtol(colon + 1, NULL, 10) == port;
}

static bool entry_matches(char *entry, const char *host, int port)
{
    uint8_t address[16];
    int len = parse_address(host, address);

    if (strcmp(entry, "*") == 0)
        return true;
    if (!take_port(&entry, port))
        return false;
    return len > 0 ? net_holds(entry, address, len) : name_matches(entry, host);
}

static bool is_exception(const char *list, const char *host, int port)
{
    char *copy = mem_strdup(list), *rest = NULL;
    bool found = false;

    for (char *entry = strtok_r(copy, ", \t", &rest); entry && !found;
         entry = strtok_r(NULL, ", \t", &rest))
        found = entry_matches(entry, host, port);
    free(copy);
    return found;
}

/* --- the proxy --- */

static char *unescape(const char *text, size_t n)
{
    char *out = mem_calloc(n + 1, 1);
    size_t len = 0;

    for (size_t i = 0; i < n; i++) {
        int high = text[i] == '%' && i + 2 < n ? hex_digit(text[i + 1]) : -1;
        int low = high < 0 ? -1 : hex_digit(text[i + 2]);

        out[len++] = (char)(low < 0 ? text[i] : high << 4 | low);
        i += low < 0 ? 0 : 2;
    }
    return out;
}

/* userinfo is n bytes: "user:password", either with percent-escapes. */
static char *basic_login(const char *userinfo, size_t n)
{
    char *plain = unescape(userinfo, n);
    size_t len = strlen(plain);
    char *code = mem_calloc(1, 4 * (len / 3 + 1) + 1);
    char *out;

    (void)EVP_EncodeBlock((unsigned char *)code, (const unsigned char *)plain, (int)len);
    out = mem_printf("Basic %s", code);
    explicit_bzero(plain, len);
    explicit_bzero(code, strlen(code));
    free(plain);
    free(code);
    return out;
}

/* "host", "host:port", "[v6]" or "[v6]:port", up to a slash. */
static enum err_code parse_place(const char *text, struct proxy *out, struct err *e)
{
    char *copy = mem_strndup(text, strcspn(text, "/?#"));
    char *host = copy, *port = strrchr(copy, ':'), *end = NULL;
    char *close = strchr(copy, ']');
    long n = PORT_DEFAULT;
    bool good = true;

    if (port && close && port < close)
        port = NULL;
    if (port) {
        *port++ = '\0';
        n = strtol(port, &end, 10);
        good = end > port && *end == '\0';
    }
    if (*host == '[' && close) {
        host++;
        *close = '\0';
    }
    out->host = address_canonical(host);
    out->port = (int)n;
    free(copy);
    good = good && n >= 1 && n <= 65535 && *out->host && !strpbrk(out->host, "[] @");
    if (!good)
        return err_set(e, ERR_USAGE,
                       "%s: expected http://[USER:PASSWORD@]HOST[:PORT], found something "
                       "else; --no-proxy goes without",
                       out->variable);
    return ERR_OK;
}

static enum err_code parse(const char *value, struct proxy *out, struct err *e)
{
    const char *scheme_end = strstr(value, "://");
    const char *place = scheme_end ? scheme_end + 3 : value, *at;
    int n = scheme_end ? (int)(scheme_end - value) : 0;

    if (scheme_end && (n != 4 || strncasecmp(value, "http", 4) != 0))
        return err_set(e, ERR_USAGE,
                       "%s names a proxy of the kind %.*s://, which is not supported; an "
                       "http:// one is, and --no-proxy goes without",
                       out->variable, min_int(n, 16), value);
    at = memrchr(place, '@', strcspn(place, "/?#"));
    if (at)
        out->login = basic_login(place, (size_t)(at - place));
    return parse_place(at ? at + 1 : place, out, e);
}

enum err_code proxy_choose(proxy_getenv *get, const char *host, int port, bool tls,
                           struct proxy *out, struct err *e)
{
    struct proxy p = {0};
    const char *value, *exceptions, *name;
    enum err_code rc = ERR_OK;

    value =
        tls ? first_set(get, names_tls, sizeof(names_tls) / sizeof(*names_tls), &p.variable)
            : first_set(get, names_plain, sizeof(names_plain) / sizeof(*names_plain),
                        &p.variable);
    exceptions = first_set(get, names_exceptions,
                           sizeof(names_exceptions) / sizeof(*names_exceptions), &name);
    if (value && !address_is_loopback(host) &&
        !(exceptions && is_exception(exceptions, host, port)))
        rc = parse(value, &p, e);
    if (rc != ERR_OK) {
        proxy_release(&p);
        return rc;
    }
    *out = p;
    return ERR_OK;
}

void proxy_release(struct proxy *p)
{
    if (p->login)
        explicit_bzero(p->login, strlen(p->login));
    free(p->login);
    free(p->host);
    *p = (struct proxy){0};
}
