// Catalogue entry A15: three generics: the sum, the centred squares, the rest,
// with 1/N inside of the bodies: the payload of lighthouse.
// RUN: rmsnorm-opt %s --norm-raise \
// RUN:   | FileCheck %s \
// RUN:       --implicit-check-not='linalg.generic'

#row = affine_map<(d0, d1) -> (d0, d1)>
#stat = affine_map<(d0, d1) -> (d0)>
#col = affine_map<(d0, d1) -> (d1)>

// CHECK-LABEL: func.func @payload(
// CHECK: %[[Y:.*]] = norm.layer_norm %arg0 scale(%arg1 : tensor<8xf32> dims [1]) bias(%arg2 : tensor<8xf32> dims [1]) axes [1] epsilon 9.9999997473787516E-6 : tensor<4x8xf32> -> tensor<4x8xf32>
// CHECK: return %[[Y]]
func.func @payload(%x: tensor<4x8xf32>, %w: tensor<8xf32>, %b: tensor<8xf32>)
    -> tensor<4x8xf32> {
  %zero = arith.constant 0.0 : f32
  %inv = arith.constant 0.125 : f32
  %eps = arith.constant 1.0e-5 : f32
  %e0 = tensor.empty() : tensor<4xf32>
  %e = tensor.empty() : tensor<4x8xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e0 : tensor<4xf32>) -> tensor<4xf32>
  %sum = linalg.generic {indexing_maps = [#row, #stat], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<4x8xf32>) outs(%init : tensor<4xf32>) {
  ^bb0(%a: f32, %acc: f32):
    %0 = arith.addf %a, %acc : f32
    linalg.yield %0 : f32
  } -> tensor<4xf32>
  %sq = linalg.generic {indexing_maps = [#row, #stat, #stat], iterator_types = ["parallel", "reduction"]}
      ins(%x, %sum : tensor<4x8xf32>, tensor<4xf32>) outs(%init : tensor<4xf32>) {
  ^bb0(%a: f32, %s: f32, %acc: f32):
    %m = arith.mulf %s, %inv : f32
    %d = arith.subf %a, %m : f32
    %p = arith.mulf %d, %d : f32
    %0 = arith.addf %p, %acc : f32
    linalg.yield %0 : f32
  } -> tensor<4xf32>
  %y = linalg.generic {indexing_maps = [#row, #stat, #stat, #col, #col, #row], iterator_types = ["parallel", "parallel"]}
      ins(%x, %sum, %sq, %w, %b : tensor<4x8xf32>, tensor<4xf32>, tensor<4xf32>, tensor<8xf32>, tensor<8xf32>)
      outs(%e : tensor<4x8xf32>) {
  ^bb0(%a: f32, %s: f32, %q: f32, %g: f32, %h: f32, %o: f32):
    %m = arith.mulf %s, %inv : f32
    %d = arith.subf %a, %m : f32
    %v = arith.mulf %q, %inv : f32
    %ve = arith.addf %v, %eps : f32
    %r = math.rsqrt %ve : f32
    %n = arith.mulf %d, %r : f32
    %t = arith.mulf %n, %g : f32
    %u = arith.addf %t, %h : f32
    linalg.yield %u : f32
  } -> tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}
