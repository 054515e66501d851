// RUN: rmsnorm-opt %s --norm-raise=policy=exact --remarks-filter=norm-raise \
// RUN:     --remark-format=emitRemark -o %t.after 2>&1 \
// RUN:   | FileCheck %s
// RUN: rmsnorm-opt %s -o %t.before
// RUN: diff %t.before %t.after

// The squares are rounded to f16, which the op does not do.
// CHECK: remark: [Missed] rounding-exact |
// CHECK-SAME: Remark="x[i0, i1]^(2) is rounded to f16, which the op does not do; the policy is exact"

func.func @rounding_exact(%x: tensor<4x8xf16>) -> tensor<4x8xf32> {
  %sq = arith.mulf %x, %x : tensor<4x8xf16>
  %sq32 = arith.extf %sq : tensor<4x8xf16> to tensor<4x8xf32>
  %x32 = arith.extf %x : tensor<4x8xf16> to tensor<4x8xf32>
  %zero32 = arith.constant dense<0.0> : tensor<4xf32>
  %n32 = arith.constant dense<8.0> : tensor<4xf32>
  %s = linalg.reduce { arith.addf } ins(%sq32 : tensor<4x8xf32>)
      outs(%zero32 : tensor<4xf32>) dimensions = [1]
  %ms = arith.divf %s, %n32 : tensor<4xf32>
  %r = math.rsqrt %ms : tensor<4xf32>
  %e32 = tensor.empty() : tensor<4x8xf32>
  %rb = linalg.broadcast ins(%r : tensor<4xf32>)
      outs(%e32 : tensor<4x8xf32>) dimensions = [1]
  %y = arith.mulf %x32, %rb : tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}
