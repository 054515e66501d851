// Old forms that cannot be brought up to date in the text are pointed out
// before the parser complains of them.
// RUN: not rmsnorm-opt %s 2>&1 | FileCheck %s

// CHECK: left.pretty.mlir:[[#@LINE+4]]:8: warning: 'tensor.expand_shape' needs 'output_shape [...]' since LLVM 19
// CHECK: left.pretty.mlir:[[#@LINE+4]]:8: warning: the permutation of 'tosa.transpose' is an attribute since LLVM 21
// CHECK: left.pretty.mlir:[[#@LINE+2]]:{{[0-9]+}}: error:
func.func @left(%x: tensor<?x8xf32>, %p: tensor<2xi32>) {
  %0 = tensor.expand_shape %x [[0, 1], [2]] : tensor<?x8xf32> into tensor<?x2x8xf32>
  %1 = tosa.transpose %x, %p : (tensor<?x8xf32>, tensor<2xi32>) -> tensor<8x?xf32>
  return
}
