// Calls every function of norms.mlir and compares with double loops. Prints
// "N values, 0 wrong". WITHOUT_INT8 is for emulators that do not know the
// conversion.

#include "compare.h"
#include "norms.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static double f32Tolerance(double want) { return 1e-5 * (1 + fabs(want)); }

/* Buffers that are aligned to nothing but their elements, between canaries. */
enum { margin = 64, canary = 0x5a };
typedef struct {
  char *bytes;
  size_t size;
} Buffer;

static void *allocate(Buffer *buffer, size_t count, size_t width) {
  buffer->size = count * width;
  buffer->bytes = malloc(2 * margin + width + buffer->size);
  if (!buffer->bytes)
    abort();
  memset(buffer->bytes, canary, 2 * margin + width + buffer->size);
  return buffer->bytes + margin + width;
}

static void release(Buffer *buffer, size_t width, const char *what) {
  size_t begin = margin + width, end = begin + buffer->size;
  for (size_t i = 0; i < begin; ++i)
    check(what, buffer->bytes[i], canary, 0);
  for (size_t i = end; i < end + margin; ++i)
    check(what, buffer->bytes[i], canary, 0);
  free(buffer->bytes);
}

static float *random32(Buffer *buffer, int64_t count) {
  float *data = allocate(buffer, (size_t)count, sizeof(float));
  for (int64_t i = 0; i < count; ++i)
    data[i] = nextFloat();
  return data;
}

static double meanSquare(const float *x, int64_t n, int64_t stride) {
  double sum = 0;
  for (int64_t j = 0; j < n; ++j)
    sum += (double)x[j * stride] * x[j * stride];
  return sum / (double)n;
}

static void checkRMSRow(const char *what, const float *x, int64_t xStride,
                        const float *w, const float *y, int64_t yStride,
                        int64_t n) {
  double rstd = 1 / sqrt(meanSquare(x, n, xStride) + 1e-6);
  for (int64_t j = 0; j < n; ++j) {
    double want = x[j * xStride] * rstd * (w ? w[j] : 1);
    check(what, y[j * yStride], want, f32Tolerance(want));
  }
}

