//===- Device.cpp -------------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Device.h"

#include "Error.h"

#include <map>

using namespace rmsnorm::cuda;

static thread_local int defaultDevice = 0;
static thread_local Stream currentStream = nullptr;

void rmsnorm::cuda::setDefaultDevice(int ordinal) { defaultDevice = ordinal; }
Stream rmsnorm::cuda::getCurrentStream() { return currentStream; }
void rmsnorm::cuda::setCurrentStream(Stream stream) { currentStream = stream; }

//===----------------------------------------------------------------------===//
// Finding the device
//===----------------------------------------------------------------------===//

std::unique_ptr<DeviceState> DeviceState::open(const Driver &driver,
                                               int ordinal, int &code,
                                               std::string &reason) {
  std::unique_ptr<DeviceState> state(new DeviceState(driver, ordinal));
  int count = 0;
  char name[256] = "";
  auto attribute = [&](int &value, DeviceAttribute which) {
    return driver.deviceGetAttribute(&value, which, state->handle);
  };
  int pools = 0;
  (code = driver.deviceGetCount(&count)) ||
      (code = count == 0 ? ErrorNoDevice : Success) ||
      (code = driver.deviceGet(&state->handle, ordinal)) ||
      (code = driver.deviceGetName(name, sizeof(name), state->handle)) ||
      (code = attribute(state->major, ComputeCapabilityMajor)) ||
      (code = attribute(state->minor, ComputeCapabilityMinor)) ||
      (code = attribute(state->multiprocessors, MultiprocessorCount)) ||
      (code = attribute(state->maxSharedBytes, MaxSharedMemoryPerBlockOptin)) ||
      (code = driver.primaryContextRetain(&state->context, state->handle));
  if (code) {
    reason =
        describe(&driver, "cannot use GPU " + std::to_string(ordinal), code);
    return nullptr;
  }
  state->name = name;
  if (attribute(pools, MemoryPoolsSupported) == Success && pools)
    state->createPool();
  return state;
}

/// A pool of the library's own, because the device's default one belongs to
/// everybody in the process. It keeps what is freed: results of the same size
/// are allocated in every call, and getting them from the system would wait
/// for the whole device.
void DeviceState::createPool() {
  if (!driver.poolCreate || !driver.poolSetAttribute ||
      !driver.allocateFromPool || !driver.freeToPool)
    return;
  ScopedContext scope(*this);
  PoolProperties properties = {};
  properties.allocationType = 1; // Pinned, the only one.
  properties.locationType = 1;   // On a device.
  properties.locationID = handle;
  uint64_t threshold = UINT64_MAX;
  // Without a pool the plain functions serve.
  if (driver.streamCreate(&poolStream, streamNonBlocking) != Success ||
      driver.poolCreate(&pool, &properties) != Success)
    pool = nullptr;
  else
    driver.poolSetAttribute(pool, poolReleaseThreshold, &threshold);
}

DeviceState *DeviceState::find(int &code, std::string &reason) {
  // Each thread asks for the same device all the time.
  static thread_local DeviceState *last = nullptr;
  if (last && last->ordinal == defaultDevice)
    return last;
  const Driver *driver = Driver::get();
  if (!driver) {
    code = getDriverFailure().code;
    reason = getDriverFailure().reason;
    return nullptr;
  }
  // Never destroyed; see `Opened`.
  static auto &mutex = *new std::mutex();
  static auto &devices = *new std::map<int, std::unique_ptr<DeviceState>>();
  std::lock_guard<std::mutex> lock(mutex);
  std::unique_ptr<DeviceState> &device = devices[defaultDevice];
  // One that could not be opened may be free later.
  if (!device)
    device = open(*driver, defaultDevice, code, reason);
  return last = device.get();
}

DeviceState *DeviceState::getForWork() {
  if (hasError())
    return nullptr;
  int code = 0;
  std::string reason;
  DeviceState *device = find(code, reason);
  if (!device)
    report(code, reason);
  return device;
}

