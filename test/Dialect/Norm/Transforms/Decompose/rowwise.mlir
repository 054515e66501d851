// RUN: rmsnorm-opt %s --norm-decompose --split-input-file | FileCheck %s

#matrix = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d1)>
#row = affine_map<(d0, d1) -> (d0)>
#scalar = affine_map<(d0, d1) -> ()>

// Matrix, column, row and scalar operands; an accumulated column on top of
// what its destination held.

// CHECK-DAG: #[[MATRIX:.+]] = affine_map<(d0, d1) -> (d0, d1)>
// CHECK-DAG: #[[COLUMN:.+]] = affine_map<(d0, d1) -> (d1)>
// CHECK-DAG: #[[ROW:.+]] = affine_map<(d0, d1) -> (d0)>
// CHECK-LABEL: func.func @kinds
// CHECK-SAME: %[[X:.+]]: tensor<8x64xf32>, %[[C:.+]]: tensor<64xf32>, %[[R:.+]]: tensor<8xf32>, %[[S:.+]]: f32, %[[I0:.+]]: tensor<8x64xf32>, %[[I1:.+]]: tensor<64xf32>
// CHECK: %[[Y:.+]] = linalg.generic
// CHECK-SAME: indexing_maps = [#[[MATRIX]], #[[COLUMN]], #[[ROW]], #[[MATRIX]]]
// CHECK-SAME: iterator_types = ["parallel", "parallel"]
// CHECK-SAME: ins(%[[X]], %[[C]], %[[R]] : {{.*}}) outs(%[[I0]]
// CHECK-NEXT: ^bb0(%[[XE:.+]]: f32, %[[CE:.+]]: f32, %[[RE:.+]]: f32, %{{.+}}: f32):
// CHECK-NEXT: %[[A:.+]] = arith.mulf %[[XE]], %[[CE]]
// CHECK-NEXT: %[[B:.+]] = arith.addf %[[A]], %[[RE]]
// CHECK-NEXT: %[[D:.+]] = arith.mulf %[[B]], %[[S]]
// CHECK-NEXT: linalg.yield %[[D]]
// CHECK: %[[SUM:.+]] = linalg.generic
// CHECK-SAME: indexing_maps = [#[[MATRIX]], #[[COLUMN]]]
// CHECK-SAME: iterator_types = ["reduction", "parallel"]
// CHECK-SAME: ins(%[[X]] : {{.*}}) outs(%[[I1]] : tensor<64xf32>)
// CHECK: return %[[Y]], %[[SUM]]
func.func @kinds(%x: tensor<8x64xf32>, %c: tensor<64xf32>, %r: tensor<8xf32>,
    %s: f32, %i0: tensor<8x64xf32>, %i1: tensor<64xf32>)
    -> (tensor<8x64xf32>, tensor<64xf32>) {
  %y:2 = norm.rowwise axes [1]
      maps [#matrix, #column, #row, #scalar, #matrix, #column]
      ins(%x, %c, %r, %s : tensor<8x64xf32>, tensor<64xf32>, tensor<8xf32>, f32)
      outs(%i0, %i1 : tensor<8x64xf32>, tensor<64xf32>) {
  ^bb0(%xr: tensor<64xf32>, %cr: tensor<64xf32>, %re: f32, %se: f32):
    %a = arith.mulf %xr, %cr : tensor<64xf32>
    %rs = tensor.splat %re : tensor<64xf32>
    %b = arith.addf %a, %rs : tensor<64xf32>
    %ss = tensor.splat %se : tensor<64xf32>
    %d = arith.mulf %b, %ss : tensor<64xf32>
    norm.yield %d, %xr : tensor<64xf32>, tensor<64xf32>
  } -> tensor<8x64xf32>, tensor<64xf32>
  return %y#0, %y#1 : tensor<8x64xf32>, tensor<64xf32>
}

// -----

#matrix = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>

// A maximum starts from minus infinity.

// CHECK-LABEL: func.func @amax
// CHECK: %[[INF:.+]] = arith.constant 0xFC00 : f16
// CHECK: linalg.fill ins(%[[INF]] : f16)
// CHECK: math.absf
// CHECK-NEXT: arith.maximumf
func.func @amax(%x: tensor<8x64xf16>, %init: tensor<8xf16>) -> tensor<8xf16> {
  %m = norm.rowwise axes [1] maps [#matrix, #row]
      ins(%x : tensor<8x64xf16>) outs(%init : tensor<8xf16>) {
  ^bb0(%r: tensor<64xf16>):
    %abs = math.absf %r : tensor<64xf16>
    %amax = norm.reduce max %abs : tensor<64xf16>
    norm.yield %amax : f16
  } -> tensor<8xf16>
  return %m : tensor<8xf16>
}

// -----

#matrix = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>

// A row that depends on nothing still has N elements to sum, and loops that no
// operand follows get their extents.

// CHECK-LABEL: func.func @count
// CHECK-SAME: %[[X:.+]]: tensor<?x?xf32>
// CHECK: %[[ROWS:.+]] = tensor.dim %[[X]], %c0
// CHECK: %[[SIZE:.+]] = tensor.dim %[[X]], %c1
// CHECK: %[[SHAPE:.+]] = tensor.empty(%[[SIZE]]) : tensor<?xf32>
// CHECK: %[[N:.+]] = linalg.generic {{.*}} ["reduction"]} ins(%[[SHAPE]]
// CHECK-SAME: outs(%{{.*}} : tensor<f32>)
// CHECK: linalg.generic {{.*}} ins(%[[N]] : tensor<f32>) outs(%arg1 : tensor<?xf32>)
func.func @count(%x: tensor<?x?xf32>, %init: tensor<?xf32>) -> tensor<?xf32> {
  %c = norm.rowwise axes [1] maps [#matrix, #row]
      ins(%x : tensor<?x?xf32>) outs(%init : tensor<?xf32>) {
  ^bb0(%r: tensor<?xf32>):
    %zero = arith.constant 0 : index
    %one = arith.constant 1.0 : f32
    %size = tensor.dim %r, %zero : tensor<?xf32>
    %ones = tensor.splat %one[%size] : tensor<?xf32>
    %n = norm.reduce add %ones : tensor<?xf32>
    norm.yield %n : f32
  } -> tensor<?xf32>
  return %c : tensor<?xf32>
}

// -----

#matrix = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
#row = affine_map<(d0, d1, d2) -> (d0)>

// Several axes: a prefix is chosen by position, in row-major order.

// CHECK-LABEL: func.func @first_of_two_axes
// CHECK: linalg.generic {{.*}}"reduction", "reduction"]}
// CHECK: %[[I:.+]] = linalg.index 1 : index
// CHECK: %[[J:.+]] = linalg.index 2 : index
// CHECK: %[[LINE:.+]] = arith.muli %[[I]], %c8
// CHECK: %[[POSITION:.+]] = arith.addi %[[LINE]], %[[J]]
// CHECK: %[[INSIDE:.+]] = arith.cmpi ult, %[[POSITION]], %c11
// CHECK: arith.select %[[INSIDE]], %{{.*}}, %cst
func.func @first_of_two_axes(%x: tensor<4x4x8xf32>, %init: tensor<4xf32>)
    -> tensor<4xf32> {
  %m = norm.rowwise axes [1, 2] maps [#matrix, #row]
      ins(%x : tensor<4x4x8xf32>) outs(%init : tensor<4xf32>) {
  ^bb0(%r: tensor<32xf32>):
    %sum = norm.reduce add %r first 11 : tensor<32xf32>
    norm.yield %sum : f32
  } -> tensor<4xf32>
  return %m : tensor<4xf32>
}
