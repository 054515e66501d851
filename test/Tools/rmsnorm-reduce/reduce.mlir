// Functions that are not needed go.
// RUN: rmsnorm-reduce %s \
// RUN:   --reduction-tree='traversal-mode=0 test=%S/Inputs/has-rms-norm.sh' \
// RUN:   2>/dev/null | FileCheck %s
// A module that is not interesting is refused.
// RUN: echo 'module {}' > %t.mlir
// RUN: not rmsnorm-reduce %t.mlir \
// RUN:   --reduction-tree='traversal-mode=0 test=%S/Inputs/has-rms-norm.sh' \
// RUN:   2>&1 | FileCheck %s --check-prefix=DULL

// DULL: warning: uninterested module will not be reduced
// CHECK-NOT: @before
// CHECK: func.func @culprit
// CHECK: norm.rms_norm
// CHECK-NOT: @after
func.func @before(%x: tensor<4x64xf32>) -> tensor<4x64xf32> {
  %y = norm.layer_norm %x axes [1] epsilon 1.0e-6
      : tensor<4x64xf32> -> tensor<4x64xf32>
  return %y : tensor<4x64xf32>
}
func.func @culprit(%x: tensor<4x64xf32>) -> tensor<4x64xf32> {
  %y = norm.rms_norm %x axes [1] epsilon 1.0e-6
      : tensor<4x64xf32> -> tensor<4x64xf32>
  return %y : tensor<4x64xf32>
}
func.func @after(%a: i32) -> i32 {
  %0 = arith.addi %a, %a : i32
  return %0 : i32
}
