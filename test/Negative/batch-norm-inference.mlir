// RUN: rmsnorm-opt %s --norm-raise --remarks-filter=norm-raise \
// RUN:     --remark-format=emitRemark -o %t.after 2>&1 \
// RUN:   | FileCheck %s --allow-empty
// RUN: rmsnorm-opt %s -o %t.before
// RUN: diff %t.before %t.after

// The variance is an argument: no statistic, no remark.
// CHECK-NOT: remark

func.func @batch_norm_inference(%x: tensor<4x8xf32>, %var: tensor<8xf32>)
    -> tensor<4x8xf32> {
  %e = tensor.empty() : tensor<4x8xf32>
  %r = math.rsqrt %var : tensor<8xf32>
  %rb = linalg.broadcast ins(%r : tensor<8xf32>)
      outs(%e : tensor<4x8xf32>) dimensions = [0]
  %y = arith.mulf %x, %rb : tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}
