#include "client/backoff.h"

#include <stddef.h>
#include <uv.h>

uint32_t backoff_ms(uint32_t attempt, uint32_t longest_ms, uint32_t random)
{
    uint64_t longest = 2 * (uint64_t)BACKOFF_MIN_MS;
    uint64_t half;

    for (uint32_t i = 0; i < attempt && longest < longest_ms; i++)
        longest *= 2;
    if (longest > longest_ms)
        longest = longest_ms;
    half = longest / 2;
    return (uint32_t)(half + (longest - half) * random / UINT32_MAX);
}

uint32_t backoff_random(void)
{
    uint32_t out = 0;

    (void)uv_random(NULL, NULL, &out, sizeof(out), 0, NULL); /* else all wait half */
    return out;
}
