// Catalogue entry R15: quantised after the norm: static, per token, per group,
// fp8. The norm is raised, the quantisation stays, but for a step that is
// constant: the scale takes it.
// RUN: rmsnorm-opt %s --allow-unregistered-dialect --norm-raise \
// RUN:   | FileCheck %s \
// RUN:       --implicit-check-not='{{[rR]?[sS]qrt|[pP]ow}}'

// CHECK-LABEL: func.func @per_token_stablehlo(
// CHECK: %[[Y:.*]] = norm.rms_norm %arg0 scale(%arg1 : tensor<8xf32> dims [1]) axes [1] epsilon 9.9999999747524271E-7 : tensor<4x8xf32> -> tensor<4x8xf32>
// CHECK: %[[V:.*]] = "stablehlo.abs"(%[[Y]])
// CHECK: %[[V1:.*]] = "stablehlo.reduce"(%[[V]], %{{.*}}) <{dimensions = array<i64: 1>}> ({
// CHECK: %[[V2:.*]] = "stablehlo.divide"(%[[V1]], %{{.*}})
// CHECK: %[[V3:.*]] = "stablehlo.divide"(%[[Y]], %{{.*}})
// CHECK: %[[V4:.*]] = "stablehlo.round_nearest_even"(%[[V3]])
// CHECK: %[[V5:.*]] = "stablehlo.convert"(%[[V4]])
// CHECK: return %[[V5]], %[[V2]]
func.func @per_token_stablehlo(%x: tensor<4x8xf32>, %w: tensor<8xf32>)
    -> (tensor<4x8xi8>, tensor<4xf32>) {
  %0 = "stablehlo.multiply"(%x, %x) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %1 = "stablehlo.constant"() <{value = dense<0.0> : tensor<f32>}> : () -> tensor<f32>
  %2 = "stablehlo.reduce"(%0, %1) <{dimensions = array<i64: 1>}> ({
  ^bb0(%lhs: tensor<f32>, %rhs: tensor<f32>):
    %add = "stablehlo.add"(%lhs, %rhs) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "stablehlo.return"(%add) : (tensor<f32>) -> ()
  }) : (tensor<4x8xf32>, tensor<f32>) -> tensor<4xf32>
  %3 = "stablehlo.constant"() <{value = dense<8.0> : tensor<4xf32>}> : () -> tensor<4xf32>
  %4 = "stablehlo.divide"(%2, %3) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %5 = "stablehlo.constant"() <{value = dense<1.0e-06> : tensor<4xf32>}> : () -> tensor<4xf32>
  %6 = "stablehlo.add"(%4, %5) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %7 = "stablehlo.rsqrt"(%6) : (tensor<4xf32>) -> tensor<4xf32>
  %8 = "stablehlo.broadcast_in_dim"(%7) <{broadcast_dimensions = array<i64: 0>}> : (tensor<4xf32>) -> tensor<4x8xf32>
  %9 = "stablehlo.multiply"(%x, %8) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %10 = "stablehlo.broadcast_in_dim"(%w) <{broadcast_dimensions = array<i64: 1>}> : (tensor<8xf32>) -> tensor<4x8xf32>
  %11 = "stablehlo.multiply"(%9, %10) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %12 = "stablehlo.abs"(%11) : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %13 = "stablehlo.constant"() <{value = dense<0xFF800000> : tensor<f32>}> : () -> tensor<f32>
  %14 = "stablehlo.reduce"(%12, %13) <{dimensions = array<i64: 1>}> ({
  ^bb0(%lhs: tensor<f32>, %rhs: tensor<f32>):
    %add = "stablehlo.maximum"(%lhs, %rhs) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "stablehlo.return"(%add) : (tensor<f32>) -> ()
  }) : (tensor<4x8xf32>, tensor<f32>) -> tensor<4xf32>
  %15 = "stablehlo.constant"() <{value = dense<127.0> : tensor<4xf32>}> : () -> tensor<4xf32>
  %16 = "stablehlo.divide"(%14, %15) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %17 = "stablehlo.broadcast_in_dim"(%16) <{broadcast_dimensions = array<i64: 0>}> : (tensor<4xf32>) -> tensor<4x8xf32>
  %18 = "stablehlo.divide"(%11, %17) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %19 = "stablehlo.round_nearest_even"(%18) : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %20 = "stablehlo.convert"(%19) : (tensor<4x8xf32>) -> tensor<4x8xi8>
  return %20, %16 : tensor<4x8xi8>, tensor<4xf32>
}

