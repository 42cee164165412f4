#include "demo/fault/faults.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "demo/noise.h"

#define AT(point) (1U << FAULT_AT_##point)
#define TEXT_BYTES_MAX (64 << 20)

enum number { NO_NUMBER, COUNT, SIGNED };

static const struct {
    const char *name;
    bool numbered;
} points[] = {[FAULT_AT_LOGIN] = {"login", false}, [FAULT_AT_MESSAGE] = {"message", true},
              [FAULT_AT_FIRST] = {"first", true},  [FAULT_AT_REQUEST] = {"request", true},
              [FAULT_AT_CALL] = {"call", true},    [FAULT_AT_STREAM] = {"stream", true},
              [FAULT_AT_TIME] = {"time", true},    [FAULT_AT_TOLD] = {"told", false},
              [FAULT_AT_NAMES] = {"names", false}, [FAULT_AT_VERSION] = {"version", false}};

static const struct {
    const char *name;
    enum fault_action action;
    unsigned points;
    enum number number;
} actions[] = {{"delay", FAULT_DELAY, AT(MESSAGE) | AT(REQUEST), COUNT},
               {"hold", FAULT_HOLD, AT(MESSAGE) | AT(REQUEST), NO_NUMBER},
               {"stall", FAULT_STALL, AT(MESSAGE) | AT(CALL) | AT(STREAM), NO_NUMBER},
               {"cut", FAULT_CUT, AT(MESSAGE), NO_NUMBER},
               {"ok", FAULT_OK, AT(MESSAGE), NO_NUMBER},
               {"status", FAULT_STATUS, AT(MESSAGE) | AT(CALL) | AT(STREAM), COUNT},
               {"text", FAULT_TEXT, AT(MESSAGE) | AT(CALL) | AT(STREAM), COUNT},
               {"unexplained", FAULT_UNEXPLAINED, AT(MESSAGE), NO_NUMBER},
               {"twice", FAULT_TWICE, AT(MESSAGE), NO_NUMBER},
               {"skip", FAULT_SKIP, AT(MESSAGE) | AT(REQUEST), NO_NUMBER},
               {"flip", FAULT_FLIP, AT(MESSAGE), COUNT},
               {"truncate", FAULT_TRUNCATE, AT(MESSAGE), COUNT},
               {"flood", FAULT_FLOOD, AT(MESSAGE), COUNT},
               {"refuse", FAULT_REFUSE, AT(LOGIN), NO_NUMBER},
               {"lost", FAULT_LOST, AT(CALL) | AT(TIME) | AT(TOLD), NO_NUMBER},
               {"still", FAULT_STILL, AT(TIME) | AT(TOLD), NO_NUMBER},
               {"terminate", FAULT_TERMINATE, AT(TIME) | AT(TOLD), COUNT},
               {"hostile", FAULT_HOSTILE, AT(NAMES), NO_NUMBER},
               {"huge", FAULT_HUGE, AT(NAMES), COUNT},
               {"old", FAULT_OLD, AT(VERSION), NO_NUMBER},
               {"narrow", FAULT_NARROW, AT(MESSAGE), NO_NUMBER},
               {"dictionary", FAULT_DICTIONARY, AT(MESSAGE), NO_NUMBER},
               {"runs", FAULT_RUNS, AT(MESSAGE), NO_NUMBER},
               {"mods", FAULT_MODS, AT(MESSAGE), COUNT},
               {"rows", FAULT_ROWS, AT(MESSAGE), SIGNED},
               {"node", FAULT_NODE, AT(MESSAGE), SIGNED},
               {"offset", FAULT_OFFSET, AT(MESSAGE), SIGNED},
               {"length", FAULT_LENGTH, AT(MESSAGE), SIGNED},
               {"body", FAULT_BODY, AT(MESSAGE), SIGNED},
               {"descend", FAULT_DESCEND, AT(MESSAGE), NO_NUMBER},
               {"beyond", FAULT_BEYOND, AT(MESSAGE), NO_NUMBER},
               {"added", FAULT_ADDED, AT(MESSAGE), COUNT},
               {"ranges", FAULT_RANGES, AT(MESSAGE), COUNT},
               {"removed", FAULT_REMOVED, AT(MESSAGE), COUNT},
               {"size", FAULT_SIZE, AT(MESSAGE), SIGNED},
               {"garble", FAULT_GARBLE, AT(MESSAGE), NO_NUMBER},
               {"pad", FAULT_PAD, AT(MESSAGE), COUNT}};

