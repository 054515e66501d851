// RUN: rmsnorm-opt %s --resolve-ranked-shaped-type-result-dims --canonicalize --cse | FileCheck %s

#matrix = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>

// CHECK-LABEL: @semantic
// CHECK-SAME: %[[X:.+]]: tensor<?x?xf32>
// CHECK-DAG: %[[D0:.+]] = tensor.dim %[[X]], %c0
// CHECK-DAG: %[[D1:.+]] = tensor.dim %[[X]], %c1
// CHECK: return %[[D1]], %[[D0]], %[[D0]]
func.func @semantic(%x: tensor<?x?xf32>) -> (index, index, index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %y, %mean, %rstd = norm.layer_norm %x axes [1] epsilon 1.0
      : tensor<?x?xf32> -> tensor<?x?xf32> mean tensor<?xf32> rstd tensor<?xf32>
  %0 = tensor.dim %y, %c1 : tensor<?x?xf32>
  %1 = tensor.dim %mean, %c0 : tensor<?xf32>
  %2 = tensor.dim %rstd, %c0 : tensor<?xf32>
  return %0, %1, %2 : index, index, index
}

// The result forgets what x states.
// CHECK-LABEL: @static_x
// CHECK: %[[C:.+]] = arith.constant 8 : index
// CHECK: return %[[C]]
func.func @static_x(%x: tensor<4x8xf32>) -> index {
  %c1 = arith.constant 1 : index
  %y = norm.rms_norm %x axes [1] epsilon 1.0
      : tensor<4x8xf32> -> tensor<?x?xf32>
  %0 = tensor.dim %y, %c1 : tensor<?x?xf32>
  return %0 : index
}

// CHECK-LABEL: @gradients
// CHECK-SAME: tensor<?x?xf32>, %[[X:.+]]: tensor<?x?xf32>
// CHECK-DAG: %[[D0:.+]] = tensor.dim %[[X]], %c0
// CHECK-DAG: %[[D1:.+]] = tensor.dim %[[X]], %c1
// CHECK: return %[[D1]], %[[D0]]
func.func @gradients(%dy: tensor<?x?xf32>, %x: tensor<?x?xf32>,
    %rstd: tensor<?xf32>, %w: tensor<?xf32>) -> (index, index) {
  %c0 = arith.constant 0 : index
  %dx, %dw, %db = norm.rms_norm_backward %dy, %x, %rstd
      scale(%w : tensor<?xf32> dims [1]) axes [1] bias_dims [0]
      : tensor<?x?xf32>, tensor<?x?xf32>, tensor<?xf32>
      -> tensor<?x?xf32> dscale tensor<?xf32> dbias tensor<?xf32>
  %0 = tensor.dim %dw, %c0 : tensor<?xf32>
  %1 = tensor.dim %db, %c0 : tensor<?xf32>
  return %0, %1 : index, index
}

// CHECK-LABEL: @rowwise
// CHECK-SAME: %[[O:[a-z0-9]+]]: tensor<?xf32>
// CHECK: %[[D0:.+]] = tensor.dim %[[O]], %c0
// CHECK: return %[[D0]]
func.func @rowwise(%o: tensor<?xf32>, %x: tensor<?x?xf32>) -> index {
  %c0 = arith.constant 0 : index
  %y = norm.rowwise axes [1] maps [#matrix, #row]
      ins(%x : tensor<?x?xf32>) outs(%o : tensor<?xf32>) {
  ^bb0(%a: tensor<?xf32>):
    %s = norm.reduce add %a : tensor<?xf32>
    norm.yield %s : f32
  } -> tensor<?xf32>
  %0 = tensor.dim %y, %c0 : tensor<?xf32>
  return %0 : index
}