// CHECK-LABEL: func.func @per_token_torch(
// CHECK: %[[W:.*]] = builtin.unrealized_conversion_cast %arg1
// CHECK: %[[X:.*]] = builtin.unrealized_conversion_cast %arg0
// CHECK: %[[Y:.*]] = norm.rms_norm %[[X]] scale(%[[W]] : tensor<8xf32> dims [1]) axes [1] epsilon 9.9999999999999995E-7 : tensor<4x8xf32> -> tensor<4x8xf32>
// CHECK: %[[V:.*]] = "torch.aten.abs"(%{{.*}})
// CHECK: %[[V1:.*]] = "torch.aten.amax"(%[[V]], %{{.*}}, %{{.*}})
// CHECK: %[[V2:.*]] = "torch.aten.div.Scalar"(%[[V1]], %{{.*}})
// CHECK: %[[V3:.*]] = "torch.aten.div.Tensor"(%{{.*}}, %[[V2]])
// CHECK: %[[V4:.*]] = "torch.aten.round"(%[[V3]])
// CHECK: %[[V5:.*]] = "torch.aten.to.dtype"(%[[V4]], %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}})
// CHECK: return %[[V5]], %[[V2]]
func.func @per_token_torch(%x: !torch.vtensor<[4,8],f32>,
    %w: !torch.vtensor<[8],f32>)
    -> (!torch.vtensor<[4,8],si8>, !torch.vtensor<[4,1],f32>) {
  %int2 = "torch.constant.int"() <{value = 2 : i64}> : () -> !torch.int
  %int1 = "torch.constant.int"() <{value = 1 : i64}> : () -> !torch.int
  %list2 = "torch.prim.ListConstruct"(%int1) : (!torch.int) -> !torch.list<int>
  %true = "torch.constant.bool"() <{value = true}> : () -> !torch.bool
  %none = "torch.constant.none"() : () -> !torch.none
  %float5 = "torch.constant.float"() <{value = 1.0e-06 : f64}> : () -> !torch.float
  %intm1 = "torch.constant.int"() <{value = -1 : i64}> : () -> !torch.int
  %list7 = "torch.prim.ListConstruct"(%intm1) : (!torch.int) -> !torch.list<int>
  %float8 = "torch.constant.float"() <{value = 127.0 : f64}> : () -> !torch.float
  %false = "torch.constant.bool"() <{value = false}> : () -> !torch.bool
  %0 = "torch.aten.pow.Tensor_Scalar"(%x, %int2) : (!torch.vtensor<[4,8],f32>, !torch.int) -> !torch.vtensor<[4,8],f32>
  %1 = "torch.aten.mean.dim"(%0, %list2, %true, %none) : (!torch.vtensor<[4,8],f32>, !torch.list<int>, !torch.bool, !torch.none) -> !torch.vtensor<[4,1],f32>
  %2 = "torch.aten.add.Scalar"(%1, %float5, %int1) : (!torch.vtensor<[4,1],f32>, !torch.float, !torch.int) -> !torch.vtensor<[4,1],f32>
  %3 = "torch.aten.rsqrt"(%2) : (!torch.vtensor<[4,1],f32>) -> !torch.vtensor<[4,1],f32>
  %4 = "torch.aten.mul.Tensor"(%x, %3) : (!torch.vtensor<[4,8],f32>, !torch.vtensor<[4,1],f32>) -> !torch.vtensor<[4,8],f32>
  %5 = "torch.aten.mul.Tensor"(%4, %w) : (!torch.vtensor<[4,8],f32>, !torch.vtensor<[8],f32>) -> !torch.vtensor<[4,8],f32>
  %6 = "torch.aten.abs"(%5) : (!torch.vtensor<[4,8],f32>) -> !torch.vtensor<[4,8],f32>
  %7 = "torch.aten.amax"(%6, %list7, %true) : (!torch.vtensor<[4,8],f32>, !torch.list<int>, !torch.bool) -> !torch.vtensor<[4,1],f32>
  %8 = "torch.aten.div.Scalar"(%7, %float8) : (!torch.vtensor<[4,1],f32>, !torch.float) -> !torch.vtensor<[4,1],f32>
  %9 = "torch.aten.div.Tensor"(%5, %8) : (!torch.vtensor<[4,8],f32>, !torch.vtensor<[4,1],f32>) -> !torch.vtensor<[4,8],f32>
  %10 = "torch.aten.round"(%9) : (!torch.vtensor<[4,8],f32>) -> !torch.vtensor<[4,8],f32>
  %11 = "torch.aten.to.dtype"(%10, %int1, %false, %false, %none) : (!torch.vtensor<[4,8],f32>, !torch.int, !torch.bool, !torch.bool, !torch.none) -> !torch.vtensor<[4,8],si8>
  return %11, %8 : !torch.vtensor<[4,8],si8>, !torch.vtensor<[4,1],f32>
}
