// RUN: rmsnorm-opt %s --allow-unregistered-dialect --norm-raise \
// RUN:     --remarks-filter=norm-raise --remark-format=emitRemark \
// RUN:     -o %t.after 2>&1 \
// RUN:   | FileCheck %s
// RUN: rmsnorm-opt %s --allow-unregistered-dialect -o %t.before
// RUN: diff %t.before %t.after

// The squares are cut into other rows before they are summed.
// CHECK: remark: [Missed] reshape-merges-dimensions |
// CHECK-SAME: Remark="a reshape merges dimensions between x and the root"

func.func @reshape_merges_dimensions(%x: tensor<6x4xf32>) -> tensor<4x6xf32> {
  %zero = arith.constant dense<0.0> : tensor<4xf32>
  %e = tensor.empty() : tensor<4x6xf32>
  %sq = arith.mulf %x, %x : tensor<6x4xf32>
  %c = "stablehlo.reshape"(%sq) : (tensor<6x4xf32>) -> tensor<4x6xf32>
  %s = linalg.reduce { arith.addf } ins(%c : tensor<4x6xf32>)
      outs(%zero : tensor<4xf32>) dimensions = [1]
  %n = arith.constant dense<6.0> : tensor<4xf32>
  %ms = arith.divf %s, %n : tensor<4xf32>
  %r = math.rsqrt %ms : tensor<4xf32>
  %rb = linalg.broadcast ins(%r : tensor<4xf32>)
      outs(%e : tensor<4x6xf32>) dimensions = [1]
  %xr = "stablehlo.reshape"(%x) : (tensor<6x4xf32>) -> tensor<4x6xf32>
  %y = arith.mulf %xr, %rb : tensor<4x6xf32>
  return %y : tensor<4x6xf32>
}
