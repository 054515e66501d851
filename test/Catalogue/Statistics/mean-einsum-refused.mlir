// Catalogue entry mean-einsum: sums over columns in the place of rows, of a
// diagonal.
// RUN: rmsnorm-opt %s --allow-unregistered-dialect --norm-raise \
// RUN:     --remarks-filter=norm-raise --remark-format=emitRemark \
// RUN:     -o %t.after 2>&1 | FileCheck %s
// RUN: rmsnorm-opt %s --allow-unregistered-dialect -o %t.before
// RUN: diff %t.before %t.after

// CHECK: remark: [Missed] keepdims-square |
// CHECK-SAME: Function=columns
// CHECK-SAME: Remark="the statistic of one row divides another: x[i0, i1] beside (9.99999975e-06 + 1/8*sum{i1}(x[i1, i0]^(2)))"

func.func @columns(%x: tensor<8x8xf32>) -> tensor<8x8xf32> {
  %0 = "onnx.Constant"() {value = dense<2.0> : tensor<f32>} : () -> tensor<f32>
  %1 = "onnx.Pow"(%x, %0) : (tensor<8x8xf32>, tensor<f32>) -> tensor<8x8xf32>
  %2 = "onnx.Constant"() {value = dense<0.125> : tensor<8xf32>} : () -> tensor<8xf32>
  %3 = "onnx.Einsum"(%1, %2) {equation = "ij,i->j"} : (tensor<8x8xf32>, tensor<8xf32>) -> tensor<8xf32>
  %4 = "onnx.Constant"() {value = dense<[8, 1]> : tensor<2xi64>} : () -> tensor<2xi64>
  %5 = "onnx.Reshape"(%3, %4) {allowzero = 0 : si64} : (tensor<8xf32>, tensor<2xi64>) -> tensor<8x1xf32>
  %6 = "onnx.Constant"() {value = dense<1.0e-05> : tensor<f32>} : () -> tensor<f32>
  %7 = "onnx.Add"(%5, %6) : (tensor<8x1xf32>, tensor<f32>) -> tensor<8x1xf32>
  %8 = "onnx.Sqrt"(%7) : (tensor<8x1xf32>) -> tensor<8x1xf32>
  %9 = "onnx.Reciprocal"(%8) : (tensor<8x1xf32>) -> tensor<8x1xf32>
  %10 = "onnx.Mul"(%x, %9) : (tensor<8x8xf32>, tensor<8x1xf32>) -> tensor<8x8xf32>
  return %10 : tensor<8x8xf32>
}

// CHECK: remark: [Missed] no-squares |
// CHECK-SAME: Function=diagonal
// CHECK-SAME: Remark="no sum of squares of x under the root: 'onnx.Einsum'[i0]"

func.func @diagonal(%x: tensor<8x8xf32>) -> tensor<8x8xf32> {
  %0 = "onnx.Constant"() {value = dense<2.0> : tensor<f32>} : () -> tensor<f32>
  %1 = "onnx.Pow"(%x, %0) : (tensor<8x8xf32>, tensor<f32>) -> tensor<8x8xf32>
  %2 = "onnx.Constant"() {value = dense<0.125> : tensor<8xf32>} : () -> tensor<8xf32>
  %3 = "onnx.Einsum"(%1, %2) {equation = "ii,i->i"} : (tensor<8x8xf32>, tensor<8xf32>) -> tensor<8xf32>
  %4 = "onnx.Constant"() {value = dense<[8, 1]> : tensor<2xi64>} : () -> tensor<2xi64>
  %5 = "onnx.Reshape"(%3, %4) {allowzero = 0 : si64} : (tensor<8xf32>, tensor<2xi64>) -> tensor<8x1xf32>
  %6 = "onnx.Constant"() {value = dense<1.0e-05> : tensor<f32>} : () -> tensor<f32>
  %7 = "onnx.Add"(%5, %6) : (tensor<8x1xf32>, tensor<f32>) -> tensor<8x1xf32>
  %8 = "onnx.Sqrt"(%7) : (tensor<8x1xf32>) -> tensor<8x1xf32>
  %9 = "onnx.Reciprocal"(%8) : (tensor<8x1xf32>) -> tensor<8x1xf32>
  %10 = "onnx.Mul"(%x, %9) : (tensor<8x8xf32>, tensor<8x1xf32>) -> tensor<8x8xf32>
  return %10 : tensor<8x8xf32>
}
