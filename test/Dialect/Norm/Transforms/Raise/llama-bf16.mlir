// RUN: rmsnorm-opt %s --norm-raise | FileCheck %s
// RUN: rmsnorm-opt %s --norm-raise=policy=exact | FileCheck %s

// Rounded to bf16 before the scale, as the source does.
// CHECK-LABEL: func.func @llama(
// CHECK: %y = norm.rms_norm %arg0 scale(%arg1 : tensor<64xbf16> dims [2]) axes [2] epsilon 9.9999999999999995E-7 {normalized_type = bf16} : tensor<2x16x64xbf16> -> tensor<2x16x64xbf16>
// CHECK-NEXT: return %y : tensor<2x16x64xbf16>
#id = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
#keep = affine_map<(d0, d1, d2) -> (d0, d1, 0)>
#col = affine_map<(d0, d1, d2) -> (d2)>
func.func @llama(%x: tensor<2x16x64xbf16>, %w: tensor<64xbf16>) -> tensor<2x16x64xbf16> {
  %zero = arith.constant 0.0 : f32
  %n = arith.constant 6.400000e+01 : f32
  %eps = arith.constant 1.000000e-06 : f64
  %two = arith.constant 2 : i64
  %e3 = tensor.empty() : tensor<2x16x64xf32>
  %h = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel","parallel","parallel"]} ins(%x : tensor<2x16x64xbf16>) outs(%e3 : tensor<2x16x64xf32>) {
  ^bb0(%in: bf16, %out: f32):
    %0 = arith.extf %in : bf16 to f32
    linalg.yield %0 : f32
  } -> tensor<2x16x64xf32>
  %sq = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel","parallel","parallel"]} ins(%h : tensor<2x16x64xf32>) outs(%e3 : tensor<2x16x64xf32>) {
  ^bb0(%in: f32, %out: f32):
    %0 = math.fpowi %in, %two : f32, i64
    linalg.yield %0 : f32
  } -> tensor<2x16x64xf32>
  %e1 = tensor.empty() : tensor<2x16x1xf32>
  %fill = linalg.fill ins(%zero : f32) outs(%e1 : tensor<2x16x1xf32>) -> tensor<2x16x1xf32>
  %sum = linalg.generic {indexing_maps = [#id, #keep], iterator_types = ["parallel","parallel","reduction"]} ins(%sq : tensor<2x16x64xf32>) outs(%fill : tensor<2x16x1xf32>) {
  ^bb0(%in: f32, %out: f32):
    %0 = arith.addf %in, %out : f32
    linalg.yield %0 : f32
  } -> tensor<2x16x1xf32>
  %mean = linalg.generic {indexing_maps = [#keep, #id], iterator_types = ["parallel","parallel","parallel"]} ins(%sum : tensor<2x16x1xf32>) outs(%e1 : tensor<2x16x1xf32>) {
  ^bb0(%in: f32, %out: f32):
    %0 = arith.divf %in, %n : f32
    linalg.yield %0 : f32
  } -> tensor<2x16x1xf32>
  %v = linalg.generic {indexing_maps = [#keep, #id], iterator_types = ["parallel","parallel","parallel"]} ins(%mean : tensor<2x16x1xf32>) outs(%e1 : tensor<2x16x1xf32>) {
  ^bb0(%in: f32, %out: f32):
    %t = arith.truncf %eps : f64 to f32
    %0 = arith.addf %in, %t : f32
    linalg.yield %0 : f32
  } -> tensor<2x16x1xf32>
  %r = linalg.generic {indexing_maps = [#keep, #id], iterator_types = ["parallel","parallel","parallel"]} ins(%v : tensor<2x16x1xf32>) outs(%e1 : tensor<2x16x1xf32>) {
  ^bb0(%in: f32, %out: f32):
    %0 = math.rsqrt %in : f32
    linalg.yield %0 : f32
  } -> tensor<2x16x1xf32>
  %xh = linalg.generic {indexing_maps = [#id, #keep, #id], iterator_types = ["parallel","parallel","parallel"]} ins(%h, %r : tensor<2x16x64xf32>, tensor<2x16x1xf32>) outs(%e3 : tensor<2x16x64xf32>) {
  ^bb0(%in: f32, %s: f32, %out: f32):
    %0 = arith.mulf %in, %s : f32
    linalg.yield %0 : f32
  } -> tensor<2x16x64xf32>
  %eb = tensor.empty() : tensor<2x16x64xbf16>
  %xb = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel","parallel","parallel"]} ins(%xh : tensor<2x16x64xf32>) outs(%eb : tensor<2x16x64xbf16>) {
  ^bb0(%in: f32, %out: bf16):
    %0 = arith.truncf %in : f32 to bf16
    linalg.yield %0 : bf16
  } -> tensor<2x16x64xbf16>
  %y = linalg.generic {indexing_maps = [#col, #id, #id], iterator_types = ["parallel","parallel","parallel"]} ins(%w, %xb : tensor<64xbf16>, tensor<2x16x64xbf16>) outs(%eb : tensor<2x16x64xbf16>) {
  ^bb0(%in: bf16, %s: bf16, %out: bf16):
    %0 = arith.mulf %in, %s : bf16
    linalg.yield %0 : bf16
  } -> tensor<2x16x64xbf16>
  return %y : tensor<2x16x64xbf16>
}
