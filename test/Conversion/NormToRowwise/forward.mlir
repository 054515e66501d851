// RUN: rmsnorm-opt %s --convert-norm-to-rowwise --split-input-file | FileCheck %s

// CHECK-DAG: #[[DOMAIN:.+]] = affine_map<(d0, d1) -> (d0, d1)>
// CHECK-DAG: #[[COLUMN:.+]] = affine_map<(d0, d1) -> (d1)>
// CHECK-DAG: #[[ROW:.+]] = affine_map<(d0, d1) -> (d0)>
// CHECK-LABEL: @layer_norm
// CHECK-SAME: %[[X:.+]]: tensor<?x64xf32>, %[[W:.+]]: tensor<64xf32>, %[[B:.+]]: tensor<64xf32>
// CHECK: %[[ROWS:.+]] = tensor.dim %[[X]], %c0
// CHECK: norm.rowwise axes [1] maps [#[[DOMAIN]], #[[COLUMN]], #[[COLUMN]], #[[DOMAIN]], #[[ROW]], #[[ROW]]]
// CHECK-SAME: ins(%[[X]], %[[W]], %[[B]] :
// CHECK-NEXT: ^bb0(%[[XR:.+]]: tensor<64xf32>, %[[WR:.+]]: tensor<64xf32>, %[[BR:.+]]: tensor<64xf32>):
// CHECK-NEXT: %[[N:.+]] = arith.constant 6.400000e+01 : f32
// CHECK-NEXT: %[[SUM:.+]] = norm.reduce add %[[XR]]
// CHECK-NEXT: %[[MEAN:.+]] = arith.divf %[[SUM]], %[[N]]
// CHECK-NEXT: %[[MEANS:.+]] = tensor.splat %[[MEAN]]
// CHECK-NEXT: %[[D:.+]] = arith.subf %[[XR]], %[[MEANS]]
// CHECK-NEXT: %[[SQ:.+]] = arith.mulf %[[D]], %[[D]]
// CHECK-NEXT: %[[SS:.+]] = norm.reduce add %[[SQ]]
// CHECK-NEXT: %[[VAR:.+]] = arith.divf %[[SS]], %[[N]]
// CHECK-NEXT: %[[EPS64:.+]] = arith.constant 1.000000e-05 : f64
// CHECK-NEXT: %[[EPS:.+]] = arith.truncf %[[EPS64]] : f64 to f32
// CHECK-NEXT: %[[V:.+]] = arith.addf %[[VAR]], %[[EPS]]
// CHECK-NEXT: %[[RSTD:.+]] = math.rsqrt %[[V]]
// CHECK-NEXT: %[[RSTDS:.+]] = tensor.splat %[[RSTD]]
// CHECK-NEXT: %[[XHAT:.+]] = arith.mulf %[[D]], %[[RSTDS]]
// CHECK-NEXT: %[[S:.+]] = arith.mulf %[[XHAT]], %[[WR]]
// CHECK-NEXT: %[[Y:.+]] = arith.addf %[[S]], %[[BR]]
// CHECK-NEXT: norm.yield %[[Y]], %[[MEAN]], %[[RSTD]]
func.func @layer_norm(%x: tensor<?x64xf32>, %w: tensor<64xf32>,
    %b: tensor<64xf32>)
    -> (tensor<?x64xf32>, tensor<?xf32>, tensor<?xf32>) {
  %y, %mean, %rstd = norm.layer_norm %x scale(%w : tensor<64xf32> dims [1])
      bias(%b : tensor<64xf32> dims [1]) axes [1] epsilon 1.0e-5
      : tensor<?x64xf32> -> tensor<?x64xf32> mean tensor<?xf32> rstd tensor<?xf32>
  return %y, %mean, %rstd : tensor<?x64xf32>, tensor<?xf32>, tensor<?xf32>
}

// -----

// Each rounding point, and the offset in the statistics type.

// CHECK-LABEL: @rounding_points
// CHECK: ^bb0(%[[X:.+]]: tensor<64xbf16>, %[[W:.+]]: tensor<64xf16>, %[[B:.+]]: tensor<64xbf16>):
// CHECK: math.rsqrt %{{.*}} : f32
// CHECK: %[[XHAT:.+]] = arith.mulf %{{.*}} : tensor<64xf32>
// CHECK: %[[NORMALIZED:.+]] = arith.truncf %[[XHAT]] : tensor<64xf32> to tensor<64xbf16>
// CHECK: %[[W32:.+]] = arith.extf %[[W]] : tensor<64xf16> to tensor<64xf32>
// CHECK: %[[FACTOR:.+]] = arith.addf %[[W32]], %{{.*}} : tensor<64xf32>
// CHECK: %[[N32:.+]] = arith.extf %[[NORMALIZED]]
// CHECK: %[[PRODUCT:.+]] = arith.mulf %[[N32]], %[[FACTOR]] : tensor<64xf32>
// CHECK: %[[SCALED:.+]] = arith.truncf %[[PRODUCT]] : tensor<64xf32> to tensor<64xf16>
// CHECK-DAG: %[[S32:.+]] = arith.extf %[[SCALED]] : tensor<64xf16> to tensor<64xf32>
// CHECK-DAG: %[[B32:.+]] = arith.extf %[[B]] : tensor<64xbf16> to tensor<64xf32>
// CHECK: %[[SUM:.+]] = arith.addf %[[S32]], %[[B32]] : tensor<64xf32>
// CHECK: %[[Y:.+]] = arith.truncf %[[SUM]] : tensor<64xf32> to tensor<64xbf16>
// CHECK: norm.yield %[[Y]]
func.func @rounding_points(%x: tensor<8x64xbf16>, %w: tensor<64xf16>,
    %b: tensor<64xbf16>) -> tensor<8x64xbf16> {
  %y = norm.rms_norm %x scale(%w : tensor<64xf16> dims [1])
      bias(%b : tensor<64xbf16> dims [1]) axes [1] epsilon 1.0e-5
      {normalized_type = bf16, scaled_type = f16, scale_offset = 1.0}
      : tensor<8x64xbf16> -> tensor<8x64xbf16>
  return %y : tensor<8x64xbf16>
}

