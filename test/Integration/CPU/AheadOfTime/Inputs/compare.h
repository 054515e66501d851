/* What the C programs of these tests share. */
#ifndef COMPARE_H
#define COMPARE_H

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static long compared, wrong;

static void check(const char *what, double got, double want, double tolerance) {
  ++compared;
  if (fabs(got - want) <= tolerance)
    return;
  if (++wrong <= 20)
    printf("%s: got %.9g, but want %.9g\n", what, got, want);
}

static uint32_t state = 1;
static uint32_t nextBits(void) {
  state = state * 1664525u + 1013904223u;
  return state >> 8;
}
static float nextFloat(void) { return (float)nextBits() / (1 << 23) - 1.0f; }

static float fromBF16(uint16_t bits) {
  uint32_t wide = (uint32_t)bits << 16;
  float value;
  memcpy(&value, &wide, sizeof value);
  return value;
}

static double fromF16(uint16_t bits) {
  int exponent = bits >> 10 & 31, mantissa = bits & 1023;
  double value =
      exponent ? ldexp(1024 + mantissa, exponent - 25) : ldexp(mantissa, -24);
  return bits >> 15 ? -value : value;
}

#endif
