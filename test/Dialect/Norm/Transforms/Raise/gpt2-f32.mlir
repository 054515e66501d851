// RUN: rmsnorm-opt %s --norm-raise | FileCheck %s
// RUN: rmsnorm-opt %s --norm-raise=policy=exact | FileCheck %s

// CHECK-LABEL: func.func @gpt2(
// CHECK: %y, %mean, %rstd = norm.layer_norm %arg0 scale(%arg1 : tensor<64xf32> dims [2]) bias(%arg2 : tensor<64xf32> dims [2]) axes [2] epsilon 1.000000e-05 : tensor<2x16x64xf32> -> tensor<2x16x64xf32> mean tensor<2x16xf32> rstd tensor<2x16xf32>
// CHECK-NEXT: %expanded = tensor.expand_shape %mean {{\[\[}}0], [1, 2]] output_shape [2, 16, 1] : tensor<2x16xf32> into tensor<2x16x1xf32>
// CHECK-NEXT: %expanded_0 = tensor.expand_shape %rstd {{\[\[}}0], [1, 2]] output_shape [2, 16, 1] : tensor<2x16xf32> into tensor<2x16x1xf32>
// CHECK-NEXT: return %y, %expanded, %expanded_0 : tensor<2x16x64xf32>, tensor<2x16x1xf32>, tensor<2x16x1xf32>
#id = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
#keep = affine_map<(d0, d1, d2) -> (d0, d1, 0)>
#col = affine_map<(d0, d1, d2) -> (d2)>
func.func @gpt2(%x: tensor<2x16x64xf32>, %w: tensor<64xf32>, %b: tensor<64xf32>) -> (tensor<2x16x64xf32>, tensor<2x16x1xf32>, tensor<2x16x1xf32>) {
  %zero = arith.constant 0.0 : f32
  %n = arith.constant 6.400000e+01 : f32
  %eps = arith.constant 1.000000e-05 : f64
  %e3 = tensor.empty() : tensor<2x16x64xf32>
  %e1 = tensor.empty() : tensor<2x16x1xf32>
  %fill = linalg.fill ins(%zero : f32) outs(%e1 : tensor<2x16x1xf32>) -> tensor<2x16x1xf32>
  %sum = linalg.generic {indexing_maps = [#id, #keep], iterator_types = ["parallel","parallel","reduction"]} ins(%x : tensor<2x16x64xf32>) outs(%fill : tensor<2x16x1xf32>) {
  ^bb0(%in: f32, %out: f32):
    %0 = arith.addf %in, %out : f32
    linalg.yield %0 : f32
  } -> tensor<2x16x1xf32>
  %mean = linalg.generic {indexing_maps = [#keep, #id], iterator_types = ["parallel","parallel","parallel"]} ins(%sum : tensor<2x16x1xf32>) outs(%e1 : tensor<2x16x1xf32>) {
  ^bb0(%in: f32, %out: f32):
    %0 = arith.divf %in, %n : f32
    linalg.yield %0 : f32
  } -> tensor<2x16x1xf32>
  %bm = linalg.generic {indexing_maps = [#keep, #id], iterator_types = ["parallel","parallel","parallel"]} ins(%mean : tensor<2x16x1xf32>) outs(%e3 : tensor<2x16x64xf32>) {
  ^bb0(%in: f32, %out: f32):
    linalg.yield %in : f32
  } -> tensor<2x16x64xf32>
  %d = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel","parallel","parallel"]} ins(%x, %bm : tensor<2x16x64xf32>, tensor<2x16x64xf32>) outs(%e3 : tensor<2x16x64xf32>) {
  ^bb0(%in: f32, %s: f32, %out: f32):
    %0 = arith.subf %in, %s : f32
    linalg.yield %0 : f32
  } -> tensor<2x16x64xf32>
  %sq = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel","parallel","parallel"]} ins(%d, %d : tensor<2x16x64xf32>, tensor<2x16x64xf32>) outs(%e3 : tensor<2x16x64xf32>) {
  ^bb0(%in: f32, %s: f32, %out: f32):
    %0 = arith.mulf %in, %s : f32
    linalg.yield %0 : f32
  } -> tensor<2x16x64xf32>
  %sum2 = linalg.generic {indexing_maps = [#id, #keep], iterator_types = ["parallel","parallel","reduction"]} ins(%sq : tensor<2x16x64xf32>) outs(%fill : tensor<2x16x1xf32>) {
  ^bb0(%in: f32, %out: f32):
    %0 = arith.addf %in, %out : f32
    linalg.yield %0 : f32
  } -> tensor<2x16x1xf32>
  %var = linalg.generic {indexing_maps = [#keep, #id], iterator_types = ["parallel","parallel","parallel"]} ins(%sum2 : tensor<2x16x1xf32>) outs(%e1 : tensor<2x16x1xf32>) {
  ^bb0(%in: f32, %out: f32):
    %0 = arith.divf %in, %n : f32
    linalg.yield %0 : f32
  } -> tensor<2x16x1xf32>
  %v = linalg.generic {indexing_maps = [#keep, #id], iterator_types = ["parallel","parallel","parallel"]} ins(%var : tensor<2x16x1xf32>) outs(%e1 : tensor<2x16x1xf32>) {
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
  %br = linalg.generic {indexing_maps = [#keep, #id], iterator_types = ["parallel","parallel","parallel"]} ins(%r : tensor<2x16x1xf32>) outs(%e3 : tensor<2x16x64xf32>) {
  ^bb0(%in: f32, %out: f32):
    linalg.yield %in : f32
  } -> tensor<2x16x64xf32>
  %xh = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel","parallel","parallel"]} ins(%d, %br : tensor<2x16x64xf32>, tensor<2x16x64xf32>) outs(%e3 : tensor<2x16x64xf32>) {
  ^bb0(%in: f32, %s: f32, %out: f32):
    %0 = arith.mulf %in, %s : f32
    linalg.yield %0 : f32
  } -> tensor<2x16x64xf32>
  %y0 = linalg.generic {indexing_maps = [#id, #col, #id], iterator_types = ["parallel","parallel","parallel"]} ins(%xh, %w : tensor<2x16x64xf32>, tensor<64xf32>) outs(%e3 : tensor<2x16x64xf32>) {
  ^bb0(%in: f32, %s: f32, %out: f32):
    %0 = arith.mulf %in, %s : f32
    linalg.yield %0 : f32
  } -> tensor<2x16x64xf32>
  %y = linalg.generic {indexing_maps = [#id, #col, #id], iterator_types = ["parallel","parallel","parallel"]} ins(%y0, %b : tensor<2x16x64xf32>, tensor<64xf32>) outs(%e3 : tensor<2x16x64xf32>) {
  ^bb0(%in: f32, %s: f32, %out: f32):
    %0 = arith.addf %in, %s : f32
    linalg.yield %0 : f32
  } -> tensor<2x16x64xf32>
  return %y, %mean, %r : tensor<2x16x64xf32>, tensor<2x16x1xf32>, tensor<2x16x1xf32>
}
