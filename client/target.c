#include "client/target.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "client/rpc/address.h"
#include "client/tickets.h"

#define TARGET_PATH_PARTS 4
#define OPS_START "?op="
#define NO_NAME "expected the name of a table before the ?"
#define WEB_PORT_PLAIN 80
#define WEB_PORT_TLS 443

/* The byte that an escape stands for; -1: it is none. */
static int escaped(const char *s)
{
    int high = *s == '%' ? hex_digit(s[1]) : -1;
    int low = high < 0 ? -1 : hex_digit(s[2]);

    return low < 0 ? -1 : high << 4 | low;
}

/* Decodes percent-escapes in place. */
static enum err_code unescape(char *s, struct err *e)
{
    char *out = s;

    for (; *s; s++) {
        if (*s != '%') {
            *out++ = *s;
            continue;
        }
        int byte = escaped(s);

        if (byte <= 0)
            return err_set(e, ERR_USAGE, "expected two hex digits after %%, found \"%.2s\"",
                           s + 1);
        *out++ = (char)byte;
        s += 2;
    }
    *out = '\0';
    return ERR_OK;
}

static enum err_code parse_port(const char *text, int *port, struct err *e)
{
    char *end;
    long n;

    if (*text < '0' || *text > '9')
        return err_set(e, ERR_USAGE, "expected a port number, found \"%s\"", text);
    n = strtol(text, &end, 10);
    if (*end != '\0' || n < 1 || n > 65535)
        return err_set(e, ERR_USAGE, "expected a port from 1 to 65535, found \"%s\"", text);
    *port = (int)n;
    return ERR_OK;
}

/* Cuts the address of "[address]rest" off; rest may be ":PORT". Its zone may be written as
 * in URIs, with %25 (RFC 6874). */
static enum err_code cut_brackets(char *address, char **rest, struct err *e)
{
    char *close = strchr(address, ']');
    char *zone = strchr(address, '%');

    if (!close)
        return err_set(e, ERR_USAGE, "expected ] after [%s", address);
    *close = '\0';
    *rest = close + 1;
    if (**rest != '\0' && **rest != ':')
        return err_set(e, ERR_USAGE, "expected :PORT after ], found \"%s\"", *rest);
    if (zone && zone < close && strncmp(zone, "%25", 3) == 0 && zone[3] != '\0')
        memmove(zone + 1, zone + 3, strlen(zone + 3) + 1);
    if (!address_is_ipv6(address))
        return err_set(e, ERR_USAGE, "expected an IPv6 address in [], found \"%s\"",
                       address);
    return ERR_OK;
}

/* text is "host", "host:port", "[v6]" or "[v6]:port"; it is cut up. *port is 0 when not
 * given. */
static enum err_code parse_authority(char *text, struct target *t, struct err *e)
{
    char *host = text;
    char *rest = NULL;

    if (*text == '[') {
        host = text + 1;
        TRY(cut_brackets(host, &rest, e));
    } else {
        rest = strchr(text, ':');
        if (rest && strchr(rest + 1, ':'))
            return err_set(e, ERR_USAGE, "an IPv6 address goes in brackets: [%s]", text);
        if (!rest)
            rest = text + strlen(text);
    }
    if (*rest == ':') {
        *rest = '\0';
        TRY(parse_port(rest + 1, &t->port, e));
    }
    if (*host == '\0')
        return err_set(e, ERR_USAGE, "expected a host name");
    for (const char *p = host; *p; p++) {
        if ((unsigned char)*p <= ' ' || *p == 0x7f || strchr("@?#\\\"<>[]", *p))
            return err_set(e, ERR_USAGE, "a host name cannot hold the character \\x%02x",
                           (unsigned char)*p);
    }
    t->host = address_canonical(host);
    return ERR_OK;
}

static enum err_code parse_path(char *path, struct target *t, struct err *e)
{
    char *part[TARGET_PATH_PARTS + 1];
    size_t n = 0;

    for (char *p = path; p && n <= TARGET_PATH_PARTS; n++) {
        char *slash = strchr(p, '/');

        if (slash)
            *slash = '\0';
        TRY(unescape(p, e));
        part[n] = p;
        p = slash ? slash + 1 : NULL;
    }
    if (n == 2 && strcmp(part[0], "scope") == 0) {
        t->name = mem_strdup(part[1]);
        return ticket_scope(part[1], &t->ticket, e);
    }
    if (n == 4 && strcmp(part[0], "app") == 0 && strcmp(part[2], "field") == 0) {
        t->name = mem_strdup(part[3]);
        return ticket_application(part[1], part[3], &t->ticket, e);
    }
    if (n == 2 && strcmp(part[0], "shared") == 0) {
        t->name = mem_strdup("shared table");
        return ticket_shared(part[1], &t->ticket, e);
    }
    return err_set(e, ERR_USAGE,
                   "expected scope/NAME, app/APP/field/NAME or shared/HEX after the host");
}

