//===- Inputs.h ---------------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The arguments of the call: read from .npy files or random.
//
//===----------------------------------------------------------------------===//

#ifndef RMSNORM_TOOLS_RMSNORM_RUN_INPUTS_H
#define RMSNORM_TOOLS_RMSNORM_RUN_INPUTS_H

#include "rmsnorm/Reference/Array.h"

#include <optional>
#include <string>
#include <vector>

namespace mlir::func {
class FuncOp;
} // namespace mlir::func

namespace mlir::norm {

struct InputOptions {
  /// .npy files of the first arguments, in order; the others are random. "-"
  /// stands for a random one too.
  std::vector<std::string> files;
  uint64_t seed = 0;
  /// "K:AxBxC": the shape of argument K.
  std::vector<std::string> shapes;
  /// "K:S": the standard deviation of argument K.
  std::vector<std::string> deviations;
  /// For every dynamic extent that nothing else gives.
  std::optional<int64_t> dynamicSize;
};

/// Makes the arguments, or emits a diagnostic: at the function for arguments
/// of types that cannot be passed and extents that are missing or do not
/// fit, and one that names the file for a file that cannot be read.
FailureOr<SmallVector<reference::ArrayPtr>>
makeInputs(func::FuncOp function, const InputOptions &options);

/// Succeeds when every argument and result can be passed to compiled code, or
/// else to the reference interpreter, which holds the tensors of torch too;
/// emits a diagnostic at the function otherwise.
LogicalResult checkSignature(func::FuncOp function, bool isCompiled);

} // namespace mlir::norm

#endif // RMSNORM_TOOLS_RMSNORM_RUN_INPUTS_H
