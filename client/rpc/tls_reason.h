/*
 * client/rpc/tls_reason.h - why there is no TLS with a server, in words that name the way
 * out.
 *
 * Pure: client/rpc/handshake collects the facts.
 */
#ifndef CLIENT_RPC_TLS_REASON_H
#define CLIENT_RPC_TLS_REASON_H

#include <stdbool.h>

#include "base/err.h"

struct tls_facts {
    bool spoke;     /* something that is TLS came from there */
    bool shaken;    /* the handshake is through, as far as the server says so far */
    bool asked;     /* the server asked for a client certificate */
    bool ended;     /* the server closed the connection */
    bool http2;     /* it chose HTTP/2 (ALPN h2) */
    int error;      /* reason of the library's error (SSL_R_...), 0: none */
    int verify;     /* what is wrong with a certificate (X509_V_ERR_...), 0: nothing */
    int depth;      /* which one: 0 is the server's own */
    char owner[64]; /* whose it is and who signed it, as the server says */
    char issuer[64];
    char from[16], until[16]; /* days it is valid, both inclusive */
    char names[96];           /* that the server's own is for */
};

/* What was asked for. */
struct tls_wish {
    bool tls; /* else: plaintext, and only whether TLS is spoken is of interest */
    const char *address;             /* "host:port" */
    const char *name;                /* expected in the certificate */
    const char *ca_file, *cert_file; /* NULL: none given */
};

/* ERR_TLS with the reason, or ERR_OK: the facts tell of none. */
enum err_code tls_reason(const struct tls_facts *f, const struct tls_wish *w,
                         struct err *e);

#endif
