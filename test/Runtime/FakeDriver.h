//===- FakeDriver.h -----------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A CUDA driver without a GPU, for tests. It keeps device memory, streams,
// events and modules, checks its arguments as the driver does, and writes what
// is asked of it to a log. Kernels do not run. The host cannot touch its
// device memory: that is a fault here, too.
//
// FAKE_CUDA_LOG=file           where calls are logged
// FAKE_CUDA_FAIL=f=code[@n],.. function f fails, or only its nth call
// FAKE_CUDA_DEVICES=n          how many devices there are; 1
// FAKE_CUDA_CAPABILITY=a.b     their compute capability; 9.0
// FAKE_CUDA_POOLS=0            they have no memory pools
//
//===----------------------------------------------------------------------===//

#ifndef RMSNORM_TEST_RUNTIME_FAKEDRIVER_H
#define RMSNORM_TEST_RUNTIME_FAKEDRIVER_H

#include "../../lib/Runtime/CudaDriver.h"

#include <mutex>

namespace fake {

using namespace rmsnorm::cuda;

constexpr int invalidValue = 1, invalidContext = 201, invalidHandle = 400;

/// Held by every function.
extern std::mutex mutex;

/// Counts a call of the function, and gives the error that it shall have.
int begin(const char *function);
/// The same for functions that need a context, and one for whose `stream`
/// something else than a stream was passed.
int beginInContext(const char *function);
int beginOnStream(const char *function, Stream stream);

/// One line, as printf writes it.
__attribute__((format(printf, 1, 2))) void log(const char *format, ...);
const char *getVariable(const char *name, const char *otherwise);
void getCapability(int &major, int &minor);

/// "s1" for the first stream, "0" and "legacy" for the driver's own.
std::string nameStream(Stream stream);
/// "d1+16" for an address in the first allocation; otherwise the number.
std::string nameAddress(DevicePointer address);

/// Work on a device moves its clock on.
void tick();

} // namespace fake

#define FAKE_API extern "C" __attribute__((visibility("default")))

/// Fails when the environment says so, or when the driver would.
#define FAKE_BEGIN(kind, ...)                                                  \
  std::lock_guard<std::mutex> lock(mutex);                                     \
  if (int code = kind(__VA_ARGS__))                                            \
  return code

#endif // RMSNORM_TEST_RUNTIME_FAKEDRIVER_H
