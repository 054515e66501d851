// RUN: rmsnorm-opt %s --canonicalize | FileCheck %s

#matrix = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d1)>
#row = affine_map<(d0, d1) -> (d0)>

// CHECK-LABEL: @unread_input
// CHECK: norm.rowwise
// CHECK-SAME: ins(%arg0 : tensor<4x8xf32>)
func.func @unread_input(%x: tensor<4x8xf32>, %z: tensor<4x8xf32>)
    -> tensor<4x8xf32> {
  %y = norm.rowwise axes [1] maps [#matrix, #matrix, #matrix]
      ins(%x, %z : tensor<4x8xf32>, tensor<4x8xf32>)
      outs(%x : tensor<4x8xf32>) {
  ^bb0(%a: tensor<8xf32>, %b: tensor<8xf32>):
    norm.yield %a : tensor<8xf32>
  } -> tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}

// Only the unread input says that a row has 8 elements.
// CHECK-LABEL: @unread_input_with_extent
// CHECK: norm.rowwise
// CHECK-SAME: ins(%arg0, %arg1 :
func.func @unread_input_with_extent(%x: tensor<?x?xf32>, %z: tensor<8xf32>)
    -> tensor<?x?xf32> {
  %y = norm.rowwise axes [1] maps [#matrix, #column, #matrix]
      ins(%x, %z : tensor<?x?xf32>, tensor<8xf32>)
      outs(%x : tensor<?x?xf32>) {
  ^bb0(%a: tensor<8xf32>, %b: tensor<8xf32>):
    norm.yield %a : tensor<8xf32>
  } -> tensor<?x?xf32>
  return %y : tensor<?x?xf32>
}

// CHECK-LABEL: @same_input_twice
// CHECK: norm.rowwise
// CHECK-SAME: ins(%arg0 : tensor<4x8xf32>)
// CHECK-NEXT: ^bb0(%[[A:.+]]: tensor<8xf32>):
// CHECK-NEXT: arith.mulf %[[A]], %[[A]]
func.func @same_input_twice(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %y = norm.rowwise axes [1] maps [#matrix, #matrix, #matrix]
      ins(%x, %x : tensor<4x8xf32>, tensor<4x8xf32>)
      outs(%x : tensor<4x8xf32>) {
  ^bb0(%a: tensor<8xf32>, %b: tensor<8xf32>):
    %p = arith.mulf %a, %b : tensor<8xf32>
    norm.yield %p : tensor<8xf32>
  } -> tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}

// The same value read by rows and by columns is two inputs.
// CHECK-LABEL: @same_input_two_maps
// CHECK: norm.rowwise
// CHECK-SAME: ins(%arg0, %arg0 :
func.func @same_input_two_maps(%x: tensor<8xf32>, %o: tensor<8x8xf32>)
    -> tensor<8x8xf32> {
  %y = norm.rowwise axes [1] maps [#column, #row, #matrix]
      ins(%x, %x : tensor<8xf32>, tensor<8xf32>) outs(%o : tensor<8x8xf32>) {
  ^bb0(%a: tensor<8xf32>, %b: f32):
    %s = tensor.splat %b : tensor<8xf32>
    %p = arith.mulf %a, %s : tensor<8xf32>
    norm.yield %p : tensor<8xf32>
  } -> tensor<8x8xf32>
  return %y : tensor<8x8xf32>
}

// CHECK-LABEL: @unused_result
// CHECK: %[[Y:.+]] = norm.rowwise
// CHECK-SAME: outs(%arg1 : tensor<4xf32>) attributes {kept}
// CHECK: return %[[Y]]
func.func @unused_result(%x: tensor<4x8xf32>, %o: tensor<4xf32>)
    -> tensor<4xf32> {
  %y:2 = norm.rowwise axes [1] maps [#matrix, #matrix, #row]
      ins(%x : tensor<4x8xf32>) outs(%x, %o : tensor<4x8xf32>, tensor<4xf32>)
      attributes {kept} {
  ^bb0(%a: tensor<8xf32>):
    %s = norm.reduce add %a : tensor<8xf32>
    norm.yield %a, %s : tensor<8xf32>, f32
  } -> tensor<4x8xf32>, tensor<4xf32>
  return %y#1 : tensor<4xf32>
}

// Without the unused result nothing would say how many rows there are.
// CHECK-LABEL: @unused_result_with_extent
// CHECK: norm.rowwise
// CHECK-SAME: outs(%arg1, %arg0 :
func.func @unused_result_with_extent(%c: tensor<8xf32>, %o: tensor<4x8xf32>)
    -> tensor<8xf32> {
  %y:2 = norm.rowwise axes [1] maps [#column, #matrix, #column]
      ins(%c : tensor<8xf32>) outs(%o, %c : tensor<4x8xf32>, tensor<8xf32>) {
  ^bb0(%a: tensor<8xf32>):
    norm.yield %a, %a : tensor<8xf32>, tensor<8xf32>
  } -> tensor<4x8xf32>, tensor<8xf32>
  return %y#1 : tensor<8xf32>
}

// What is yielded is the input itself.
// CHECK-LABEL: @unread_result_beside_an_input
// CHECK: norm.rowwise
// CHECK-SAME: outs(%arg0 : tensor<4x8xf32>)
// CHECK-NEXT: ^bb0(%[[A:.+]]: tensor<8xf32>):
// CHECK-NEXT: norm.yield %[[A]] : tensor<8xf32>
func.func @unread_result_beside_an_input(%x: tensor<4x8xf32>)
    -> tensor<4x8xf32> {
  %y:2 = norm.rowwise axes [1] maps [#matrix, #matrix, #matrix]
      ins(%x : tensor<4x8xf32>)
      outs(%x, %x : tensor<4x8xf32>, tensor<4x8xf32>) {
  ^bb0(%a: tensor<8xf32>):
    %p = arith.negf %a : tensor<8xf32>
    norm.yield %a, %p : tensor<8xf32>, tensor<8xf32>
  } -> tensor<4x8xf32>, tensor<4x8xf32>
  return %y#0 : tensor<4x8xf32>
}
