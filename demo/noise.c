#include "demo/noise.h"

#include <math.h>

/* Finaliser of splitmix64. */
static uint64_t mix(uint64_t x)
{
    x += UINT64_C(0x9e3779b97f4a7c15);
    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

uint64_t noise_hash(uint64_t seed, uint64_t a, uint64_t b)
{
    return mix(mix(mix(seed) ^ a) ^ b);
}

double noise_unit(uint64_t seed, uint64_t a, uint64_t b)
{
    return (double)(noise_hash(seed, a, b) >> 11) * 0x1p-53;
}

double noise_curve(uint64_t seed, uint64_t stream, double t)
{
    double whole = floor(t);
    double x = t - whole;
    uint64_t at = (uint64_t)(int64_t)whole;
    double a = 2 * noise_unit(seed, stream, at) - 1;
    double b = 2 * noise_unit(seed, stream, at + 1) - 1;

    return a + (b - a) * x * x * (3 - 2 * x);
}

double noise_walk(uint64_t seed, uint64_t stream, double t)
{
    double sum = 0, scale = 1;

    for (uint64_t octave = 0; octave < 8; octave++) {
        sum += scale * noise_curve(seed, stream * 8 + octave, t);
        scale *= 0.55;
        t *= 2.7;
    }
    return sum / 2;
}

void noise_name(uint64_t seed, uint64_t n, char *out)
{
    static const char *const parts[] = {"ba", "be", "chi", "da",  "do", "el", "fa", "go",
                                        "hu", "in", "ja",  "ke",  "la", "li", "mo", "na",
                                        "ni", "or", "pa",  "que", "ra", "ri", "sa", "so",
                                        "ta", "ti", "ul",  "va",  "ve", "wi", "yo", "za"};
    uint64_t bits = noise_hash(seed, n, UINT64_C(0x6e616d65));
    size_t syllables = 2 + (bits & 1), len = 0;

    for (size_t i = 0; i < syllables; i++) {
        bits >>= 5;
        for (const char *p = parts[bits & 31]; *p; p++)
            out[len++] = *p;
    }
    out[0] = (char)(out[0] - 'a' + 'A');
    out[len] = '\0';
}
