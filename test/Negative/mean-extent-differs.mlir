// RUN: rmsnorm-opt %s --norm-raise --remarks-filter=norm-raise \
// RUN:     --remark-format=emitRemark -o %t.after 2>&1 \
// RUN:   | FileCheck %s
// RUN: rmsnorm-opt %s -o %t.before
// RUN: diff %t.before %t.after

// The mean that is subtracted is over half of the row.
// CHECK: remark: [Missed] mean-extent-differs |
// CHECK-SAME: Remark="the mean is over 4 elements but the variance is over 8"

func.func @mean_extent_differs(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %zero = arith.constant dense<0.0> : tensor<4xf32>
  %n = arith.constant dense<8.0> : tensor<4xf32>
  %eps = arith.constant dense<1.0e-5> : tensor<4xf32>
  %e = tensor.empty() : tensor<4x8xf32>
  %n4 = arith.constant dense<4.0> : tensor<4xf32>
  %mu_s = linalg.reduce { arith.addf } ins(%x : tensor<4x8xf32>)
      outs(%zero : tensor<4xf32>) dimensions = [1]
  %mu = arith.divf %mu_s, %n : tensor<4xf32>
  %mub = linalg.broadcast ins(%mu : tensor<4xf32>)
      outs(%e : tensor<4x8xf32>) dimensions = [1]
  %d = arith.subf %x, %mub : tensor<4x8xf32>
  %sq = arith.mulf %d, %d : tensor<4x8xf32>
  %var_s = linalg.reduce { arith.addf } ins(%sq : tensor<4x8xf32>)
      outs(%zero : tensor<4xf32>) dimensions = [1]
  %var = arith.divf %var_s, %n : tensor<4xf32>
  %v = arith.addf %var, %eps : tensor<4xf32>
  %r = math.rsqrt %v : tensor<4xf32>
  %mh_p = tensor.extract_slice %x[0, 0] [4, 4] [1, 1]
      : tensor<4x8xf32> to tensor<4x4xf32>
  %mh_s = linalg.reduce { arith.addf } ins(%mh_p : tensor<4x4xf32>)
      outs(%zero : tensor<4xf32>) dimensions = [1]
  %mh = arith.divf %mh_s, %n4 : tensor<4xf32>
  %mhb = linalg.broadcast ins(%mh : tensor<4xf32>)
      outs(%e : tensor<4x8xf32>) dimensions = [1]
  %d2 = arith.subf %x, %mhb : tensor<4x8xf32>
  %rb = linalg.broadcast ins(%r : tensor<4xf32>)
      outs(%e : tensor<4x8xf32>) dimensions = [1]
  %y = arith.mulf %d2, %rb : tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}
