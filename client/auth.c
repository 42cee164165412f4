#include "client/auth.h"

#include <assert.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/secret.h"
#include "base/text.h"

#define PSK_TYPE "io.deephaven.authentication.psk.PskAuthenticationHandler"
#define MTLS_TYPE "io.deephaven.authentication.mtls.MTlsAuthenticationHandler"
#define OIDC_TYPE "io.deephaven.authentication.oidc.OidcAuthenticationHandler"

/* How a name given by --auth, or a handler that the server lists, becomes a header. */
static const struct auth_kind {
    const char *name;    /* for --auth */
    const char *type;    /* first word of the header */
    const char *handler; /* class that the server lists */
    const char *options; /* what else is to be given with it */
    bool needs_secret;
    bool needs_user;
} auth_kinds[] = {
    {"anonymous", "Anonymous", "io.deephaven.auth.AnonymousAuthenticationHandler", "",
     false, false},
    {"psk", PSK_TYPE, PSK_TYPE, "", true, false},
    {"basic", "Basic", "io.deephaven.auth.BasicAuthMarshaller", " --user NAME", true, true},
    {"mtls", MTLS_TYPE, MTLS_TYPE, " --cert FILE --key FILE", false, false},
    {"oidc", OIDC_TYPE, OIDC_TYPE, " --secret-command CMD", true, false},
};

struct auth {
    char *type; /* as in auth_kinds, or of a handler not known here; NULL: not chosen */
    char *user;
    struct secret *secret;
    bool secret_allowed, secret_comes;
    char *address;
};

void auth_wipe(char **s)
{
    if (*s)
        explicit_bzero(*s, strlen(*s));
    free(*s);
    *s = NULL;
}

static const struct auth_kind *find_kind(const char *name)
{
    for (size_t i = 0; i < sizeof(auth_kinds) / sizeof(*auth_kinds); i++) {
        if (strcmp(auth_kinds[i].name, name) == 0)
            return &auth_kinds[i];
    }
    return NULL;
}

bool auth_is_bare(const struct auth *a)
{
    return a->type && !find_kind(a->type) && !a->secret;
}

bool auth_is_header_text(struct bytes text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] < 0x20 || text.data[i] > 0x7e)
            return false;
    }
    return true;
}

enum err_code auth_refuse_plaintext(const struct auth *a, struct err *e)
{
    return err_set(e, ERR_USAGE,
                   "a secret would go in plain text to %s; use dh:// or "
                   "--insecure-plaintext",
                   a->address);
}

bool auth_has_secret(const struct auth *a)
{
    return a->secret != NULL;
}

/* What travels as base64 may hold any letter; RFC 7617 leaves control characters out. */
static bool is_utf8_text(struct bytes text)
{
    while (text.len > 0) {
        uint32_t cp;
        size_t n = text_code_point(text, &cp);

        if (n == 0 || cp < 0x20 || cp == 0x7f)
            return false;
        text = (struct bytes){text.data + n, text.len - n};
    }
    return true;
}

/* Keys and tokens travel bare in the header, which begins and ends where its text does. */
static enum err_code check_bare(const char *secret, struct err *e)
{
    if (!auth_is_header_text(bytes_of(secret)))
        return err_set(e, ERR_USAGE, "the key holds a character that is not plain ASCII");
    if (secret[strlen(secret) - 1] == ' ')
        return err_set(e, ERR_USAGE, "the key ends in a blank");
    return ERR_OK;
}

static enum err_code check_secret(const struct auth *a, const struct auth_kind *kind,
                                  const char *secret, struct err *e)
{
    if (*secret == '\0')
        return err_set(e, ERR_USAGE, "the key is empty");
    if (!kind || !kind->needs_user)
        TRY(check_bare(secret, e));
    else if (!is_utf8_text(bytes_of(secret)))
        return err_set(e, ERR_USAGE,
                       "the password holds a control character, or is no UTF-8");
    return a->secret_allowed ? ERR_OK : auth_refuse_plaintext(a, e);
}

/* The name is not repeated: what is wrong with it may be that a password is in it. */
static enum err_code check_user(const struct auth_options *o, struct err *e)
{
    if (!o->user)
        return err_set(e, ERR_USAGE, "--auth %s needs --user NAME", o->type);
    if (strchr(o->user, ':'))
        return err_set(e, ERR_USAGE,
                       "--user: expected a name without a colon; the password comes from "
                       "--secret-file or a prompt");
    if (!is_utf8_text(bytes_of(o->user)))
        return err_set(e, ERR_USAGE,
                       "--user: a control character in the name, or no UTF-8");
    return ERR_OK;
}

/* It ends at the first blank of the header: what a blank follows may be a secret. */
static bool is_type_name(const char *type)
{
    return *type && auth_is_header_text(bytes_of(type)) && !strchr(type, ' ');
}

static enum err_code check_options(const struct auth *a, const struct auth_options *o,
                                   struct err *e)
{
    const struct auth_kind *kind = o->type ? find_kind(o->type) : NULL;

    if (o->type && !is_type_name(o->type))
        return err_set(e, ERR_USAGE,
                       "--auth: expected a type of plain ASCII without blanks; what "
                       "follows it comes from --secret-file or a prompt");
    if (o->secret)
        TRY(check_secret(a, kind, o->secret, e));
    if (kind && kind->needs_user)
        TRY(check_user(o, e));
    if (kind && !kind->needs_secret && (o->secret || o->secret_comes))
        return err_set(e, ERR_USAGE, "--auth %s takes no secret", o->type);
    return ERR_OK;
}

