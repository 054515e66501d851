//===- FakeDriver.cpp ---------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FakeDriver.h"

#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <vector>

using namespace fake;

std::mutex fake::mutex;

namespace {
struct State {
  std::map<std::string, int> calls;
  std::map<Stream, int> streams;
  std::map<Event, long> events;
  int streamCount = 0, eventCount = 0;
  /// In microseconds.
  long clock = 0;
  bool isInitialized = false;
};
} // namespace

static State &state = *new State();
static thread_local std::vector<Context> contexts;

const char *fake::getVariable(const char *name, const char *otherwise) {
  const char *value = std::getenv(name);
  return value ? value : otherwise;
}

void fake::getCapability(int &major, int &minor) {
  std::sscanf(getVariable("FAKE_CUDA_CAPABILITY", "9.0"), "%d.%d", &major,
              &minor);
}

void fake::log(const char *format, ...) {
  const char *path = std::getenv("FAKE_CUDA_LOG");
  if (!path)
    return;
  FILE *file = std::fopen(path, "a");
  if (!file)
    std::abort();
  va_list arguments;
  va_start(arguments, format);
  std::vfprintf(file, format, arguments);
  va_end(arguments);
  std::fputc('\n', file);
  std::fclose(file);
}

void fake::tick() { state.clock += 10; }

//===----------------------------------------------------------------------===//
// Errors
//===----------------------------------------------------------------------===//

int fake::begin(const char *function) {
  int call = ++state.calls[function];
  std::string failures = getVariable("FAKE_CUDA_FAIL", "");
  size_t start = 0;
  while (start < failures.size()) {
    size_t end = std::min(failures.find(',', start), failures.size());
    std::string failure = failures.substr(start, end - start);
    start = end + 1;
    size_t equals = failure.find('='), at = failure.find('@');
    if (failure.substr(0, equals) != function)
      continue;
    if (at == std::string::npos || std::atoi(&failure[at + 1]) == call)
      return std::atoi(&failure[equals + 1]);
  }
  if (std::strcmp(function, "cuInit") != 0 && !state.isInitialized)
    return 3; // CUDA_ERROR_NOT_INITIALIZED
  return Success;
}

int fake::beginInContext(const char *function) {
  int code = begin(function);
  return code ? code : contexts.empty() ? invalidContext : Success;
}

static bool isStream(Stream stream) {
  return reinterpret_cast<uintptr_t>(stream) <= 1 ||
         state.streams.count(stream);
}

int fake::beginOnStream(const char *function, Stream stream) {
  int code = beginInContext(function);
  return code ? code : isStream(stream) ? Success : invalidHandle;
}

FAKE_API int cuGetErrorName(int code, const char **name) {
  static const std::map<int, const char *> names = {
      {1, "CUDA_ERROR_INVALID_VALUE"},
      {2, "CUDA_ERROR_OUT_OF_MEMORY"},
      {3, "CUDA_ERROR_NOT_INITIALIZED"},
      {34, "CUDA_ERROR_STUB_LIBRARY"},
      {100, "CUDA_ERROR_NO_DEVICE"},
      {101, "CUDA_ERROR_INVALID_DEVICE"},
      {200, "CUDA_ERROR_INVALID_IMAGE"},
      {201, "CUDA_ERROR_INVALID_CONTEXT"},
      {209, "CUDA_ERROR_NO_BINARY_FOR_GPU"},
      {218, "CUDA_ERROR_INVALID_PTX"},
      {221, "CUDA_ERROR_JIT_COMPILER_NOT_FOUND"},
      {222, "CUDA_ERROR_UNSUPPORTED_PTX_VERSION"},
      {400, "CUDA_ERROR_INVALID_HANDLE"},
      {500, "CUDA_ERROR_NOT_FOUND"},
      {700, "CUDA_ERROR_ILLEGAL_ADDRESS"},
      {701, "CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES"},
      {716, "CUDA_ERROR_MISALIGNED_ADDRESS"},
      {719, "CUDA_ERROR_LAUNCH_FAILED"},
      {803, "CUDA_ERROR_SYSTEM_DRIVER_MISMATCH"},
      {912, "CUDA_ERROR_INVALID_CLUSTER_SIZE"}};
  auto found = names.find(code);
  *name = found == names.end() ? nullptr : found->second;
  return *name ? Success : invalidValue;
}

//===----------------------------------------------------------------------===//
// Devices and contexts
//===----------------------------------------------------------------------===//

static int getDeviceCount() {
  return std::atoi(getVariable("FAKE_CUDA_DEVICES", "1"));
}

FAKE_API int cuInit(unsigned flags) {
  FAKE_BEGIN(begin, "cuInit");
  log("cuInit");
  if (getDeviceCount() == 0)
    return ErrorNoDevice;
  state.isInitialized = true;
  return Success;
}

FAKE_API int cuDeviceGetCount(int *count) {
  FAKE_BEGIN(begin, "cuDeviceGetCount");
  *count = getDeviceCount();
  return Success;
}

FAKE_API int cuDeviceGet(Device *device, int ordinal) {
  FAKE_BEGIN(begin, "cuDeviceGet");
  if (ordinal < 0 || ordinal >= getDeviceCount())
    return ErrorInvalidDevice;
  *device = ordinal;
  return Success;
}

