// RUN: rmsnorm-opt %s --norm-fuse --remarks-filter=norm-fuse \
// RUN:     --remark-format=emitRemark 2>&1 | FileCheck %s

// The result is negated only if somebody asks.
// CHECK: remark: [Missed] consumer-in-other-block |
// CHECK-SAME: Remark="arith.negf is not absorbed:
// CHECK-LABEL: func.func @consumer_in_other_block
// CHECK: norm.rowwise
// CHECK: scf.if
// CHECK: arith.negf

func.func @consumer_in_other_block(%x: tensor<4x8xf32>, %c: i1)
    -> tensor<4x8xf32> {
  %y = norm.rms_norm %x axes [1] epsilon 1.0e-5
      : tensor<4x8xf32> -> tensor<4x8xf32>
  %r = scf.if %c -> (tensor<4x8xf32>) {
    %s = arith.negf %y : tensor<4x8xf32>
    scf.yield %s : tensor<4x8xf32>
  } else {
    scf.yield %y : tensor<4x8xf32>
  }
  return %r : tensor<4x8xf32>
}
