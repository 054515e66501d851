//===- CudaRuntime.cpp --------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rmsnorm/Runtime/CudaRuntime.h"

#include "Device.h"
#include "Error.h"

#include <cstdio>

using namespace rmsnorm::cuda;

int rmsnormCudaGetDevice(RMSNormCudaDevice *device, const char **reason) {
  static thread_local char text[1024];
  int code = 0;
  std::string why;
  DeviceState *state = DeviceState::find(code, why);
  std::snprintf(text, sizeof(text), "%s", why.c_str());
  if (reason)
    *reason = text;
  if (state && device)
    *device = {state->name.c_str(), state->major, state->minor,
               state->multiprocessors};
  return state != nullptr;
}

int rmsnormCudaGetLastError(const char **message) { return getError(message); }
void rmsnormCudaClearError() { clearError(); }

void rmsnormCudaSetStream(void *stream) {
  setCurrentStream(static_cast<Stream>(stream));
}

void *rmsnormCudaTimerCreate() {
  DeviceState *device = DeviceState::getForWork();
  if (!device)
    return nullptr;
  ScopedContext scope(*device);
  Event event = nullptr;
  check(&device->driver, device->driver.eventCreate(&event, eventDefault),
        "cannot create a timer");
  return event;
}

void rmsnormCudaTimerDestroy(void *timer) {
  DeviceState *device = DeviceState::getForRelease();
  if (!device || !timer)
    return;
  ScopedContext scope(*device);
  check(&device->driver, device->driver.eventDestroy(static_cast<Event>(timer)),
        "cannot destroy a timer");
}

double rmsnormCudaTimerElapsed(void *start, void *end) {
  DeviceState *device = DeviceState::getForWork();
  if (!device || !start || !end)
    return -1.0;
  ScopedContext scope(*device);
  float milliseconds = 0.0f;
  int code = device->driver.eventElapsed(
      &milliseconds, static_cast<Event>(start), static_cast<Event>(end));
  return check(&device->driver, code, "cannot read a timer")
             ? milliseconds * 1e-3
             : -1.0;
}
