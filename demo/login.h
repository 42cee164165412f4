/*
 * demo/login.h - logins: tokens that rotate, and the exports that hang on them.
 *
 * A token lives for life_ms; once the newest is a fifth of that old, the next call gets
 * another, the older ones staying valid until their own time is over. Ids of exports are
 * never used twice. Times are in milliseconds of a monotonic clock. Protocol:
 * deephaven-core SessionService, SessionState. Loop thread only.
 */
#ifndef DEMO_LOGIN_H
#define DEMO_LOGIN_H

#include <grpc/status.h>
#include <stdbool.h>

#include "base/buf.h"
#include "demo/selection.h"

#define TOKEN_LEN 36
#define LOGIN_TOKENS 8 /* older tokens kept */

struct token {
    char text[TOKEN_LEN + 1];
    int64_t until_ms;
};

enum export_state { EXPORT_READY, EXPORT_RELEASED, EXPORT_FAILED };

struct export
{
    int32_t id;
    enum export_state state;
    struct selection view;   /* READY */
    grpc_status_code status; /* FAILED */
    char *text;              /* FAILED; owned */
};

struct login {
    struct login *next;
    struct token tokens[LOGIN_TOKENS]; /* newest first */
    size_t n_tokens;
    int64_t issued_ms; /* of the newest */
    struct export *exports;
    size_t n_exports, exports_cap;
};

struct login *login_new(int64_t now_ms, int64_t life_ms); /* owned */
void login_free(struct login *s);

/* Whether a bearer's text is a live token of s. */
bool login_has_token(const struct login *s, struct bytes text, int64_t now_ms);

/* The newest token, rotated first when it is due. Borrowed until the next call. */
const char *login_token(struct login *s, int64_t now_ms, int64_t life_ms);

bool login_expired(const struct login *s, int64_t now_ms);

/* NULL when the id was never defined. Borrowed until the next login_export_add(). */
struct export *login_export(struct login *s, int32_t id);

/* Adds an export; the id must not be known. Borrowed as above. */
struct export *login_export_add(struct login *s, int32_t id, enum export_state state);

/* Likewise, one that what refers to it fails with; text is copied. */
void login_export_fail(struct login *s, int32_t id, grpc_status_code status,
                       const char *text);

#endif
