// RUN: rmsnorm-opt %s --norm-raise --remarks-filter=norm-raise \
// RUN:     --remark-format=emitRemark -o %t.after 2>&1 \
// RUN:   | FileCheck %s
// RUN: rmsnorm-opt %s -o %t.before
// RUN: diff %t.before %t.after

// N is the number of rows.
// CHECK: remark: [Missed] divisor-not-n-dynamic |
// CHECK-SAME: Remark="the sum of squares is multiplied by dim(x, 0)^(-1), which is not provably 1/N with N = dim(x, 1)"

#row = affine_map<(d0, d1) -> (d0, d1)>
#stat = affine_map<(d0, d1) -> (d0)>
func.func @divisor_of_other_dimension(%x: tensor<?x?xf32>, %z: tensor<?x?xf32>) -> tensor<?x?xf32> {
  %zero = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %d0 = tensor.dim %x, %c0 : tensor<?x?xf32>
  %d1 = tensor.dim %x, %c1 : tensor<?x?xf32>
  %d = tensor.dim %x, %c0 : tensor<?x?xf32>
  %i = arith.index_cast %d : index to i64
  %n = arith.sitofp %i : i64 to f32
  %e0 = tensor.empty(%d0) : tensor<?xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e0 : tensor<?xf32>) -> tensor<?xf32>
  %sq = arith.mulf %x, %x : tensor<?x?xf32>
  %s = linalg.reduce { arith.addf } ins(%sq : tensor<?x?xf32>)
      outs(%init : tensor<?xf32>) dimensions = [1]
  %e = tensor.empty(%d0, %d1) : tensor<?x?xf32>
  %y = linalg.generic {indexing_maps = [#row, #stat, #row],
                       iterator_types = ["parallel", "parallel"]}
      ins(%x, %s : tensor<?x?xf32>, tensor<?xf32>)
      outs(%e : tensor<?x?xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %ms = arith.divf %b, %n : f32
    %r = math.rsqrt %ms : f32
    %f = arith.mulf %a, %r : f32
    linalg.yield %f : f32
  } -> tensor<?x?xf32>
  return %y : tensor<?x?xf32>
}
