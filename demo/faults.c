#include "demo/faults.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "demo/noise.h"

static const struct {
    const char *name;
    enum fault_action action;
    bool has_number;
} actions[] = {{"delay", FAULT_DELAY, true},       {"stall", FAULT_STALL, false},
               {"cut", FAULT_CUT, false},          {"ok", FAULT_OK, false},
               {"status", FAULT_STATUS, true},     {"twice", FAULT_TWICE, false},
               {"skip", FAULT_SKIP, false},        {"flip", FAULT_FLIP, true},
               {"truncate", FAULT_TRUNCATE, true}, {"refuse", FAULT_REFUSE, false}};

static bool read_number(const char *text, int64_t *out)
{
    char *end;

    *out = strtoll(text, &end, 10);
    return end != text && *end == '\0' && *out >= 0;
}

static bool read_point(const char *text, size_t len, uint64_t *message)
{
    static const char prefix[] = "message.";
    char number[24] = "";
    int64_t n;

    *message = 0;
    if (len == strlen("login") && memcmp(text, "login", len) == 0)
        return true;
    if (len <= strlen(prefix) || len - strlen(prefix) >= sizeof(number) ||
        memcmp(text, prefix, strlen(prefix)) != 0)
        return false;
    memcpy(number, text + strlen(prefix), len - strlen(prefix));
    if (!read_number(number, &n) || n == 0)
        return false;
    *message = (uint64_t)n;
    return true;
}

static bool read_action(const char *text, struct fault *out)
{
    size_t len = strcspn(text, ":");
    const char *number = text[len] == ':' ? text + len + 1 : NULL;

    for (size_t i = 0; i < sizeof(actions) / sizeof(*actions); i++) {
        if (strlen(actions[i].name) != len || memcmp(actions[i].name, text, len) != 0)
            continue;
        out->action = actions[i].action;
        return actions[i].has_number ? number && read_number(number, &out->number)
                                     : !number;
    }
    return false;
}

enum err_code faults_add(struct faults *f, const char *spec, struct err *e)
{
    size_t len = strcspn(spec, "=");
    struct fault fault = {0};

    if (f->n == FAULTS_MAX)
        return err_set(e, ERR_USAGE, "more than %d faults", FAULTS_MAX);
    if (spec[len] != '=' || !read_point(spec, len, &fault.message))
        return err_set(e, ERR_USAGE, "fault \"%s\": expected login= or message.N=", spec);
    if (!read_action(spec + len + 1, &fault) ||
        (fault.message == 0) != (fault.action == FAULT_REFUSE))
        return err_set(e, ERR_USAGE, "fault \"%s\": no such action there", spec);
    f->list[f->n++] = fault;
    return ERR_OK;
}

struct fault faults_at(const struct faults *f, uint64_t message)
{
    for (size_t i = 0; i < f->n; i++) {
        if (f->list[i].message == message)
            return f->list[i];
    }
    return (struct fault){0};
}

void faults_damage(const struct faults *f, const struct fault *fault, struct buf *message)
{
    if (fault->action == FAULT_TRUNCATE) {
        size_t cut = (size_t)fault->number;

        message->len -= cut < message->len ? cut : message->len;
    }
    for (int64_t i = 0; fault->action == FAULT_FLIP && message->len && i < fault->number;
         i++) {
        uint64_t bits = noise_hash(f->seed, fault->message, (uint64_t)i);

        message->data[(bits >> 3) % message->len] ^= (uint8_t)(1U << (bits & 7));
    }
}
