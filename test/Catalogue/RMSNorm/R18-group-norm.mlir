// Catalogue entry R18: odml.group_norm of four groups is no norm of rows: it is
// left.
// RUN: rmsnorm-opt %s --allow-unregistered-dialect --norm-raise \
// RUN:     --remarks-filter=norm-raise --remark-format=emitRemark \
// RUN:     -o %t.after 2>&1 | FileCheck %s
// RUN: rmsnorm-opt %s --allow-unregistered-dialect -o %t.before
// RUN: diff %t.before %t.after

// CHECK: remark: [Missed] reshape-merges-dimensions |
// CHECK-SAME: Function=group
// CHECK-SAME: Remark="a reshape merges dimensions between x and the root"
// CHECK: remark: [Missed] group-norm |
// CHECK-SAME: Function=group
// CHECK-SAME: Remark="a dimension is divided before the norm and joined after it: a group norm"

func.func @group(%x: tensor<2x8x6xf32>, %w: tensor<8xf32>, %b: tensor<8xf32>)
    -> tensor<2x8x6xf32> {
  %0 = "stablehlo.composite"(%x, %w, %b) <{composite_attributes = {channel_axis = 1 : i64, epsilon = 1.0e-5 : f32, num_groups = 4 : i64}, decomposition = @group_impl, name = "odml.group_norm", version = 1 : i32}> : (tensor<2x8x6xf32>, tensor<8xf32>, tensor<8xf32>) -> tensor<2x8x6xf32>
  return %0 : tensor<2x8x6xf32>
}

func.func private @group_impl(%x: tensor<2x8x6xf32>, %w: tensor<8xf32>,
    %b: tensor<8xf32>) -> tensor<2x8x6xf32> {
  %0 = "stablehlo.reshape"(%x) : (tensor<2x8x6xf32>) -> tensor<2x4x12xf32>
  %1 = "stablehlo.constant"() <{value = dense<0.0> : tensor<f32>}> : () -> tensor<f32>
  %2 = "stablehlo.reduce"(%0, %1) <{dimensions = array<i64: 2>}> ({
  ^bb0(%lhs: tensor<f32>, %rhs: tensor<f32>):
    %add = "stablehlo.add"(%lhs, %rhs) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "stablehlo.return"(%add) : (tensor<f32>) -> ()
  }) : (tensor<2x4x12xf32>, tensor<f32>) -> tensor<2x4xf32>
  %3 = "stablehlo.constant"() <{value = dense<12.0> : tensor<2x4xf32>}> : () -> tensor<2x4xf32>
  %4 = "stablehlo.divide"(%2, %3) : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
  %5 = "stablehlo.broadcast_in_dim"(%4) <{broadcast_dimensions = array<i64: 0, 1>}> : (tensor<2x4xf32>) -> tensor<2x4x12xf32>
  %6 = "stablehlo.subtract"(%0, %5) : (tensor<2x4x12xf32>, tensor<2x4x12xf32>) -> tensor<2x4x12xf32>
  %7 = "stablehlo.multiply"(%6, %6) : (tensor<2x4x12xf32>, tensor<2x4x12xf32>) -> tensor<2x4x12xf32>
  %8 = "stablehlo.reduce"(%7, %1) <{dimensions = array<i64: 2>}> ({
  ^bb0(%lhs: tensor<f32>, %rhs: tensor<f32>):
    %add = "stablehlo.add"(%lhs, %rhs) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "stablehlo.return"(%add) : (tensor<f32>) -> ()
  }) : (tensor<2x4x12xf32>, tensor<f32>) -> tensor<2x4xf32>
  %9 = "stablehlo.divide"(%8, %3) : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
  %10 = "stablehlo.constant"() <{value = dense<1.0e-05> : tensor<2x4xf32>}> : () -> tensor<2x4xf32>
  %11 = "stablehlo.add"(%9, %10) : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
  %12 = "stablehlo.rsqrt"(%11) : (tensor<2x4xf32>) -> tensor<2x4xf32>
  %13 = "stablehlo.broadcast_in_dim"(%12) <{broadcast_dimensions = array<i64: 0, 1>}> : (tensor<2x4xf32>) -> tensor<2x4x12xf32>
  %14 = "stablehlo.multiply"(%6, %13) : (tensor<2x4x12xf32>, tensor<2x4x12xf32>) -> tensor<2x4x12xf32>
  %15 = "stablehlo.reshape"(%14) : (tensor<2x4x12xf32>) -> tensor<2x8x6xf32>
  %16 = "stablehlo.broadcast_in_dim"(%w) <{broadcast_dimensions = array<i64: 1>}> : (tensor<8xf32>) -> tensor<2x8x6xf32>
  %17 = "stablehlo.multiply"(%15, %16) : (tensor<2x8x6xf32>, tensor<2x8x6xf32>) -> tensor<2x8x6xf32>
  %18 = "stablehlo.broadcast_in_dim"(%b) <{broadcast_dimensions = array<i64: 1>}> : (tensor<8xf32>) -> tensor<2x8x6xf32>
  %19 = "stablehlo.add"(%17, %18) : (tensor<2x8x6xf32>, tensor<2x8x6xf32>) -> tensor<2x8x6xf32>
  return %19 : tensor<2x8x6xf32>
}
