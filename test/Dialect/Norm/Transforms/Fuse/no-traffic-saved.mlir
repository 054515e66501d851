// RUN: rmsnorm-opt %s --norm-fuse --remarks-filter=norm-fuse \
// RUN:     --remark-format=emitRemark 2>&1 | FileCheck %s

// x is read on the way to the scale, before the norm can run. To negate it
// again would read as much as it saves.
// CHECK: remark: [Missed] no-traffic-saved |
// CHECK-SAME: Remark="arith.negf is not absorbed:
// CHECK-LABEL: func.func @no_traffic_saved
// CHECK: arith.negf
// CHECK: norm.rowwise

func.func @no_traffic_saved(%x: tensor<4x8xf32>)
    -> tensor<4x8xf32> {
  %s = arith.negf %x : tensor<4x8xf32>
  %c = arith.constant 0 : index
  %v = tensor.extract %s[%c, %c] : tensor<4x8xf32>
  %vs = tensor.splat %v : tensor<8xf32>
  %w = math.exp %vs : tensor<8xf32>
  %y = norm.rms_norm %s scale(%w : tensor<8xf32> dims [1])
      axes [1] epsilon 1.0e-5 : tensor<4x8xf32> -> tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}
