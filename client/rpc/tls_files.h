/*
 * client/rpc/tls_files.h - the PEM files that a TLS connection is made from, read and
 * checked before anything is sent.
 *
 * What a library would refuse without a word, or only once it is connected, is refused here
 * with the file, the reason and the way out. Any thread.
 */
#ifndef CLIENT_RPC_TLS_FILES_H
#define CLIENT_RPC_TLS_FILES_H

#include "base/buf.h"
#include "base/err.h"

struct tls_files {
    struct buf roots, cert, key; /* PEM as C strings; cert and key empty: none was given */
    const char *roots_file;      /* borrowed: the argument, or a constant */
};

/* ca: authorities to trust, NULL: the system's. cert and key: both, or NULL. ERR_IO when a
 * file cannot be read; ERR_USAGE when it is broken, holds nothing of the kind, a key is
 * encrypted, not the certificate's, or open to others, or the certificate has expired or
 * is not yet valid. Release with tls_files_release(), which wipes the key. */
enum err_code tls_files_read(const char *ca, const char *cert, const char *key,
                             struct tls_files *out, struct err *e);
void tls_files_release(struct tls_files *files);

#endif
