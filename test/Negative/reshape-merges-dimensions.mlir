// RUN: rmsnorm-opt %s --norm-raise --remarks-filter=norm-raise \
// RUN:     --remark-format=emitRemark -o %t.after 2>&1 \
// RUN:   | FileCheck %s
// RUN: rmsnorm-opt %s -o %t.before
// RUN: diff %t.before %t.after

// The squares are flattened before they are summed.
// CHECK: remark: [Missed] reshape-merges-dimensions |
// CHECK-SAME: Remark="a reshape merges dimensions between x and the root"

func.func @reshape_merges_dimensions(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %e = tensor.empty() : tensor<4x8xf32>
  %sq = arith.mulf %x, %x : tensor<4x8xf32>
  %c = tensor.collapse_shape %sq [[0, 1]] : tensor<4x8xf32> into tensor<32xf32>
  %z = arith.constant dense<0.0> : tensor<f32>
  %s = linalg.reduce { arith.addf } ins(%c : tensor<32xf32>)
      outs(%z : tensor<f32>) dimensions = [0]
  %n32 = arith.constant dense<32.0> : tensor<f32>
  %ms = arith.divf %s, %n32 : tensor<f32>
  %r = math.rsqrt %ms : tensor<f32>
  %rb = linalg.broadcast ins(%r : tensor<f32>)
      outs(%e : tensor<4x8xf32>) dimensions = [0, 1]
  %y = arith.mulf %x, %rb : tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}
