// RUN: rmsnorm-opt %s --norm-decompose --split-input-file | FileCheck %s

// The scale follows its own dimension, the mean square is one reduction, rstd
// one op over the grid; bf16 is rounded before the scale, as stated.

// CHECK-DAG: #[[DOMAIN:.+]] = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
// CHECK-DAG: #[[STAT:.+]] = affine_map<(d0, d1, d2) -> (d0, d1)>
// CHECK-DAG: #[[GRID:.+]] = affine_map<(d0, d1) -> (d0, d1)>
// CHECK-DAG: #[[SCALE:.+]] = affine_map<(d0, d1, d2) -> (d2)>
// CHECK-LABEL: func.func @rms_bf16
// CHECK-SAME: %[[X:.+]]: tensor<2x16x64xbf16>, %[[W:.+]]: tensor<64xbf16>
// CHECK: %[[N:.+]] = arith.constant 6.400000e+01 : f32
// CHECK: %[[ZERO:.+]] = arith.constant 0.000000e+00 : f32
// CHECK: %[[INIT:.+]] = linalg.fill ins(%[[ZERO]] : f32)
// CHECK: %[[SUM:.+]] = linalg.generic {indexing_maps = [#[[DOMAIN]], #[[STAT]]],
// CHECK-SAME: iterator_types = ["parallel", "parallel", "reduction"]}
// CHECK-SAME: ins(%[[X]] : tensor<2x16x64xbf16>) outs(%[[INIT]] : tensor<2x16xf32>)
// CHECK-NEXT: ^bb0(%[[IN:.+]]: bf16, %[[OUT:.+]]: f32):
// CHECK-NEXT: %[[WIDE:.+]] = arith.extf %[[IN]]
// CHECK-NEXT: %[[SQUARE:.+]] = arith.mulf %[[WIDE]], %[[WIDE]]
// CHECK-NEXT: arith.addf %[[OUT]], %[[SQUARE]]
// CHECK: %[[RSTD:.+]] = linalg.generic {indexing_maps = [#[[GRID]], #[[GRID]]],
// CHECK-SAME: iterator_types = ["parallel", "parallel"]} ins(%[[SUM]]
// CHECK: arith.divf %{{.*}}, %[[N]]
// CHECK-NEXT: arith.addf
// CHECK-NEXT: math.rsqrt
// CHECK: %[[Y:.+]] = linalg.generic
// CHECK-SAME: indexing_maps = [#[[DOMAIN]], #[[STAT]], #[[SCALE]], #[[DOMAIN]]]
// CHECK-SAME: ins(%[[X]], %[[RSTD]], %[[W]]
// CHECK: arith.extf
// CHECK-NEXT: arith.mulf {{.*}} : f32
// CHECK-NEXT: arith.truncf {{.*}} : f32 to bf16
// CHECK-NEXT: arith.mulf {{.*}} : bf16
// CHECK: return %[[Y]], %[[RSTD]]
func.func @rms_bf16(%x: tensor<2x16x64xbf16>, %w: tensor<64xbf16>)
    -> (tensor<2x16x64xbf16>, tensor<2x16xf32>) {
  %y, %rstd = norm.rms_norm %x scale(%w : tensor<64xbf16> dims [2])
      axes [2] epsilon 1.0e-6 {normalized_type = bf16}
      : tensor<2x16x64xbf16> -> tensor<2x16x64xbf16> rstd tensor<2x16xf32>
  return %y, %rstd : tensor<2x16x64xbf16>, tensor<2x16xf32>
}

// -----

// Two axes of dynamic extent: N is their product, computed once.

// CHECK-LABEL: func.func @layer_norm_dynamic
// CHECK-SAME: %[[X:.+]]: tensor<?x?x?xf32>
// CHECK-DAG: %[[D0:.+]] = tensor.dim %[[X]], %c0
// CHECK-DAG: %[[D1:.+]] = tensor.dim %[[X]], %c1
// CHECK-DAG: %[[D2:.+]] = tensor.dim %[[X]], %c2
// CHECK: %[[PRODUCT:.+]] = arith.muli %[[D1]], %[[D2]] : index
// CHECK: %[[INTEGER:.+]] = arith.index_cast %[[PRODUCT]] : index to i64
// CHECK: %[[N:.+]] = arith.sitofp %[[INTEGER]] : i64 to f32
// CHECK: %[[SUM:.+]] = linalg.generic
// CHECK-SAME: iterator_types = ["parallel", "reduction", "reduction"]
// CHECK: %[[MEAN:.+]] = linalg.generic {{.*}} ins(%[[SUM]] : tensor<?xf32>)
// CHECK: arith.divf %{{.*}}, %[[N]] : f32
// CHECK: linalg.generic
// CHECK-SAME: iterator_types = ["parallel", "reduction", "reduction"]
// CHECK-SAME: ins(%[[X]], %[[MEAN]]
// CHECK: arith.subf
// CHECK-NEXT: arith.mulf
// CHECK-NEXT: arith.addf
// CHECK: math.rsqrt
// CHECK: return %{{.*}}, %[[MEAN]]
func.func @layer_norm_dynamic(%x: tensor<?x?x?xf32>, %b: tensor<?x?xf32>)
    -> (tensor<?x?x?xf32>, tensor<?xf32>) {
  %y, %mean = norm.layer_norm %x bias(%b : tensor<?x?xf32> dims [0, 2])
      axes [1, 2] epsilon 1.0e-5
      : tensor<?x?x?xf32> -> tensor<?x?x?xf32> mean tensor<?xf32>
  return %y, %mean : tensor<?x?x?xf32>, tensor<?xf32>
}

// -----

// One axis: the prefix that the statistics are taken over is a slice.

// CHECK-LABEL: func.func @partial_statistics
// CHECK-SAME: %[[X:.+]]: tensor<4x64xf32>
// CHECK-DAG: arith.constant 1.600000e+01 : f32
// CHECK: %[[HEAD:.+]] = tensor.extract_slice %[[X]][0, 0] [4, 16] [1, 1]
// CHECK: linalg.generic {{.*}}"reduction"]} ins(%[[HEAD]] : tensor<4x16xf32>)
// CHECK: linalg.generic {{.*}} ins(%[[X]],
func.func @partial_statistics(%x: tensor<4x64xf32>) -> tensor<4x64xf32> {
  %y = norm.rms_norm %x axes [1] epsilon 1.0e-6 {statistics_extent = 16}
      : tensor<4x64xf32> -> tensor<4x64xf32>
  return %y : tensor<4x64xf32>
}