// -----

// CHECK-LABEL: @outside
// CHECK: %[[ROOT:.+]] = math.sqrt
// CHECK: %[[SUM:.+]] = arith.addf %[[ROOT]]
// CHECK: arith.divf %{{.*}}, %[[SUM]]
func.func @outside(%x: tensor<8xf64>) -> tensor<8xf64> {
  %y = norm.rms_norm %x axes [0] epsilon 1.0e-5 mode outside
      : tensor<8xf64> -> tensor<8xf64>
  return %y : tensor<8xf64>
}

// -----

// CHECK-LABEL: @clamp_var
// CHECK: %[[MAX:.+]] = arith.maximumf
// CHECK: math.rsqrt %[[MAX]]
func.func @clamp_var(%x: tensor<8xf64>) -> tensor<8xf64> {
  %y = norm.rms_norm %x axes [0] epsilon 1.0e-5 mode clamp_var
      : tensor<8xf64> -> tensor<8xf64>
  return %y : tensor<8xf64>
}

// -----

// CHECK-LABEL: @clamp_norm
// CHECK: %[[ROOT:.+]] = math.sqrt
// CHECK: %[[MAX:.+]] = arith.maximumf %[[ROOT]]
// CHECK: arith.divf %{{.*}}, %[[MAX]]
func.func @clamp_norm(%x: tensor<8xf64>) -> tensor<8xf64> {
  %y = norm.rms_norm %x axes [0] epsilon 1.0e-5 mode clamp_norm
      : tensor<8xf64> -> tensor<8xf64>
  return %y : tensor<8xf64>
}

// -----

// CHECK-LABEL: @partial_statistics
// CHECK: %[[COUNT:.+]] = arith.constant 1.600000e+01 : f32
// CHECK: %[[SUM:.+]] = norm.reduce add %{{.*}} first 16 : tensor<?xf32>
// CHECK: arith.divf %[[SUM]], %[[COUNT]]
func.func @partial_statistics(%x: tensor<8x?xf32>) -> tensor<8x?xf32> {
  %y = norm.rms_norm %x axes [1] epsilon 1.0e-5 {statistics_extent = 16}
      : tensor<8x?xf32> -> tensor<8x?xf32>
  return %y : tensor<8x?xf32>
}

// -----

// A scale that follows one of two axes is broadcast to both, though x and the
// scale state different extents.

// CHECK-LABEL: @partial_axes
// CHECK-SAME: %[[X:.+]]: tensor<8x?x64xf32>, %[[W:.+]]: tensor<?xf32>
// CHECK: %[[STATIC:.+]] = tensor.cast %[[W]] : tensor<?xf32> to tensor<64xf32>
// CHECK: %[[WIDE:.+]] = linalg.broadcast ins(%[[STATIC]] : tensor<64xf32>) outs(%{{.*}} : tensor<?x64xf32>) dimensions = [0]
// CHECK: norm.rowwise axes [1, 2]
// CHECK-SAME: ins(%[[X]], %[[WIDE]]
func.func @partial_axes(%x: tensor<8x?x64xf32>, %w: tensor<?xf32>)
    -> tensor<8x?x64xf32> {
  %y = norm.layer_norm %x scale(%w : tensor<?xf32> dims [2])
      axes [1, 2] epsilon 1.0e-5 : tensor<8x?x64xf32> -> tensor<8x?x64xf32>
  return %y : tensor<8x?x64xf32>
}

// -----

// What the result's type forgets, it is cast to forget.

// CHECK-LABEL: @static_to_dynamic
// CHECK: %[[Y:.+]] = norm.rowwise
// CHECK: %[[CAST:.+]] = tensor.cast %[[Y]] : tensor<8x64xf32> to tensor<?x64xf32>
// CHECK: return %[[CAST]]
func.func @static_to_dynamic(%x: tensor<8x64xf32>) -> tensor<?x64xf32> {
  %y = norm.rms_norm %x axes [1] epsilon 1.0e-5
      : tensor<8x64xf32> -> tensor<?x64xf32>
  return %y : tensor<?x64xf32>
}
