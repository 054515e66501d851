//===- Passes.td - Conversions from the norm dialect ------*- tablegen -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RMSNORM_CONVERSION_PASSES_TD
#define RMSNORM_CONVERSION_PASSES_TD

include "mlir/Pass/PassBase.td"

def ConvertNormToRowwise : Pass<"convert-norm-to-rowwise"> {
  let summary = "Wrap each semantic op's row program into a norm.rowwise";
  let description = [{
    Every op that implements `RowProgramOpInterface` becomes one
    `norm.rowwise` whose region is the op's row program, with fresh
    destinations (`tensor.empty`, or zeros where rows are summed). A scale or
    bias that follows some of the axes only is broadcast to all of them first,
    and its gradient is reduced again after; a gradient that is summed over
    rows is rounded once, after the sum.

    ```mlir
    func.func @f(%x: tensor<4x64xf32>) -> tensor<4x64xf32> {
      %y = norm.rms_norm %x axes [1] epsilon 1.0e-6
          : tensor<4x64xf32> -> tensor<4x64xf32>
      return %y : tensor<4x64xf32>
    }
    ```
  }];
  let dependentDialects = ["::mlir::norm::NormDialect"];
}

def ConvertExpandShapeToReinterpretCast
    : Pass<"convert-expand-shape-to-reinterpret-cast"> {
  let summary = "Lower memref.expand_shape with any dynamic dimensions";
  let description = [{
    Turns every `memref.expand_shape` of a strided memref into a
    `memref.reinterpret_cast`. Upstream's `expand-strided-metadata` does so
    too, but only where each group has one dynamic dimension at most; this is
    for programs with several, such as a dynamic batch and sequence.

    ```mlir
    func.func @split(%x: memref<?x64xf32>, %batch: index, %seq: index)
        -> memref<?x?x64xf32> {
      %y = memref.expand_shape %x [[0, 1], [2]] output_shape [%batch, %seq, 64]
          : memref<?x64xf32> into memref<?x?x64xf32>
      return %y : memref<?x?x64xf32>
    }
    ```
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect",
                           "::mlir::memref::MemRefDialect"];
}

#endif // RMSNORM_CONVERSION_PASSES_TD