FAKE_API int cuDeviceGetName(char *name, int size, Device device) {
  FAKE_BEGIN(begin, "cuDeviceGetName");
  std::snprintf(name, size, "Fake GPU %d", device);
  return Success;
}

FAKE_API int cuDeviceGetAttribute(int *value, int attribute, Device device) {
  FAKE_BEGIN(begin, "cuDeviceGetAttribute");
  int major = 0, minor = 0;
  getCapability(major, minor);
  switch (attribute) {
  case MultiprocessorCount:
    *value = 132;
    return Success;
  case ComputeCapabilityMajor:
    *value = major;
    return Success;
  case ComputeCapabilityMinor:
    *value = minor;
    return Success;
  case MaxSharedMemoryPerBlockOptin:
    *value = 227 * 1024;
    return Success;
  case MemoryPoolsSupported:
    *value = std::atoi(getVariable("FAKE_CUDA_POOLS", "1"));
    return Success;
  default:
    return invalidValue;
  }
}

FAKE_API int cuDevicePrimaryCtxRetain(Context *context, Device device) {
  FAKE_BEGIN(begin, "cuDevicePrimaryCtxRetain");
  log("cuDevicePrimaryCtxRetain %d", device);
  *context = reinterpret_cast<Context>(static_cast<uintptr_t>(0x1000 + device));
  return Success;
}

FAKE_API int cuCtxGetCurrent(Context *context) {
  FAKE_BEGIN(begin, "cuCtxGetCurrent");
  *context = contexts.empty() ? nullptr : contexts.back();
  return Success;
}

FAKE_API int cuCtxPushCurrent_v2(Context context) {
  FAKE_BEGIN(begin, "cuCtxPushCurrent_v2");
  contexts.push_back(context);
  return Success;
}

FAKE_API int cuCtxPopCurrent_v2(Context *context) {
  FAKE_BEGIN(beginInContext, "cuCtxPopCurrent_v2");
  *context = contexts.back();
  contexts.pop_back();
  return Success;
}

//===----------------------------------------------------------------------===//
// Streams and events
//===----------------------------------------------------------------------===//

std::string fake::nameStream(Stream stream) {
  auto found = state.streams.find(stream);
  if (found != state.streams.end())
    return "s" + std::to_string(found->second);
  return stream ? "legacy" : "0";
}

FAKE_API int cuStreamCreate(Stream *stream, unsigned flags) {
  FAKE_BEGIN(beginInContext, "cuStreamCreate");
  int number = ++state.streamCount;
  *stream = reinterpret_cast<Stream>(static_cast<uintptr_t>(0x2000 + number));
  state.streams[*stream] = number;
  log("cuStreamCreate s%d flags=%u", number, flags);
  return Success;
}

FAKE_API int cuStreamDestroy_v2(Stream stream) {
  FAKE_BEGIN(beginOnStream, "cuStreamDestroy_v2", stream);
  log("cuStreamDestroy %s", nameStream(stream).c_str());
  state.streams.erase(stream);
  return Success;
}

FAKE_API int cuStreamSynchronize(Stream stream) {
  FAKE_BEGIN(beginOnStream, "cuStreamSynchronize", stream);
  log("cuStreamSynchronize %s", nameStream(stream).c_str());
  return Success;
}

FAKE_API int cuStreamWaitEvent(Stream stream, Event event, unsigned flags) {
  FAKE_BEGIN(beginOnStream, "cuStreamWaitEvent", stream);
  if (!state.events.count(event) || flags != 0)
    return invalidHandle;
  log("cuStreamWaitEvent %s", nameStream(stream).c_str());
  return Success;
}

FAKE_API int cuEventCreate(Event *event, unsigned flags) {
  FAKE_BEGIN(beginInContext, "cuEventCreate");
  int number = ++state.eventCount;
  *event = reinterpret_cast<Event>(static_cast<uintptr_t>(0x3000 + number));
  state.events[*event] = -1;
  log("cuEventCreate e%d flags=%u", number, flags);
  return Success;
}

FAKE_API int cuEventDestroy_v2(Event event) {
  FAKE_BEGIN(beginInContext, "cuEventDestroy_v2");
  log("cuEventDestroy");
  return state.events.erase(event) ? Success : invalidHandle;
}

FAKE_API int cuEventRecord(Event event, Stream stream) {
  FAKE_BEGIN(beginOnStream, "cuEventRecord", stream);
  if (!state.events.count(event))
    return invalidHandle;
  log("cuEventRecord %s", nameStream(stream).c_str());
  state.events[event] = state.clock;
  return Success;
}

FAKE_API int cuEventSynchronize(Event event) {
  FAKE_BEGIN(beginInContext, "cuEventSynchronize");
  log("cuEventSynchronize");
  return state.events.count(event) ? Success : invalidHandle;
}

FAKE_API int cuEventElapsedTime(float *milliseconds, Event start, Event end) {
  FAKE_BEGIN(beginInContext, "cuEventElapsedTime");
  if (!state.events.count(start) || !state.events.count(end) ||
      state.events[start] < 0 || state.events[end] < 0)
    return invalidHandle;
  *milliseconds =
      static_cast<float>(state.events[end] - state.events[start]) / 1000.0f;
  return Success;
}
