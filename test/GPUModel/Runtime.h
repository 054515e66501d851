//===- Runtime.h ----------------------------------------- -*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The functions that compiled code calls.
//
//===----------------------------------------------------------------------===//

#ifndef RMSNORM_TEST_GPUMODEL_RUNTIME_H
#define RMSNORM_TEST_GPUMODEL_RUNTIME_H

namespace mlir {
class ExecutionEngine;
} // namespace mlir

namespace gpumodel {

class Machine;

/// While it lives, compiled code runs on this machine.
class RunningMachine {
public:
  explicit RunningMachine(Machine &machine);
  RunningMachine(const RunningMachine &) = delete;
  RunningMachine &operator=(const RunningMachine &) = delete;
  ~RunningMachine();
};

/// Lets code compiled by `engine` find the functions.
void registerRuntime(mlir::ExecutionEngine &engine);

} // namespace gpumodel

#endif // RMSNORM_TEST_GPUMODEL_RUNTIME_H
