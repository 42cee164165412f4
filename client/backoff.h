/*
 * client/backoff.h - how long to wait before something that failed is tried again.
 *
 * The wait doubles with each attempt up to a minute, or up to seconds where the server is
 * there and only a stream of it is not. Half of it is left to chance, so that many clients
 * of a server that comes back do not all ask at once. The caller counts the attempts.
 */
#ifndef CLIENT_BACKOFF_H
#define CLIENT_BACKOFF_H

#include <stdint.h>

#define BACKOFF_MIN_MS 100
#define BACKOFF_MAX_MS 60000
#define BACKOFF_STREAM_MAX_MS 5000 /* of a stream, while its server answers calls */

/* Milliseconds before the next attempt, BACKOFF_MIN_MS to longest_ms, one of the two above.
 * attempt is how many have failed in a row before this one (0: none); random is any number,
 * evenly spread. */
uint32_t backoff_ms(uint32_t attempt, uint32_t longest_ms, uint32_t random);

uint32_t backoff_random(void); /* a number for it, from the system */

#endif
