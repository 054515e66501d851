// RUN: rmsnorm-opt %s --allow-unregistered-dialect --norm-raise -o %t.after
// RUN: rmsnorm-opt %s --allow-unregistered-dialect -o %t.before
// RUN: diff %t.before %t.after

// The variance of others is not made from rstd: it may be far below epsilon.

func.func @main(%x: tensor<4x8xf32>) -> (tensor<4x8xf32>, tensor<4x1xf32>) {
  %m = "onnx.ReduceMeanV13"(%x) {axes = [-1], keepdims = 1 : si64} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %d = "onnx.Sub"(%x, %m) : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %q = "onnx.Mul"(%d, %d) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %v = "onnx.ReduceMeanV13"(%q) {axes = [-1], keepdims = 1 : si64} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %e = "onnx.Constant"() {value = dense<1.0e-3> : tensor<1xf32>} : () -> tensor<1xf32>
  %ve = "onnx.Add"(%v, %e) : (tensor<4x1xf32>, tensor<1xf32>) -> tensor<4x1xf32>
  %s = "onnx.Sqrt"(%ve) : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %h = "onnx.Div"(%d, %s) : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %std = "onnx.Sqrt"(%v) : (tensor<4x1xf32>) -> tensor<4x1xf32>
  return %h, %std : tensor<4x8xf32>, tensor<4x1xf32>
}