static void checkForward(int64_t m, int64_t n) {
  Buffer bx, br, bw, bb, by, bs, bmean, brstd, bq, bdx, bdw, bdb;
  float *x = random32(&bx, m * n), *residual = random32(&br, m * n);
  float *w = random32(&bw, n), *b = random32(&bb, n);
  float *y = allocate(&by, (size_t)(m * n), sizeof(float));
  float *sum = allocate(&bs, (size_t)(m * n), sizeof(float));
  float *mean = allocate(&bmean, (size_t)m, sizeof(float));
  float *rstd = allocate(&brstd, (size_t)m, sizeof(float));
  int8_t *q = allocate(&bq, (size_t)(m * n), 1);
#ifdef WITHOUT_INT8
  (void)q;
#endif

  rms_norm(x, m, n, w, n, y);
  for (int64_t i = 0; i < m; ++i)
    checkRMSRow("rms_norm", x + i * n, 1, w, y + i * n, 1, n);

  add_rms_norm(x, m, n, residual, m, n, w, n, sum, y);
  for (int64_t i = 0; i < m; ++i) {
    for (int64_t j = i * n; j < (i + 1) * n; ++j)
      check("add", sum[j], (double)x[j] + residual[j], 1e-6);
    checkRMSRow("add_rms_norm", sum + i * n, 1, w, y + i * n, 1, n);
  }

#ifndef WITHOUT_INT8
  float step = 0.05f;
  rms_norm_int8(x, m, n, step, q);
  for (int64_t i = 0; i < m; ++i) {
    double scale = 1 / sqrt(meanSquare(x + i * n, n, 1) + 1e-6) / step;
    for (int64_t j = i * n; j < (i + 1) * n; ++j)
      check("rms_norm_int8", q[j], x[j] * scale, 0.5 + 1e-3);
  }
#endif

  layer_norm(x, m, n, w, n, b, n, y, mean, rstd);
  for (int64_t i = 0; i < m; ++i) {
    const float *row = x + i * n;
    double mu = 0, variance = 0;
    for (int64_t j = 0; j < n; ++j)
      mu += row[j] / (double)n;
    for (int64_t j = 0; j < n; ++j)
      variance += (row[j] - mu) * (row[j] - mu) / (double)n;
    double r = 1 / sqrt(variance + 1e-5);
    check("mean", mean[i], mu, f32Tolerance(mu));
    check("rstd", rstd[i], r, f32Tolerance(r));
    for (int64_t j = 0; j < n; ++j) {
      double want = (row[j] - mu) * r * w[j] + b[j];
      check("layer_norm", y[i * n + j], want, f32Tolerance(want));
    }
  }

  /* With what the forward function saved; the residual is the gradient. */
  float *dx = allocate(&bdx, (size_t)(m * n), sizeof(float));
  float *dw = allocate(&bdw, (size_t)n, sizeof(float));
  float *db = allocate(&bdb, (size_t)n, sizeof(float));
  layer_norm_backward(residual, m, n, x, m, n, mean, m, rstd, m, w, n, dx, dw,
                      db);
  double *wantDw = calloc((size_t)n, sizeof(double));
  double *wantDb = calloc((size_t)n, sizeof(double));
  if (!wantDw || !wantDb)
    abort();
  for (int64_t i = 0; i < m; ++i) {
    double s1 = 0, s2 = 0;
    for (int64_t j = 0; j < n; ++j) {
      double xhat = ((double)x[i * n + j] - mean[i]) * rstd[i];
      double dy = residual[i * n + j];
      s1 += dy * w[j] / (double)n;
      s2 += dy * w[j] * xhat / (double)n;
      wantDw[j] += dy * xhat;
      wantDb[j] += dy;
    }
    for (int64_t j = 0; j < n; ++j) {
      double xhat = ((double)x[i * n + j] - mean[i]) * rstd[i];
      double want =
          rstd[i] * (residual[i * n + j] * (double)w[j] - s1 - xhat * s2);
      check("dx", dx[i * n + j], want, 2e-5 * (1 + rstd[i] + fabs(want)));
    }
  }
  for (int64_t j = 0; j < n; ++j) {
    check("dscale", dw[j], wantDw[j], 1e-4 * (1 + fabs(wantDw[j])));
    check("dbias", db[j], wantDb[j], 1e-4 * (1 + fabs(wantDb[j])));
  }
  free(wantDw);
  free(wantDb);

  release(&bx, sizeof(float), "around x");
  release(&br, sizeof(float), "around residual");
  release(&bw, sizeof(float), "around w");
  release(&bb, sizeof(float), "around b");
  release(&by, sizeof(float), "around y");
  release(&bs, sizeof(float), "around sum");
  release(&bmean, sizeof(float), "around mean");
  release(&brstd, sizeof(float), "around rstd");
  release(&bq, 1, "around q");
  release(&bdx, sizeof(float), "around dx");
  release(&bdw, sizeof(float), "around dw");
  release(&bdb, sizeof(float), "around db");
}

