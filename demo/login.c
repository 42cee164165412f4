#include "demo/login.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/mem.h"

static void make_token(char *out)
{
    uint8_t r[16];

    if (getrandom(r, sizeof(r), 0) != (ssize_t)sizeof(r))
        abort(); /* no randomness at start: nothing can work */
    r[6] = (uint8_t)((r[6] & 0x0f) | 0x40);
    r[8] = (uint8_t)((r[8] & 0x3f) | 0x80);
    (void)snprintf(out, TOKEN_LEN + 1,
                   "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x",
                   r[0], r[1], r[2], r[3], r[4], r[5], r[6], r[7], r[8], r[9], r[10], r[11],
                   r[12], r[13], r[14], r[15]);
}

static void add_token(struct login *s, int64_t now_ms, int64_t life_ms)
{
    if (s->n_tokens < LOGIN_TOKENS)
        s->n_tokens++;
    memmove(&s->tokens[1], &s->tokens[0], (s->n_tokens - 1) * sizeof(*s->tokens));
    make_token(s->tokens[0].text);
    s->tokens[0].until_ms = now_ms + life_ms;
    s->issued_ms = now_ms;
}

struct login *login_new(int64_t now_ms, int64_t life_ms)
{
    struct login *s = MEM_NEW(struct login);

    add_token(s, now_ms, life_ms);
    return s;
}

void login_free(struct login *s)
{
    for (size_t i = 0; i < s->n_exports; i++) {
        selection_release(&s->exports[i].view);
        free(s->exports[i].text);
    }
    free(s->exports);
    free(s);
}

bool login_has_token(const struct login *s, struct bytes text, int64_t now_ms)
{
    for (size_t i = 0; i < s->n_tokens; i++) {
        if (bytes_equal(bytes_of(s->tokens[i].text), text))
            return now_ms < s->tokens[i].until_ms;
    }
    return false;
}

const char *login_token(struct login *s, int64_t now_ms, int64_t life_ms)
{
    if (now_ms - s->issued_ms >= life_ms / 5)
        add_token(s, now_ms, life_ms);
    return s->tokens[0].text;
}

bool login_expired(const struct login *s, int64_t now_ms)
{
    return now_ms >= s->tokens[0].until_ms;
}

struct export *login_export(struct login *s, int32_t id)
{
    for (size_t i = s->n_exports; i-- > 0;) { /* the newest are asked for most */
        if (s->exports[i].id == id)
            return &s->exports[i];
    }
    return NULL;
}

struct export *login_export_add(struct login *s, int32_t id, enum export_state state)
{
    MEM_GROW(s->exports, s->exports_cap, s->n_exports + 1);
    s->exports[s->n_exports] = (struct export){.id = id, .state = state};
    return &s->exports[s->n_exports++];
}

void login_export_fail(struct login *s, int32_t id, grpc_status_code status,
                       const char *text)
{
    struct export *x = login_export_add(s, id, EXPORT_FAILED);

    x->status = status;
    x->text = mem_strdup(text);
}
