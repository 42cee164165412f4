#include "tests/support/program.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"

struct prng prng_start(void)
{
    const char *given = getenv("DHVIEW_SEED");
    struct timespec now;
    uint64_t seed;

    clock_gettime(CLOCK_REALTIME, &now);
    seed = (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec + (uint64_t)getpid();
    if (given)
        seed = strtoull(given, NULL, 0);
    printf("DHVIEW_SEED=%" PRIu64 "\n", seed);
    fflush(stdout); /* must be seen even when the test dies */
    return (struct prng){seed};
}

/* A Weyl sequence, its numbers mixed: any state is a good one. */
uint64_t prng_next(struct prng *p)
{
    uint64_t z = p->state += 0x9e3779b97f4a7c15u;

    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

uint64_t prng_below(struct prng *p, uint64_t n)
{
    return prng_next(p) % n;
}

uint64_t prng_magnitude(struct prng *p, unsigned bits)
{
    uint64_t keep = prng_below(p, bits + 1u);

    return keep == 0 ? 0 : prng_next(p) >> (64 - keep);
}

size_t program_rounds(size_t usual)
{
    const char *given = getenv("DHVIEW_ROUNDS");

    return given ? (size_t)strtoull(given, NULL, 0) : usual;
}

/* Without the len steps at position at. */
static size_t without(char *to, const char *steps, size_t n, size_t size, size_t at,
                      size_t len)
{
    memcpy(to, steps, at * size);
    memcpy(to + at * size, steps + (at + len) * size, (n - at - len) * size);
    return n - len;
}

size_t program_shrink(void *steps, size_t n, size_t size, program_ok *ok,
                      const void *context)
{
    char *shorter = mem_calloc(n, size);
    size_t len = n;

    while (len > 0) {
        bool cut = false;

        for (size_t at = 0; at + len <= n;) {
            size_t left = without(shorter, steps, n, size, at, len);

            if (ok(shorter, left, context)) {
                at += len;
                continue;
            }
            memcpy(steps, shorter, left * size);
            n = left;
            cut = true;
        }
        if (len > 1 || !cut) /* single steps are tried until none can go */
            len /= 2;
    }
    free(shorter);
    return n;
}
