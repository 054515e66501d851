// RUN: rmsnorm-opt %s --norm-raise --remarks-filter=norm-raise \
// RUN:     --remark-format=emitRemark -o %t.after 2>&1 \
// RUN:   | FileCheck %s
// RUN: rmsnorm-opt %s -o %t.before
// RUN: diff %t.before %t.after

// The scale is a diagonal matrix: no vector that follows the row.
// CHECK: remark: [Missed] matrix-scale |

#i = affine_map<(d0) -> (d0)>
#ii = affine_map<(d0) -> (d0, d0)>
#rows = affine_map<(d0, d1) -> (d0, d1)>
#stat = affine_map<(d0, d1) -> (d0)>
func.func @main(%x: tensor<64x64xf32>, %w: tensor<64xf32>) -> tensor<64x64xf32> {
  %zero = arith.constant 0.0 : f32
  %n = arith.constant 64.0 : f32
  %eps = arith.constant 1.0e-3 : f32
  %e = tensor.empty() : tensor<64x64xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<64x64xf32>) -> tensor<64x64xf32>
  %d = linalg.generic {indexing_maps = [#i, #ii], iterator_types = ["parallel"]} ins(%w : tensor<64xf32>) outs(%f : tensor<64x64xf32>) {
  ^bb0(%a: f32, %out: f32):
    linalg.yield %a : f32
  } -> tensor<64x64xf32>

  %e_s = tensor.empty() : tensor<64xf32>
  %f_s = linalg.fill ins(%zero : f32) outs(%e_s : tensor<64xf32>) -> tensor<64xf32>
  %s = linalg.generic {indexing_maps = [#rows, #stat], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<64x64xf32>) outs(%f_s : tensor<64xf32>) {
  ^bb0(%a: f32, %acc: f32):
    %q = arith.mulf %a, %a : f32
    %t = arith.addf %acc, %q : f32
    linalg.yield %t : f32
  } -> tensor<64xf32>

  %y = linalg.generic {indexing_maps = [#rows, #rows, #stat, #rows], iterator_types = ["parallel", "parallel"]}
      ins(%x, %d, %s : tensor<64x64xf32>, tensor<64x64xf32>, tensor<64xf32>) outs(%e : tensor<64x64xf32>) {
  ^bb0(%a: f32, %b: f32, %vs: f32, %out: f32):
    %ms = arith.divf %vs, %n : f32
    %v = arith.addf %ms, %eps : f32
    %r = math.rsqrt %v : f32
    %z = arith.mulf %a, %r : f32
    %zz = arith.mulf %z, %b : f32
    linalg.yield %zz : f32
  } -> tensor<64x64xf32>
  return %y : tensor<64x64xf32>
}
