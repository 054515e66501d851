// RUN: rmsnorm-opt %s --norm-raise --remarks-filter=norm-raise \
// RUN:     --remark-format=emitRemark -o %t.after 2>&1 \
// RUN:   | FileCheck %s
// RUN: rmsnorm-opt %s -o %t.before
// RUN: diff %t.before %t.after

// The norm of one row, broadcast over all rows, is not the norm of each.
// CHECK: remark: [Missed] sink-transposed |

#rows = affine_map<(d0, d1) -> (d0, d1)>
#stat = affine_map<(d0, d1) -> (d0)>
#col = affine_map<(d0, d1) -> (d1)>
#row0 = affine_map<(d0, d1) -> (0, d1)>
#s0 = affine_map<(d0, d1) -> (0)>
func.func @main(%x: tensor<8x64xf32>) -> tensor<8x64xf32> {
  %zero = arith.constant 0.0 : f32
  %n = arith.constant 64.0 : f32
  %eps = arith.constant 1.0e-3 : f32
  %x0 = tensor.extract_slice %x[0, 0] [1, 64] [1, 1] : tensor<8x64xf32> to tensor<1x64xf32>

  %e_s = tensor.empty() : tensor<1xf32>
  %f_s = linalg.fill ins(%zero : f32) outs(%e_s : tensor<1xf32>) -> tensor<1xf32>
  %s = linalg.generic {indexing_maps = [#rows, #stat], iterator_types = ["parallel", "reduction"]}
      ins(%x0 : tensor<1x64xf32>) outs(%f_s : tensor<1xf32>) {
  ^bb0(%a: f32, %acc: f32):
    %q = arith.mulf %a, %a : f32
    %t = arith.addf %acc, %q : f32
    linalg.yield %t : f32
  } -> tensor<1xf32>

  %o = tensor.empty() : tensor<8x64xf32>
  %y = linalg.generic {indexing_maps = [#row0, #s0, #rows], iterator_types = ["parallel", "parallel"]}
      ins(%x0, %s : tensor<1x64xf32>, tensor<1xf32>) outs(%o : tensor<8x64xf32>) {
  ^bb0(%a: f32, %vs: f32, %out: f32):
    %ms = arith.divf %vs, %n : f32
    %v = arith.addf %ms, %eps : f32
    %r = math.rsqrt %v : f32
    %z = arith.mulf %a, %r : f32
    linalg.yield %z : f32
  } -> tensor<8x64xf32>
  return %y : tensor<8x64xf32>
}
