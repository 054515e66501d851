// RUN: rmsnorm-opt %s --allow-unregistered-dialect --norm-raise | FileCheck %s

// Dimensions that a reshape joins for the statistics, and another divides
// again, are followed through both.

// CHECK-LABEL: func.func @joined_for_the_sum(
// CHECK-SAME:    %[[X:.*]]: tensor<4x8xf32>)
// CHECK-NEXT:    %[[Y:.*]] = norm.rms_norm %[[X]] axes [0, 1] epsilon 0.000000e+00 : tensor<4x8xf32>
// CHECK-NEXT:    return %[[Y]]
func.func @joined_for_the_sum(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %e = tensor.empty() : tensor<4x8xf32>
  %sq = arith.mulf %x, %x : tensor<4x8xf32>
  %c = tensor.collapse_shape %sq [[0, 1]] : tensor<4x8xf32> into tensor<32xf32>
  %z = arith.constant dense<0.0> : tensor<f32>
  %s = linalg.reduce { arith.addf } ins(%c : tensor<32xf32>)
      outs(%z : tensor<f32>) dimensions = [0]
  %n32 = arith.constant dense<32.0> : tensor<f32>
  %ms = arith.divf %s, %n32 : tensor<f32>
  %r = math.rsqrt %ms : tensor<f32>
  %rb = linalg.broadcast ins(%r : tensor<f32>)
      outs(%e : tensor<4x8xf32>) dimensions = [0, 1]
  %y = arith.mulf %x, %rb : tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}

// Batch and sequence are the features of a batch norm; the scale comes after
// they are told apart again.
// CHECK-LABEL: func.func @batch_norm(
// CHECK-SAME:    %[[X:.*]]: tensor<2x3x8xf32>, %[[W:.*]]: tensor<8xf32>, %[[B:.*]]: tensor<8xf32>)
// CHECK-NEXT:    %[[Y:.*]] = norm.layer_norm %[[X]] scale(%[[W]] : tensor<8xf32> dims [2]) bias(%[[B]] : tensor<8xf32> dims [2]) axes [2] epsilon 9.99{{[0-9]*}}E-6 : tensor<2x3x8xf32>
// CHECK-NEXT:    return %[[Y]]
func.func @batch_norm(%x: tensor<2x3x8xf32>, %w: tensor<8xf32>, %b: tensor<8xf32>) -> tensor<2x3x8xf32> {
  %one = "stablehlo.constant"() <{value = dense<1.0> : tensor<6xf32>}> : () -> tensor<6xf32>
  %zero = "stablehlo.constant"() <{value = dense<0.0> : tensor<6xf32>}> : () -> tensor<6xf32>
  %flat = "stablehlo.reshape"(%x) : (tensor<2x3x8xf32>) -> tensor<1x6x8xf32>
  %n:3 = "stablehlo.batch_norm_training"(%flat, %one, %zero) <{epsilon = 1.0e-5 : f32, feature_index = 1 : i64}> : (tensor<1x6x8xf32>, tensor<6xf32>, tensor<6xf32>) -> (tensor<1x6x8xf32>, tensor<6xf32>, tensor<6xf32>)
  %u = "stablehlo.reshape"(%n#0) : (tensor<1x6x8xf32>) -> tensor<2x3x8xf32>
  %wb = "stablehlo.broadcast_in_dim"(%w) <{broadcast_dimensions = array<i64: 2>}> : (tensor<8xf32>) -> tensor<2x3x8xf32>
  %bb = "stablehlo.broadcast_in_dim"(%b) <{broadcast_dimensions = array<i64: 2>}> : (tensor<8xf32>) -> tensor<2x3x8xf32>
  %s = "stablehlo.multiply"(%u, %wb) : (tensor<2x3x8xf32>, tensor<2x3x8xf32>) -> tensor<2x3x8xf32>
  %y = "stablehlo.add"(%s, %bb) : (tensor<2x3x8xf32>, tensor<2x3x8xf32>) -> tensor<2x3x8xf32>
  return %y : tensor<2x3x8xf32>
}

// Divided in another way than it was joined: the norm stays one of the joined
// rows, and the scale outside.
// CHECK-LABEL: func.func @divided_in_another_way(
// CHECK:         %[[FLAT:.*]] = "stablehlo.reshape"(%{{.*}}) : (tensor<4x6x8xf32>) -> tensor<1x24x8xf32>
// CHECK:         norm.layer_norm %[[FLAT]] axes [2]
// CHECK:         "stablehlo.multiply"
func.func @divided_in_another_way(%x: tensor<4x6x8xf32>, %w: tensor<8xf32>) -> tensor<6x4x8xf32> {
  %one = "stablehlo.constant"() <{value = dense<1.0> : tensor<24xf32>}> : () -> tensor<24xf32>
  %zero = "stablehlo.constant"() <{value = dense<0.0> : tensor<24xf32>}> : () -> tensor<24xf32>
  %flat = "stablehlo.reshape"(%x) : (tensor<4x6x8xf32>) -> tensor<1x24x8xf32>
  %n:3 = "stablehlo.batch_norm_training"(%flat, %one, %zero) <{epsilon = 1.0e-5 : f32, feature_index = 1 : i64}> : (tensor<1x24x8xf32>, tensor<24xf32>, tensor<24xf32>) -> (tensor<1x24x8xf32>, tensor<24xf32>, tensor<24xf32>)
  %u = "stablehlo.reshape"(%n#0) : (tensor<1x24x8xf32>) -> tensor<6x4x8xf32>
  %wb = "stablehlo.broadcast_in_dim"(%w) <{broadcast_dimensions = array<i64: 2>}> : (tensor<8xf32>) -> tensor<6x4x8xf32>
  %s = "stablehlo.multiply"(%u, %wb) : (tensor<6x4x8xf32>, tensor<6x4x8xf32>) -> tensor<6x4x8xf32>
  return %s : tensor<6x4x8xf32>
}
