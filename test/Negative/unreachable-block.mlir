// RUN: rmsnorm-opt %s --allow-unregistered-dialect --norm-raise -o %t.after
// RUN: rmsnorm-opt %s --allow-unregistered-dialect -o %t.before
// RUN: diff %t.before %t.after

// A block that cannot be reached, whose ops stand in any order.

func.func @unreach2(%x: tensor<4x8xf32>, %g: tensor<8xf32>) -> tensor<4x8xf32> {
  return %x : tensor<4x8xf32>
^dead:
  %e = "onnx.Constant"() {value = dense<1.0e-5> : tensor<1xf32>} : () -> tensor<1xf32>
  %y = "onnx.Mul"(%h, %g) : (tensor<4x8xf32>, tensor<8xf32>) -> tensor<4x8xf32>
  %h = "onnx.Div"(%x, %s) : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %s = "onnx.Sqrt"(%ve) : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %ve = "onnx.Add"(%m, %e) : (tensor<4x1xf32>, tensor<1xf32>) -> tensor<4x1xf32>
  %m = "onnx.ReduceMeanV13"(%q) {axes = [-1], keepdims = 1 : si64} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %q = "onnx.Mul"(%x, %x) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}
