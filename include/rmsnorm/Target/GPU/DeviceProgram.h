//===- DeviceProgram.h ------------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Functions as lists of launches: what a manifest and a header are made of.
//
//===----------------------------------------------------------------------===//

#ifndef RMSNORM_TARGET_GPU_DEVICEPROGRAM_H
#define RMSNORM_TARGET_GPU_DEVICEPROGRAM_H

#include "rmsnorm/Conversion/RowwiseToGPU/GPUTarget.h"
#include "rmsnorm/Target/Common/CInterface.h"
#include "rmsnorm/Target/GPU/Expression.h"

#include "mlir/IR/BuiltinOps.h"

#include <array>

namespace mlir::norm {

/// What one parameter of a kernel gets.
struct KernelParameter {
  enum class Kind {
    /// The address of the argument or workspace `name`.
    Pointer,
    /// `value`, as an int64_t.
    Integer,
    /// The argument `name`, a scalar of `type`.
    Scalar,
    /// `bits`, of `type`.
    Constant
  };
  Kind kind = Kind::Pointer;
  std::string name;
  Expression value;
  Type type;
  uint64_t bits = 0;
};

/// A launch of a kernel or, if `kernel` is empty, a copy from the first of two
/// pointers to the second one.
struct DeviceLaunch {
  std::string kernel;
  /// Whether it takes place; null if always.
  Expression condition;
  std::array<Expression, 3> grid;
  std::array<int64_t, 3> block = {1, 1, 1}, cluster = {1, 1, 1};
  int64_t sharedBytes = 0;
  /// The kernel may start before the one before it ends.
  bool isProgrammatic = false;
  std::vector<KernelParameter> parameters;
  Expression copiedBytes;
};

/// Memory that a function needs while it runs.
struct Workspace {
  std::string name;
  Expression bytes;
};

struct DeviceFunction {
  std::string name;
  std::vector<Workspace> workspaces;
  std::vector<DeviceLaunch> launches;
};

/// What runs on one chip and those like it.
struct DeviceTarget {
  GPUTarget chip;
  std::vector<DeviceFunction> functions;
  std::string ptx;
};

struct DeviceProgram {
  /// What the functions look like from outside, on every chip.
  std::vector<CFunction> functions;
  /// From the oldest chip to the newest.
  std::vector<DeviceTarget> targets;
};

/// The bytes that the address of every buffer is a multiple of.
inline constexpr unsigned bufferAlignment = 16;

/// Sizes that have to be the same become one symbol, or the number that one of
/// them is known to be: what the ops of the functions say, which are on tensors
/// or memrefs still. Fails with a diagnostic where a pass does.
LogicalResult shareSymbols(ModuleOp module,
                           MutableArrayRef<CFunction> functions);

/// Puts the kernels of all modules into one, under names of their own. Null,
/// with a diagnostic, if there are none.
Operation *mergeKernelModules(ModuleOp module);

/// Reads the host functions that norm-to-gpu-launches left. Fails with a
/// diagnostic for what is not a launch, a copy, or what they need.
FailureOr<std::vector<DeviceFunction>>
readHostFunctions(ModuleOp module, ArrayRef<CFunction> functions);

} // namespace mlir::norm

#endif // RMSNORM_TARGET_GPU_DEVICEPROGRAM_H
