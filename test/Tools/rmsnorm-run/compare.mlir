// RUN: rmsnorm-run %s --compare --pipeline='%upstream' | FileCheck %s
// RUN: rmsnorm-run %s --compare --raise=false --pipeline='%upstream' | FileCheck %s --check-prefix=ASIS
// RUN: rmsnorm-run %s --compare --seed=5 --stddev=0:1.0e-3 --pipeline='%upstream' | FileCheck %s

// CHECK: compare.mlir: @rms
// CHECK-NEXT: norms raised: 1, near misses: 0
// CHECK-NEXT: compare.mlir:{{[0-9]+}}:{{[0-9]+}}: raised to norm.rms_norm: axes [1]
// CHECK-NEXT: result #0: 4x64xf32, [
// CHECK-NEXT: largest error {{.*}}e-{{.*}}, bound {{.*}}e-{{.*}} (guaranteed {{.*}}e-{{.*}}), at [
// CHECK-NEXT: largest part of its bound 0.{{.*}}, at [
// CHECK-NEXT: within the bound

// ASIS-NOT: raised
// ASIS: within the bound

#id = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0, 0)>
#col = affine_map<(d0, d1) -> (d1)>
func.func @rms(%x: tensor<4x64xf32>, %w: tensor<64xf32>) -> tensor<4x64xf32> {
  %n = arith.constant 64.0 : f32
  %eps = arith.constant 1.0e-5 : f32
  %zero = arith.constant dense<0.0> : tensor<4x1xf32>
  %empty = tensor.empty() : tensor<4x64xf32>
  %s = linalg.generic {indexing_maps = [#id, #row],
      iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<4x64xf32>) outs(%zero : tensor<4x1xf32>) {
  ^bb0(%in: f32, %out: f32):
    %sq = arith.mulf %in, %in : f32
    %t = arith.addf %sq, %out : f32
    linalg.yield %t : f32
  } -> tensor<4x1xf32>
  %y = linalg.generic {indexing_maps = [#id, #row, #col, #id],
      iterator_types = ["parallel", "parallel"]}
      ins(%x, %s, %w : tensor<4x64xf32>, tensor<4x1xf32>, tensor<64xf32>)
      outs(%empty : tensor<4x64xf32>) {
  ^bb0(%in: f32, %sum: f32, %scale: f32, %out: f32):
    %m = arith.divf %sum, %n : f32
    %e = arith.addf %m, %eps : f32
    %r = math.rsqrt %e : f32
    %t = arith.mulf %in, %r : f32
    %u = arith.mulf %t, %scale : f32
    linalg.yield %u : f32
  } -> tensor<4x64xf32>
  return %y : tensor<4x64xf32>
}
