// RUN: rmsnorm-opt %s --norm-raise | FileCheck %s
// RUN: rmsnorm-opt %s --norm-raise=policy=exact | FileCheck %s

#row = affine_map<(d0, d1) -> (d0, d1)>
#stat = affine_map<(d0, d1) -> (d0)>
#col = affine_map<(d0, d1) -> (d1)>

// Three ops, everything else in their bodies, f16 outside and f32 inside.
// CHECK-LABEL: func.func @fused_bodies(
// CHECK: %y = norm.layer_norm %arg0 scale(%arg1 : tensor<8xf16> dims [1]) bias(%arg2 : tensor<8xf32> dims [1]) axes [1] epsilon 9.999999960041972E-13 : tensor<4x8xf16> -> tensor<4x8xf16>
// CHECK-NEXT: return %y : tensor<4x8xf16>
func.func @fused_bodies(%x: tensor<4x8xf16>, %w: tensor<8xf16>,
                        %b: tensor<8xf32>) -> tensor<4x8xf16> {
  %zero = arith.constant 0.0 : f32
  %n = arith.constant 8.0 : f32
  %eps = arith.constant 1.0e-12 : f32
  %e0 = tensor.empty() : tensor<4xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e0 : tensor<4xf32>)
      -> tensor<4xf32>
  %sum = linalg.generic {indexing_maps = [#row, #stat],
                         iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<4x8xf16>) outs(%init : tensor<4xf32>) {
  ^bb0(%a: f16, %acc: f32):
    %0 = arith.extf %a : f16 to f32
    %1 = arith.addf %acc, %0 : f32
    linalg.yield %1 : f32
  } -> tensor<4xf32>
  %sq = linalg.generic {indexing_maps = [#row, #stat, #stat],
                        iterator_types = ["parallel", "reduction"]}
      ins(%x, %sum : tensor<4x8xf16>, tensor<4xf32>)
      outs(%init : tensor<4xf32>) {
  ^bb0(%a: f16, %s: f32, %acc: f32):
    %0 = arith.extf %a : f16 to f32
    %m = arith.divf %s, %n : f32
    %d = arith.subf %0, %m : f32
    %p = arith.mulf %d, %d : f32
    %1 = arith.addf %acc, %p : f32
    linalg.yield %1 : f32
  } -> tensor<4xf32>
  %e = tensor.empty() : tensor<4x8xf16>
  %y = linalg.generic {indexing_maps = [#row, #stat, #stat, #col, #col, #row],
                       iterator_types = ["parallel", "parallel"]}
      ins(%x, %sum, %sq, %w, %b : tensor<4x8xf16>, tensor<4xf32>,
          tensor<4xf32>, tensor<8xf16>, tensor<8xf32>)
      outs(%e : tensor<4x8xf16>) {
  ^bb0(%a: f16, %s: f32, %q: f32, %ww: f16, %bb: f32, %o: f16):
    %0 = arith.extf %a : f16 to f32
    %w32 = arith.extf %ww : f16 to f32
    %m = arith.divf %s, %n : f32
    %d = arith.subf %0, %m : f32
    %v = arith.divf %q, %n : f32
    %ve = arith.addf %v, %eps : f32
    %r = math.rsqrt %ve : f32
    %xh = arith.mulf %d, %r : f32
    %ws = arith.mulf %xh, %w32 : f32
    %1 = arith.addf %ws, %bb : f32
    %2 = arith.truncf %1 : f32 to f16
    linalg.yield %2 : f16
  } -> tensor<4x8xf16>
  return %y : tensor<4x8xf16>
}
