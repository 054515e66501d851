// RUN: rmsnorm-opt %s --norm-raise --remarks-filter=norm-raise \
// RUN:     --remark-format=emitRemark -o %t.after 2>&1 \
// RUN:   | FileCheck %s
// RUN: rmsnorm-opt %s -o %t.before
// RUN: diff %t.before %t.after

// The square of the mean is added, not subtracted.
// CHECK: remark: [Missed] mean-square-mixup |
// CHECK-SAME: Remark="the square of the sum has the coefficient 1/64 beside 1/8 for the sum of squares: not a variance"

func.func @mean_square_mixup(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %zero = arith.constant dense<0.0> : tensor<4xf32>
  %n = arith.constant dense<8.0> : tensor<4xf32>
  %eps = arith.constant dense<1.0e-5> : tensor<4xf32>
  %e = tensor.empty() : tensor<4x8xf32>
  %sq = arith.mulf %x, %x : tensor<4x8xf32>
  %ms_s = linalg.reduce { arith.addf } ins(%sq : tensor<4x8xf32>)
      outs(%zero : tensor<4xf32>) dimensions = [1]
  %ms = arith.divf %ms_s, %n : tensor<4xf32>
  %m_s = linalg.reduce { arith.addf } ins(%x : tensor<4x8xf32>)
      outs(%zero : tensor<4xf32>) dimensions = [1]
  %m = arith.divf %m_s, %n : tensor<4xf32>
  %m2 = arith.mulf %m, %m : tensor<4xf32>
  %t = arith.addf %ms, %m2 : tensor<4xf32>
  %v = arith.addf %t, %eps : tensor<4xf32>
  %r = math.rsqrt %v : tensor<4xf32>
  %mu_s = linalg.reduce { arith.addf } ins(%x : tensor<4x8xf32>)
      outs(%zero : tensor<4xf32>) dimensions = [1]
  %mu = arith.divf %mu_s, %n : tensor<4xf32>
  %mub = linalg.broadcast ins(%mu : tensor<4xf32>)
      outs(%e : tensor<4x8xf32>) dimensions = [1]
  %d = arith.subf %x, %mub : tensor<4x8xf32>
  %rb = linalg.broadcast ins(%r : tensor<4xf32>)
      outs(%e : tensor<4x8xf32>) dimensions = [1]
  %y = arith.mulf %d, %rb : tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}
