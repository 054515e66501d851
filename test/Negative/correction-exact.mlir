// RUN: rmsnorm-opt %s --norm-raise=policy=exact --remarks-filter=norm-raise \
// RUN:     --remark-format=emitRemark -o %t.after 2>&1 \
// RUN:   | FileCheck %s
// RUN: rmsnorm-opt %s -o %t.before
// RUN: diff %t.before %t.after

// The unbiased variance needs a corrected scale.
// CHECK: remark: [Missed] correction-exact |
// CHECK-SAME: Remark="the scale or bias would have to be computed, which rounds where the program does not; the policy is exact"

func.func @correction_exact(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %zero = arith.constant dense<0.0> : tensor<4xf32>
  %n = arith.constant dense<8.0> : tensor<4xf32>
  %eps = arith.constant dense<1.0e-5> : tensor<4xf32>
  %e = tensor.empty() : tensor<4x8xf32>
  %n1 = arith.constant dense<7.0> : tensor<4xf32>
  %mu_s = linalg.reduce { arith.addf } ins(%x : tensor<4x8xf32>)
      outs(%zero : tensor<4xf32>) dimensions = [1]
  %mu = arith.divf %mu_s, %n : tensor<4xf32>
  %mub = linalg.broadcast ins(%mu : tensor<4xf32>)
      outs(%e : tensor<4x8xf32>) dimensions = [1]
  %d = arith.subf %x, %mub : tensor<4x8xf32>
  %sq = arith.mulf %d, %d : tensor<4x8xf32>
  %s = linalg.reduce { arith.addf } ins(%sq : tensor<4x8xf32>)
      outs(%zero : tensor<4xf32>) dimensions = [1]
  %var = arith.divf %s, %n1 : tensor<4xf32>
  %v = arith.addf %var, %eps : tensor<4xf32>
  %r = math.rsqrt %v : tensor<4xf32>
  %rb = linalg.broadcast ins(%r : tensor<4xf32>)
      outs(%e : tensor<4x8xf32>) dimensions = [1]
  %y = arith.mulf %d, %rb : tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}
