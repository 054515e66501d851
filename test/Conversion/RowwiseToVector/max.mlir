// RUN: rmsnorm-opt --convert-rowwise-to-vector --canonicalize --cse %s | FileCheck %s

#matrix = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d0)>

// Absolute values are in the order of their bits, NaN above infinity.

// CHECK-LABEL: func.func @absolute
// CHECK: arith.constant dense<-8388608> : vector<16xi32>
// CHECK: math.absf
// CHECK: arith.maxsi {{.*}} : vector<16xi32>
// CHECK-NOT: arith.maximumf
// CHECK-LABEL: func.func @signed
// CHECK-NOT: arith.maxsi
// CHECK: arith.maximumf {{.*}} : vector<16xf32>
func.func @absolute(%x: memref<4x64xf32>, %y: memref<4xf32>) {
  norm.rowwise axes [1] maps [#matrix, #column]
      ins(%x : memref<4x64xf32>) outs(%y : memref<4xf32>) {
  ^bb0(%row: tensor<64xf32>):
    %a = math.absf %row : tensor<64xf32>
    %max = norm.reduce max %a : tensor<64xf32>
    norm.yield %max : f32
  }
  return
}
func.func @signed(%x: memref<4x64xf32>, %y: memref<4xf32>) {
  norm.rowwise axes [1] maps [#matrix, #column]
      ins(%x : memref<4x64xf32>) outs(%y : memref<4xf32>) {
  ^bb0(%row: tensor<64xf32>):
    %max = norm.reduce max %row : tensor<64xf32>
    norm.yield %max : f32
  }
  return
}
