// RUN: rmsnorm-opt --split-input-file --norm-separate-destinations %s | FileCheck %s

#matrix = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d1)>

// Zeros are made for each destination, in a tensor of each; the last keeps what
// was there.
// CHECK-LABEL: func.func @zeros
// CHECK: %[[E:.+]] = tensor.empty
// CHECK: %[[Z:.+]] = linalg.fill {{.*}} outs(%[[E]]
// CHECK: %[[E1:.+]] = tensor.empty
// CHECK: %[[Z1:.+]] = linalg.fill {{.*}} outs(%[[E1]]
// CHECK: norm.rowwise
// CHECK: outs(%[[Z1]], %[[Z]] : tensor<64xf32>, tensor<64xf32>)
func.func @zeros(%x: tensor<8x64xf32>) -> (tensor<64xf32>, tensor<64xf32>) {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<64xf32>
  %z = linalg.fill ins(%zero : f32) outs(%e : tensor<64xf32>) -> tensor<64xf32>
  %y:2 = norm.rowwise axes [1] maps [#matrix, #column, #column]
      ins(%x : tensor<8x64xf32>) outs(%z, %z : tensor<64xf32>, tensor<64xf32>) {
  ^bb0(%row: tensor<64xf32>):
    %q = arith.mulf %row, %row : tensor<64xf32>
    norm.yield %row, %q : tensor<64xf32>, tensor<64xf32>
  } -> tensor<64xf32>, tensor<64xf32>
  return %y#0, %y#1 : tensor<64xf32>, tensor<64xf32>
}

// -----

#matrix = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d1)>

// What cannot be made again stays, and so does what nobody else has.
// CHECK-LABEL: func.func @given
// CHECK-COUNT-1: tensor.empty
// CHECK-NOT: tensor.empty
// CHECK: norm.rowwise
// CHECK: outs(%{{.+}}, %arg1, %arg1 :
func.func @given(%x: tensor<8x64xf32>, %a: tensor<64xf32>)
    -> (tensor<8x64xf32>, tensor<64xf32>, tensor<64xf32>) {
  %e = tensor.empty() : tensor<8x64xf32>
  %y:3 = norm.rowwise axes [1] maps [#matrix, #matrix, #column, #column]
      ins(%x : tensor<8x64xf32>)
      outs(%e, %a, %a : tensor<8x64xf32>, tensor<64xf32>, tensor<64xf32>) {
  ^bb0(%row: tensor<64xf32>):
    norm.yield %row, %row, %row
        : tensor<64xf32>, tensor<64xf32>, tensor<64xf32>
  } -> tensor<8x64xf32>, tensor<64xf32>, tensor<64xf32>
  return %y#0, %y#1, %y#2 : tensor<8x64xf32>, tensor<64xf32>, tensor<64xf32>
}