static char *copy(const char *text)
{
    return text ? mem_strdup(text) : NULL;
}

enum err_code auth_new(const struct auth_options *o, struct auth **out, struct err *e)
{
    struct auth *a = MEM_NEW(struct auth);
    enum err_code rc;

    a->secret_allowed = o->secret_allowed;
    a->secret_comes = o->secret_comes;
    a->address = mem_strdup(o->address);
    rc = check_options(a, o, e);
    if (rc != ERR_OK) {
        auth_free(a);
        return rc;
    }
    a->type = copy(o->type);
    a->user = copy(o->user);
    a->secret = o->secret ? secret_new(o->secret) : NULL;
    *out = a;
    return ERR_OK;
}

void auth_free(struct auth *a)
{
    if (!a)
        return;
    secret_free(a->secret);
    free(a->type);
    free(a->user);
    free(a->address);
    free(a);
}

bool auth_has_type(const struct auth *a)
{
    return a->type != NULL;
}

static bool listed(struct bytes handlers, const char *name)
{
    const char *class_name = find_kind(name)->handler;

    return handlers.len > 0 &&
           memmem(handlers.data, handlers.len, class_name, strlen(class_name)) != NULL;
}

enum err_code auth_choose(struct auth *a, struct bytes handlers, struct err *e)
{
    const char *type = NULL;
    bool anonymous = listed(handlers, "anonymous");

    if (listed(handlers, "psk") && (a->secret || !anonymous))
        type = "psk";
    else if (anonymous)
        type = "anonymous";
    if (!type) {
        (void)err_set(e, ERR_AUTH, "a login has to be named");
        auth_tell_handlers(handlers, e);
        return ERR_AUTH;
    }
    free(a->type);
    a->type = mem_strdup(type);
    return ERR_OK;
}

static const struct auth_kind *kind_of_handler(struct bytes class_name)
{
    for (size_t i = 0; i < sizeof(auth_kinds) / sizeof(*auth_kinds); i++) {
        if (bytes_equal(class_name, bytes_of(auth_kinds[i].handler)))
            return &auth_kinds[i];
    }
    return NULL;
}

/* The types of other handlers are not told by the server, only their classes. */
static char *how_to(struct bytes class_name)
{
    const struct auth_kind *kind = kind_of_handler(class_name);

    return kind ? mem_printf("--auth %s%s", kind->name, kind->options)
                : mem_printf("--auth TYPE (%.*s)", (int)class_name.len,
                             (const char *)class_name.data);
}

void auth_tell_handlers(struct bytes handlers, struct err *e)
{
    struct buf text;

    buf_init(&text, sizeof(e->msg));
    while (handlers.len > 0) {
        const uint8_t *comma = memchr(handlers.data, ',', handlers.len);
        size_t n = comma ? (size_t)(comma - handlers.data) : handlers.len;
        char *how = how_to((struct bytes){handlers.data, n});

        if (n > 0 && ((text.len > 0 && buf_append_text(&text, ", ", NULL) != ERR_OK) ||
                      buf_append_text(&text, how, NULL) != ERR_OK))
            n = handlers.len; /* the rest would be cut anyway */
        free(how);
        n += n < handlers.len;
        handlers = (struct bytes){handlers.data + n, handlers.len - n};
    }
    if (text.len > 0) {
        struct err said = *e;

        (void)err_set(e, e->code, "%s; this server takes %.*s", said.msg, (int)text.len,
                      (const char *)text.data);
    }
    buf_release(&text);
}

bool auth_wants_secret(const struct auth *a)
{
    const struct auth_kind *kind = a->type ? find_kind(a->type) : NULL;

    return a->type && !a->secret && (kind ? kind->needs_secret : a->secret_comes);
}

enum err_code auth_set_secret(struct auth *a, const char *secret, struct err *e)
{
    TRY(check_secret(a, a->type ? find_kind(a->type) : NULL, secret, e));
    secret_free(a->secret);
    a->secret = secret_new(secret);
    return ERR_OK;
}

/* base64 of "user:secret" */
static char *basic_payload(const char *user, const char *secret)
{
    char *plain = mem_printf("%s:%s", user, secret);
    size_t n = strlen(plain);
    char *out = mem_calloc(1, 4 * (n / 3 + 1) + 1);

    (void)EVP_EncodeBlock((unsigned char *)out, (const unsigned char *)plain, (int)n);
    auth_wipe(&plain);
    return out;
}

char *auth_header(const struct auth *a)
{
    const struct auth_kind *kind = find_kind(a->type);
    const char *type = kind ? kind->type : a->type;
    char *payload = NULL, *header;

    assert(!auth_wants_secret(a));
    if (kind && kind->needs_user)
        payload = basic_payload(a->user, secret_text(a->secret));
    else if (a->secret && (!kind || kind->needs_secret))
        payload = mem_strdup(secret_text(a->secret));
    header = payload ? mem_printf("%s %s", type, payload) : mem_strdup(type);
    auth_wipe(&payload);
    return header;
}

void auth_forget(struct auth *a)
{
    secret_free(a->secret);
    a->secret = NULL;
}
