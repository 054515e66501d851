// RUN: rmsnorm-opt %s --norm-raise --remarks-filter=norm-raise \
// RUN:     --remark-format=emitRemark -o %t.after 2>&1 \
// RUN:   | FileCheck %s
// RUN: rmsnorm-opt %s -o %t.before
// RUN: diff %t.before %t.after

// The mean is subtracted from x but not from what is squared.
// CHECK: remark: [Missed] centred-over-rms |
// CHECK-SAME: Remark="the mean is subtracted from x but not from what is squared: (9.99999975e-06 + 1/8*sum{i1}(x[i0, i1]^(2)))"

func.func @centred_over_rms(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %zero = arith.constant dense<0.0> : tensor<4xf32>
  %n = arith.constant dense<8.0> : tensor<4xf32>
  %eps = arith.constant dense<1.0e-5> : tensor<4xf32>
  %e = tensor.empty() : tensor<4x8xf32>
  %sq = arith.mulf %x, %x : tensor<4x8xf32>
  %ms_s = linalg.reduce { arith.addf } ins(%sq : tensor<4x8xf32>)
      outs(%zero : tensor<4xf32>) dimensions = [1]
  %ms = arith.divf %ms_s, %n : tensor<4xf32>
  %v = arith.addf %ms, %eps : tensor<4xf32>
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
