//===- CheckLowerableToGPU.cpp --------------------------------------------===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "GPURowEmitter.h"

#include "mlir/Interfaces/FunctionInterfaces.h"

using namespace mlir;
using namespace mlir::norm;

LogicalResult norm::checkLowerableToGPU(RowwiseOp op) {
  if (failed(checkLowerable(op)))
    return failure();
  if (op->getParentOfType<gpu::LaunchOp>() ||
      op->getParentOfType<gpu::GPUModuleOp>())
    return op.emitOpError("is in a kernel; only the host can launch its own");
  auto function = op->getParentOfType<FunctionOpInterface>();
  if (!function || !isa_and_nonnull<ModuleOp>(function->getParentOp()))
    return op.emitOpError("is not in a function of a module");
  unsigned reducedBytes = getReducedBytes(*op.getRowProgram());
  if (reducedBytes > mostReducedBytes)
    return op.emitOpError()
           << "reduces a row to " << reducedBytes
           << " bytes; kernels exchange at most " << mostReducedBytes;
  std::optional<unsigned> first;
  for (unsigned init = 0; init < op.getInits().size(); ++init) {
    if (!op.isAccumulated(init))
      continue;
    if (llvm::is_contained(op.getInputs(), op.getInits()[init]))
      return op.emitOpError() << "destination #" << init
                              << " is summed while it is read, which no kernel "
                                 "does in the order of rows";
    for (unsigned other = 0; other < op.getInits().size(); ++other)
      if (other != init && op.getInits()[other] == op.getInits()[init])
        return op.emitOpError()
               << "destinations #" << std::min(init, other) << " and #"
               << std::max(init, other)
               << " are the same buffer, to which no kernel adds twice";
    if (!first)
      first = init;
    for (unsigned dim : op.getGridDims())
      if (op.getInitMap(init).isFunctionOfDim(dim) !=
          op.getInitMap(*first).isFunctionOfDim(dim))
        return op.emitOpError()
               << "destinations #" << *first << " and #" << init
               << " are summed over different dimensions, which no kernel does";
  }
  return success();
}
