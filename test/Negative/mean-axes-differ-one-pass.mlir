// RUN: rmsnorm-opt %s --norm-raise --remarks-filter=norm-raise \
// RUN:     --remark-format=emitRemark -o %t.after 2>&1 \
// RUN:   | FileCheck %s
// RUN: rmsnorm-opt %s -o %t.before
// RUN: diff %t.before %t.after

// E[x^2] over rows less E[x]^2 over columns.
// CHECK: remark: [Missed] mean-axes-differ |
// CHECK-SAME: Remark="the mean is over axes [0] but the squares are summed over axes [1]"

func.func @mean_axes_differ_one_pass(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %zero = arith.constant dense<0.0> : tensor<4xf32>
  %n = arith.constant dense<8.0> : tensor<4xf32>
  %e = tensor.empty() : tensor<4x8xf32>
  %sq = arith.mulf %x, %x : tensor<4x8xf32>
  %ms_s = linalg.reduce { arith.addf } ins(%sq : tensor<4x8xf32>)
      outs(%zero : tensor<4xf32>) dimensions = [1]
  %ms = arith.divf %ms_s, %n : tensor<4xf32>
  %msb = linalg.broadcast ins(%ms : tensor<4xf32>)
      outs(%e : tensor<4x8xf32>) dimensions = [1]
  %m_z = arith.constant dense<0.0> : tensor<8xf32>
  %m_n = arith.constant dense<4.0> : tensor<8xf32>
  %m_s = linalg.reduce { arith.addf } ins(%x : tensor<4x8xf32>)
      outs(%m_z : tensor<8xf32>) dimensions = [0]
  %m = arith.divf %m_s, %m_n : tensor<8xf32>
  %mb = linalg.broadcast ins(%m : tensor<8xf32>)
      outs(%e : tensor<4x8xf32>) dimensions = [0]
  %m2 = arith.mulf %mb, %mb : tensor<4x8xf32>
  %t = arith.subf %msb, %m2 : tensor<4x8xf32>
  %epsb = arith.constant dense<1.0e-5> : tensor<4x8xf32>
  %v = arith.addf %t, %epsb : tensor<4x8xf32>
  %r = math.rsqrt %v : tensor<4x8xf32>
  %d = arith.subf %x, %mb : tensor<4x8xf32>
  %y = arith.mulf %d, %r : tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}
