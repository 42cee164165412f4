#include "tests/support/certs.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include "base/mem.h"

#define DAY (24 * 3600)

static void add_extension(X509 *x, X509 *issuer, int nid, const char *value)
{
    X509V3_CTX ctx;
    X509_EXTENSION *extension;

    X509V3_set_ctx(&ctx, issuer, x, NULL, NULL, 0);
    extension = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
    assert_non_null(extension);
    assert_int_equal(X509_add_ext(x, extension, -1), 1);
    X509_EXTENSION_free(extension);
}

static X509 *make(const struct cert_options *o, EVP_PKEY *key)
{
    X509 *x = X509_new();
    X509 *issuer = o->issuer ? o->issuer->x509 : x;
    X509_NAME *name = X509_get_subject_name(x);
    bool usual = o->from_day == 0 && o->until_day == 0;
    uint32_t serial;

    assert_int_equal(RAND_bytes((unsigned char *)&serial, sizeof(serial)), 1);
    assert_int_equal(X509_set_version(x, X509_VERSION_3), 1);
    assert_int_equal(ASN1_INTEGER_set_uint64(X509_get_serialNumber(x), serial | 1), 1);
    (void)X509_gmtime_adj(X509_getm_notBefore(x), usual ? -DAY : (long)o->from_day * DAY);
    (void)X509_gmtime_adj(X509_getm_notAfter(x), usual ? DAY : (long)o->until_day * DAY);
    assert_int_equal(X509_set_pubkey(x, key), 1);
    assert_int_equal(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
                                                (const unsigned char *)o->name, -1, -1, 0),
                     1);
    assert_int_equal(X509_set_issuer_name(x, X509_get_subject_name(issuer)), 1);
    if (o->authority) {
        add_extension(x, issuer, NID_basic_constraints, "critical,CA:TRUE");
        add_extension(x, issuer, NID_key_usage, "critical,keyCertSign,cRLSign");
    }
    if (o->also)
        add_extension(x, issuer, NID_subject_alt_name, o->also);
    assert_true(X509_sign(x, o->issuer ? o->issuer->key : key, EVP_sha256()) > 0);
    return x;
}

static void write_cert(const struct cert *c)
{
    FILE *f = fopen(c->file, "we");

    assert_non_null(f);
    for (const struct cert *one = c; one; one = one->issuer)
        assert_int_equal(PEM_write_X509(f, one->x509), 1);
    assert_int_equal(fclose(f), 0);
}

static void write_key(const struct cert *c)
{
    FILE *f = fopen(c->key_file, "we");

    assert_non_null(f);
    assert_int_equal(chmod(c->key_file, 0600), 0);
    assert_int_equal(PEM_write_PrivateKey(f, c->key, NULL, NULL, 0, NULL, NULL), 1);
    assert_int_equal(fclose(f), 0);
}

struct cert *cert_new(const char *folder, const struct cert_options *o)
{
    struct cert *c = MEM_NEW(struct cert);

    c->issuer = o->issuer;
    c->file = mem_printf("%s/%s.crt", folder, o->name);
    c->key_file = mem_printf("%s/%s.key", folder, o->name);
    c->key = EVP_EC_gen("P-256");
    assert_non_null(c->key);
    c->x509 = make(o, c->key);
    write_cert(c);
    write_key(c);
    return c;
}

void cert_free(struct cert *c)
{
    if (!c)
        return;
    (void)unlink(c->file);
    (void)unlink(c->key_file);
    X509_free(c->x509);
    EVP_PKEY_free(c->key);
    free(c->file);
    free(c->key_file);
    free(c);
}
