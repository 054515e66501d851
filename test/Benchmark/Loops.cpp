//===- Loops.cpp - Copies, and loops as one writes them -------------------===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Compiled with -O3 -march=native -ffast-math.
//
//===----------------------------------------------------------------------===//

#include "Problem.h"

#include <algorithm>
#include <cmath>
#include <cstring>

using namespace bench;

//===----------------------------------------------------------------------===//
// Copies
//===----------------------------------------------------------------------===//

typedef float Vector __attribute__((vector_size(64), aligned(64)));

__attribute__((noinline)) static void copyPast(void *to, const void *from,
                                               size_t bytes) {
  auto *out = static_cast<Vector *>(to);
  const auto *in = static_cast<const Vector *>(from);
  for (size_t i = 0; i < bytes / sizeof(Vector); ++i)
    __builtin_nontemporal_store(in[i], out + i);
  __atomic_thread_fence(__ATOMIC_SEQ_CST);
}

std::vector<Implementation> bench::getCopies() {
  auto prepare = [](auto copy) {
    return [copy](Problem &problem) -> Run {
      size_t bytes = problem.footprint() / 2 / 64 * 64;
      auto from = std::make_shared<Array>(Array::Element::I8,
                                          std::vector<int64_t>{int64_t(bytes)});
      auto to = std::make_shared<Array>(Array::Element::I8,
                                        std::vector<int64_t>{int64_t(bytes)});
      return {[from, to, bytes, copy] {
        copy(to->data.get(), from->data.get(), bytes);
      }};
    };
  };
  return {{"memcpy", prepare([](void *to, const void *from, size_t bytes) {
             std::memcpy(to, from, bytes);
           }),
           Implementation::Kind::Copy},
          {"nontemporal copy", prepare(copyPast), Implementation::Kind::Copy}};
}

//===----------------------------------------------------------------------===//
// Loops
//===----------------------------------------------------------------------===//