static bool read_number(const char *text, bool may_be_negative, int64_t *out)
{
    char *end;

    *out = strtoll(text, &end, 10);
    return end != text && *end == '\0' && (*out >= 0 || may_be_negative);
}

static bool read_point(const char *text, size_t len, struct fault *out)
{
    const char *dot = memchr(text, '.', len);
    size_t name_len = dot ? (size_t)(dot - text) : len;
    char number[24] = "";
    int64_t n = 0;

    for (size_t i = 0; i < sizeof(points) / sizeof(*points); i++) {
        if (strlen(points[i].name) != name_len ||
            memcmp(points[i].name, text, name_len) != 0)
            continue;
        out->point = (enum fault_point)i;
        if (!points[i].numbered)
            return !dot;
        if (!dot || len - name_len - 1 >= sizeof(number))
            return false;
        memcpy(number, dot + 1, len - name_len - 1);
        if (!read_number(number, false, &n) || n == 0)
            return false;
        out->message = (uint64_t)n;
        return out->point != FAULT_AT_REQUEST || n > 1; /* the first one opens the stream */
    }
    return false;
}

static bool read_action(const char *text, struct fault *out)
{
    /* what goes wrong at a message may do so at one of the first stream */
    unsigned point = out->point == FAULT_AT_FIRST ? FAULT_AT_MESSAGE : out->point;
    size_t len = strcspn(text, ":");
    const char *number = text[len] == ':' ? text + len + 1 : NULL;

    for (size_t i = 0; i < sizeof(actions) / sizeof(*actions); i++) {
        if (strlen(actions[i].name) != len || memcmp(actions[i].name, text, len) != 0)
            continue;
        if (!(actions[i].points & 1U << point))
            return false;
        out->action = actions[i].action;
        if (actions[i].number == NO_NUMBER)
            return !number;
        return number && read_number(number, actions[i].number == SIGNED, &out->number);
    }
    return false;
}

enum err_code faults_add(struct faults *f, const char *spec, struct err *e)
{
    size_t len = strcspn(spec, "=");
    struct fault fault = {0};

    if (f->n == FAULTS_MAX)
        return err_set(e, ERR_USAGE, "more than %d faults", FAULTS_MAX);
    if (spec[len] != '=' || !read_point(spec, len, &fault))
        return err_set(e, ERR_USAGE, "fault \"%s\": there is no such point", spec);
    if (!read_action(spec + len + 1, &fault))
        return err_set(e, ERR_USAGE, "fault \"%s\": no such action there", spec);
    f->list[f->n++] = fault;
    return ERR_OK;
}

struct fault faults_find(const struct faults *f, enum fault_point point, uint64_t which)
{
    for (size_t i = 0; i < f->n; i++) {
        if (f->list[i].point == point && f->list[i].message == which)
            return f->list[i];
    }
    return (struct fault){0};
}

struct fault faults_at(const struct faults *f, uint64_t message)
{
    return faults_find(f, message ? FAULT_AT_MESSAGE : FAULT_AT_LOGIN, message);
}

char *faults_hostile_text(size_t n)
{
    static const char evil[] =
        "hostile \033]52;c;ZXZpbA==\007\033[2J\033[31m\033P0;1|x\033\\"
        "\xc2\x9b"
        "31m\r\n\b\177\xe2\x80\xae"
        "desrever\xe2\x81\xa6\xe2\x80\x8b ";
    char *out;

    if (n > TEXT_BYTES_MAX)
        n = TEXT_BYTES_MAX;
    out = MEM_ARRAY(char, n + 1);
    for (size_t i = 0; i < n; i++)
        out[i] = evil[i % (sizeof(evil) - 1)];
    return out;
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
