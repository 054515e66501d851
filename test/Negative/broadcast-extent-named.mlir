// RUN: rmsnorm-opt %s --allow-unregistered-dialect --norm-raise -o %t.after
// RUN: rmsnorm-opt %s --allow-unregistered-dialect -o %t.before
// RUN: diff %t.before %t.after

// A scale of one element would stand for all.

func.func @main(%x: tensor<4x8xf32>, %g: tensor<?xf32>) -> tensor<4x8xf32> {
  %n = "onnx.NoValue"() {value} : () -> none
  %y = "onnx.LayerNormalization"(%x, %g, %n) {axis = -1 : si64, epsilon = 1.0e-5 : f32} : (tensor<4x8xf32>, tensor<?xf32>, none) -> tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}
