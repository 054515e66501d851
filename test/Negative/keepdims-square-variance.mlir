// RUN: rmsnorm-opt %s --norm-raise --remarks-filter=norm-raise \
// RUN:     --remark-format=emitRemark -o %t.after 2>&1 \
// RUN:   | FileCheck %s
// RUN: rmsnorm-opt %s -o %t.before
// RUN: diff %t.before %t.after

// E[x^2] of row i less E[x]^2 of row j.
// CHECK: remark: [Missed] keepdims-square |
// CHECK-SAME: Remark="the mean of one row is subtracted from another: sum{i0}(x[i1, i0]) beside sum{i1}(x[i0, i1]^(2))"

func.func @keepdims_square_variance(%x: tensor<8x8xf32>) -> tensor<8x8xf32> {
  %zero = arith.constant dense<0.0> : tensor<8xf32>
  %n = arith.constant dense<8.0> : tensor<8xf32>
  %e = tensor.empty() : tensor<8x8xf32>
  %sq = arith.mulf %x, %x : tensor<8x8xf32>
  %ms_s = linalg.reduce { arith.addf } ins(%sq : tensor<8x8xf32>)
      outs(%zero : tensor<8xf32>) dimensions = [1]
  %ms = arith.divf %ms_s, %n : tensor<8xf32>
  %msb = linalg.broadcast ins(%ms : tensor<8xf32>)
      outs(%e : tensor<8x8xf32>) dimensions = [1]
  %m_s = linalg.reduce { arith.addf } ins(%x : tensor<8x8xf32>)
      outs(%zero : tensor<8xf32>) dimensions = [1]
  %m = arith.divf %m_s, %n : tensor<8xf32>
  %mb = linalg.broadcast ins(%m : tensor<8xf32>)
      outs(%e : tensor<8x8xf32>) dimensions = [0]
  %m2 = arith.mulf %mb, %mb : tensor<8x8xf32>
  %t = arith.subf %msb, %m2 : tensor<8x8xf32>
  %epsb = arith.constant dense<1.0e-5> : tensor<8x8xf32>
  %v = arith.addf %t, %epsb : tensor<8x8xf32>
  %r = math.rsqrt %v : tensor<8x8xf32>
  %d = arith.subf %x, %mb : tensor<8x8xf32>
  %y = arith.mulf %d, %r : tensor<8x8xf32>
  return %y : tensor<8x8xf32>
}
