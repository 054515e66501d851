// RUN: rmsnorm-opt %s --norm-raise --remarks-filter=norm-raise \
// RUN:     --remark-format=emitRemark -o %t.after 2>&1 \
// RUN:   | FileCheck %s
// RUN: rmsnorm-opt %s -o %t.before
// RUN: diff %t.before %t.after

// x is divided by the mean square plus its root.
// CHECK: remark: [Missed] root-exponent |
// CHECK-SAME: Remark="x is divided by 9.99999975e-06 + 1/2*sum{i1}(x[i0, i1]^(2))^(1/2)*2^(1/2) + 1/8*sum{i1}(x[i0, i1]^(2)), which is not the root of a mean square or variance"

func.func @root_exponent(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %zero = arith.constant dense<0.0> : tensor<4xf32>
  %n = arith.constant dense<8.0> : tensor<4xf32>
  %eps = arith.constant dense<1.0e-5> : tensor<4xf32>
  %e = tensor.empty() : tensor<4x8xf32>
  %sq = arith.mulf %x, %x : tensor<4x8xf32>
  %ms_s = linalg.reduce { arith.addf } ins(%sq : tensor<4x8xf32>)
      outs(%zero : tensor<4xf32>) dimensions = [1]
  %ms = arith.divf %ms_s, %n : tensor<4xf32>
  %u = math.sqrt %ms : tensor<4xf32>
  %v = arith.addf %u, %u : tensor<4xf32>
  %w = arith.addf %v, %ms : tensor<4xf32>
  %w2 = arith.addf %w, %eps : tensor<4xf32>
  %wb = linalg.broadcast ins(%w2 : tensor<4xf32>)
      outs(%e : tensor<4x8xf32>) dimensions = [1]
  %y = arith.divf %x, %wb : tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}
