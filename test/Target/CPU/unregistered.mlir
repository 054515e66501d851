// RUN: not rmsnorm-translate --norm-to-object --allow-unregistered-dialect %s 2>&1 | FileCheck %s

// CHECK: :[[#@LINE+3]]:8: error: 'chlo.square' op is not registered and cannot be compiled
// CHECK-NOT: error
func.func @square(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %y = "chlo.square"(%x) : (tensor<4x8xf32>) -> tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}
