// What the reference interpreter does not know it does not guess.
// RUN: not rmsnorm-run %s --target=reference --entry=rows 2>&1 | FileCheck %s --check-prefix=ROWS
// RUN: not rmsnorm-run %s --target=reference --entry=together 2>&1 | FileCheck %s --check-prefix=TOGETHER

// ROWS: [[@LINE+3]]:8: error: 'chlo.broadcast_multiply' op broadcasts along dimensions other than the last
func.func @rows(%x: tensor<4x8xf32>, %g: tensor<4xf32>) -> tensor<4x8xf32> {

  %y = "chlo.broadcast_multiply"(%x, %g) {broadcast_dimensions = array<i64: 0>} : (tensor<4x8xf32>, tensor<4xf32>) -> tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}

// TOGETHER: [[@LINE+2]]:8: error: 'builtin.unrealized_conversion_cast' op casts several values at once
func.func @together(%a: tensor<8xf32>, %b: tensor<8xf32>) -> tensor<8xf32> {
  %g = builtin.unrealized_conversion_cast %a, %b : tensor<8xf32>, tensor<8xf32> to tensor<8xf32>
  return %g : tensor<8xf32>
}
