// Catalogue entry X13: batch norm with saved statistics: there is no row, and
// nothing to remark.
// RUN: rmsnorm-opt %s --allow-unregistered-dialect --norm-raise \
// RUN:     --remarks-filter=norm-raise --remark-format=emitRemark \
// RUN:     -o %t.after 2>&1 | FileCheck %s --allow-empty
// RUN: rmsnorm-opt %s --allow-unregistered-dialect -o %t.before
// RUN: diff %t.before %t.after

// CHECK-NOT: remark: [Passed]

func.func @running_stablehlo(%x: tensor<4x8x6xf32>, %mean: tensor<8x1xf32>,
    %var: tensor<8x1xf32>) -> tensor<4x8x6xf32> {
  %0 = "stablehlo.broadcast_in_dim"(%mean) <{broadcast_dimensions = array<i64: 1, 2>}> : (tensor<8x1xf32>) -> tensor<4x8x6xf32>
  %1 = "stablehlo.subtract"(%x, %0) : (tensor<4x8x6xf32>, tensor<4x8x6xf32>) -> tensor<4x8x6xf32>
  %2 = "stablehlo.constant"() <{value = dense<1.0e-05> : tensor<8x1xf32>}> : () -> tensor<8x1xf32>
  %3 = "stablehlo.add"(%var, %2) : (tensor<8x1xf32>, tensor<8x1xf32>) -> tensor<8x1xf32>
  %4 = "stablehlo.rsqrt"(%3) : (tensor<8x1xf32>) -> tensor<8x1xf32>
  %5 = "stablehlo.broadcast_in_dim"(%4) <{broadcast_dimensions = array<i64: 1, 2>}> : (tensor<8x1xf32>) -> tensor<4x8x6xf32>
  %6 = "stablehlo.multiply"(%1, %5) : (tensor<4x8x6xf32>, tensor<4x8x6xf32>) -> tensor<4x8x6xf32>
  return %6 : tensor<4x8x6xf32>
}

func.func @running_torch(%x: !torch.vtensor<[4,8,6],f32>,
    %mean: !torch.vtensor<[8,1],f32>, %var: !torch.vtensor<[8,1],f32>)
    -> !torch.vtensor<[4,8,6],f32> {
  %int1 = "torch.constant.int"() <{value = 1 : i64}> : () -> !torch.int
  %float1 = "torch.constant.float"() <{value = 1.0e-05 : f64}> : () -> !torch.float
  %0 = "torch.aten.sub.Tensor"(%x, %mean, %int1) : (!torch.vtensor<[4,8,6],f32>, !torch.vtensor<[8,1],f32>, !torch.int) -> !torch.vtensor<[4,8,6],f32>
  %1 = "torch.aten.add.Scalar"(%var, %float1, %int1) : (!torch.vtensor<[8,1],f32>, !torch.float, !torch.int) -> !torch.vtensor<[8,1],f32>
  %2 = "torch.aten.rsqrt"(%1) : (!torch.vtensor<[8,1],f32>) -> !torch.vtensor<[8,1],f32>
  %3 = "torch.aten.mul.Tensor"(%0, %2) : (!torch.vtensor<[4,8,6],f32>, !torch.vtensor<[8,1],f32>) -> !torch.vtensor<[4,8,6],f32>
  return %3 : !torch.vtensor<[4,8,6],f32>
}

func.func @running_onnx(%x: tensor<4x8x6xf32>, %mean: tensor<8x1xf32>,
    %var: tensor<8x1xf32>) -> tensor<4x8x6xf32> {
  %0 = "onnx.Sub"(%x, %mean) : (tensor<4x8x6xf32>, tensor<8x1xf32>) -> tensor<4x8x6xf32>
  %1 = "onnx.Constant"() {value = dense<1.0e-05> : tensor<f32>} : () -> tensor<f32>
  %2 = "onnx.Add"(%var, %1) : (tensor<8x1xf32>, tensor<f32>) -> tensor<8x1xf32>
  %3 = "onnx.Sqrt"(%2) : (tensor<8x1xf32>) -> tensor<8x1xf32>
  %4 = "onnx.Reciprocal"(%3) : (tensor<8x1xf32>) -> tensor<8x1xf32>
  %5 = "onnx.Mul"(%0, %4) : (tensor<4x8x6xf32>, tensor<8x1xf32>) -> tensor<4x8x6xf32>
  return %5 : tensor<4x8x6xf32>
}
