// Catalogue entry sq-fpowi: fpowi(x, 2).
// RUN: rmsnorm-opt %s --norm-raise \
// RUN:   | FileCheck %s \
// RUN:       --implicit-check-not='{{[rR]?[sS]qrt|[pP]ow}}'

// CHECK-LABEL: func.func @tensor(
// CHECK: %[[Y:.*]] = norm.rms_norm %arg0 axes [1] epsilon 9.9999997473787516E-6 : tensor<4x8xf32> -> tensor<4x8xf32>
// CHECK: return %[[Y]]
func.func @tensor(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %two = arith.constant dense<2> : tensor<4x8xi32>
  %sq = math.fpowi %x, %two : tensor<4x8xf32>, tensor<4x8xi32>
  %c1 = arith.constant dense<0.0> : tensor<4xf32>
  %1 = linalg.reduce { arith.addf } ins(%sq : tensor<4x8xf32>) outs(%c1 : tensor<4xf32>) dimensions = [1]
  %c3 = arith.constant dense<8.0> : tensor<4xf32>
  %3 = arith.divf %1, %c3 : tensor<4xf32>
  %c5 = arith.constant dense<1.0e-05> : tensor<4xf32>
  %5 = arith.addf %3, %c5 : tensor<4xf32>
  %6 = math.rsqrt %5 : tensor<4xf32>
  %e8 = tensor.empty() : tensor<4x8xf32>
  %8 = linalg.broadcast ins(%6 : tensor<4xf32>) outs(%e8 : tensor<4x8xf32>) dimensions = [1]
  %9 = arith.mulf %x, %8 : tensor<4x8xf32>
  return %9 : tensor<4x8xf32>
}

// As torch-mlir lowers aten.pow.
// CHECK-LABEL: func.func @body(
// CHECK: %[[Y:.*]] = norm.rms_norm %arg0 axes [1] epsilon 9.9999997473787516E-6 : tensor<4x8xf32> -> tensor<4x8xf32>
// CHECK: return %[[Y]]
func.func @body(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %c2 = arith.constant 2 : i64
  %zero = arith.constant 0.0 : f32
  %n = arith.constant 8.0 : f32
  %eps = arith.constant 1.0e-5 : f32
  %e1 = tensor.empty() : tensor<4x1xf32>
  %e = tensor.empty() : tensor<4x8xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e1 : tensor<4x1xf32>) -> tensor<4x1xf32>
  %sq = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]}
      ins(%x : tensor<4x8xf32>) outs(%e : tensor<4x8xf32>) {
  ^bb0(%a: f32, %o: f32):
    %p = math.fpowi %a, %c2 : f32, i64
    linalg.yield %p : f32
  } -> tensor<4x8xf32>
  %s = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, 0)>], iterator_types = ["parallel", "reduction"]}
      ins(%sq : tensor<4x8xf32>) outs(%init : tensor<4x1xf32>) {
  ^bb0(%a: f32, %o: f32):
    %p = arith.addf %a, %o : f32
    linalg.yield %p : f32
  } -> tensor<4x1xf32>
  %r = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, 0)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]}
      ins(%s : tensor<4x1xf32>) outs(%e1 : tensor<4x1xf32>) {
  ^bb0(%a: f32, %o: f32):
    %m = arith.divf %a, %n : f32
    %v = arith.addf %m, %eps : f32
    %p = math.rsqrt %v : f32
    linalg.yield %p : f32
  } -> tensor<4x1xf32>
  %y = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, 0)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]}
      ins(%x, %r : tensor<4x8xf32>, tensor<4x1xf32>) outs(%e : tensor<4x8xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %p = arith.mulf %a, %b : f32
    linalg.yield %p : f32
  } -> tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}
