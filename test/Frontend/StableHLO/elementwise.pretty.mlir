// What is read is what stock mlir-opt makes of the generic form.
// RUN: rmsnorm-opt --mlir-print-op-generic --split-input-file %s > %t.pretty
// RUN: %mlir_opt --allow-unregistered-dialect --mlir-print-op-generic \
// RUN:   --split-input-file %S/Inputs/elementwise.mlir | diff - %t.pretty

func.func @unary(%x: tensor<4xf32>, %c: tensor<4xcomplex<f32>>) {
  %0 = stablehlo.rsqrt %x : tensor<4xf32>
  %1 = stablehlo.exponential_minus_one %x {foo.bar = 1 : i32} : tensor<4xf32>
  %2 = stablehlo.exponential %x {result_accuracy = #stablehlo.result_accuracy<mode = #stablehlo.result_accuracy_mode<HIGHEST>>} : tensor<4xf32>
  %3 = stablehlo.convert %x : (tensor<4xf32>) -> tensor<4xbf16>
  %4 = stablehlo.convert %x : tensor<4xf32>
  %5 = stablehlo.real %c : (tensor<4xcomplex<f32>>) -> tensor<4xf32>
  %6 = stablehlo.is_finite %x : (tensor<4xf32>) -> tensor<4xi1>
  %7 = stablehlo.reduce_precision %x, format = e8m7 : tensor<4xf32>
  return
}

// -----

func.func @binary(%x: tensor<4xf32>, %y: tensor<4xf32>, %d: tensor<?xf32>) {
  %0 = stablehlo.add %x, %y : tensor<4xf32>
  %1 = stablehlo.subtract %x, %y : tensor<4xf32>
  %2 = stablehlo.multiply %x, %y {mhlo.frontend_attributes = {a = "b"}} : tensor<4xf32>
  %3 = stablehlo.power %x, %d : (tensor<4xf32>, tensor<?xf32>) -> tensor<4xf32>
  %4 = stablehlo.complex %x, %y : tensor<4xcomplex<f32>>
  return
}

// -----

func.func @choices(%p: tensor<4xi1>, %x: tensor<4xf32>, %q: tensor<i1>) {
  %0 = stablehlo.compare  LT, %x, %x,  FLOAT : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xi1>
  %1 = stablehlo.compare NE, %x, %x : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xi1>
  %2 = stablehlo.select %p, %x, %x : tensor<4xi1>, tensor<4xf32>
  %3 = stablehlo.select %q, %x, %x : (tensor<i1>, tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %4 = stablehlo.clamp %x, %x, %x : tensor<4xf32>
  return
}