static void check16(int64_t m, int64_t n) {
  Buffer bx, bw, by;
  uint16_t *x = allocate(&bx, (size_t)(m * n), 2);
  uint16_t *w = allocate(&bw, (size_t)n, 2);
  uint16_t *y = allocate(&by, (size_t)(m * n), 2);
  /* Of magnitudes from 1/8 to 1. */
  for (int64_t j = 0; j < n; ++j)
    w[j] =
        (uint16_t)((nextBits() & 0x8000) | (124 << 7) | (nextBits() & 0x17f));
  for (int64_t j = 0; j < m * n; ++j)
    x[j] =
        (uint16_t)((nextBits() & 0x8000) | (124 << 7) | (nextBits() & 0x17f));
  rms_norm_bf16(x, m, n, w, n, y);
  for (int64_t i = 0; i < m; ++i) {
    double sum = 0;
    for (int64_t j = i * n; j < (i + 1) * n; ++j)
      sum += fromBF16(x[j]) * fromBF16(x[j]);
    double r = 1 / sqrt(sum / (double)n + 1e-6);
    for (int64_t j = 0; j < n; ++j) {
      double want = fromBF16(x[i * n + j]) * r * fromBF16(w[j]);
      check("rms_norm_bf16", fromBF16(y[i * n + j]), want,
            fabs(want) / 256 + 1e-6);
    }
  }

  for (int64_t j = 0; j < m * n; ++j)
    x[j] =
        (uint16_t)((nextBits() & 0x8000) | (12 << 10) | (nextBits() & 0xfff));
  layer_norm_f16(x, m, n, y);
  for (int64_t i = 0; i < m; ++i) {
    double mu = 0, variance = 0;
    for (int64_t j = i * n; j < (i + 1) * n; ++j)
      mu += fromF16(x[j]) / (double)n;
    for (int64_t j = i * n; j < (i + 1) * n; ++j)
      variance += pow(fromF16(x[j]) - mu, 2) / (double)n;
    for (int64_t j = i * n; j < (i + 1) * n; ++j) {
      double want = (fromF16(x[j]) - mu) / sqrt(variance + 1e-5);
      check("layer_norm_f16", fromF16(y[j]), want, fabs(want) / 1024 + 1e-6);
    }
  }
  release(&bx, 2, "around x16");
  release(&bw, 2, "around w16");
  release(&by, 2, "around y16");
}

static void checkStrided(int64_t m, int64_t n) {
  Buffer bx, bw, by, bz;
  int64_t pitch = n + 5;
  float *x = random32(&bx, m * pitch), *w = random32(&bw, n);
  float *y = allocate(&by, (size_t)(m * pitch), sizeof(float));
  memcpy(y, x, (size_t)(m * pitch) * sizeof(float));
  /* From rows with a pitch to rows with a pitch. */
  rms_norm_strided(x, m, n, pitch, w, n, y, m, n, pitch, 1);
  for (int64_t i = 0; i < m; ++i) {
    checkRMSRow("strided", x + i * pitch, 1, w, y + i * pitch, 1, n);
    for (int64_t j = n; j < pitch; ++j)
      check("between rows", y[i * pitch + j], x[i * pitch + j], 0);
  }
  copy(x, m, n, y, m, n, pitch);
  for (int64_t i = 0; i < m; ++i)
    for (int64_t j = 0; j < n; ++j)
      check("copy", y[i * pitch + j], x[i * n + j], 0);
  /* To columns. */
  float *z = allocate(&bz, (size_t)(m * n), sizeof(float));
  rms_norm_strided(x, m, n, pitch, w, n, z, m, n, 1, m);
  for (int64_t i = 0; i < m; ++i)
    checkRMSRow("to columns", x + i * pitch, 1, w, z + i, m, n);
  release(&bx, sizeof(float), "around strided x");
  release(&bw, sizeof(float), "around strided w");
  release(&by, sizeof(float), "around strided y");
  release(&bz, sizeof(float), "around columns");
}

