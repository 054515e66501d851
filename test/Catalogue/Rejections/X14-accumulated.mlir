// Catalogue entry X14: a reduction into a tensor that is not filled with zeros.
// RUN: rmsnorm-opt %s --norm-raise \
// RUN:     --remarks-filter=norm-raise --remark-format=emitRemark \
// RUN:     -o %t.after 2>&1 | FileCheck %s
// RUN: rmsnorm-opt %s -o %t.before
// RUN: diff %t.before %t.after

// CHECK: remark: [Missed] init-not-zero |
// CHECK-SAME: Function=accumulated
// CHECK-SAME: Remark="a sum between x and the root starts from argument #1[i0], not from 0"

func.func @accumulated(%x: tensor<4x8xf32>, %old: tensor<4xf32>) -> tensor<4x8xf32> {
  %n = arith.constant dense<8.0> : tensor<4xf32>
  %eps = arith.constant dense<1.0e-5> : tensor<4xf32>
  %e = tensor.empty() : tensor<4x8xf32>
  %sq = arith.mulf %x, %x : tensor<4x8xf32>
  %s = linalg.reduce { arith.addf } ins(%sq : tensor<4x8xf32>) outs(%old : tensor<4xf32>) dimensions = [1]
  %m = arith.divf %s, %n : tensor<4xf32>
  %v = arith.addf %m, %eps : tensor<4xf32>
  %r = math.rsqrt %v : tensor<4xf32>
  %rb = linalg.broadcast ins(%r : tensor<4xf32>) outs(%e : tensor<4x8xf32>) dimensions = [1]
  %y = arith.mulf %x, %rb : tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}
