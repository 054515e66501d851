// RUN: rmsnorm-opt %s --norm-raise --remarks-filter=norm-raise \
// RUN:     --remark-format=emitRemark -o %t.after 2>&1 \
// RUN:   | FileCheck %s
// RUN: rmsnorm-opt %s -o %t.before
// RUN: diff %t.before %t.after

// The mean that is subtracted from x is over columns.
// CHECK: remark: [Missed] mean-axes-differ |
// CHECK-SAME: Remark="the mean is over axes [0] but the variance is over axes [1]"

func.func @mean_axes_differ_numerator(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %zero = arith.constant dense<0.0> : tensor<4xf32>
  %n = arith.constant dense<8.0> : tensor<4xf32>
  %eps = arith.constant dense<1.0e-5> : tensor<4xf32>
  %e = tensor.empty() : tensor<4x8xf32>
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
  %cm_z = arith.constant dense<0.0> : tensor<8xf32>
  %cm_n = arith.constant dense<4.0> : tensor<8xf32>
  %cm_s = linalg.reduce { arith.addf } ins(%x : tensor<4x8xf32>)
      outs(%cm_z : tensor<8xf32>) dimensions = [0]
  %cm = arith.divf %cm_s, %cm_n : tensor<8xf32>
  %cmb = linalg.broadcast ins(%cm : tensor<8xf32>)
      outs(%e : tensor<4x8xf32>) dimensions = [0]
  %d2 = arith.subf %x, %cmb : tensor<4x8xf32>
  %rb = linalg.broadcast ins(%r : tensor<4xf32>)
      outs(%e : tensor<4x8xf32>) dimensions = [1]
  %y = arith.mulf %d2, %rb : tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}
