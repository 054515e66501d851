// A program that reads what nobody wrote: the reference says NaN. The exit
// code tells bad input (1) from a comparison that did not pass (2).
// RUN: sh -c 'rmsnorm-run %s --compare --pipeline="%upstream"; test $? -eq 2' | FileCheck %s
// RUN: rmsnorm-run %s --pipeline='%upstream'

// CHECK: largest error inf
// CHECK: outside of the bound: of 4 elements, 4 outside of the guaranteed bound
func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
  %empty = tensor.empty() : tensor<4xf32>
  %r = linalg.generic {
      indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>],
      iterator_types = ["parallel"]}
      ins(%x : tensor<4xf32>) outs(%empty : tensor<4xf32>) {
  ^bb0(%in: f32, %out: f32):
    %s = arith.cmpf uno, %out, %out : f32
    %nan = arith.constant 0x7FC00000 : f32
    %t = arith.select %s, %nan, %in : f32
    linalg.yield %t : f32
  } -> tensor<4xf32>
  return %r : tensor<4xf32>
}
