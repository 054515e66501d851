// RUN: rmsnorm-opt %s --norm-raise --remarks-filter=norm-raise \
// RUN:     --remark-format=emitRemark -o %t.after 2>&1 \
// RUN:   | FileCheck %s --allow-empty
// RUN: rmsnorm-opt %s -o %t.before
// RUN: diff %t.before %t.after

// Statistics of integers are not read.
// CHECK-NOT: remark

func.func @integer_types(%x: tensor<4x8xi32>) -> tensor<4xf32> {
  %zero = arith.constant dense<0> : tensor<4xi32>
  %sq = arith.muli %x, %x : tensor<4x8xi32>
  %s = linalg.reduce { arith.addi } ins(%sq : tensor<4x8xi32>)
      outs(%zero : tensor<4xi32>) dimensions = [1]
  %f = arith.sitofp %s : tensor<4xi32> to tensor<4xf32>
  %r = math.rsqrt %f : tensor<4xf32>
  return %r : tensor<4xf32>
}
