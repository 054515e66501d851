// RUN: rmsnorm-opt %s --norm-raise | FileCheck %s

#row = affine_map<(d0, d1) -> (d0, d1)>
#stat = affine_map<(d0, d1) -> (d0)>
#col = affine_map<(d0, d1) -> (d1)>

// N is the extent of x.
// CHECK-LABEL: func.func @dynamic(
// CHECK: %y = norm.layer_norm %arg0 scale(%arg1 : tensor<?xf32> dims [1]) axes [1] epsilon 9.9999997473787516E-6 : tensor<?x?xf32> -> tensor<?x?xf32>
// CHECK-NEXT: return %y : tensor<?x?xf32>
func.func @dynamic(%x: tensor<?x?xf32>, %w: tensor<?xf32>) -> tensor<?x?xf32> {
  %zero = arith.constant 0.0 : f32
  %eps = arith.constant 1.0e-5 : f32
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %d0 = tensor.dim %x, %c0 : tensor<?x?xf32>
  %d1 = tensor.dim %x, %c1 : tensor<?x?xf32>
  %i = arith.index_cast %d1 : index to i64
  %n = arith.sitofp %i : i64 to f32
  %e0 = tensor.empty(%d0) : tensor<?xf32>
  %e = tensor.empty(%d0, %d1) : tensor<?x?xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e0 : tensor<?xf32>) -> tensor<?xf32>
  %sum = linalg.reduce { arith.addf } ins(%x : tensor<?x?xf32>)
      outs(%init : tensor<?xf32>) dimensions = [1]
  %d = linalg.generic {indexing_maps = [#row, #stat, #row],
                       iterator_types = ["parallel", "parallel"]}
      ins(%x, %sum : tensor<?x?xf32>, tensor<?xf32>)
      outs(%e : tensor<?x?xf32>) {
  ^bb0(%a: f32, %s: f32, %o: f32):
    %m = arith.divf %s, %n : f32
    %0 = arith.subf %a, %m : f32
    linalg.yield %0 : f32
  } -> tensor<?x?xf32>
  %sq = arith.mulf %d, %d : tensor<?x?xf32>
  %ss = linalg.reduce { arith.addf } ins(%sq : tensor<?x?xf32>)
      outs(%init : tensor<?xf32>) dimensions = [1]
  %y = linalg.generic {indexing_maps = [#row, #stat, #col, #row],
                       iterator_types = ["parallel", "parallel"]}
      ins(%d, %ss, %w : tensor<?x?xf32>, tensor<?xf32>, tensor<?xf32>)
      outs(%e : tensor<?x?xf32>) {
  ^bb0(%a: f32, %s: f32, %c: f32, %o: f32):
    %var = arith.divf %s, %n : f32
    %v = arith.addf %var, %eps : f32
    %r = math.rsqrt %v : f32
    %0 = arith.mulf %a, %r : f32
    %1 = arith.mulf %0, %c : f32
    linalg.yield %1 : f32
  } -> tensor<?x?xf32>
  return %y : tensor<?x?xf32>
}
