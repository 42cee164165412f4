#include "client/rpc/tls_files.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/secret.h"

#define PEM_MAX ((size_t)4 << 20) /* bytes of a PEM file */

static const char *const system_roots[] = {
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/cert.pem",
};

/* --- reading --- */

static enum err_code read_pem(const char *path, bool secret, struct buf *out, struct err *e)
{
    FILE *f = fopen(path, "re");
    char chunk[4096];
    size_t n;
    enum err_code rc = ERR_OK;

    if (!f)
        return err_set(e, ERR_IO, "cannot read %s: %s", path, strerror(errno));
    (void)setvbuf(f, NULL, _IONBF, 0); /* a buffer of its own would keep a part of a key */
    if (secret) {
        secret_guard();
        rc = file_check_private(fileno(f), "key file", path, e);
    }
    while (rc == ERR_OK && (n = fread(chunk, 1, sizeof(chunk), f)) > 0)
        rc = buf_append(out, chunk, n, e);
    if (rc == ERR_OK && ferror(f))
        rc = err_set(e, ERR_IO, "cannot read %s: %s", path, strerror(errno));
    if (rc == ERR_OK && !memmem(out->data, out->len, "-----BEGIN ", 11))
        rc = err_set(e, ERR_USAGE, "%s holds no PEM block", path);
    if (rc == ERR_OK)
        rc = buf_append(out, "", 1, e); /* gRPC wants a C string */
    explicit_bzero(chunk, sizeof(chunk));
    (void)fclose(f);
    return rc;
}

static enum err_code read_roots(const char *ca, struct tls_files *out, struct err *e)
{
    out->roots_file = ca;
    if (ca)
        return read_pem(ca, false, &out->roots, e);
    for (size_t i = 0; i < sizeof(system_roots) / sizeof(*system_roots); i++) {
        buf_clear(&out->roots);
        out->roots_file = system_roots[i];
        if (read_pem(system_roots[i], false, &out->roots, NULL) == ERR_OK)
            return ERR_OK;
    }
    return err_set(e, ERR_IO, "no system certificates found (%s); give --ca FILE",
                   system_roots[0]);
}

/* --- checks --- */

static BIO *open_pem(const struct buf *pem)
{
    return BIO_new_mem_buf(pem->data,
                           (int)pem->len - 1); /* without the end of the string */
}

/* Why the library could not read on; NULL: there is no more to read. */
static const char *why_not(void)
{
    unsigned long error = ERR_peek_last_error();
    const char *text = ERR_reason_error_string(error);

    if (ERR_GET_LIB(error) == ERR_LIB_PEM && ERR_GET_REASON(error) == PEM_R_NO_START_LINE)
        return NULL;
    return text ? text : "it cannot be read";
}

/* Every certificate can be read. *first: owned by the caller, the first one; may be NULL.
 */
static enum err_code check_certificates(const char *path, const struct buf *pem,
                                        X509 **first, struct err *e)
{
    BIO *in = open_pem(pem);
    X509 *one;
    int n = 0;
    const char *why;

    ERR_clear_error();
    while ((one = PEM_read_bio_X509(in, NULL, NULL, NULL)) != NULL) {
        if (n++ == 0 && first)
            *first = one;
        else
            X509_free(one);
    }
    why = why_not();
    ERR_clear_error();
    BIO_free(in);
    if (why)
        return err_set(e, ERR_USAGE, "%s is broken at certificate %d: %s", path, n + 1,
                       why);
    if (n == 0)
        return err_set(e, ERR_USAGE, "%s holds no certificate", path);
    return ERR_OK;
}

static enum err_code check_days(const char *path, const X509 *certificate, struct err *e)
{
    const ASN1_TIME *from = X509_get0_notBefore(certificate);
    const ASN1_TIME *until = X509_get0_notAfter(certificate);
    bool early = X509_cmp_current_time(from) > 0, late = X509_cmp_current_time(until) < 0;
    char day[16] = "?";
    struct tm tm;

    if (ASN1_TIME_to_tm(early ? from : until, &tm) == 1)
        (void)strftime(day, sizeof(day), "%Y-%m-%d", &tm);
    if (early)
        return err_set(e, ERR_USAGE,
                       "the certificate in %s is not yet valid, only from %s; is the clock "
                       "right?",
                       path, day);
    if (late)
        return err_set(e, ERR_USAGE,
                       "the certificate in %s has expired: it was valid until %s", path,
                       day);
    return ERR_OK;
}

/* Asked only for an encrypted key. */
static int no_passphrase(char *out, int size, int writing, void *asked)
{
    (void)writing;
    if (size > 0)
        *out = '\0';
    *(bool *)asked = true;
    return -1;
}

static enum err_code read_key(const char *path, const struct buf *pem, EVP_PKEY **out,
                              struct err *e)
{
    BIO *in = open_pem(pem);
    bool encrypted = false;
    const char *why;

    ERR_clear_error();
    *out = PEM_read_bio_PrivateKey(in, NULL, no_passphrase, &encrypted);
    why = *out ? NULL : why_not();
    ERR_clear_error();
    BIO_free(in);
    if (*out)
        return ERR_OK;
    if (encrypted)
        return err_set(e, ERR_USAGE,
                       "the key in %s is encrypted; \"openssl pkey -in FILE -out NEW\" "
                       "writes one that is not",
                       path);
    return why ? err_set(e, ERR_USAGE, "the key in %s is broken: %s", path, why)
               : err_set(e, ERR_USAGE, "%s holds no private key", path);
}

/* The key belongs to the first certificate, and that one is valid. */
static enum err_code check_pair(const char *cert_path, const char *key_path,
                                const struct tls_files *files, struct err *e)
{
    X509 *certificate = NULL;
    EVP_PKEY *key = NULL;
    enum err_code rc;

    rc = check_certificates(cert_path, &files->cert, &certificate, e);
    if (rc == ERR_OK)
        rc = read_key(key_path, &files->key, &key, e);
    if (rc == ERR_OK && X509_check_private_key(certificate, key) != 1)
        rc = err_set(e, ERR_USAGE, "the key in %s does not belong to the certificate in %s",
                     key_path, cert_path);
    if (rc == ERR_OK)
        rc = check_days(cert_path, certificate, e);
    ERR_clear_error();
    EVP_PKEY_free(key);
    X509_free(certificate);
    return rc;
}

enum err_code tls_files_read(const char *ca, const char *cert, const char *key,
                             struct tls_files *out, struct err *e)
{
    enum err_code rc;

    buf_init(&out->roots, PEM_MAX);
    buf_init(&out->cert, PEM_MAX);
    buf_init_secret(&out->key, PEM_MAX);
    rc = !cert != !key ? err_set(e, ERR_USAGE, "--cert and --key go together") : ERR_OK;
    if (rc == ERR_OK)
        rc = read_roots(ca, out, e);
    if (rc == ERR_OK && ca) /* the system's are its own care, and long */
        rc = check_certificates(ca, &out->roots, NULL, e);
    if (rc == ERR_OK && cert) {
        rc = read_pem(cert, false, &out->cert, e);
        if (rc == ERR_OK)
            rc = read_pem(key, true, &out->key, e);
        if (rc == ERR_OK)
            rc = check_pair(cert, key, out, e);
    }
    if (rc != ERR_OK)
        tls_files_release(out);
    return rc;
}

void tls_files_release(struct tls_files *files)
{
    buf_release(&files->roots);
    buf_release(&files->cert);
    buf_release(&files->key);
}
