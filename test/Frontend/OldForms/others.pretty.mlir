// RUN: rmsnorm-opt %s | FileCheck %s

// CHECK-LABEL: func.func @renamed
func @renamed(%x: f32, %y: f32) -> f32 {
  // CHECK: arith.maximumf %arg0, %arg1
  %0 = arith.maxf %x, %y : f32
  // CHECK: arith.minimumf
  %1 = arith.minf %0, %y : f32
  return %1 : f32
}

// CHECK-LABEL: func.func @expand
func.func @expand(%x: tensor<4x8xbf16>) -> tensor<2x2x1x8xbf16> {
  // CHECK: tensor.expand_shape %arg0 {{\[\[}}0, 1], [2, 3]] output_shape [2, 2, 1, 8] : tensor<4x8xbf16> into tensor<2x2x1x8xbf16>
  %0 = tensor.expand_shape %x [[0, 1], [2, 3]] : tensor<4x8xbf16> into tensor<2x2x1x8xbf16>
  return %0 : tensor<2x2x1x8xbf16>
}

// CHECK-LABEL: func.func @matmul
func.func @matmul(%a: tensor<2x3xf32>, %b: tensor<4x3xf32>, %c: tensor<2x4xf32>, %d: tensor<5x3x2xf32>, %e: tensor<5x3x4xf32>, %f: tensor<5x2x4xf32>) {
  // CHECK: linalg.matmul indexing_maps = [#{{.*}}] ins(%arg0, %arg1
  %0 = linalg.matmul_transpose_b ins(%a, %b : tensor<2x3xf32>, tensor<4x3xf32>) outs(%c : tensor<2x4xf32>) -> tensor<2x4xf32>
  // CHECK: linalg.batch_matmul indexing_maps = [#{{.*}}] ins(%arg3, %arg4
  %1 = linalg.batch_matmul_transpose_a ins(%d, %e : tensor<5x3x2xf32>, tensor<5x3x4xf32>) outs(%f : tensor<5x2x4xf32>) -> tensor<5x2x4xf32>
  return
}
