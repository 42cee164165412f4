#include "client/rpc/tls_reason.h"

#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

/* Whose certificate it is, for the beginning of a sentence. */
static const char *whose(const struct tls_facts *f)
{
    return f->depth == 0 ? "the server's certificate" : "the certificate of an authority";
}

static enum err_code unknown_authority(const struct tls_facts *f, const struct tls_wish *w,
                                       struct err *e)
{
    if (w->ca_file)
        return err_set(e, ERR_TLS,
                       "the server's certificate is not signed by an authority in %s, but "
                       "by \"%s\"",
                       w->ca_file, f->issuer);
    return err_set(e, ERR_TLS,
                   "the server's certificate is signed by an authority that is not trusted "
                   "here, \"%s\"; --ca FILE trusts another one",
                   f->issuer);
}

static enum err_code bad_certificate(const struct tls_facts *f, const struct tls_wish *w,
                                     struct err *e)
{
    switch (f->verify) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
        return err_set(e, ERR_TLS, "%s (\"%s\") has expired: it was valid until %s",
                       whose(f), f->owner, f->until);
    case X509_V_ERR_CERT_NOT_YET_VALID:
        return err_set(e, ERR_TLS,
                       "%s (\"%s\") is not yet valid, only from %s; is the clock right?",
                       whose(f), f->owner, f->from);
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
        return err_set(e, ERR_TLS,
                       "the server's certificate is for %s, not for %s; --server-name NAME "
                       "expects another name",
                       *f->names ? f->names : "no name", w->name);
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
        return err_set(e, ERR_TLS,
                       "the server's certificate is signed by itself and not trusted here; "
                       "--ca FILE trusts the certificate in FILE");
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
        return unknown_authority(f, w, e);
    default:
        return err_set(e, ERR_TLS, "%s (\"%s\") is not good: %s", whose(f), f->owner,
                       X509_verify_cert_error_string(f->verify));
    }
}

/* The server ended it after it had asked for a certificate: it is about that one. */
static enum err_code client_certificate(const struct tls_wish *w, struct err *e)
{
    if (w->cert_file)
        return err_set(e, ERR_TLS, "the server does not accept the client certificate %s",
                       w->cert_file);
    return err_set(e, ERR_TLS,
                   "the server lets nobody in without a client certificate; give --cert "
                   "FILE --key FILE");
}

static bool is_old(int error)
{
    return error == SSL_R_UNSUPPORTED_PROTOCOL || error == SSL_R_NO_PROTOCOLS_AVAILABLE ||
           error == SSL_R_TLSV1_ALERT_PROTOCOL_VERSION;
}

/* Something that no record of TLS can begin with. */
static bool is_no_tls(const struct tls_facts *f)
{
    return f->error == SSL_R_WRONG_VERSION_NUMBER || f->error == SSL_R_HTTP_REQUEST;
}

enum err_code tls_reason(const struct tls_facts *f, const struct tls_wish *w, struct err *e)
{
    if (!w->tls)
        return f->spoke
                   ? err_set(e, ERR_TLS, "TLS is spoken there; dh://%s does so", w->address)
                   : ERR_OK;
    if (f->verify != 0)
        return bad_certificate(f, w, e);
    if (is_old(f->error))
        return err_set(e, ERR_TLS, "the server speaks no TLS 1.2 or newer");
    if (f->error == SSL_R_TLSV1_ALERT_NO_APPLICATION_PROTOCOL || (f->shaken && !f->http2))
        return err_set(e, ERR_TLS,
                       "no HTTP/2 is spoken over TLS there (ALPN h2); is that a Deephaven "
                       "server?");
    if (is_no_tls(f))
        return err_set(e, ERR_TLS, "no TLS is spoken there; dh+plain://%s goes without",
                       w->address);
    if (f->ended && !f->spoke)
        return err_set(e, ERR_TLS,
                       "expected an answer to the TLS handshake, found the connection "
                       "closed without a word: the server is not ready, or speaks no TLS "
                       "(dh+plain://%s goes without)",
                       w->address);
    if (f->asked && (f->error != 0 || f->ended))
        return client_certificate(w, e);
    return ERR_OK;
}
