/*
 * client/clock.h - the time that everything with a loop counts in: it only goes on,
 * whatever the time of day is set to.
 */
#ifndef CLIENT_CLOCK_H
#define CLIENT_CLOCK_H

#include <stdint.h>
#include <uv.h>

/* Milliseconds of uv_hrtime(). */
static inline uint64_t clock_ms(void)
{
    return uv_hrtime() / 1000000;
}

#endif
