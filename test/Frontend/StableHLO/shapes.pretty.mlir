// What is read is what stock mlir-opt makes of the generic form.
// RUN: rmsnorm-opt --mlir-print-op-generic --split-input-file %s > %t.pretty
// RUN: %mlir_opt --allow-unregistered-dialect --mlir-print-op-generic \
// RUN:   --split-input-file %S/Inputs/shapes.mlir | diff - %t.pretty

func.func @constants() {
  %0 = stablehlo.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %1 = stablehlo.constant {foo.bar = 1 : i64} dense<0xFF800000> : tensor<f32>
  %2 = stablehlo.constant dense_resource<__elided__> : tensor<4096x4096xf32>
  %3 = stablehlo.constant() {value = dense<1> : tensor<i32>} : () -> tensor<i32>
  %4 = stablehlo.iota dim = 1 : tensor<4x8xi32>
  return
}

// -----

func.func @static(%x: tensor<2x8xf32>, %z: tensor<f32>, %i: tensor<i32>) {
  %0 = stablehlo.broadcast_in_dim %x, dims = [0, 2] : (tensor<2x8xf32>) -> tensor<2x4x8xf32>
  %1 = stablehlo.broadcast_in_dim %z, dims = [] : (tensor<f32>) -> tensor<2x8xf32>
  %2 = stablehlo.broadcast %z, sizes = [3] : (tensor<f32>) -> tensor<3xf32>
  %3 = stablehlo.transpose %x, dims = [1, 0] : (tensor<2x8xf32>) -> tensor<8x2xf32>
  %4 = stablehlo.reshape %x : (tensor<2x8xf32>) -> tensor<16xf32>
  %5 = stablehlo.reverse %x, dims = [1] : tensor<2x8xf32>
  %6 = stablehlo.slice %x [0:2, 1:8:2] : (tensor<2x8xf32>) -> tensor<2x4xf32>
  %7 = stablehlo.slice %z [] : (tensor<f32>) -> tensor<f32>
  %8 = stablehlo.concatenate %x, %x, dim = 1 : (tensor<2x8xf32>, tensor<2x8xf32>) -> tensor<2x16xf32>
  %9 = stablehlo.pad %x, %z, low = [0, 1], high = [0, 1], interior = [0, 0] : (tensor<2x8xf32>, tensor<f32>) -> tensor<2x10xf32>
  %10 = stablehlo.dynamic_slice %x, %i, %i, sizes = [1, 4] : (tensor<2x8xf32>, tensor<i32>, tensor<i32>) -> tensor<1x4xf32>
  %11 = stablehlo.dynamic_update_slice %x, %10, %i, %i : (tensor<2x8xf32>, tensor<1x4xf32>, tensor<i32>, tensor<i32>) -> tensor<2x8xf32>
  %12 = stablehlo.bitcast_convert %x : (tensor<2x8xf32>) -> tensor<2x8xi32>
  return
}

// -----

func.func @dynamic(%x: tensor<?x8xf32>, %s: tensor<2xi32>, %i: tensor<2xindex>) {
  %0 = stablehlo.get_dimension_size %x, dim = 0 : (tensor<?x8xf32>) -> tensor<i32>
  %1 = stablehlo.dynamic_broadcast_in_dim %x, %s, dims = [0, 1] : (tensor<?x8xf32>, tensor<2xi32>) -> tensor<?x8xf32>
  %2 = stablehlo.dynamic_broadcast_in_dim %x, %s, dims = [0, 1] {known_expanding_dimensions = array<i64: 0>} : (tensor<?x8xf32>, tensor<2xi32>) -> tensor<?x8xf32>
  %3 = stablehlo.dynamic_reshape %x, %s : (tensor<?x8xf32>, tensor<2xi32>) -> tensor<?x4xf32>
  %4 = stablehlo.real_dynamic_slice %x, %s, %s, %s : (tensor<?x8xf32>, tensor<2xi32>, tensor<2xi32>, tensor<2xi32>) -> tensor<?x?xf32>
  %5 = stablehlo.set_dimension_size %x, %0, dim = 0 : (tensor<?x8xf32>, tensor<i32>) -> tensor<?x8xf32, #stablehlo.bounds<4, ?>>
  %6 = stablehlo.dynamic_iota %i, dim = 0 : (tensor<2xindex>) -> tensor<?x?xi32>
  return
}