DeviceState *DeviceState::getForRelease() {
  int code = 0;
  std::string reason;
  return find(code, reason);
}

std::string DeviceState::getChip() const {
  return "sm_" + std::to_string(major) + std::to_string(minor);
}

ScopedContext::ScopedContext(const DeviceState &device)
    : driver(device.driver) {
  Context current = nullptr;
  if (driver.contextGetCurrent(&current) == Success &&
      current == device.context)
    return;
  int code = driver.contextPush(device.context);
  pushed = code == Success;
  // Modules are unloaded when the process ends, after the driver's own end.
  if (code != ErrorDeinitialized)
    check(&driver, code, "cannot use the context of the GPU");
}

ScopedContext::~ScopedContext() {
  Context popped = nullptr;
  if (pushed)
    driver.contextPop(&popped);
}

//===----------------------------------------------------------------------===//
// Streams and events
//===----------------------------------------------------------------------===//

Stream DeviceState::createStream() {
  {
    std::lock_guard<std::mutex> lock(mutex);
    if (!streams.empty()) {
      Stream stream = streams.back();
      streams.pop_back();
      return stream;
    }
  }
  ScopedContext scope(*this);
  Stream stream = nullptr;
  if (!check(&driver, driver.streamCreate(&stream, streamNonBlocking),
             "cannot create a stream"))
    return nullptr;
  std::lock_guard<std::mutex> lock(mutex);
  ownStreams.insert(stream);
  return stream;
}

void DeviceState::recycleStream(Stream stream) {
  std::lock_guard<std::mutex> lock(mutex);
  if (ownStreams.count(stream))
    streams.push_back(stream);
}

Event DeviceState::createEvent() {
  {
    std::lock_guard<std::mutex> lock(mutex);
    if (!events.empty()) {
      Event event = events.back();
      events.pop_back();
      return event;
    }
  }
  ScopedContext scope(*this);
  Event event = nullptr;
  if (!check(&driver, driver.eventCreate(&event, eventDisableTiming),
             "cannot create an event"))
    return nullptr;
  std::lock_guard<std::mutex> lock(mutex);
  ownEvents.insert(event);
  return event;
}

void DeviceState::recycleEvent(Event event) {
  std::lock_guard<std::mutex> lock(mutex);
  if (ownEvents.count(event))
    events.push_back(event);
}

//===----------------------------------------------------------------------===//
// Memory
//===----------------------------------------------------------------------===//

void *DeviceState::allocate(size_t bytes, Stream stream, bool isHostShared) {
  if (bytes == 0)
    return nullptr;
  ScopedContext scope(*this);
  DevicePointer pointer = 0;
  int code = Success;
  if (isHostShared)
    code = driver.allocateManaged(&pointer, bytes, memAttachGlobal);
  else if (!pool)
    code = driver.allocate(&pointer, bytes);
  else if (stream)
    code = driver.allocateFromPool(&pointer, bytes, pool, stream);
  // Any stream may use what was allocated for none.
  else if ((code = driver.allocateFromPool(&pointer, bytes, pool,
                                           poolStream)) == Success)
    code = driver.streamSynchronize(poolStream);
  if (!check(&driver, code,
             "cannot allocate " + std::to_string(bytes) + " bytes on GPU " +
                 std::to_string(ordinal)))
    return nullptr;
  auto *address = reinterpret_cast<void *>(pointer);
  if (isHostShared) {
    std::lock_guard<std::mutex> lock(mutex);
    managed.insert(address);
  }
  return address;
}

void DeviceState::free(void *pointer, Stream stream) {
  ScopedContext scope(*this);
  auto address = reinterpret_cast<DevicePointer>(pointer);
  bool isManaged = false;
  {
    std::lock_guard<std::mutex> lock(mutex);
    isManaged = managed.erase(pointer) != 0;
  }
  int code = !pool || isManaged
                 ? driver.free(address)
                 : driver.freeToPool(address, stream ? stream : poolStream);
  if (code != ErrorDeinitialized)
    check(&driver, code, "cannot free device memory");
}
