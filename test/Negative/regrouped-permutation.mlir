// RUN: rmsnorm-opt %s --allow-unregistered-dialect --norm-raise -o %t.after
// RUN: rmsnorm-opt %s --allow-unregistered-dialect -o %t.before
// RUN: diff %t.before %t.after

// Joined and divided in two ways, the row is another permutation of x.

func.func @main(%x: tensor<2x2x3xf32>) -> tensor<2x2x3xf32> {
  %shN = "onnx.Constant"() {value = dense<[2,6]> : tensor<2xi64>} : () -> tensor<2xi64>
  %sh23 = "onnx.Constant"() {value = dense<[2,2,3]> : tensor<3xi64>} : () -> tensor<3xi64>
  %sh32 = "onnx.Constant"() {value = dense<[2,3,2]> : tensor<3xi64>} : () -> tensor<3xi64>
  %t1 = "onnx.Transpose"(%x) {perm = [0,2,1]} : (tensor<2x2x3xf32>) -> tensor<2x3x2xf32>
  %t2 = "onnx.Reshape"(%t1, %shN) : (tensor<2x3x2xf32>, tensor<2xi64>) -> tensor<2x6xf32>
  %t3 = "onnx.Reshape"(%t2, %sh32) : (tensor<2x6xf32>, tensor<3xi64>) -> tensor<2x3x2xf32>
  %m1q = "onnx.Mul"(%t3, %t3) : (tensor<2x3x2xf32>, tensor<2x3x2xf32>) -> tensor<2x3x2xf32>
  %m1 = "onnx.ReduceMeanV13"(%m1q) {axes = [1,2], keepdims = 1 : si64} : (tensor<2x3x2xf32>) -> tensor<2x1x1xf32>
  %t4 = "onnx.Transpose"(%t3) {perm = [0,2,1]} : (tensor<2x3x2xf32>) -> tensor<2x2x3xf32>
  %m2q = "onnx.Mul"(%t4, %t4) : (tensor<2x2x3xf32>, tensor<2x2x3xf32>) -> tensor<2x2x3xf32>
  %m2 = "onnx.ReduceMeanV13"(%m2q) {axes = [1,2], keepdims = 1 : si64} : (tensor<2x2x3xf32>) -> tensor<2x1x1xf32>
  %half = "onnx.Constant"() {value = dense<0.5> : tensor<1xf32>} : () -> tensor<1xf32>
  %e = "onnx.Constant"() {value = dense<1.0e-5> : tensor<1xf32>} : () -> tensor<1xf32>
  %ma = "onnx.Add"(%m1, %m2) : (tensor<2x1x1xf32>, tensor<2x1x1xf32>) -> tensor<2x1x1xf32>
  %m = "onnx.Mul"(%ma, %half) : (tensor<2x1x1xf32>, tensor<1xf32>) -> tensor<2x1x1xf32>
  %ve = "onnx.Add"(%m, %e) : (tensor<2x1x1xf32>, tensor<1xf32>) -> tensor<2x1x1xf32>
  %s = "onnx.Sqrt"(%ve) : (tensor<2x1x1xf32>) -> tensor<2x1x1xf32>
  %r = "onnx.Reciprocal"(%s) : (tensor<2x1x1xf32>) -> tensor<2x1x1xf32>
  %t5 = "onnx.Reshape"(%t1, %shN) : (tensor<2x3x2xf32>, tensor<2xi64>) -> tensor<2x6xf32>
  %t6 = "onnx.Reshape"(%t5, %sh23) : (tensor<2x6xf32>, tensor<3xi64>) -> tensor<2x2x3xf32>
  %t7 = "onnx.Transpose"(%t6) {perm = [0,2,1]} : (tensor<2x2x3xf32>) -> tensor<2x3x2xf32>
  %t8 = "onnx.Reshape"(%t7, %shN) : (tensor<2x3x2xf32>, tensor<2xi64>) -> tensor<2x6xf32>
  %t9 = "onnx.Reshape"(%t8, %sh23) : (tensor<2x6xf32>, tensor<3xi64>) -> tensor<2x2x3xf32>
  %y = "onnx.Mul"(%r, %t9) : (tensor<2x1x1xf32>, tensor<2x2x3xf32>) -> tensor<2x2x3xf32>
  return %y : tensor<2x2x3xf32>
}
