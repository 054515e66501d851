// RUN: rmsnorm-opt %s --norm-raise --remarks-filter=norm-raise \
// RUN:     --remark-format=emitRemark -o %t.after 2>&1 \
// RUN:   | FileCheck %s
// RUN: rmsnorm-opt %s -o %t.before
// RUN: diff %t.before %t.after

// Mean and variance are over half of the row.
// CHECK: remark: [Missed] statistic-of-a-slice |
// CHECK-SAME: Remark="the statistics are over 4 of the 8 elements of the row"

func.func @statistic_of_a_slice(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %zero = arith.constant dense<0.0> : tensor<4xf32>
  %eps = arith.constant dense<1.0e-5> : tensor<4xf32>
  %e = tensor.empty() : tensor<4x8xf32>
  %n4 = arith.constant dense<4.0> : tensor<4xf32>
  %mu_p = tensor.extract_slice %x[0, 0] [4, 4] [1, 1]
      : tensor<4x8xf32> to tensor<4x4xf32>
  %mu_s = linalg.reduce { arith.addf } ins(%mu_p : tensor<4x4xf32>)
      outs(%zero : tensor<4xf32>) dimensions = [1]
  %mu = arith.divf %mu_s, %n4 : tensor<4xf32>
  %mub = linalg.broadcast ins(%mu : tensor<4xf32>)
      outs(%e : tensor<4x8xf32>) dimensions = [1]
  %d = arith.subf %x, %mub : tensor<4x8xf32>
  %sq = arith.mulf %x, %x : tensor<4x8xf32>
  %ms_p = tensor.extract_slice %sq[0, 0] [4, 4] [1, 1]
      : tensor<4x8xf32> to tensor<4x4xf32>
  %ms_s = linalg.reduce { arith.addf } ins(%ms_p : tensor<4x4xf32>)
      outs(%zero : tensor<4xf32>) dimensions = [1]
  %ms = arith.divf %ms_s, %n4 : tensor<4xf32>
  %m2 = arith.mulf %mu, %mu : tensor<4xf32>
  %var = arith.subf %ms, %m2 : tensor<4xf32>
  %v = arith.addf %var, %eps : tensor<4xf32>
  %r = math.rsqrt %v : tensor<4xf32>
  %rb = linalg.broadcast ins(%r : tensor<4xf32>)
      outs(%e : tensor<4x8xf32>) dimensions = [1]
  %y = arith.mulf %d, %rb : tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}
