// Catalogue entry A16: after linalg-fuse-elementwise-ops: one generic has both
// sums, with the cast and the square in its body.
// RUN: rmsnorm-opt %s --norm-raise \
// RUN:   | FileCheck %s \
// RUN:       --implicit-check-not='linalg.generic'

#row = affine_map<(d0, d1) -> (d0, d1)>
#stat = affine_map<(d0, d1) -> (d0)>

// CHECK-LABEL: func.func @two_results(
// CHECK: %[[Y:.*]] = norm.layer_norm %arg0 axes [1] epsilon 9.9999997473787516E-6 : tensor<4x8xf16> -> tensor<4x8xf16>
// CHECK: return %[[Y]]
func.func @two_results(%x: tensor<4x8xf16>) -> tensor<4x8xf16> {
  %zero = arith.constant 0.0 : f32
  %n = arith.constant 8.0 : f32
  %eps = arith.constant 1.0e-5 : f32
  %e0 = tensor.empty() : tensor<4xf32>
  %e = tensor.empty() : tensor<4x8xf16>
  %init = linalg.fill ins(%zero : f32) outs(%e0 : tensor<4xf32>) -> tensor<4xf32>
  %s:2 = linalg.generic {indexing_maps = [#row, #stat, #stat], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<4x8xf16>) outs(%init, %init : tensor<4xf32>, tensor<4xf32>) {
  ^bb0(%a: f16, %acc: f32, %acc2: f32):
    %h = arith.extf %a : f16 to f32
    %q = arith.mulf %h, %h : f32
    %0 = arith.addf %acc, %h : f32
    %1 = arith.addf %acc2, %q : f32
    linalg.yield %0, %1 : f32, f32
  } -> (tensor<4xf32>, tensor<4xf32>)
  %y = linalg.generic {indexing_maps = [#row, #stat, #stat, #row], iterator_types = ["parallel", "parallel"]}
      ins(%x, %s#0, %s#1 : tensor<4x8xf16>, tensor<4xf32>, tensor<4xf32>) outs(%e : tensor<4x8xf16>) {
  ^bb0(%a: f16, %sum: f32, %sq: f32, %o: f16):
    %h = arith.extf %a : f16 to f32
    %m = arith.divf %sum, %n : f32
    %d = arith.subf %h, %m : f32
    %m2 = arith.divf %sq, %n : f32
    %mm = arith.mulf %m, %m : f32
    %v = arith.subf %m2, %mm : f32
    %ve = arith.addf %v, %eps : f32
    %r = math.rsqrt %ve : f32
    %t = arith.mulf %d, %r : f32
    %u = arith.truncf %t : f32 to f16
    linalg.yield %u : f16
  } -> tensor<4x8xf16>
  return %y : tensor<4x8xf16>
}
