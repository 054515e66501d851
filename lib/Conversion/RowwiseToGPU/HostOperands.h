//===- HostOperands.h -----------------------------------------------------===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The operands of an op on the host, what kernels take of them, and what
// kernels have for them.
//
//===----------------------------------------------------------------------===//

#ifndef RMSNORM_LIB_CONVERSION_ROWWISETOGPU_HOSTOPERANDS_H
#define RMSNORM_LIB_CONVERSION_ROWWISETOGPU_HOSTOPERANDS_H

#include "../RowProgram/RowKernel.h"

#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "llvm/ADT/SetVector.h"

namespace mlir::norm {

/// The host's values that a kernel takes, each once. Constants are not passed.
class KernelArguments {
public:
  void add(Value value);
  ArrayRef<Value> get() const { return values.getArrayRef(); }
  bool contains(Value value) const { return values.contains(value); }
  /// What the kernel has for the host's value.
  Value lookup(OpBuilder &b, gpu::GPUFuncOp function, Value value) const;

private:
  llvm::SetVector<Value> values;
};

class HostOperands {
public:
  /// Emits at the builder's position what is asked of memrefs.
  HostOperands(OpBuilder &builder, Location loc, const RowKernel &rows);

  /// Halves `vector` until all rows begin at multiples of it as far as that is
  /// known, and returns what has to be true for the rest; null if nothing.
  Value isAligned(unsigned &vector);

  /// `onlyInits` are the destinations of final sums, which need no other
  /// operand; without any it is all operands but these.
  KernelArguments getArguments(ArrayRef<unsigned> onlyInits) const;

  /// Tells LLVM of buffers that the kernel only reads and that no destination
  /// shares: such loads may come in any order, through the read-only cache.
  void markUnaliased(gpu::GPUFuncOp function,
                     const KernelArguments &arguments) const;

  /// The kernel's own of an operand and its map; `operand` where the kernel
  /// does not take it. `extents` are the kernel's, too.
  Value getInKernel(gpu::GPUFuncOp function, const KernelArguments &arguments,
                    ArrayRef<OpFoldResult> extents, Value operand,
                    AffineMap map) const;

private:
  /// A memref: where it begins and what of its layout is not the identity.
  struct Buffer {
    Value base, offset;
    SmallVector<Value> strides;
  };
  void findBuffer(Value operand);
  Value index(int64_t value) const;

  OpBuilder &b;
  Location loc;
  const RowKernel &rows;
  llvm::DenseMap<Value, Buffer> buffers;
};

} // namespace mlir::norm

#endif // RMSNORM_LIB_CONVERSION_ROWWISETOGPU_HOSTOPERANDS_H
