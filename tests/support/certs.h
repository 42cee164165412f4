/*
 * tests/support/certs.h - certificates made for one test, good ones and bad ones.
 *
 * Tests only.
 */
#ifndef TESTS_SUPPORT_CERTS_H
#define TESTS_SUPPORT_CERTS_H

#include <stdbool.h>

struct cert {
    char *file, *key_file; /* PEM: it and its issuers; its key, of mode 0600 */
    void *x509, *key;      /* of the library */
    const struct cert *issuer;
};

struct cert_options {
    const char *name;          /* common name, and that of its files */
    const char *also;          /* "DNS:localhost,IP:127.0.0.1"; NULL: none */
    int from_day, until_day;   /* relative to today; both 0: from yesterday to tomorrow */
    const struct cert *issuer; /* borrowed; NULL: signed by itself */
    bool authority;
};

/* Writes NAME.crt and NAME.key into the folder. Owned: cert_free(), which removes them. */
struct cert *cert_new(const char *folder, const struct cert_options *o);
void cert_free(struct cert *c); /* accepts NULL */

#endif
