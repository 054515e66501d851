// RUN: rmsnorm-opt %s --allow-unregistered-dialect --norm-raise \
// RUN:     --remarks-filter=norm-raise --remark-format=emitRemark \
// RUN:     -o %t.after 2>&1 \
// RUN:   | FileCheck %s --allow-empty
// RUN: rmsnorm-opt %s --allow-unregistered-dialect -o %t.before
// RUN: diff %t.before %t.after

// A custom call that has an effect stays, whatever it is named.
// CHECK-NOT: remark

func.func @custom_call_effect(%x: tensor<4x8xf32>, %w: tensor<8xf32>,
                              %b: tensor<8xf32>) -> tensor<4x8xf32> {
  %0 = "mhlo.custom_call"(%x, %w, %b) {byteir_attrs = {axis = [1], epsilon = 1.0e-5 : f64}, call_target_name = "byteir.layer_norm", has_side_effect = true} : (tensor<4x8xf32>, tensor<8xf32>, tensor<8xf32>) -> tensor<4x8xf32>
  return %0 : tensor<4x8xf32>
}
