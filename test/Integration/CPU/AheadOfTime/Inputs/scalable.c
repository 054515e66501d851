// Calls every function of scalable.mlir and compares with plain loops. Prints
// "N values, 0 wrong".

#include "scalable.h"
#include "compare.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { maxRows = 19, maxColumns = 700, size = maxRows * maxColumns };

static void checkBits(const char *what, const void *lhs, const void *rhs,
                      size_t bytes) {
  ++compared;
  if (memcmp(lhs, rhs, bytes) == 0)
    return;
  if (++wrong <= 20)
    printf("%s: other bits\n", what);
}

static float x[size], gate[size], y[size], z[size];
static double x64[size], y64[size];
static uint16_t x16[size], w16[maxColumns], y16[size];

static double as64(float value) { return value; }
static double asBF16(uint16_t bits) { return fromBF16(bits); }

static void checkLargest(int64_t m, int64_t n) {
  float absolute[maxRows];
  largest(x, m, n, y, m, absolute, m);
  for (int64_t i = 0; i < m; ++i) {
    float most = -INFINITY, mostAbsolute = -INFINITY;
    for (int64_t j = 0; j < n; ++j) {
      most = fmaxf(most, x[i * n + j]);
      mostAbsolute = fmaxf(mostAbsolute, fabsf(x[i * n + j]));
    }
    check("largest", y[i], most, 0);
    check("largest absolute", absolute[i], mostAbsolute, 0);
  }
  /* What is no number is largest of all, wherever it is. */
  for (int64_t j = 0; j < n; ++j) {
    float saved = x[j];
    x[j] = NAN;
    largest(x, 1, n, y, 1, absolute, 1);
    check("is NaN", isnan(y[0]) && isnan(absolute[0]), 1, 0);
    x[j] = saved;
  }
}

static void checkSums(int64_t m, int64_t n) {
  float part[maxRows], all[maxColumns], sideways[maxColumns];
  for (int64_t j = 0; j < n; ++j)
    all[j] = sideways[j] = (float)j;
  sums(x, m, n, part, m, all, n);
  for (int64_t i = 0; i < m; ++i) {
    double sum = 0;
    for (int64_t j = 0; j < n && j < 5; ++j)
      sum += x[i * n + j];
    check("part", part[i], sum, 1e-5);
  }
  /* Rows are added in their order. */
  for (int64_t j = 0; j < n; ++j) {
    float sum = (float)j;
    for (int64_t i = 0; i < m; ++i)
      sum += x[i * n + j];
    check("all", all[j], sum, 0);
  }
  for (int64_t i = 0; i < m; ++i)
    for (int64_t j = 0; j < n; ++j)
      z[j * m + i] = x[i * n + j];
  float partBeside[maxRows];
  sums_beside(z, n, m, partBeside, m, sideways, n);
  for (int64_t i = 0; i < m; ++i)
    check("part beside", partBeside[i], part[i], 1e-5);
  for (int64_t j = 0; j < n; ++j)
    check("all beside", sideways[j], all[j], 0);
}

#define MEAN_SQUARE(row, convert)                                              \
  double square = 0;                                                           \
  for (int64_t k = 0; k < n; ++k)                                              \
    square += pow(convert((row)[k]), 2) / (double)n;                           \
  double rstd = 1 / sqrt(square + 1e-6)

static void checkRMS(int64_t m, int64_t n) {
  rms_norm_f64(x64, m, n, y64);
  gated(x, m, n, gate, m, n, z);
  for (int64_t i = 0; i < m; ++i) {
    MEAN_SQUARE(x64 + i * n, );
    for (int64_t j = i * n; j < (i + 1) * n; ++j) {
      check("f64", y64[j], x64[j] * rstd, 1e-13);
      double want = as64(x[j]) * rstd * exp(gate[j]);
      check("gated", z[j], want, 1e-5 * (1 + fabs(want)));
    }
  }
}

/* Two roundings, each of half a unit. */
static void check16(int64_t m, int64_t n) {
  for (int64_t i = 0; i < m * n; ++i)
    x16[i] = (uint16_t)(0x3800 + i * 37 % 1024 + (i % 3 ? 0 : 0x8000));
  for (int64_t j = 0; j < n; ++j)
    w16[j] = (uint16_t)(0x3a00 + j % 512);
  rounded_f16(x16, m, n, w16, n, y16);
  for (int64_t i = 0; i < m; ++i) {
    MEAN_SQUARE(x16 + i * n, fromF16);
    for (int64_t j = 0; j < n; ++j) {
      double want = fromF16(x16[i * n + j]) * rstd * fromF16(w16[j]);
      check("f16", fromF16(y16[i * n + j]), want, fabs(want) / 1000);
    }
  }
  rounded_bf16(x16, m, n, w16, n, y16);
  for (int64_t i = 0; i < m; ++i) {
    MEAN_SQUARE(x16 + i * n, asBF16);
    for (int64_t j = 0; j < n; ++j) {
      double want = asBF16(x16[i * n + j]) * rstd * asBF16(w16[j]);
      check("bf16", asBF16(y16[i * n + j]), want, fabs(want) / 125);
    }
  }
}

/* At every place of every batch, with known and other lengths. */
static void checkSameBits(void) {
  enum { n = 83 };
  float first[n];
  layer_norm_83(x, 1, first);
  for (int64_t rows = 1; rows <= 5; ++rows)
    for (int64_t place = 0; place < rows; ++place) {
      memcpy(gate + place * n, x, sizeof first);
      layer_norm_83(gate, rows, y);
      checkBits("known", y + place * n, first, sizeof first);
      layer_norm_any(gate, rows, n, y);
      checkBits("any", y + place * n, first, sizeof first);
      memcpy(gate + place * n, z, sizeof first);
    }
  largest_37(x, 6, y, 6);
  largest(x, 6, 37, z, 6, z + 6, 6);
  checkBits("largest of 37", y, z, 6 * sizeof(float));
}

int main(void) {
  static const int64_t lengths[] = {1, 2, 5, 17, 64, 83, 700};
  static const int64_t rows[] = {0, 1, 6, 19};
  for (int64_t i = 0; i < size; ++i) {
    x64[i] = x[i] = nextFloat();
    gate[i] = nextFloat();
  }
  for (size_t i = 0; i < sizeof lengths / sizeof *lengths; ++i)
    for (size_t j = 0; j < sizeof rows / sizeof *rows; ++j) {
      checkLargest(rows[j], lengths[i]);
      checkRMS(rows[j], lengths[i]);
      check16(rows[j], lengths[i]);
      checkSums(rows[j], lengths[i]);
    }
  checkSameBits();
  printf("%ld values, %ld wrong\n", compared, wrong);
  return wrong != 0;
}
