// What is read is what stock mlir-opt makes of the generic form.
// RUN: rmsnorm-opt --mlir-print-op-generic --split-input-file %s > %t.pretty
// RUN: %mlir_opt --allow-unregistered-dialect --mlir-print-op-generic \
// RUN:   --split-input-file %S/Inputs/ops.mlir | diff - %t.pretty

func.func @ops(%x: tensor<2x8xf32>, %b: tensor<8xf32>, %s: tensor<2xindex>) {
  %0 = chlo.erf %x : tensor<2x8xf32> -> tensor<2x8xf32>
  %1 = chlo.square %x : (tensor<2x8xf32>) -> tensor<2x8xf32>
  %2 = chlo.broadcast_add %x, %b {broadcast_dimensions = array<i64: 1>} : (tensor<2x8xf32>, tensor<8xf32>) -> tensor<2x8xf32>
  %3 = chlo.broadcast_compare %x, %b {comparison_direction = #chlo<comparison_direction LT>} : (tensor<2x8xf32>, tensor<8xf32>) -> tensor<2x8xi1>
  %4 = chlo.broadcast_select %3, %x, %b : (tensor<2x8xi1>, tensor<2x8xf32>, tensor<8xf32>) -> tensor<2x8xf32>
  %values, %indices = chlo.top_k(%x, k = 4) {largest = true} : tensor<2x8xf32> -> (tensor<2x4xf32>, tensor<2x4xi32>)
  %5 = chlo.next_after %x, %x : tensor<2x8xf32>, tensor<2x8xf32> -> tensor<2x8xf32>
  %6 = chlo.is_inf %x : tensor<2x8xf32> -> tensor<2x8xi1>
  %7 = chlo.dynamic_reshape %x, %s : (tensor<2x8xf32>, tensor<2xindex>) -> tensor<?x?xf32>
  %8 = "chlo.constant_like"(%x) {value = 1.0 : f32} : (tensor<2x8xf32>) -> tensor<2x8xf32>
  return
}