static enum err_code parse_uri(char *rest, struct target *t, struct err *e)
{
    char *path = strchr(rest, '/');

    if (path)
        *path++ = '\0';
    TRY(parse_authority(rest, t, e));
    return path && *path ? parse_path(path, t, e) : ERR_OK;
}

/* --- links of the web UI --- */

static bool is_web(const char *text)
{
    return strncasecmp(text, "http://", 7) == 0 || strncasecmp(text, "https://", 8) == 0;
}

/* The value of a parameter, which is cut off in query; NULL: it has none of that name. */
static char *parameter(char *query, const char *name)
{
    size_t len = strlen(name);
    char *end;

    for (char *p = query; p; p = end ? end + 1 : NULL) {
        end = strchr(p, '&');
        if (strncmp(p, name, len) == 0 && p[len] == '=') {
            p[len + 1 + strcspn(p + len + 1, "&#")] = '\0';
            return p + len + 1;
        }
    }
    return NULL;
}

/* Whatever of a link may let somebody in is found by its name, which may be escaped. */
static bool holds_a_key(const char *query)
{
    static const char *const names[] = {"psk=", "authToken=", "token=", "password="};
    char *plain = mem_strdup(query), *out = plain;
    bool found = false;

    for (const char *p = query; *p; p++) {
        int byte = escaped(p);

        *out++ = (char)(byte > 0 ? byte : *p);
        p += byte > 0 ? 2 : 0;
    }
    *out = '\0';
    for (size_t i = 0; i < sizeof(names) / sizeof(*names) && !found; i++)
        found = strcasestr(query, names[i]) || strcasestr(plain, names[i]);
    free(plain);
    return found;
}

static enum err_code check_web(const char *text, struct err *e)
{
    if (holds_a_key(text + strcspn(text, "?#")))
        return err_set(e, ERR_USAGE,
                       "the link holds a key, which others can see on a command line: give "
                       "it by --secret-file or at the prompt, and the link without it");
    return ERR_OK;
}

/* Pages that list what there is: none of them is a table. */
static bool is_front_page(const char *path)
{
    return *path == '\0' || strcmp(path, "/") == 0 || strncmp(path, "/ide", 4) == 0;
}

static enum err_code parse_web(char *text, struct target *t, struct err *e)
{
    char *query = text + strcspn(text, "?#"), *authority, *path, *name;

    name = *query == '?' ? parameter(query + 1, "name") : NULL;
    *query = '\0';
    authority = strstr(text, "://") + 3;
    path = authority + strcspn(authority, "/");
    if (!name && !is_front_page(path))
        return err_set(e, ERR_USAGE, "expected ?name=TABLE in a link of the web UI");
    *path = '\0';
    t->tls = text[4] != ':';
    TRY(parse_authority(authority, t, e));
    if (t->port == 0)
        t->port = t->tls ? WEB_PORT_TLS : WEB_PORT_PLAIN;
    if (!name)
        return ERR_OK;
    TRY(unescape(name, e));
    t->name = mem_strdup(name);
    return ticket_scope(name, &t->ticket, e);
}

static enum err_code parse_short(char *text, struct target *t, struct err *e)
{
    char *name = strchr(text, '/');

    if (strstr(text, "://"))
        return err_set(e, ERR_USAGE, "expected dh://, dh+plain:// or a link of the web UI");
    if (name)
        *name++ = '\0';
    TRY(parse_authority(text, t, e));
    t->tls = !address_is_loopback(t->host);
    if (!name || *name == '\0')
        return ERR_OK;
    t->name = mem_strdup(name);
    return ticket_scope(name, &t->ticket, e);
}

/* An @, also as an escape where a host is expected: what is before it is a user name,
 * perhaps with a password, in which any character may be. */
static bool names_a_user(const char *text)
{
    const char *scheme = strstr(text, "://");
    const char *authority = scheme ? scheme + 3 : text;
    size_t n = strcspn(authority, "/");

    return strchr(text, '@') || memmem(authority, n, "%40", 3);
}

/* What is no target of ours, but often holds a secret; the error repeats nothing of it. */
static enum err_code check_no_secret(const char *text, struct err *e)
{
    if (names_a_user(text))
        return err_set(e, ERR_USAGE,
                       "no user names in a target: --user NAME logs in, with a password "
                       "from --secret-file or a prompt");
    if (is_web(text))
        return check_web(text, e);
    if (strchr(text, '?') && !strstr(text, OPS_START))
        return err_set(e, ERR_USAGE,
                       "no ? in a target but for ?op=: a key comes from --secret-file or a "
                       "prompt");
    return ERR_OK;
}

