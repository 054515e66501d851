// RUN: rmsnorm-opt %s --norm-raise | FileCheck %s
// RUN: %python %S/Inputs/compare_with_numpy.py gpt2 %s %mlir_opt %mlir_lib
//
// A GPT-2 block in f32 (LayerNorm before attention and before the MLP), spelled
// as a linalg-on-tensors lowering of PyTorch spells it: B = 2, S = 8, D = 64,
// 4 heads, hidden size 256, GELU by its tanh form.
// Arguments: hidden states, additive attention mask, first norm's weight and
// bias, joint query-key-value projection (input by output) and bias, output
// projection and bias, second norm's weight and bias, up projection and bias,
// down projection and bias.
//
// CHECK-LABEL: func.func @main
// CHECK-COUNT-2: norm.layer_norm
// CHECK-NOT: norm.

#map = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
#map1 = affine_map<(d0, d1, d2) -> (d0, d1, 0)>
#map2 = affine_map<(d0, d1, d2) -> (d2)>
#map3 = affine_map<(d0, d1) -> (d0, d1)>
#map4 = affine_map<(d0, d1) -> (d1)>
#map5 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#map6 = affine_map<(d0, d1, d2, d3) -> (d0, 0, d2, d3)>
#map7 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, 0)>
module {
  func.func @main(%arg0: tensor<2x8x64xf32>, %arg1: tensor<2x1x8x8xf32>, %arg2: tensor<64xf32>, %arg3: tensor<64xf32>, %arg4: tensor<64x192xf32>, %arg5: tensor<192xf32>, %arg6: tensor<64x64xf32>, %arg7: tensor<64xf32>, %arg8: tensor<64xf32>, %arg9: tensor<64xf32>, %arg10: tensor<64x256xf32>, %arg11: tensor<256xf32>, %arg12: tensor<256x64xf32>, %arg13: tensor<64xf32>) -> tensor<2x8x64xf32> {
    %cst = arith.constant 0.000000e+00 : f32
    %cst_0 = arith.constant 6.400000e+01 : f32
    %cst_1 = arith.constant 1.000000e-05 : f64
    %cst_2 = arith.constant 2.500000e-01 : f32
    %c0_i64 = arith.constant 0 : i64
    %cst_3 = arith.constant 0xFF800000 : f32
    %cst_4 = arith.constant 5.000000e-01 : f32
    %cst_5 = arith.constant 1.000000e+00 : f32
    %cst_6 = arith.constant 4.471500e-02 : f32
    %cst_7 = arith.constant 0.797884583 : f32
    %0 = tensor.empty() : tensor<2x8x1xf32>
    %1 = linalg.fill ins(%cst : f32) outs(%0 : tensor<2x8x1xf32>) -> tensor<2x8x1xf32>
    %2 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "parallel", "reduction"]} ins(%arg0 : tensor<2x8x64xf32>) outs(%1 : tensor<2x8x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %3 = arith.addf %in, %out : f32
      linalg.yield %3 : f32
    } -> tensor<2x8x1xf32>
    %4 = tensor.empty() : tensor<2x8x1xf32>
    %5 = linalg.generic {indexing_maps = [#map1, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%2 : tensor<2x8x1xf32>) outs(%4 : tensor<2x8x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %6 = arith.divf %in, %cst_0 : f32
      linalg.yield %6 : f32
    } -> tensor<2x8x1xf32>
    %7 = tensor.empty() : tensor<2x8x64xf32>
    %8 = linalg.generic {indexing_maps = [#map1, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%5 : tensor<2x8x1xf32>) outs(%7 : tensor<2x8x64xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x8x64xf32>
    %9 = tensor.empty() : tensor<2x8x64xf32>
    %10 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%arg0, %8 : tensor<2x8x64xf32>, tensor<2x8x64xf32>) outs(%9 : tensor<2x8x64xf32>) {
    ^bb0(%in: f32, %in_10: f32, %out: f32):
      %11 = arith.subf %in, %in_10 : f32
      linalg.yield %11 : f32
    } -> tensor<2x8x64xf32>
    %12 = tensor.empty() : tensor<2x8x64xf32>
    %13 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%10, %10 : tensor<2x8x64xf32>, tensor<2x8x64xf32>) outs(%12 : tensor<2x8x64xf32>) {
    ^bb0(%in: f32, %in_10: f32, %out: f32):
      %14 = arith.mulf %in, %in_10 : f32
      linalg.yield %14 : f32
    } -> tensor<2x8x64xf32>
    %15 = tensor.empty() : tensor<2x8x1xf32>
    %16 = linalg.fill ins(%cst : f32) outs(%15 : tensor<2x8x1xf32>) -> tensor<2x8x1xf32>
    %17 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "parallel", "reduction"]} ins(%13 : tensor<2x8x64xf32>) outs(%16 : tensor<2x8x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %18 = arith.addf %in, %out : f32
      linalg.yield %18 : f32
    } -> tensor<2x8x1xf32>
    %19 = tensor.empty() : tensor<2x8x1xf32>
    %20 = linalg.generic {indexing_maps = [#map1, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%17 : tensor<2x8x1xf32>) outs(%19 : tensor<2x8x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %21 = arith.divf %in, %cst_0 : f32
      linalg.yield %21 : f32
    } -> tensor<2x8x1xf32>
    %22 = tensor.empty() : tensor<2x8x1xf32>
    %23 = linalg.generic {indexing_maps = [#map1, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%20 : tensor<2x8x1xf32>) outs(%22 : tensor<2x8x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %24 = arith.truncf %cst_1 : f64 to f32
      %25 = arith.addf %in, %24 : f32
      linalg.yield %25 : f32
    } -> tensor<2x8x1xf32>
    %26 = tensor.empty() : tensor<2x8x1xf32>
    %27 = linalg.generic {indexing_maps = [#map1, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%23 : tensor<2x8x1xf32>) outs(%26 : tensor<2x8x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %28 = math.rsqrt %in : f32
      linalg.yield %28 : f32
    } -> tensor<2x8x1xf32>
    %29 = tensor.empty() : tensor<2x8x64xf32>
    %30 = linalg.generic {indexing_maps = [#map1, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%27 : tensor<2x8x1xf32>) outs(%29 : tensor<2x8x64xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x8x64xf32>
    %31 = tensor.empty() : tensor<2x8x64xf32>
    %32 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%10, %30 : tensor<2x8x64xf32>, tensor<2x8x64xf32>) outs(%31 : tensor<2x8x64xf32>) {
    ^bb0(%in: f32, %in_10: f32, %out: f32):
      %33 = arith.mulf %in, %in_10 : f32
      linalg.yield %33 : f32
    } -> tensor<2x8x64xf32>
    %34 = tensor.empty() : tensor<2x8x64xf32>
    %35 = linalg.generic {indexing_maps = [#map, #map2, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%32, %arg2 : tensor<2x8x64xf32>, tensor<64xf32>) outs(%34 : tensor<2x8x64xf32>) {
    ^bb0(%in: f32, %in_10: f32, %out: f32):
      %36 = arith.mulf %in, %in_10 : f32
      linalg.yield %36 : f32
    } -> tensor<2x8x64xf32>
    %37 = tensor.empty() : tensor<2x8x64xf32>
    %38 = linalg.generic {indexing_maps = [#map, #map2, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%35, %arg3 : tensor<2x8x64xf32>, tensor<64xf32>) outs(%37 : tensor<2x8x64xf32>) {
    ^bb0(%in: f32, %in_10: f32, %out: f32):
      %39 = arith.addf %in, %in_10 : f32
      linalg.yield %39 : f32
    } -> tensor<2x8x64xf32>
    %40 = tensor.collapse_shape %38 [[0, 1], [2]] : tensor<2x8x64xf32> into tensor<16x64xf32>
    %41 = tensor.empty() : tensor<16x192xf32>
    %42 = linalg.fill ins(%cst : f32) outs(%41 : tensor<16x192xf32>) -> tensor<16x192xf32>
    %43 = linalg.matmul ins(%40, %arg4 : tensor<16x64xf32>, tensor<64x192xf32>) outs(%42 : tensor<16x192xf32>) -> tensor<16x192xf32>
    %44 = tensor.empty() : tensor<16x192xf32>
    %45 = linalg.generic {indexing_maps = [#map3, #map4, #map3], iterator_types = ["parallel", "parallel"]} ins(%43, %arg5 : tensor<16x192xf32>, tensor<192xf32>) outs(%44 : tensor<16x192xf32>) {
    ^bb0(%in: f32, %in_10: f32, %out: f32):
      %46 = arith.addf %in, %in_10 : f32
      linalg.yield %46 : f32
    } -> tensor<16x192xf32>
    %47 = tensor.expand_shape %45 [[0, 1], [2]] output_shape [2, 8, 192] : tensor<16x192xf32> into tensor<2x8x192xf32>
    %48 = tensor.extract_slice %47[0, 0, 0] [2, 8, 64] [1, 1, 1] : tensor<2x8x192xf32> to tensor<2x8x64xf32>
    %49 = tensor.expand_shape %48 [[0], [1], [2, 3]] output_shape [2, 8, 4, 16] : tensor<2x8x64xf32> into tensor<2x8x4x16xf32>
    %50 = tensor.empty() : tensor<2x4x8x16xf32>
    %51 = linalg.transpose ins(%49 : tensor<2x8x4x16xf32>) outs(%50 : tensor<2x4x8x16xf32>) permutation = [0, 2, 1, 3]
    %52 = tensor.extract_slice %47[0, 0, 64] [2, 8, 64] [1, 1, 1] : tensor<2x8x192xf32> to tensor<2x8x64xf32>
    %53 = tensor.expand_shape %52 [[0], [1], [2, 3]] output_shape [2, 8, 4, 16] : tensor<2x8x64xf32> into tensor<2x8x4x16xf32>
    %54 = tensor.empty() : tensor<2x4x8x16xf32>
    %55 = linalg.transpose ins(%53 : tensor<2x8x4x16xf32>) outs(%54 : tensor<2x4x8x16xf32>) permutation = [0, 2, 1, 3]
    %56 = tensor.extract_slice %47[0, 0, 128] [2, 8, 64] [1, 1, 1] : tensor<2x8x192xf32> to tensor<2x8x64xf32>
    %57 = tensor.expand_shape %56 [[0], [1], [2, 3]] output_shape [2, 8, 4, 16] : tensor<2x8x64xf32> into tensor<2x8x4x16xf32>
    %58 = tensor.empty() : tensor<2x4x8x16xf32>
    %59 = linalg.transpose ins(%57 : tensor<2x8x4x16xf32>) outs(%58 : tensor<2x4x8x16xf32>) permutation = [0, 2, 1, 3]
    %60 = tensor.empty() : tensor<2x4x16x8xf32>
    %61 = linalg.transpose ins(%55 : tensor<2x4x8x16xf32>) outs(%60 : tensor<2x4x16x8xf32>) permutation = [0, 1, 3, 2]
    %62 = tensor.collapse_shape %51 [[0, 1], [2], [3]] : tensor<2x4x8x16xf32> into tensor<8x8x16xf32>
    %63 = tensor.collapse_shape %61 [[0, 1], [2], [3]] : tensor<2x4x16x8xf32> into tensor<8x16x8xf32>
    %64 = tensor.collapse_shape %59 [[0, 1], [2], [3]] : tensor<2x4x8x16xf32> into tensor<8x8x16xf32>
    %65 = tensor.empty() : tensor<8x8x8xf32>
    %66 = linalg.fill ins(%cst : f32) outs(%65 : tensor<8x8x8xf32>) -> tensor<8x8x8xf32>
    %67 = linalg.batch_matmul ins(%62, %63 : tensor<8x8x16xf32>, tensor<8x16x8xf32>) outs(%66 : tensor<8x8x8xf32>) -> tensor<8x8x8xf32>
    %68 = tensor.expand_shape %67 [[0, 1], [2], [3]] output_shape [2, 4, 8, 8] : tensor<8x8x8xf32> into tensor<2x4x8x8xf32>
    %69 = tensor.empty() : tensor<2x4x8x8xf32>
    %70 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%68 : tensor<2x4x8x8xf32>) outs(%69 : tensor<2x4x8x8xf32>) {
    ^bb0(%in: f32, %out: f32):
      %71 = arith.mulf %in, %cst_2 : f32
      linalg.yield %71 : f32
    } -> tensor<2x4x8x8xf32>
    %72 = tensor.empty() : tensor<2x4x8x8xf32>
    %73 = linalg.generic {indexing_maps = [#map5, #map6, #map5], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%70, %arg1 : tensor<2x4x8x8xf32>, tensor<2x1x8x8xf32>) outs(%72 : tensor<2x4x8x8xf32>) {
    ^bb0(%in: f32, %in_10: f32, %out: f32):
      %74 = arith.addf %in, %in_10 : f32
      linalg.yield %74 : f32
    } -> tensor<2x4x8x8xf32>
    %75 = tensor.empty() : tensor<2x4x8x1xi64>
    %76 = linalg.fill ins(%c0_i64 : i64) outs(%75 : tensor<2x4x8x1xi64>) -> tensor<2x4x8x1xi64>
    %77 = tensor.empty() : tensor<2x4x8x1xf32>
    %78 = linalg.fill ins(%cst_3 : f32) outs(%77 : tensor<2x4x8x1xf32>) -> tensor<2x4x8x1xf32>
    %79:2 = linalg.generic {indexing_maps = [#map5, #map7, #map7], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%73 : tensor<2x4x8x8xf32>) outs(%78, %76 : tensor<2x4x8x1xf32>, tensor<2x4x8x1xi64>) {
    ^bb0(%in: f32, %out: f32, %out_10: i64):
      %80 = linalg.index 3 : index
      %81 = arith.index_cast %80 : index to i64
      %82 = arith.maximumf %in, %out : f32
      %83 = arith.cmpf ogt, %in, %out : f32
      %84 = arith.select %83, %81, %out_10 : i64
      linalg.yield %82, %84 : f32, i64
    } -> (tensor<2x4x8x1xf32>, tensor<2x4x8x1xi64>)
    %85 = tensor.empty() : tensor<2x4x8x8xf32>
    %86 = linalg.generic {indexing_maps = [#map5, #map7, #map5], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%73, %79#0 : tensor<2x4x8x8xf32>, tensor<2x4x8x1xf32>) outs(%85 : tensor<2x4x8x8xf32>) {
    ^bb0(%in: f32, %in_10: f32, %out: f32):
      %87 = arith.subf %in, %in_10 : f32
      linalg.yield %87 : f32
    } -> tensor<2x4x8x8xf32>
    %88 = tensor.empty() : tensor<2x4x8x8xf32>
    %89 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%86 : tensor<2x4x8x8xf32>) outs(%88 : tensor<2x4x8x8xf32>) {
    ^bb0(%in: f32, %out: f32):
      %90 = math.exp %in : f32
      linalg.yield %90 : f32
    } -> tensor<2x4x8x8xf32>
    %91 = tensor.empty() : tensor<2x4x8x1xf32>
    %92 = linalg.fill ins(%cst : f32) outs(%91 : tensor<2x4x8x1xf32>) -> tensor<2x4x8x1xf32>
    %93 = linalg.generic {indexing_maps = [#map5, #map7], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%89 : tensor<2x4x8x8xf32>) outs(%92 : tensor<2x4x8x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %94 = arith.addf %in, %out : f32
      linalg.yield %94 : f32
    } -> tensor<2x4x8x1xf32>
    %95 = tensor.empty() : tensor<2x4x8x8xf32>
    %96 = linalg.generic {indexing_maps = [#map5, #map7, #map5], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%89, %93 : tensor<2x4x8x8xf32>, tensor<2x4x8x1xf32>) outs(%95 : tensor<2x4x8x8xf32>) {
    ^bb0(%in: f32, %in_10: f32, %out: f32):
      %97 = arith.divf %in, %in_10 : f32
      linalg.yield %97 : f32
    } -> tensor<2x4x8x8xf32>
    %98 = tensor.collapse_shape %96 [[0, 1], [2], [3]] : tensor<2x4x8x8xf32> into tensor<8x8x8xf32>
    %99 = tensor.empty() : tensor<8x8x16xf32>
    %100 = linalg.fill ins(%cst : f32) outs(%99 : tensor<8x8x16xf32>) -> tensor<8x8x16xf32>
    %101 = linalg.batch_matmul ins(%98, %64 : tensor<8x8x8xf32>, tensor<8x8x16xf32>) outs(%100 : tensor<8x8x16xf32>) -> tensor<8x8x16xf32>
    %102 = tensor.expand_shape %101 [[0, 1], [2], [3]] output_shape [2, 4, 8, 16] : tensor<8x8x16xf32> into tensor<2x4x8x16xf32>
    %103 = tensor.empty() : tensor<2x8x4x16xf32>
    %104 = linalg.transpose ins(%102 : tensor<2x4x8x16xf32>) outs(%103 : tensor<2x8x4x16xf32>) permutation = [0, 2, 1, 3]
    %105 = tensor.collapse_shape %104 [[0], [1], [2, 3]] : tensor<2x8x4x16xf32> into tensor<2x8x64xf32>
    %106 = tensor.collapse_shape %105 [[0, 1], [2]] : tensor<2x8x64xf32> into tensor<16x64xf32>
    %107 = tensor.empty() : tensor<16x64xf32>
    %108 = linalg.fill ins(%cst : f32) outs(%107 : tensor<16x64xf32>) -> tensor<16x64xf32>
    %109 = linalg.matmul ins(%106, %arg6 : tensor<16x64xf32>, tensor<64x64xf32>) outs(%108 : tensor<16x64xf32>) -> tensor<16x64xf32>
    %110 = tensor.empty() : tensor<16x64xf32>
    %111 = linalg.generic {indexing_maps = [#map3, #map4, #map3], iterator_types = ["parallel", "parallel"]} ins(%109, %arg7 : tensor<16x64xf32>, tensor<64xf32>) outs(%110 : tensor<16x64xf32>) {
    ^bb0(%in: f32, %in_10: f32, %out: f32):
      %112 = arith.addf %in, %in_10 : f32
      linalg.yield %112 : f32
    } -> tensor<16x64xf32>
    %113 = tensor.expand_shape %111 [[0, 1], [2]] output_shape [2, 8, 64] : tensor<16x64xf32> into tensor<2x8x64xf32>
    %114 = tensor.empty() : tensor<2x8x64xf32>
    %115 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%113, %arg0 : tensor<2x8x64xf32>, tensor<2x8x64xf32>) outs(%114 : tensor<2x8x64xf32>) {
    ^bb0(%in: f32, %in_10: f32, %out: f32):
      %116 = arith.addf %in, %in_10 : f32
      linalg.yield %116 : f32
    } -> tensor<2x8x64xf32>
    %117 = tensor.empty() : tensor<2x8x1xf32>
    %118 = linalg.fill ins(%cst : f32) outs(%117 : tensor<2x8x1xf32>) -> tensor<2x8x1xf32>
    %119 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "parallel", "reduction"]} ins(%115 : tensor<2x8x64xf32>) outs(%118 : tensor<2x8x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %120 = arith.addf %in, %out : f32
      linalg.yield %120 : f32
    } -> tensor<2x8x1xf32>
    %121 = tensor.empty() : tensor<2x8x1xf32>
    %122 = linalg.generic {indexing_maps = [#map1, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%119 : tensor<2x8x1xf32>) outs(%121 : tensor<2x8x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %123 = arith.divf %in, %cst_0 : f32
      linalg.yield %123 : f32
    } -> tensor<2x8x1xf32>
    %124 = tensor.empty() : tensor<2x8x64xf32>
    %125 = linalg.generic {indexing_maps = [#map1, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%122 : tensor<2x8x1xf32>) outs(%124 : tensor<2x8x64xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x8x64xf32>
    %126 = tensor.empty() : tensor<2x8x64xf32>
    %127 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%115, %125 : tensor<2x8x64xf32>, tensor<2x8x64xf32>) outs(%126 : tensor<2x8x64xf32>) {
    ^bb0(%in: f32, %in_10: f32, %out: f32):
      %128 = arith.subf %in, %in_10 : f32
      linalg.yield %128 : f32
    } -> tensor<2x8x64xf32>
    %129 = tensor.empty() : tensor<2x8x64xf32>
    %130 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%127, %127 : tensor<2x8x64xf32>, tensor<2x8x64xf32>) outs(%129 : tensor<2x8x64xf32>) {
    ^bb0(%in: f32, %in_10: f32, %out: f32):
      %131 = arith.mulf %in, %in_10 : f32
      linalg.yield %131 : f32
    } -> tensor<2x8x64xf32>
    %132 = tensor.empty() : tensor<2x8x1xf32>
    %133 = linalg.fill ins(%cst : f32) outs(%132 : tensor<2x8x1xf32>) -> tensor<2x8x1xf32>
    %134 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "parallel", "reduction"]} ins(%130 : tensor<2x8x64xf32>) outs(%133 : tensor<2x8x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %135 = arith.addf %in, %out : f32
      linalg.yield %135 : f32
    } -> tensor<2x8x1xf32>
    %136 = tensor.empty() : tensor<2x8x1xf32>
    %137 = linalg.generic {indexing_maps = [#map1, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%134 : tensor<2x8x1xf32>) outs(%136 : tensor<2x8x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %138 = arith.divf %in, %cst_0 : f32
      linalg.yield %138 : f32
    } -> tensor<2x8x1xf32>
    %139 = tensor.empty() : tensor<2x8x1xf32>
    %140 = linalg.generic {indexing_maps = [#map1, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%137 : tensor<2x8x1xf32>) outs(%139 : tensor<2x8x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %141 = arith.truncf %cst_1 : f64 to f32
      %142 = arith.addf %in, %141 : f32
      linalg.yield %142 : f32
    } -> tensor<2x8x1xf32>
    %143 = tensor.empty() : tensor<2x8x1xf32>
    %144 = linalg.generic {indexing_maps = [#map1, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%140 : tensor<2x8x1xf32>) outs(%143 : tensor<2x8x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %145 = math.rsqrt %in : f32
      linalg.yield %145 : f32
    } -> tensor<2x8x1xf32>
    %146 = tensor.empty() : tensor<2x8x64xf32>
    %147 = linalg.generic {indexing_maps = [#map1, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%144 : tensor<2x8x1xf32>) outs(%146 : tensor<2x8x64xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x8x64xf32>
    %148 = tensor.empty() : tensor<2x8x64xf32>
    %149 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%127, %147 : tensor<2x8x64xf32>, tensor<2x8x64xf32>) outs(%148 : tensor<2x8x64xf32>) {
    ^bb0(%in: f32, %in_10: f32, %out: f32):
      %150 = arith.mulf %in, %in_10 : f32
      linalg.yield %150 : f32
    } -> tensor<2x8x64xf32>
    %151 = tensor.empty() : tensor<2x8x64xf32>
    %152 = linalg.generic {indexing_maps = [#map, #map2, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%149, %arg8 : tensor<2x8x64xf32>, tensor<64xf32>) outs(%151 : tensor<2x8x64xf32>) {
    ^bb0(%in: f32, %in_10: f32, %out: f32):
      %153 = arith.mulf %in, %in_10 : f32
      linalg.yield %153 : f32
    } -> tensor<2x8x64xf32>
    %154 = tensor.empty() : tensor<2x8x64xf32>
    %155 = linalg.generic {indexing_maps = [#map, #map2, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%152, %arg9 : tensor<2x8x64xf32>, tensor<64xf32>) outs(%154 : tensor<2x8x64xf32>) {
    ^bb0(%in: f32, %in_10: f32, %out: f32):
      %156 = arith.addf %in, %in_10 : f32
      linalg.yield %156 : f32
    } -> tensor<2x8x64xf32>
    %157 = tensor.collapse_shape %155 [[0, 1], [2]] : tensor<2x8x64xf32> into tensor<16x64xf32>
    %158 = tensor.empty() : tensor<16x256xf32>
    %159 = linalg.fill ins(%cst : f32) outs(%158 : tensor<16x256xf32>) -> tensor<16x256xf32>
    %160 = linalg.matmul ins(%157, %arg10 : tensor<16x64xf32>, tensor<64x256xf32>) outs(%159 : tensor<16x256xf32>) -> tensor<16x256xf32>
    %161 = tensor.empty() : tensor<16x256xf32>
    %162 = linalg.generic {indexing_maps = [#map3, #map4, #map3], iterator_types = ["parallel", "parallel"]} ins(%160, %arg11 : tensor<16x256xf32>, tensor<256xf32>) outs(%161 : tensor<16x256xf32>) {
    ^bb0(%in: f32, %in_10: f32, %out: f32):
      %163 = arith.addf %in, %in_10 : f32
      linalg.yield %163 : f32
    } -> tensor<16x256xf32>
    %164 = tensor.expand_shape %162 [[0, 1], [2]] output_shape [2, 8, 256] : tensor<16x256xf32> into tensor<2x8x256xf32>
    %165 = tensor.empty() : tensor<2x8x256xf32>
    %166 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%164 : tensor<2x8x256xf32>) outs(%165 : tensor<2x8x256xf32>) {
    ^bb0(%in: f32, %out: f32):
      %167 = arith.mulf %in, %in : f32
      %168 = arith.mulf %167, %in : f32
      %169 = arith.mulf %168, %cst_6 : f32
      %170 = arith.addf %in, %169 : f32
      %171 = arith.mulf %170, %cst_7 : f32
      %172 = math.tanh %171 : f32
      %173 = arith.addf %172, %cst_5 : f32
      %174 = arith.mulf %in, %cst_4 : f32
      %175 = arith.mulf %174, %173 : f32
      linalg.yield %175 : f32
    } -> tensor<2x8x256xf32>
    %176 = tensor.collapse_shape %166 [[0, 1], [2]] : tensor<2x8x256xf32> into tensor<16x256xf32>
    %177 = tensor.empty() : tensor<16x64xf32>
    %178 = linalg.fill ins(%cst : f32) outs(%177 : tensor<16x64xf32>) -> tensor<16x64xf32>
    %179 = linalg.matmul ins(%176, %arg12 : tensor<16x256xf32>, tensor<256x64xf32>) outs(%178 : tensor<16x64xf32>) -> tensor<16x64xf32>
    %180 = tensor.empty() : tensor<16x64xf32>
    %181 = linalg.generic {indexing_maps = [#map3, #map4, #map3], iterator_types = ["parallel", "parallel"]} ins(%179, %arg13 : tensor<16x64xf32>, tensor<64xf32>) outs(%180 : tensor<16x64xf32>) {
    ^bb0(%in: f32, %in_10: f32, %out: f32):
      %182 = arith.addf %in, %in_10 : f32
      linalg.yield %182 : f32
    } -> tensor<16x64xf32>
    %183 = tensor.expand_shape %181 [[0, 1], [2]] output_shape [2, 8, 64] : tensor<16x64xf32> into tensor<2x8x64xf32>
    %184 = tensor.empty() : tensor<2x8x64xf32>
    %185 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%115, %183 : tensor<2x8x64xf32>, tensor<2x8x64xf32>) outs(%184 : tensor<2x8x64xf32>) {
    ^bb0(%in: f32, %in_10: f32, %out: f32):
      %186 = arith.addf %in, %in_10 : f32
      linalg.yield %186 : f32
    } -> tensor<2x8x64xf32>
    return %185 : tensor<2x8x64xf32>
  }
}
