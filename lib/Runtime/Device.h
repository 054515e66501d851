//===- Device.h ---------------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A GPU in use: its primary context, its memory, and the streams and events
// that wait to be used again.
//
//===----------------------------------------------------------------------===//

#ifndef RMSNORM_LIB_RUNTIME_DEVICE_H
#define RMSNORM_LIB_RUNTIME_DEVICE_H

#include "CudaDriver.h"

#include <memory>
#include <mutex>
#include <set>
#include <vector>

namespace rmsnorm::cuda {

class DeviceState {
public:
  /// The thread's device, opened on first use. Null when there is none:
  /// `code` and `reason` say why.
  static DeviceState *find(int &code, std::string &reason);
  /// The same for work: null without a message after an error of the thread,
  /// and reports its own.
  static DeviceState *getForWork();
  /// The same for what releases: works on after errors, and is silent.
  static DeviceState *getForRelease();

  /// "sm_90".
  std::string getChip() const;

  Stream createStream();
  /// Streams and events are kept and handed out again: creating one takes as
  /// long as a small kernel. Work that is under way in them goes on.
  void recycleStream(Stream stream);
  Event createEvent();
  void recycleEvent(Event event);

  /// Null for no bytes, and for an error, which is reported.
  void *allocate(size_t bytes, Stream stream, bool isHostShared);
  void free(void *pointer, Stream stream);

  const Driver &driver;
  const int ordinal;
  Device handle = 0;
  Context context = nullptr;
  std::string name;
  int major = 0, minor = 0, multiprocessors = 0, maxSharedBytes = 0;

private:
  DeviceState(const Driver &driver, int ordinal)
      : driver(driver), ordinal(ordinal) {}
  static std::unique_ptr<DeviceState> open(const Driver &driver, int ordinal,
                                           int &code, std::string &reason);
  void createPool();

  std::mutex mutex;
  std::vector<Stream> streams;
  std::vector<Event> events;
  /// All that were made here: others are not kept.
  std::set<Stream> ownStreams;
  std::set<Event> ownEvents;
  /// Null where the driver or the device has no pools.
  MemoryPool pool = nullptr;
  /// Orders what is allocated for no stream.
  Stream poolStream = nullptr;
  std::set<void *> managed;
};

/// Makes a device's context the current one, and afterwards the one that was.
class ScopedContext {
public:
  explicit ScopedContext(const DeviceState &device);
  ~ScopedContext();
  ScopedContext(const ScopedContext &) = delete;
  ScopedContext &operator=(const ScopedContext &) = delete;

private:
  const Driver &driver;
  bool pushed = false;
};

/// The thread's choice of a device, by its ordinal.
void setDefaultDevice(int ordinal);

/// The stream that the thread's work goes to, or null.
Stream getCurrentStream();
void setCurrentStream(Stream stream);

} // namespace rmsnorm::cuda

#endif // RMSNORM_LIB_RUNTIME_DEVICE_H