/* Cuts operations off; owned, or NULL. */
static char *take_ops(char *text)
{
    char *ops = strchr(text, '?');

    if (!ops)
        return NULL;
    *ops = '\0';
    return mem_strdup(ops + 1);
}

enum err_code target_parse(const char *text, struct target *out, struct err *e)
{
    struct target t = {0};
    size_t told = is_web(text) ? strcspn(text, "?#") : strlen(text);
    char *copy;
    enum err_code rc;

    TRY(check_no_secret(text, e));
    copy = mem_strdup(text);
    t.ops = is_web(text) ? NULL : take_ops(copy);
    buf_init(&t.ticket, TICKET_MAX);
    if (is_web(text)) {
        rc = parse_web(copy, &t, e);
    } else if (strncmp(copy, "dh+plain://", 11) == 0) {
        rc = parse_uri(copy + 11, &t, e);
    } else if (strncmp(copy, "dh://", 5) == 0) {
        t.tls = true;
        rc = parse_uri(copy + 5, &t, e);
    } else {
        rc = parse_short(copy, &t, e);
    }
    free(copy);
    if (rc == ERR_OK && t.ops && !t.name)
        rc = err_set(e, ERR_USAGE, NO_NAME);
    if (rc != ERR_OK) {
        target_release(&t);
        return err_wrap(e, rc, "target \"%.*s\"", (int)told, text);
    }
    if (t.port == 0)
        t.port = t.tls ? TARGET_PORT_TLS : TARGET_PORT_PLAIN;
    *out = t;
    return ERR_OK;
}

enum err_code target_set_table(struct target *t, const char *text, struct err *e)
{
    TRY(check_no_secret(text, e));
    free(t->name);
    free(t->ops);
    t->name = mem_strdup(text);
    t->ops = take_ops(t->name);
    buf_clear(&t->ticket);
    if (*t->name == '\0')
        return err_set(e, ERR_USAGE, NO_NAME);
    return ticket_scope(t->name, &t->ticket, e);
}

void target_release(struct target *t)
{
    free(t->host);
    free(t->name);
    free(t->ops);
    buf_release(&t->ticket);
    t->host = t->name = t->ops = NULL;
}

/* --- the other way --- */

static bool is_unreserved(uint8_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           c == '-' || c == '.' || c == '_' || c == '~';
}

static enum err_code escape(struct bytes text, struct buf *out, struct err *e)
{
    char hex[4];

    for (size_t i = 0; i < text.len; i++) {
        if (is_unreserved(text.data[i])) {
            TRY(buf_append(out, &text.data[i], 1, e));
            continue;
        }
        (void)snprintf(hex, sizeof(hex), "%%%02X", text.data[i]);
        TRY(buf_append_text(out, hex, e));
    }
    return ERR_OK;
}

static enum err_code append_hex(struct bytes b, struct buf *out, struct err *e)
{
    char hex[3];

    for (size_t i = 0; i < b.len; i++) {
        (void)snprintf(hex, sizeof(hex), "%02x", b.data[i]);
        TRY(buf_append_text(out, hex, e));
    }
    return ERR_OK;
}

static struct bytes part(struct bytes b, size_t from, size_t to)
{
    return (struct bytes){b.data + from, to - from};
}

/* "s/NAME", "a/APP/f/FIELD" or 'h' and bytes, see client/tickets.h. */
static enum err_code append_path(struct bytes t, struct buf *out, struct err *e)
{
    const uint8_t *field = t.len > 2 ? memmem(t.data + 2, t.len - 2, "/f/", 3) : NULL;
    size_t at = field ? (size_t)(field - t.data) : 0;

    if (t.len > 2 && t.data[0] == 's') {
        TRY(buf_append_text(out, "scope/", e));
        return escape(part(t, 2, t.len), out, e);
    }
    if (t.len > 1 && t.data[0] == 'h') {
        TRY(buf_append_text(out, "shared/", e));
        return append_hex(part(t, 1, t.len), out, e);
    }
    if (!field || t.data[0] != 'a')
        return err_set(e, ERR_USAGE, "this table has no name on the server");
    TRY(buf_append_text(out, "app/", e));
    TRY(escape(part(t, 2, at), out, e));
    TRY(buf_append_text(out, "/field/", e));
    return escape(part(t, at + 3, t.len), out, e);
}

enum err_code target_uri(bool tls, const char *address, struct bytes ticket,
                         struct buf *out, struct err *e)
{
    TRY(buf_append_text(out, tls ? "dh://" : "dh+plain://", e));
    TRY(buf_append_text(out, address, e));
    TRY(buf_append_text(out, "/", e));
    return append_path(ticket, out, e);
}

bool target_same_server(const struct target *a, const struct target *b)
{
    return a->port == b->port && a->tls == b->tls && strcmp(a->host, b->host) == 0;
}
