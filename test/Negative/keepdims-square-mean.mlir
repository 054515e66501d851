// RUN: rmsnorm-opt %s --norm-raise --remarks-filter=norm-raise \
// RUN:     --remark-format=emitRemark -o %t.after 2>&1 \
// RUN:   | FileCheck %s
// RUN: rmsnorm-opt %s -o %t.before
// RUN: diff %t.before %t.after

// The mean of row i is subtracted from column i.
// CHECK: remark: [Missed] keepdims-square |
// CHECK-SAME: Remark="the mean of one row is subtracted from another: sum{i0}(x[i1, i0]) beside x[i0, i1]"

func.func @keepdims_square_mean(%x: tensor<8x8xf32>) -> tensor<8x8xf32> {
  %zero = arith.constant dense<0.0> : tensor<8xf32>
  %n = arith.constant dense<8.0> : tensor<8xf32>
  %eps = arith.constant dense<1.0e-5> : tensor<8xf32>
  %e = tensor.empty() : tensor<8x8xf32>
  %mu_s = linalg.reduce { arith.addf } ins(%x : tensor<8x8xf32>)
      outs(%zero : tensor<8xf32>) dimensions = [1]
  %mu = arith.divf %mu_s, %n : tensor<8xf32>
  %mub = linalg.broadcast ins(%mu : tensor<8xf32>)
      outs(%e : tensor<8x8xf32>) dimensions = [1]
  %d = arith.subf %x, %mub : tensor<8x8xf32>
  %sq = arith.mulf %d, %d : tensor<8x8xf32>
  %var_s = linalg.reduce { arith.addf } ins(%sq : tensor<8x8xf32>)
      outs(%zero : tensor<8xf32>) dimensions = [1]
  %var = arith.divf %var_s, %n : tensor<8xf32>
  %v = arith.addf %var, %eps : tensor<8xf32>
  %r = math.rsqrt %v : tensor<8xf32>
  %mut = linalg.broadcast ins(%mu : tensor<8xf32>)
      outs(%e : tensor<8x8xf32>) dimensions = [0]
  %d2 = arith.subf %x, %mut : tensor<8x8xf32>
  %rb = linalg.broadcast ins(%r : tensor<8xf32>)
      outs(%e : tensor<8x8xf32>) dimensions = [1]
  %y = arith.mulf %d2, %rb : tensor<8x8xf32>
  return %y : tensor<8x8xf32>
}
