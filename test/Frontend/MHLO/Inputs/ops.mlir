func.func @ops(%x: tensor<2x8xf32>, %z: tensor<f32>, %p: tensor<2x8xi1>) -> tensor<2xf32> {
  %0 = "mhlo.constant"() <{value = dense<1.0> : tensor<2x8xf32>}> : () -> tensor<2x8xf32>
  %1 = "mhlo.add"(%x, %0) : (tensor<2x8xf32>, tensor<2x8xf32>) -> tensor<2x8xf32>
  %2 = "mhlo.compare"(%1, %0) <{comparison_direction = #mhlo<comparison_direction LT>}> : (tensor<2x8xf32>, tensor<2x8xf32>) -> tensor<2x8xi1>
  %3 = "mhlo.select"(%2, %x, %0) : (tensor<2x8xi1>, tensor<2x8xf32>, tensor<2x8xf32>) -> tensor<2x8xf32>
  %4 = "mhlo.reduce"(%3, %z) <{dimensions = dense<1> : tensor<1xi64>}> ({
  ^bb0(%a: tensor<f32>, %b: tensor<f32>):
    %s = "mhlo.add"(%a, %b) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "mhlo.return"(%s) : (tensor<f32>) -> ()
  }) : (tensor<2x8xf32>, tensor<f32>) -> tensor<2xf32>
  %5 = "mhlo.broadcast_in_dim"(%4) {broadcast_dimensions = dense<0> : tensor<1xi64>} : (tensor<2xf32>) -> tensor<2x8xf32>
  %6 = "mhlo.broadcast_in_dim"(%4) <{broadcast_dimensions = dense<0> : tensor<1xi64>}> : (tensor<2xf32>) -> tensor<2x8xf32>
  %7 = "mhlo.erf"(%6) : (tensor<2x8xf32>) -> tensor<2x8xf32>
  %8 = "mhlo.rsqrt"(%7) : (tensor<2x8xf32>) -> tensor<2x8xf32>
  %9 = "mhlo.reshape"(%8) : (tensor<2x8xf32>) -> tensor<16xf32>
  %10 = "mhlo.copy"(%9) : (tensor<16xf32>) -> tensor<16xf32>
  %11 = "mhlo.bitcast"(%10) : (tensor<16xf32>) -> tensor<2x8xf32>
  return %4 : tensor<2xf32>
}

// -----

func.func @convolution(%x: tensor<1x8x8x4xf32>, %k: tensor<3x3x4x16xf32>) {
  %0 = "mhlo.convolution"(%x, %k) <{batch_group_count = 1 : i64, dimension_numbers = #mhlo.conv<[b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f]>, feature_group_count = 1 : i64, padding = dense<1> : tensor<2x2xi64>, window_reversal = dense<false> : tensor<2xi1>, window_strides = dense<2> : tensor<2xi64>}> : (tensor<1x8x8x4xf32>, tensor<3x3x4x16xf32>) -> tensor<1x4x4x16xf32>
  return
}
