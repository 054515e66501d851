//===- Timing.cpp -------------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Timing.h"

#include "Compiled.h"
#include "Cuda.h"

#include "rmsnorm/Runtime/CudaRuntime.h"

#include "llvm/ADT/STLExtras.h"

#include <chrono>
#include <cstring>

using namespace mlir;
using namespace mlir::norm;

template <typename F> static double measure(unsigned count, F run) {
  auto start = std::chrono::steady_clock::now();
  for (unsigned i = 0; i < count; ++i)
    run();
  std::chrono::duration<double> elapsed =
      std::chrono::steady_clock::now() - start;
  return elapsed.count() / count;
}

static double median(std::vector<double> samples) {
  llvm::sort(samples);
  size_t middle = samples.size() / 2;
  return samples.size() % 2 ? samples[middle]
                            : (samples[middle - 1] + samples[middle]) / 2.0;
}

/// How many runs make a sample: short runs are repeated, for the clock's sake.
static unsigned getRunsOfSample(double slowest, double sample) {
  return static_cast<unsigned>(std::min(1000.0, sample / (slowest + 1e-9))) + 1;
}

Timing norm::timeOnHost(Compiled &before, Compiled &after,
                        unsigned repetitions) {
  Timing timing;
  timing.repetitions = repetitions;
  timing.footprint = after.getFootprint();
  // A copy reads half of the bytes that it moves and writes the other half.
  size_t half = timing.footprint / 2 + 1;
  std::vector<char> from(half, 1), to(half);
  auto runBefore = [&] { before.call(); };
  auto runAfter = [&] { after.call(); };
  auto runCopy = [&] {
    memcpy(to.data(), from.data(), half);
    // Keeps the copy from being optimised away.
    asm volatile("" : : "r"(to.data()) : "memory");
  };
  unsigned inner = getRunsOfSample(
      std::max(measure(3, runBefore), measure(3, runAfter)), 200e-6);
  measure(3, runCopy);
  std::vector<double> samples[3];
  for (unsigned i = 0; i < repetitions; ++i) {
    samples[0].push_back(measure(inner, runBefore));
    samples[1].push_back(measure(inner, runAfter));
    samples[2].push_back(measure(inner, runCopy));
  }
  timing.before = median(samples[0]);
  timing.after = median(samples[1]);
  timing.copy = median(samples[2]);
  return timing;
}

//===----------------------------------------------------------------------===//
// On a GPU
//===----------------------------------------------------------------------===//

// The runtime's functions for code that MLIR compiles.
extern "C" {
void *mgpuStreamCreate();
void mgpuStreamDestroy(void *stream);
void mgpuEventRecord(void *event, void *stream);
void mgpuEventSynchronize(void *event);
void mgpuMemcpy(void *to, void *from, size_t bytes, void *stream);
}

namespace {
/// A stream that all of the thread's work goes to, and two events in it.
class CudaTimer {
public:
  CudaTimer()
      : stream(mgpuStreamCreate()), start(rmsnormCudaTimerCreate()),
        end(rmsnormCudaTimerCreate()) {
    rmsnormCudaSetStream(stream);
  }
  ~CudaTimer() {
    rmsnormCudaSetStream(nullptr);
    rmsnormCudaTimerDestroy(start);
    rmsnormCudaTimerDestroy(end);
    mgpuStreamDestroy(stream);
  }
  CudaTimer(const CudaTimer &) = delete;
  CudaTimer &operator=(const CudaTimer &) = delete;

  /// Seconds of a run.
  double measure(unsigned count, function_ref<void()> run) {
    mgpuEventRecord(start, stream);
    for (unsigned i = 0; i < count; ++i)
      run();
    mgpuEventRecord(end, stream);
    mgpuEventSynchronize(end);
    return rmsnormCudaTimerElapsed(start, end) / count;
  }

private:
  void *stream, *start, *end;
};
} // namespace

Timing norm::timeOnCuda(Compiled &function, unsigned repetitions) {
  Timing timing;
  timing.repetitions = repetitions;
  timing.footprint = function.getFootprint();
  size_t half = timing.footprint / 2 + 1;
  Memory &memory = getCudaMemory();
  void *from = memory.allocate(half), *to = memory.allocate(half);
  {
    CudaTimer timer;
    auto runFunction = [&] { function.call(); };
    auto runCopy = [&] { mgpuMemcpy(to, from, half, /*stream=*/nullptr); };
    // Long, because the first launch of a sample comes late.
    double sample = 2e-3;
    // The first run takes memory from the system and loads the kernels.
    timer.measure(1, runFunction);
    unsigned inner = getRunsOfSample(timer.measure(3, runFunction), sample);
    unsigned innerCopy = getRunsOfSample(timer.measure(3, runCopy), sample);
    std::vector<double> samples[2];
    for (unsigned i = 0; i < repetitions; ++i) {
      samples[0].push_back(timer.measure(inner, runFunction));
      samples[1].push_back(timer.measure(innerCopy, runCopy));
    }
    timing.after = median(samples[0]);
    timing.copy = median(samples[1]);
  }
  memory.release(from);
  memory.release(to);
  return timing;
}
