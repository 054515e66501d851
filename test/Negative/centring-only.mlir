// RUN: rmsnorm-opt %s --norm-raise --remarks-filter=norm-raise \
// RUN:     --remark-format=emitRemark -o %t.after 2>&1 \
// RUN:   | FileCheck %s --allow-empty
// RUN: rmsnorm-opt %s -o %t.before
// RUN: diff %t.before %t.after

// The mean is subtracted and nothing is divided.
// CHECK-NOT: remark

func.func @centring_only(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %zero = arith.constant dense<0.0> : tensor<4xf32>
  %n = arith.constant dense<8.0> : tensor<4xf32>
  %e = tensor.empty() : tensor<4x8xf32>
  %mu_s = linalg.reduce { arith.addf } ins(%x : tensor<4x8xf32>)
      outs(%zero : tensor<4xf32>) dimensions = [1]
  %mu = arith.divf %mu_s, %n : tensor<4xf32>
  %mub = linalg.broadcast ins(%mu : tensor<4xf32>)
      outs(%e : tensor<4x8xf32>) dimensions = [1]
  %d = arith.subf %x, %mub : tensor<4x8xf32>
  return %d : tensor<4x8xf32>
}
