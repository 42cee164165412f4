#include "demo/log_service.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/time.h>

#include "base/mem.h"
#include "base/num.h"
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

static void send_line(struct request *r, const struct log_line *line)
{
    struct buf message;
    struct err e;

    buf_init(&message, MESSAGE_MAX);
    if (wire_log_line_encode(line->time_us, "ERROR", bytes_of(line->text), &message, &e) ==
        ERR_OK)
        rpc_send(r->rpc, buf_bytes(&message));
    buf_release(&message);
}

/* One line; others follow when it has left. */
void serve_log_tick(struct request *r)
{
    const struct server *s = r->server;

    if (s->n_logged > LOG_LINES && r->lines_told < s->n_logged - LOG_LINES)
        r->lines_told = s->n_logged - LOG_LINES; /* the others are gone */
    if (r->lines_told < s->n_logged && rpc_idle(r->rpc))
        send_line(r, &s->log[r->lines_told++ % LOG_LINES]);
}

bool serve_log(struct request *r)
{
    r->open = true;
    serve_log_tick(r);
    return true;
}
