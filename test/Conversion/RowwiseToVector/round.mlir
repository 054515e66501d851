// RUN: rmsnorm-opt --convert-rowwise-to-vector --canonicalize --cse %s | FileCheck %s

#matrix = affine_map<(d0, d1) -> (d0, d1)>

// One op rounds to even and converts; an i64 has room for more than an i32. One
// lane is stored without a mask.

// CHECK-LABEL: func.func @codes
// CHECK-NOT: math.roundeven
// CHECK: %[[I:.+]] = llvm.intr.lrint(%{{.*}}) : (vector<16xf32>) -> vector<16xi32>
// CHECK: arith.trunci %[[I]] : vector<16xi32> to vector<16xi8>
// CHECK-LABEL: func.func @one_lane
// CHECK-NOT: vector.maskedstore
// CHECK: %[[LANE:.+]] = vector.extract %{{.*}}[0] : i8 from vector<16xi8>
// CHECK: memref.store %[[LANE]], %{{.*}}[%{{.*}}, %c32]
// CHECK-LABEL: func.func @long
// CHECK: math.roundeven
// CHECK: arith.fptosi
func.func @codes(%x: memref<4x16xf32>, %y: memref<4x16xi8>) {
  norm.rowwise axes [1] maps [#matrix, #matrix]
      ins(%x : memref<4x16xf32>) outs(%y : memref<4x16xi8>) {
  ^bb0(%row: tensor<16xf32>):
    %r = math.roundeven %row : tensor<16xf32>
    %i = arith.fptosi %r : tensor<16xf32> to tensor<16xi8>
    norm.yield %i : tensor<16xi8>
  }
  return
}
func.func @one_lane(%x: memref<4x33xf32>, %y: memref<4x33xi8>) {
  norm.rowwise axes [1] maps [#matrix, #matrix]
      ins(%x : memref<4x33xf32>) outs(%y : memref<4x33xi8>) {
  ^bb0(%row: tensor<33xf32>):
    %r = math.roundeven %row : tensor<33xf32>
    %i = arith.fptosi %r : tensor<33xf32> to tensor<33xi8>
    norm.yield %i : tensor<33xi8>
  }
  return
}
func.func @long(%x: memref<4x16xf32>, %y: memref<4x16xi64>) {
  norm.rowwise axes [1] maps [#matrix, #matrix]
      ins(%x : memref<4x16xf32>) outs(%y : memref<4x16xi64>) {
  ^bb0(%row: tensor<16xf32>):
    %r = math.roundeven %row : tensor<16xf32>
    %i = arith.fptosi %r : tensor<16xf32> to tensor<16xi64>
    norm.yield %i : tensor<16xi64>
  }
  return
}
