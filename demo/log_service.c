#include "demo/log_service.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/time.h>

#include "base/mem.h"
#include "demo/request.h"

#define US_PER_S INT64_C(1000000)

static int64_t now_us(void)
{
    struct timeval now;

    (void)gettimeofday(&now, NULL);
    return (int64_t)now.tv_sec * US_PER_S + now.tv_usec;
}

void log_reason(struct server *s, const char *reason, char id[LOG_ID_LEN + 1])
{
    struct log_line *line = &s->log[s->n_logged % LOG_LINES];

    (void)snprintf(id, LOG_ID_LEN + 1, "00000000-0000-4000-8000-%012" PRIx64,
                   ++s->n_logged & UINT64_C(0xffffffffffff));
    free(line->text);
    line->time_us = now_us();
    line->text = mem_printf("Internal Error '%s' %s", id, reason);
}

void log_release(struct server *s)
{
    for (size_t i = 0; i < LOG_LINES; i++)
        free(s->log[i].text);
}

static void send_line(struct request *r, int64_t time_us, const char *level,
                      const char *text)
{
    struct buf message;
    struct err e;

    buf_init(&message, MESSAGE_MAX);
    if (wire_log_line_encode(time_us, level, bytes_of(text), &message, &e) == ERR_OK)
        rpc_queue(r->rpc, buf_bytes(&message));
    buf_release(&message);
}

static void tell_reasons(struct request *r)
{
    const struct server *s = r->server;

    if (s->n_logged > LOG_LINES && r->lines_told < s->n_logged - LOG_LINES)
        r->lines_told = s->n_logged - LOG_LINES; /* the others are gone */
    while (r->lines_told < s->n_logged && rpc_takes(r->rpc)) {
        const struct log_line *line = &s->log[r->lines_told++ % LOG_LINES];

        send_line(r, line->time_us, "ERROR", line->text);
    }
}

/* What was due since the last look. A reader that takes too little of it is sent away, as a
 * real server does. False: it was. */
static bool tell_noise(struct request *r)
{
    int64_t now = now_us(), per_s = r->server->options.log_per_s;
    int64_t due = (now - r->noise_us) * per_s / US_PER_S;
    char text[64];

    r->noise_us += per_s > 0 ? due * US_PER_S / per_s : 0;
    for (int64_t i = 0; i < due; i++) {
        if (!rpc_takes(r->rpc)) {
            request_fail(r, GRPC_STATUS_RESOURCE_EXHAUSTED,
                         "Too slow: the client fell behind");
            return false;
        }
        (void)snprintf(text, sizeof(text), "noise %" PRIu64, ++r->noise);
        send_line(r, now, "INFO", text);
    }
    return true;
}

void serve_log_tick(struct request *r)
{
    if (tell_noise(r))
        tell_reasons(r);
}

bool serve_log(struct request *r)
{
    r->open = true;
    r->noise_us = now_us();
    serve_log_tick(r);
    return true;
}
