// RUN: rmsnorm-opt %s --transform-interpreter | FileCheck %s

// linalg's AggregatedOpInterface reaches the ops.

// CHECK-LABEL: func.func @rms
// CHECK-NOT: norm.
// CHECK: math.rsqrt
func.func @rms(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %y = norm.rms_norm %x axes [1] epsilon 1.0e-5
      : tensor<4x8xf32> -> tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}

module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(
      %module: !transform.any_op {transform.readonly}) {
    %norm = transform.structured.match ops{["norm.rms_norm"]} in %module
        : (!transform.any_op) -> !transform.any_op
    %decomposed = transform.structured.decompose_interface %norm
        : (!transform.any_op) -> !transform.any_op
    transform.yield
  }
}
