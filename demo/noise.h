/*
 * demo/noise.h - numbers that look random and are the same every time: hashes, smooth
 * noise, names. Pure; any thread.
 */
#ifndef DEMO_NOISE_H
#define DEMO_NOISE_H

#include <stddef.h>
#include <stdint.h>

/* A well-mixed hash of three numbers. */
uint64_t noise_hash(uint64_t seed, uint64_t a, uint64_t b);

/* Evenly distributed in 0 <= x < 1. */
double noise_unit(uint64_t seed, uint64_t a, uint64_t b);

/* A smooth curve through random points in -1..1 at whole t; stream tells curves apart. */
double noise_curve(uint64_t seed, uint64_t stream, double t);

/* A curve with detail on several scales, as a price has. */
double noise_walk(uint64_t seed, uint64_t stream, double t);

/* Writes a pronounceable name of 4 to 8 letters; out holds NOISE_NAME_MAX bytes. */
#define NOISE_NAME_MAX 16
void noise_name(uint64_t seed, uint64_t n, char *out);

#endif