namespace {
struct F32 {
  using Storage = float;
  static float load(const float *p) { return *p; }
  static void store(float *p, float v) { *p = v; }
};
struct BF16 {
  using Storage = uint16_t;
  static float load(const uint16_t *p) { return fromBF16(*p); }
  static void store(uint16_t *p, float v) { *p = toBF16(v); }
};
struct F16 {
  using Storage = _Float16;
  static float load(const _Float16 *p) { return *p; }
  static void store(_Float16 *p, float v) { *p = v; }
};

template <typename T> struct Loops {
  using S = typename T::Storage;

  static void layerNorm(const S *__restrict x, const S *__restrict w,
                        const S *__restrict b, S *__restrict y, int64_t rows,
                        int64_t n) {
    for (int64_t r = 0; r < rows; ++r, x += n, y += n) {
      float sum = 0, squares = 0;
      for (int64_t i = 0; i < n; ++i)
        sum += T::load(x + i);
      float mean = sum / n;
      for (int64_t i = 0; i < n; ++i)
        squares += (T::load(x + i) - mean) * (T::load(x + i) - mean);
      float rstd = 1 / std::sqrt(squares / n + float(epsilon));
      for (int64_t i = 0; i < n; ++i)
        T::store(y + i, (T::load(x + i) - mean) * rstd * T::load(w + i) +
                            T::load(b + i));
    }
  }

  static void rmsNorm(const S *__restrict x, const S *__restrict w,
                      S *__restrict y, int64_t rows, int64_t n) {
    for (int64_t r = 0; r < rows; ++r, x += n, y += n) {
      float squares = 0;
      for (int64_t i = 0; i < n; ++i)
        squares += T::load(x + i) * T::load(x + i);
      float rstd = 1 / std::sqrt(squares / n + float(epsilon));
      for (int64_t i = 0; i < n; ++i)
        T::store(y + i, T::load(x + i) * rstd * T::load(w + i));
    }
  }

  static void addRMSNorm(const S *__restrict x, const S *__restrict residual,
                         const S *__restrict w, S *__restrict y,
                         S *__restrict sum, int64_t rows, int64_t n) {
    for (int64_t r = 0; r < rows;
         ++r, x += n, residual += n, y += n, sum += n) {
      float squares = 0;
      for (int64_t i = 0; i < n; ++i) {
        T::store(sum + i, T::load(x + i) + T::load(residual + i));
        squares += T::load(sum + i) * T::load(sum + i);
      }
      float rstd = 1 / std::sqrt(squares / n + float(epsilon));
      for (int64_t i = 0; i < n; ++i)
        T::store(y + i, T::load(sum + i) * rstd * T::load(w + i));
    }
  }

  static void rmsNormInt8(const S *__restrict x, const S *__restrict w,
                          int8_t *__restrict y, float *__restrict factor,
                          int64_t rows, int64_t n) {
    for (int64_t r = 0; r < rows; ++r, x += n, y += n) {
      float squares = 0, largest = 0;
      for (int64_t i = 0; i < n; ++i) {
        squares += T::load(x + i) * T::load(x + i);
        largest = std::max(largest, std::fabs(T::load(x + i) * T::load(w + i)));
      }
      float rstd = 1 / std::sqrt(squares / n + float(epsilon));
      for (int64_t i = 0; i < n; ++i)
        y[i] = static_cast<int8_t>(
            std::rint(T::load(x + i) * T::load(w + i) * (127 / largest)));
      factor[r] = largest * rstd / 127;
    }
  }

  static void layerNormBackward(const S *__restrict dy, const S *__restrict x,
                                const float *__restrict means,
                                const float *__restrict rstds,
                                const S *__restrict w, S *__restrict dx,
                                float *__restrict dw, float *__restrict db,
                                int64_t rows, int64_t n) {
    std::fill_n(dw, n, 0.0f);
    std::fill_n(db, n, 0.0f);
    for (int64_t r = 0; r < rows; ++r, dy += n, x += n, dx += n) {
      float mean = means[r], rstd = rstds[r], ofG = 0, ofGX = 0;
      for (int64_t i = 0; i < n; ++i) {
        float g = T::load(dy + i) * T::load(w + i);
        float xhat = (T::load(x + i) - mean) * rstd;
        ofG += g;
        ofGX += g * xhat;
      }
      for (int64_t i = 0; i < n; ++i) {
        float xhat = (T::load(x + i) - mean) * rstd;
        float g = T::load(dy + i) * T::load(w + i);
        T::store(dx + i, rstd * (g - ofG / n - xhat * (ofGX / n)));
        dw[i] += T::load(dy + i) * xhat;
        db[i] += T::load(dy + i);
      }
    }
  }

  static void rmsNormBackward(const S *__restrict dy, const S *__restrict x,
                              const float *__restrict rstds,
                              const S *__restrict w, S *__restrict dx,
                              float *__restrict dw, int64_t rows, int64_t n) {
    std::fill_n(dw, n, 0.0f);
    for (int64_t r = 0; r < rows; ++r, dy += n, x += n, dx += n) {
      float rstd = rstds[r], ofGX = 0;
      for (int64_t i = 0; i < n; ++i)
        ofGX += T::load(dy + i) * T::load(w + i) * (T::load(x + i) * rstd);
      for (int64_t i = 0; i < n; ++i) {
        float xhat = T::load(x + i) * rstd;
        float g = T::load(dy + i) * T::load(w + i);
        T::store(dx + i, rstd * (g - xhat * (ofGX / n)));
        dw[i] += T::load(dy + i) * xhat;
      }
    }
  }

  static std::function<void()> prepare(Problem &p) {
    auto in = [&](unsigned i) { return p.inputs[i].as<S>(); };
    auto out = [&](unsigned i) { return p.outputs[i].as<S>(); };
    int64_t rows = p.rows, n = p.columns;
    switch (p.op) {
    case Op::LayerNorm:
      return [=, x = in(0), w = in(1), b = in(2), y = out(0)] {
        layerNorm(x, w, b, y, rows, n);
      };
    case Op::RMSNorm:
      return
          [=, x = in(0), w = in(1), y = out(0)] { rmsNorm(x, w, y, rows, n); };
    case Op::AddRMSNorm:
      return [=, x = in(0), r = in(1), w = in(2), y = out(0), s = out(1)] {
        addRMSNorm(x, r, w, y, s, rows, n);
      };
    case Op::RMSNormInt8:
      return
          [=, x = in(0), w = in(1), y = p.outputs[0].as<int8_t>(),
           f = p.outputs[1].as<float>()] { rmsNormInt8(x, w, y, f, rows, n); };
    case Op::LayerNormBackward: {
      // Sums in f32, rounded once.
      auto sums = std::make_shared<std::vector<float>>(2 * n);
      return [=, dy = in(0), x = in(1), m = p.inputs[2].as<float>(),
              r = p.inputs[3].as<float>(), w = in(4), dx = out(0), dw = out(1),
              db = out(2)] {
        float *s = sums->data();
        layerNormBackward(dy, x, m, r, w, dx, s, s + n, rows, n);
        for (int64_t i = 0; i < n; ++i) {
          T::store(dw + i, s[i]);
          T::store(db + i, s[n + i]);
        }
      };
    }
    case Op::RMSNormBackward: {
      auto sums = std::make_shared<std::vector<float>>(n);
      return [=, dy = in(0), x = in(1), r = p.inputs[2].as<float>(), w = in(3),
              dx = out(0), dw = out(1)] {
        float *s = sums->data();
        rmsNormBackward(dy, x, r, w, dx, s, rows, n);
        for (int64_t i = 0; i < n; ++i)
          T::store(dw + i, s[i]);
      };
    }
    }
    __builtin_unreachable();
  }
};
} // namespace

std::vector<Implementation> bench::getLoops() {
  return {{"C loops",
           [](Problem &p) -> Run {
             return {p.type == Type::F32    ? Loops<F32>::prepare(p)
                     : p.type == Type::BF16 ? Loops<BF16>::prepare(p)
                                            : Loops<F16>::prepare(p)};
           },
           Implementation::Kind::Loop}};
}
