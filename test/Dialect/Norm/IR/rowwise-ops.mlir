// RUN: rmsnorm-opt %s | rmsnorm-opt | FileCheck %s
// RUN: rmsnorm-opt %s --mlir-print-op-generic | rmsnorm-opt | FileCheck %s
// RUN: rmsnorm-opt %s --emit-bytecode | rmsnorm-opt | FileCheck %s

#matrix = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d1)>
#row = affine_map<(d0, d1) -> (d0)>
#scalar = affine_map<(d0, d1) -> ()>

// CHECK-DAG: #[[MATRIX:.+]] = affine_map<(d0, d1) -> (d0, d1)>
// CHECK-DAG: #[[COLUMN:.+]] = affine_map<(d0, d1) -> (d1)>
// CHECK-DAG: #[[ROW:.+]] = affine_map<(d0, d1) -> (d0)>
// CHECK-DAG: #[[SCALAR:.+]] = affine_map<(d0, d1) -> ()>

// CHECK-LABEL: @on_tensors
// CHECK: norm.rowwise axes [1] maps [#[[MATRIX]], #[[COLUMN]], #[[ROW]], #[[SCALAR]], #[[SCALAR]], #[[MATRIX]], #[[COLUMN]], #[[SCALAR]]]
// CHECK-SAME: ins({{.*}} : tensor<?x64xf16>, tensor<64xf32>, tensor<?xi32>, f64, tensor<index>) outs({{.*}} : tensor<?x64xf16>, tensor<64xf32>, tensor<f32>) {
// CHECK-NEXT: ^bb0(%{{.*}}: tensor<64xf16>, %{{.*}}: tensor<64xf32>, %{{.*}}: i32, %{{.*}}: f64, %{{.*}}: index):
// CHECK-NEXT: norm.reduce max %{{.*}} first 16 : tensor<64xf32>
// CHECK-NEXT: norm.reduce add %{{.*}} : tensor<64xf32>
// CHECK-NEXT: norm.yield %{{.*}}, %{{.*}}, %{{.*}} : tensor<64xf16>, tensor<64xf32>, f32
// CHECK-NEXT: } -> tensor<?x64xf16>, tensor<64xf32>, tensor<f32>
func.func @on_tensors(%m: tensor<?x64xf16>, %c: tensor<64xf32>,
    %r: tensor<?xi32>, %s: f64, %i: tensor<index>, %o0: tensor<?x64xf16>,
    %o1: tensor<64xf32>, %o2: tensor<f32>)
    -> (tensor<?x64xf16>, tensor<64xf32>, tensor<f32>) {
  %y:3 = norm.rowwise axes [1]
      maps [#matrix, #column, #row, #scalar, #scalar, #matrix, #column, #scalar]
      ins(%m, %c, %r, %s, %i : tensor<?x64xf16>, tensor<64xf32>, tensor<?xi32>,
                               f64, tensor<index>)
      outs(%o0, %o1, %o2 : tensor<?x64xf16>, tensor<64xf32>, tensor<f32>) {
  ^bb0(%a: tensor<64xf16>, %b: tensor<64xf32>, %d: i32, %e: f64, %f: index):
    %max = norm.reduce max %b first 16 : tensor<64xf32>
    %sum = norm.reduce add %b : tensor<64xf32>
    norm.yield %a, %b, %sum : tensor<64xf16>, tensor<64xf32>, f32
  } -> tensor<?x64xf16>, tensor<64xf32>, tensor<f32>
  return %y#0, %y#1, %y#2 : tensor<?x64xf16>, tensor<64xf32>, tensor<f32>
}

// CHECK-LABEL: @on_memrefs
// CHECK: norm.rowwise axes [0, 1] maps [#[[MATRIX]], #[[SCALAR]]]
// CHECK-SAME: ins(%{{.*}} : memref<4x8xf32, strided<[16, 1]>>) outs(%{{.*}} : memref<f32>) attributes {kept} {
// CHECK-NEXT: ^bb0(%{{.*}}: tensor<32xf32>):
func.func @on_memrefs(%x: memref<4x8xf32, strided<[16, 1]>>,
                      %y: memref<f32>) {
  norm.rowwise axes [0, 1] maps [#matrix, #scalar]
      ins(%x : memref<4x8xf32, strided<[16, 1]>>) outs(%y : memref<f32>)
      attributes {kept} {
  ^bb0(%r: tensor<32xf32>):
    %sum = norm.reduce add %r : tensor<32xf32>
    norm.yield %sum : f32
  }
  return
}

// CHECK-LABEL: @no_inputs
// CHECK: norm.rowwise axes [1] maps [#[[MATRIX]]] outs(
func.func @no_inputs(%o: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %y = norm.rowwise axes [1] maps [#matrix] outs(%o : tensor<4x8xf32>) {
    %zeros = arith.constant dense<0.0> : tensor<8xf32>
    norm.yield %zeros : tensor<8xf32>
  } -> tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}
