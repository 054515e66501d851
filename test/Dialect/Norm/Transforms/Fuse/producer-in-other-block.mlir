// RUN: rmsnorm-opt %s --norm-fuse --remarks-filter=norm-fuse \
// RUN:     --remark-format=emitRemark 2>&1 | FileCheck %s

// x is computed once, and normalised in every iteration.
// CHECK: remark: [Missed] producer-in-other-block |
// CHECK-SAME: Remark="arith.negf is not absorbed:
// CHECK-LABEL: func.func @producer_in_other_block
// CHECK: arith.negf %arg0
// CHECK: scf.for
// CHECK: norm.rowwise

func.func @producer_in_other_block(%x: tensor<4x8xf32>, %n: index)
    -> tensor<4x8xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %s = arith.negf %x : tensor<4x8xf32>
  %r = scf.for %i = %c0 to %n step %c1 iter_args(%acc = %x)
      -> (tensor<4x8xf32>) {
    %y = norm.rms_norm %s axes [1] epsilon 1.0e-5
        : tensor<4x8xf32> -> tensor<4x8xf32>
    scf.yield %y : tensor<4x8xf32>
  }
  return %r : tensor<4x8xf32>
}
