// What is read is what stock mlir-opt makes of the generic form.
// RUN: rmsnorm-opt --mlir-print-op-generic --split-input-file %s > %t.pretty
// RUN: %mlir_opt --allow-unregistered-dialect --mlir-print-op-generic \
// RUN:   --split-input-file %S/Inputs/ops.mlir | diff - %t.pretty

func.func @ops(%x: tensor<2x8xf32>, %z: tensor<f32>, %p: tensor<2x8xi1>) -> tensor<2xf32> {
  %0 = mhlo.constant dense<1.0> : tensor<2x8xf32>
  %1 = mhlo.add %x, %0 : tensor<2x8xf32>
  %2 = mhlo.compare LT, %1, %0 : (tensor<2x8xf32>, tensor<2x8xf32>) -> tensor<2x8xi1>
  %3 = mhlo.select %2, %x, %0 : tensor<2x8xi1>, tensor<2x8xf32>
  %4 = mhlo.reduce(%3 init: %z) applies mhlo.add across dimensions = [1] : (tensor<2x8xf32>, tensor<f32>) -> tensor<2xf32>
  %5 = "mhlo.broadcast_in_dim"(%4) {broadcast_dimensions = dense<0> : tensor<1xi64>} : (tensor<2xf32>) -> tensor<2x8xf32>
  %6 = "mhlo.broadcast_in_dim"(%4) <{broadcast_dimensions = dense<0> : tensor<1xi64>}> : (tensor<2xf32>) -> tensor<2x8xf32>
  %7 = mhlo.erf %6 : tensor<2x8xf32>
  %8 = mhlo.rsqrt %7 : tensor<2x8xf32>
  %9 = mhlo.reshape %8 : (tensor<2x8xf32>) -> tensor<16xf32>
  %10 = mhlo.copy %9 : tensor<16xf32>
  %11 = mhlo.bitcast %10 : (tensor<16xf32>) -> tensor<2x8xf32>
  return %4 : tensor<2xf32>
}

// -----

func.func @convolution(%x: tensor<1x8x8x4xf32>, %k: tensor<3x3x4x16xf32>) {
  %0 = mhlo.convolution(%x, %k) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [2, 2], pad = [[1, 1], [1, 1]], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64} : (tensor<1x8x8x4xf32>, tensor<3x3x4x16xf32>) -> tensor<1x4x4x16xf32>
  return
}