static void checkShapes(void) {
  Buffer bx, by;
  float *x = random32(&bx, 5 * 769);
  float *y = allocate(&by, 5 * 769, sizeof(float));
  rms_norm_769(x, y);
  for (int64_t i = 0; i < 5; ++i)
    checkRMSRow("rms_norm_769", x + i * 769, 1, NULL, y + i * 769, 1, 769);
  rms_norm_layout(x, 7, y);
  for (int64_t i = 0; i < 7; ++i)
    checkRMSRow("rms_norm_layout", x + i * 20, 1, NULL, y + i * 17, 1, 17);
  rms_norm_flat(x, 3, 4, y);
  for (int64_t i = 0; i < 12; ++i)
    checkRMSRow("rms_norm_flat", x + i * 64, 1, NULL, y + i * 64, 1, 64);

  float *second = y + 24, *third = y + 48, pair[2], sums[24];
  again(x, 3, y, second, third, pair);
  for (int64_t i = 0; i < 3; ++i) {
    checkRMSRow("again", x + i * 8, 1, NULL, y + i * 8, 1, 8);
    checkRMSRow("second", x + i * 8, 1, NULL, second + i * 8, 1, 8);
  }
  again_0(x, sums);
  for (int64_t j = 0; j < 24; ++j) {
    check("third", third[j], x[j], 0);
    check("again_0", sums[j], (double)x[j] + y[j], 1e-6);
  }
  check("first of pair", pair[0], 1, 0);
  check("second of pair", pair[1], 2, 0);

  int64_t m = 6, n = 17;
  float columns[6 * 17];
  for (int64_t j = 0; j < n; ++j) {
    double r = 1 / sqrt(meanSquare(x + j, m, n) + 1e-6);
    for (int64_t i = 0; i < m; ++i)
      columns[i * n + j] = (float)(x[i * n + j] * r);
  }
  twice(x, m, n, y);
  for (int64_t i = 0; i < m; ++i)
    checkRMSRow("twice", columns + i * n, 1, NULL, y + i * n, 1, n);
  release(&bx, sizeof(float), "around fixed x");
  release(&by, sizeof(float), "around fixed y");
}

static void checkLarge(void) {
  int64_t m = 3000, n = 1024;
  Buffer bx, by, bw;
  float *x = random32(&bx, m * n), *w = random32(&bw, n);
  float *y = allocate(&by, (size_t)(m * n), sizeof(float));
  rms_norm_large(x, y);
  for (int64_t i = 0; i < m; i += 59)
    checkRMSRow("rms_norm_large", x + i * n, 1, NULL, y + i * n, 1, n);
  rms_norm(x, m, n, w, n, y);
  for (int64_t i = 0; i < m; i += 59)
    checkRMSRow("large rms_norm", x + i * n, 1, w, y + i * n, 1, n);
  release(&bx, sizeof(float), "around large x");
  release(&bw, sizeof(float), "around large w");
  release(&by, sizeof(float), "around large y");
}

static void checkScalars(void) {
  bool flag = true;
  int8_t byte = 0;
  uint16_t half = 0, brain = 0;
  int64_t n = 0;
  double d = 0;
  /* 1.5 in binary16, -3 in bfloat16. */
  scalars(true, -7, 0x3e00, 0xc040, INT64_C(5000000000), 0.25, &flag, &byte,
          &half, &brain, &n, &d);
  check("i1", flag, 0, 0);
  check("i8", byte, -14, 0);
  check("f16", fromF16(half), 3, 0);
  check("bf16", fromBF16(brain), -6, 0);
  check("index", (double)n, 1e10, 0);
  check("f64", d, 0.5, 0);
  scalars(false, 1, 0, 0, 0, 0, &flag, &byte, &half, &brain, &n, &d);
  check("not false", flag, 1, 0);
}

int main(void) {
  static const int64_t lengths[] = {1, 3, 17, 64, 769};
  static const int64_t rows[] = {0, 1, 5, 19};
  for (size_t i = 0; i < sizeof lengths / sizeof *lengths; ++i)
    for (size_t j = 0; j < sizeof rows / sizeof *rows; ++j) {
      checkForward(rows[j], lengths[i]);
      check16(rows[j], lengths[i]);
      checkStrided(rows[j], lengths[i]);
    }
  checkShapes();
  checkLarge();
  checkScalars();
  printf("%ld values, %ld wrong\n", compared, wrong);
  return wrong != 0;
}
