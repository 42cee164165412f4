/*
 * ui/table/meter_popup.h - the popup of the link meter, and the meter it shows.
 *
 * The meter is fed with every frame, whether it is seen or not. At most one popup is open.
 * In the caller's memory, which stays where it is; its timer is closed with the loop. Loop
 * thread.
 */
#ifndef UI_TABLE_METER_POPUP_H
#define UI_TABLE_METER_POPUP_H

#include <uv.h>

#include "ui/table/meter.h"
#include "ui/widget/popup.h"

/* ctx is the owner's. */
struct meter_popup_handler {
    struct meter_totals (*totals)(void *ctx);
    struct meter_link (*link)(void *ctx);
    void (*changed)(void *ctx); /* draw again */
};

struct meter_popup {
    const struct meter_popup_handler *handler;
    void *ctx;
    struct meter meter;
    struct popup *popup; /* borrowed from its view; NULL: not on the stack */
    uv_timer_t timer;
};

/* handler is borrowed. */
void meter_popup_init(struct meter_popup *m, uv_loop_t *loop,
                      const struct meter_popup_handler *handler, void *ctx);

/* Takes in the totals as they are now. */
void meter_popup_take(struct meter_popup *m);

/* Owned by the view stack it is put on. Must not be open. */
struct popup *meter_popup_open(struct meter_popup *m);
bool meter_popup_is_open(const struct meter_popup *m);

#endif
