// RUN: rmsnorm-opt %s --norm-raise --remarks-filter=norm-raise \
// RUN:     --remark-format=emitRemark -o %t.after 2>&1 \
// RUN:   | FileCheck %s
// RUN: rmsnorm-opt %s -o %t.before
// RUN: diff %t.before %t.after

// Only the first rows are normalised.
// CHECK: remark: [Missed] sink-extent-differs |
// CHECK-SAME: Remark="dimension 0 of the normalised value is not provably that of x"

#row = affine_map<(d0, d1) -> (d0, d1)>
#stat = affine_map<(d0, d1) -> (d0)>
func.func @sink_extent_differs(%x: tensor<?x8xf32>, %a: index)
    -> tensor<?x8xf32> {
  %zero = arith.constant 0.0 : f32
  %n = arith.constant 8.0 : f32
  %e0 = tensor.empty(%a) : tensor<?xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e0 : tensor<?xf32>) -> tensor<?xf32>
  %sq = arith.mulf %x, %x : tensor<?x8xf32>
  %p = tensor.extract_slice %sq[0, 0] [%a, 8] [1, 1]
      : tensor<?x8xf32> to tensor<?x8xf32>
  %s = linalg.reduce { arith.addf } ins(%p : tensor<?x8xf32>)
      outs(%init : tensor<?xf32>) dimensions = [1]
  %xp = tensor.extract_slice %x[0, 0] [%a, 8] [1, 1]
      : tensor<?x8xf32> to tensor<?x8xf32>
  %e = tensor.empty(%a) : tensor<?x8xf32>
  %y = linalg.generic {indexing_maps = [#row, #stat, #row],
                       iterator_types = ["parallel", "parallel"]}
      ins(%xp, %s : tensor<?x8xf32>, tensor<?xf32>)
      outs(%e : tensor<?x8xf32>) {
  ^bb0(%u: f32, %b: f32, %o: f32):
    %ms = arith.divf %b, %n : f32
    %r = math.rsqrt %ms : f32
    %f = arith.mulf %u, %r : f32
    linalg.yield %f : f32
  } -> tensor<?x8xf32>
  return %y : tensor<?x8xf32>
}
