// RUN: rmsnorm-opt %s --convert-norm-to-rowwise --split-input-file | FileCheck %s

// Gradients are accumulated in f32 over zeros and rounded once.

// CHECK-LABEL: @rms_norm
// CHECK: %[[DSCALE_INIT:.+]] = linalg.fill {{.*}} -> tensor<64xf32>
// CHECK: %[[DBIAS_INIT:.+]] = linalg.fill {{.*}} -> tensor<64xf32>
// CHECK: %[[R:.+]]:3 = norm.rowwise
// CHECK-SAME: outs(%{{.+}}, %[[DSCALE_INIT]], %[[DBIAS_INIT]] : tensor<8x64xf16>, tensor<64xf32>, tensor<64xf32>)
// CHECK-NEXT: ^bb0(%[[DY:.+]]: tensor<64xf16>, %[[X:.+]]: tensor<64xf16>, %[[RSTD:.+]]: f32, %[[W:.+]]: tensor<64xf16>):
// CHECK: %[[XHAT:.+]] = arith.mulf
// CHECK: %[[FACTOR:.+]] = arith.extf %[[W]]
// CHECK-NEXT: %[[G:.+]] = arith.mulf %[[DY32:.+]], %[[FACTOR]]
// CHECK: %[[GX:.+]] = arith.mulf %[[G]], %[[XHAT]]
// CHECK: norm.reduce add %[[GX]]
// CHECK: %[[DX:.+]] = arith.truncf
// CHECK: %[[DSCALE:.+]] = arith.mulf %[[DY32]], %[[XHAT]]
// CHECK-NEXT: norm.yield %[[DX]], %[[DSCALE]], %[[DY32]] : tensor<64xf16>, tensor<64xf32>, tensor<64xf32>
// CHECK: arith.truncf %[[R]]#1 : tensor<64xf32> to tensor<64xf16>
// CHECK: arith.truncf %[[R]]#2 : tensor<64xf32> to tensor<64xbf16>
func.func @rms_norm(%dy: tensor<8x64xf16>, %x: tensor<8x64xf16>,
    %rstd: tensor<8xf32>, %w: tensor<64xf16>)
    -> (tensor<8x64xf16>, tensor<64xf16>, tensor<64xbf16>) {
  %dx, %dw, %db = norm.rms_norm_backward %dy, %x, %rstd
      scale(%w : tensor<64xf16> dims [1]) axes [1] bias_dims [1]
      : tensor<8x64xf16>, tensor<8x64xf16>, tensor<8xf32>
      -> tensor<8x64xf16> dscale tensor<64xf16> dbias tensor<64xbf16>
  return %dx, %dw, %db : tensor<8x64xf16>, tensor<64xf16>, tensor<64xbf16>
}

// -----

// A dbias that lacks an axis only is reduced over it afterwards, still in f32.

// CHECK-LABEL: @partial_axes
// CHECK: %[[R:.+]]:2 = norm.rowwise
// CHECK: norm.yield {{.*}} : tensor<256xf16>, tensor<256xf32>
// CHECK: %[[SUM:.+]] = linalg.reduce ins(%[[R]]#1 : tensor<8x4x64xf32>) outs(%{{.*}} : tensor<8x64xf32>) dimensions = [1]
// CHECK: arith.truncf %{{.*}} : tensor<8x64xf32> to tensor<8x64xf16>
func.func @partial_axes(%dy: tensor<8x4x64xf16>, %x: tensor<8x4x64xf16>,
    %mean: tensor<8xf32>, %rstd: tensor<8xf32>)
    -> (tensor<8x4x64xf16>, tensor<8x64xf16>) {
  %dx, %db = norm.layer_norm_backward %dy, %x, %mean, %rstd
      axes [1, 2] bias_dims [0, 2]
      : tensor<8x4x64xf16>, tensor<8x4x64xf16>, tensor<8xf32>, tensor<8xf32>
      -> tensor<8x4x64xf16> dbias tensor<8x64xf16>
  return %dx, %db : tensor<8x4x64xf16>, tensor<8x64xf16>
}

// -----

// The mean is subtracted, and the mean of the gradient too.

// CHECK-LABEL: @layer_norm
// CHECK: ^bb0(%[[DY:.+]]: tensor<64xf32>, %[[X:.+]]: tensor<64xf32>, %[[MEAN:.+]]: f32, %[[RSTD:.+]]: f32):
// CHECK: %[[MEANS:.+]] = tensor.splat %[[MEAN]]
// CHECK: arith.subf %[[X]], %[[MEANS]]
// CHECK: norm.reduce add
// CHECK: norm.reduce add %[[DY]]
func.func @layer_norm(%dy: tensor<8x64xf32>, %x: tensor<8x64xf32>,
    %mean: tensor<8xf32>, %rstd: tensor<8xf32>) -> tensor<8x64xf32> {
  %dx = norm.layer_norm_backward %dy, %x, %mean, %rstd axes [1]
      : tensor<8x64xf32>, tensor<8x64xf32>, tensor<8xf32>, tensor<8xf32>
      -> tensor<8x64xf32>
  return %dx : tensor<8x64xf32>
}

// -----

// With epsilon outside of the root the projection is divided by
// 1 - epsilon * rstd.

// CHECK-LABEL: @outside
// CHECK: ^bb0(%{{.*}}: tensor<64xf32>, %{{.*}}: tensor<64xf32>, %[[RSTD:.+]]: f32):
// CHECK: %[[SHARE:.+]] = arith.mulf %{{.*}}, %[[RSTD]] : f32
// CHECK: %[[REST:.+]] = arith.subf %{{.*}}, %[[SHARE]] : f32
// CHECK: arith.divf %{{.*}}, %[[REST]] : f32
func.func @outside(%dy: tensor<8x64xf32>, %x: tensor<8x64xf32>,
    %rstd: tensor<8xf32>) -> tensor<8x64xf32> {
  %dx = norm.rms_norm_backward %dy, %x, %rstd axes [1] epsilon 1.0e-5
      mode outside : tensor<8x64xf32>, tensor<8x64xf32>, tensor<8xf32>
      -> tensor<8x64xf32>
  return %dx : tensor<8x64xf32>
}

// -----

// Rows that were clamped have no projection.

// CHECK-LABEL: @clamp_var
// CHECK: %[[BOUND:.+]] = math.rsqrt
// CHECK: %[[CLAMPED:.+]] = arith.cmpf oge, %{{.*}}, %[[BOUND]] : f32
// CHECK: arith.select %[[CLAMPED]], %{{.*}}, %{{.*}} : f32
func.func @clamp_var(%dy: tensor<8x64xf32>, %x: tensor<8x64xf32>,
    %rstd: tensor<8xf32>) -> tensor<8x64xf32> {
  %dx = norm.rms_norm_backward %dy, %x, %rstd axes [1] epsilon 1.0e-5
      mode clamp_var : tensor<8x64xf32>, tensor<8x64xf32>, tensor<8xf32>
      -> tensor<8x64xf32>
  return %dx : tensor<8x64xf32>
}
