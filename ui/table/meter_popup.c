#include "ui/table/meter_popup.h"

#include <assert.h>

#include "client/clock.h"

#define METER_REFRESH_MS 250

static void on_timer(uv_timer_t *timer)
{
    struct meter_popup *m = timer->data;

    popup_changed(m->popup);
    m->handler->changed(m->ctx);
}

void meter_popup_init(struct meter_popup *m, uv_loop_t *loop,
                      const struct meter_popup_handler *handler, void *ctx)
{
    *m = (struct meter_popup){.handler = handler, .ctx = ctx};
    (void)uv_timer_init(loop, &m->timer);
    m->timer.data = m;
}

void meter_popup_take(struct meter_popup *m)
{
    struct meter_totals t = m->handler->totals(m->ctx);

    meter_take(&m->meter, &t, clock_ms());
}

static void fill(void *ctx, struct pager *p, const struct draw_env *env)
{
    struct meter_popup *m = ctx;
    struct meter_link link = m->handler->link(m->ctx);

    (void)env;
    meter_popup_take(m);
    meter_fill(&m->meter, &link, clock_ms(), p);
}

static void on_close(void *ctx)
{
    struct meter_popup *m = ctx;

    m->popup = NULL;
    (void)uv_timer_stop(&m->timer);
}

static const struct popup_source source = {.fill = fill, .close = on_close};

struct popup *meter_popup_open(struct meter_popup *m)
{
    assert(!m->popup);
    m->popup = popup_new("link meter", true, &source, m);
    (void)uv_timer_start(&m->timer, on_timer, METER_REFRESH_MS, METER_REFRESH_MS);
    return m->popup;
}

bool meter_popup_is_open(const struct meter_popup *m)
{
    return m->popup != NULL;
}
