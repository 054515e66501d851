// RUN: rmsnorm-opt %s --norm-raise --remarks-filter=norm-raise \
// RUN:     --remark-format=emitRemark -o %t.after 2>&1 \
// RUN:   | FileCheck %s
// RUN: rmsnorm-opt %s -o %t.before
// RUN: diff %t.before %t.after

// A product wraps in an i8.
// CHECK: remark: [Missed] divisor-not-n-dynamic |

#rows = affine_map<(d0, d1) -> (d0, d1)>
#stat = affine_map<(d0, d1) -> (d0)>
#col = affine_map<(d0, d1) -> (d1)>
func.func @main(%x: tensor<8x320xf32>) -> tensor<8x320xf32> {
  %zero = arith.constant 0.0 : f32
  %n = arith.constant 64.0 : f32
  %eps = arith.constant 1.0e-3 : f32

  %e_s = tensor.empty() : tensor<8xf32>
  %f_s = linalg.fill ins(%zero : f32) outs(%e_s : tensor<8xf32>) -> tensor<8xf32>
  %s = linalg.generic {indexing_maps = [#rows, #stat], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<8x320xf32>) outs(%f_s : tensor<8xf32>) {
  ^bb0(%a: f32, %acc: f32):
    %q = arith.mulf %a, %a : f32
    %t = arith.addf %acc, %q : f32
    linalg.yield %t : f32
  } -> tensor<8xf32>
  %o = tensor.empty() : tensor<8x320xf32>
  %y = linalg.generic {indexing_maps = [#rows, #stat, #rows], iterator_types = ["parallel", "parallel"]}
      ins(%x, %s : tensor<8x320xf32>, tensor<8xf32>) outs(%o : tensor<8x320xf32>) {
  ^bb0(%a: f32, %vs: f32, %out: f32):

    %i = arith.constant 20 : i8
    %j = arith.constant 16 : i8
    %k = arith.muli %i, %j : i8
    %nf = arith.sitofp %k : i8 to f32
    %ms = arith.divf %vs, %nf : f32
    %v = arith.addf %ms, %eps : f32
    %r = math.rsqrt %v : f32
    %z = arith.mulf %a, %r : f32

    linalg.yield %z : f32
  } -> tensor<8x320xf32>
  return %y : tensor<8x320xf32>
}
