// RUN: rmsnorm-opt %s --norm-decompose --split-input-file | FileCheck %s

// dscale is summed over the grid and the axis that it lacks, dbias over the
// axis only; both are summed in f32 and rounded once.

// CHECK-DAG: #[[DOMAIN:.+]] = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
// CHECK-DAG: #[[LAST:.+]] = affine_map<(d0, d1, d2) -> (d2)>
// CHECK-DAG: #[[OUTER:.+]] = affine_map<(d0, d1, d2) -> (d0, d2)>
// CHECK-LABEL: func.func @partial_axes
// CHECK: arith.truncf {{.*}} : f32 to f16
// CHECK: %[[DSCALE_INIT:.+]] = linalg.fill {{.*}} outs(%{{.*}} : tensor<64xf32>)
// CHECK: %[[DSCALE:.+]] = linalg.generic
// CHECK-SAME: #[[LAST]]], iterator_types = ["reduction", "reduction", "parallel"]}
// CHECK-SAME: outs(%[[DSCALE_INIT]] : tensor<64xf32>)
// CHECK: arith.truncf %[[DSCALE]] : tensor<64xf32> to tensor<64xf16>
// CHECK: %[[DBIAS_INIT:.+]] = linalg.fill {{.*}} outs(%{{.*}} : tensor<8x64xf32>)
// CHECK: %[[DBIAS:.+]] = linalg.generic
// CHECK-SAME: indexing_maps = [#[[DOMAIN]], #[[OUTER]]],
// CHECK-SAME: iterator_types = ["parallel", "reduction", "parallel"]}
// CHECK-SAME: outs(%[[DBIAS_INIT]] : tensor<8x64xf32>)
// CHECK-NEXT: ^bb0
// CHECK-NEXT: arith.extf
// CHECK-NEXT: arith.addf {{.*}} : f32
// CHECK: arith.truncf %[[DBIAS]] : tensor<8x64xf32> to tensor<8x64xf16>
func.func @partial_axes(%dy: tensor<8x4x64xf16>, %x: tensor<8x4x64xf16>,
    %mean: tensor<8xf32>, %rstd: tensor<8xf32>, %w: tensor<64xf16>)
    -> (tensor<8x4x64xf16>, tensor<64xf16>, tensor<8x64xf16>) {
  %dx, %dw, %db = norm.layer_norm_backward %dy, %x, %mean, %rstd
      scale(%w : tensor<64xf16> dims [2]) axes [1, 2] bias_dims [0, 2]
      : tensor<8x4x64xf16>, tensor<8x4x64xf16>, tensor<8xf32>, tensor<8xf32>
      -> tensor<8x4x64xf16> dscale tensor<64xf16> dbias tensor<8x64xf16>
  return %dx, %dw, %db
      : tensor<8x4x64xf16>, tensor<64xf16>, tensor<8x64xf16>
}

// -----

// A dbias that follows the grid alone: summed over the row in the program,
// then stored.

// CHECK-LABEL: func.func @bias_of_a_row
// CHECK: %[[SUM:.+]] = linalg.generic {{.*}} ["parallel", "reduction"]} ins(%arg0 : tensor<8x64xf32>) outs(%{{.*}} : tensor<8xf32>)
// CHECK-NEXT: ^bb0
// CHECK-NEXT: arith.addf
// CHECK: return %{{.*}}, %[[SUM]]
func.func @bias_of_a_row(%dy: tensor<8x64xf32>, %x: tensor<8x64xf32>,
    %rstd: tensor<8xf32>) -> (tensor<8x64xf32>, tensor<8xf32>) {
  %dx, %db = norm.rms_norm_backward %dy, %x, %rstd axes [1] bias_dims [0]
      : tensor<8x64xf32>, tensor<8x64xf32>, tensor<8xf32>
      -> tensor<8x64xf32> dbias tensor<8xf32>
  return %dx, %db : tensor<8x64xf32>, tensor<8xf32>
}

// -----

// A dbias that follows nothing: row sums, then a sum over the grid.

// CHECK-LABEL: func.func @bias_of_everything
// CHECK: %[[ROWS:.+]] = linalg.generic {{.*}} ["parallel", "reduction"]} ins(%arg0 : tensor<8x64xf32>)
// CHECK: linalg.generic {{.*}} iterator_types = ["reduction"]}
// CHECK-SAME: ins(%[[ROWS]] : tensor<8xf32>) outs(%{{.*}} : tensor<f32>)
func.func @bias_of_everything(%dy: tensor<8x64xf32>, %x: tensor<8x64xf32>,
    %rstd: tensor<8xf32>) -> (tensor<8x64xf32>, tensor<f32>) {
  %dx, %db = norm.rms_norm_backward %dy, %x, %rstd axes [1] bias_dims []
      : tensor<8x64xf32>, tensor<8x64xf32>, tensor<8xf32>
      -> tensor<8x64xf32> dbias tensor<f32>
  return %dx, %db : tensor<8x64xf32>, tensor<f32>
}
