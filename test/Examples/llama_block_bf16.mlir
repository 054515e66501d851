// RUN: rmsnorm-opt %s --norm-raise | FileCheck %s
// RUN: %python %S/Inputs/compare_with_numpy.py llama %s %mlir_opt %mlir_lib
//
// A Llama decoder block in bf16. The norms are computed in f32, rounded to
// bf16, and then scaled in bf16; matrix products accumulate in f32.
// B = 2, S = 8, D = 64, 4 heads, hidden size 176.
// Arguments: hidden states, additive attention mask, cos and sin of the rotary
// embedding, first norm's weight, query, key, value and output projections,
// second norm's weight, gate, up and down projections.
//
// CHECK-LABEL: func.func @main
// CHECK-COUNT-2: norm.rms_norm
// CHECK-NOT: norm.

#map = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
#map1 = affine_map<(d0, d1, d2) -> (d0, d1, 0)>
#map2 = affine_map<(d0, d1, d2) -> (d2)>
#map3 = affine_map<(d0, d1) -> (d0, d1)>
#map4 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#map5 = affine_map<(d0, d1, d2, d3) -> (d0, 0, d2, d3)>
#map6 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, 0)>
module {
  func.func @main(%arg0: tensor<2x8x64xbf16>, %arg1: tensor<2x1x8x8xbf16>, %arg2: tensor<2x8x16xbf16>, %arg3: tensor<2x8x16xbf16>, %arg4: tensor<64xbf16>, %arg5: tensor<64x64xbf16>, %arg6: tensor<64x64xbf16>, %arg7: tensor<64x64xbf16>, %arg8: tensor<64x64xbf16>, %arg9: tensor<64xbf16>, %arg10: tensor<176x64xbf16>, %arg11: tensor<176x64xbf16>, %arg12: tensor<64x176xbf16>) -> tensor<2x8x64xbf16> {
    %c2_i64 = arith.constant 2 : i64
    %cst = arith.constant 0.000000e+00 : f32
    %cst_0 = arith.constant 6.400000e+01 : f32
    %cst_1 = arith.constant 1.000000e-05 : f64
    %cst_2 = arith.constant 2.500000e-01 : bf16
    %c0_i64 = arith.constant 0 : i64
    %cst_3 = arith.constant 0xFF800000 : f32
    %cst_4 = arith.constant 1.000000e+00 : bf16
    %0 = tensor.empty() : tensor<2x8x64xf32>
    %1 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%arg0 : tensor<2x8x64xbf16>) outs(%0 : tensor<2x8x64xf32>) {
    ^bb0(%in: bf16, %out: f32):
      %2 = arith.extf %in : bf16 to f32
      linalg.yield %2 : f32
    } -> tensor<2x8x64xf32>
    %3 = tensor.empty() : tensor<2x8x64xf32>
    %4 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%1 : tensor<2x8x64xf32>) outs(%3 : tensor<2x8x64xf32>) {
    ^bb0(%in: f32, %out: f32):
      %5 = math.fpowi %in, %c2_i64 : f32, i64
      linalg.yield %5 : f32
    } -> tensor<2x8x64xf32>
    %6 = tensor.empty() : tensor<2x8x1xf32>
    %7 = linalg.fill ins(%cst : f32) outs(%6 : tensor<2x8x1xf32>) -> tensor<2x8x1xf32>
    %8 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "parallel", "reduction"]} ins(%4 : tensor<2x8x64xf32>) outs(%7 : tensor<2x8x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %9 = arith.addf %in, %out : f32
      linalg.yield %9 : f32
    } -> tensor<2x8x1xf32>
    %10 = tensor.empty() : tensor<2x8x1xf32>
    %11 = linalg.generic {indexing_maps = [#map1, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%8 : tensor<2x8x1xf32>) outs(%10 : tensor<2x8x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %12 = arith.divf %in, %cst_0 : f32
      linalg.yield %12 : f32
    } -> tensor<2x8x1xf32>
    %13 = tensor.empty() : tensor<2x8x1xf32>
    %14 = linalg.generic {indexing_maps = [#map1, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%11 : tensor<2x8x1xf32>) outs(%13 : tensor<2x8x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %15 = arith.truncf %cst_1 : f64 to f32
      %16 = arith.addf %in, %15 : f32
      linalg.yield %16 : f32
    } -> tensor<2x8x1xf32>
    %17 = tensor.empty() : tensor<2x8x1xf32>
    %18 = linalg.generic {indexing_maps = [#map1, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%14 : tensor<2x8x1xf32>) outs(%17 : tensor<2x8x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %19 = math.rsqrt %in : f32
      linalg.yield %19 : f32
    } -> tensor<2x8x1xf32>
    %20 = tensor.empty() : tensor<2x8x64xf32>
    %21 = linalg.generic {indexing_maps = [#map, #map1, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%1, %18 : tensor<2x8x64xf32>, tensor<2x8x1xf32>) outs(%20 : tensor<2x8x64xf32>) {
    ^bb0(%in: f32, %in_10: f32, %out: f32):
      %22 = arith.mulf %in, %in_10 : f32
      linalg.yield %22 : f32
    } -> tensor<2x8x64xf32>
    %23 = tensor.empty() : tensor<2x8x64xbf16>
    %24 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%21 : tensor<2x8x64xf32>) outs(%23 : tensor<2x8x64xbf16>) {
    ^bb0(%in: f32, %out: bf16):
      %25 = arith.truncf %in : f32 to bf16
      linalg.yield %25 : bf16
    } -> tensor<2x8x64xbf16>
    %26 = tensor.empty() : tensor<2x8x64xbf16>
    %27 = linalg.generic {indexing_maps = [#map2, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%arg4, %24 : tensor<64xbf16>, tensor<2x8x64xbf16>) outs(%26 : tensor<2x8x64xbf16>) {
    ^bb0(%in: bf16, %in_10: bf16, %out: bf16):
      %28 = arith.mulf %in, %in_10 : bf16
      linalg.yield %28 : bf16
    } -> tensor<2x8x64xbf16>
    %29 = tensor.empty() : tensor<64x64xbf16>
    %30 = linalg.transpose ins(%arg5 : tensor<64x64xbf16>) outs(%29 : tensor<64x64xbf16>) permutation = [1, 0]
    %31 = tensor.collapse_shape %27 [[0, 1], [2]] : tensor<2x8x64xbf16> into tensor<16x64xbf16>
    %32 = tensor.empty() : tensor<16x64xf32>
    %33 = linalg.fill ins(%cst : f32) outs(%32 : tensor<16x64xf32>) -> tensor<16x64xf32>
    %34 = linalg.matmul ins(%31, %30 : tensor<16x64xbf16>, tensor<64x64xbf16>) outs(%33 : tensor<16x64xf32>) -> tensor<16x64xf32>
    %35 = tensor.empty() : tensor<16x64xbf16>
    %36 = linalg.generic {indexing_maps = [#map3, #map3], iterator_types = ["parallel", "parallel"]} ins(%34 : tensor<16x64xf32>) outs(%35 : tensor<16x64xbf16>) {
    ^bb0(%in: f32, %out: bf16):
      %37 = arith.truncf %in : f32 to bf16
      linalg.yield %37 : bf16
    } -> tensor<16x64xbf16>
    %38 = tensor.expand_shape %36 [[0, 1], [2]] output_shape [2, 8, 64] : tensor<16x64xbf16> into tensor<2x8x64xbf16>
    %39 = tensor.expand_shape %38 [[0], [1], [2, 3]] output_shape [2, 8, 4, 16] : tensor<2x8x64xbf16> into tensor<2x8x4x16xbf16>
    %40 = tensor.empty() : tensor<2x4x8x16xbf16>
    %41 = linalg.transpose ins(%39 : tensor<2x8x4x16xbf16>) outs(%40 : tensor<2x4x8x16xbf16>) permutation = [0, 2, 1, 3]
    %42 = tensor.empty() : tensor<64x64xbf16>
    %43 = linalg.transpose ins(%arg6 : tensor<64x64xbf16>) outs(%42 : tensor<64x64xbf16>) permutation = [1, 0]
    %44 = tensor.collapse_shape %27 [[0, 1], [2]] : tensor<2x8x64xbf16> into tensor<16x64xbf16>
    %45 = tensor.empty() : tensor<16x64xf32>
    %46 = linalg.fill ins(%cst : f32) outs(%45 : tensor<16x64xf32>) -> tensor<16x64xf32>
    %47 = linalg.matmul ins(%44, %43 : tensor<16x64xbf16>, tensor<64x64xbf16>) outs(%46 : tensor<16x64xf32>) -> tensor<16x64xf32>
    %48 = tensor.empty() : tensor<16x64xbf16>
    %49 = linalg.generic {indexing_maps = [#map3, #map3], iterator_types = ["parallel", "parallel"]} ins(%47 : tensor<16x64xf32>) outs(%48 : tensor<16x64xbf16>) {
    ^bb0(%in: f32, %out: bf16):
      %50 = arith.truncf %in : f32 to bf16
      linalg.yield %50 : bf16
    } -> tensor<16x64xbf16>
    %51 = tensor.expand_shape %49 [[0, 1], [2]] output_shape [2, 8, 64] : tensor<16x64xbf16> into tensor<2x8x64xbf16>
    %52 = tensor.expand_shape %51 [[0], [1], [2, 3]] output_shape [2, 8, 4, 16] : tensor<2x8x64xbf16> into tensor<2x8x4x16xbf16>
    %53 = tensor.empty() : tensor<2x4x8x16xbf16>
    %54 = linalg.transpose ins(%52 : tensor<2x8x4x16xbf16>) outs(%53 : tensor<2x4x8x16xbf16>) permutation = [0, 2, 1, 3]
    %55 = tensor.empty() : tensor<64x64xbf16>
    %56 = linalg.transpose ins(%arg7 : tensor<64x64xbf16>) outs(%55 : tensor<64x64xbf16>) permutation = [1, 0]
    %57 = tensor.collapse_shape %27 [[0, 1], [2]] : tensor<2x8x64xbf16> into tensor<16x64xbf16>
    %58 = tensor.empty() : tensor<16x64xf32>
    %59 = linalg.fill ins(%cst : f32) outs(%58 : tensor<16x64xf32>) -> tensor<16x64xf32>
    %60 = linalg.matmul ins(%57, %56 : tensor<16x64xbf16>, tensor<64x64xbf16>) outs(%59 : tensor<16x64xf32>) -> tensor<16x64xf32>
    %61 = tensor.empty() : tensor<16x64xbf16>
    %62 = linalg.generic {indexing_maps = [#map3, #map3], iterator_types = ["parallel", "parallel"]} ins(%60 : tensor<16x64xf32>) outs(%61 : tensor<16x64xbf16>) {
    ^bb0(%in: f32, %out: bf16):
      %63 = arith.truncf %in : f32 to bf16
      linalg.yield %63 : bf16
    } -> tensor<16x64xbf16>
    %64 = tensor.expand_shape %62 [[0, 1], [2]] output_shape [2, 8, 64] : tensor<16x64xbf16> into tensor<2x8x64xbf16>
    %65 = tensor.expand_shape %64 [[0], [1], [2, 3]] output_shape [2, 8, 4, 16] : tensor<2x8x64xbf16> into tensor<2x8x4x16xbf16>
    %66 = tensor.empty() : tensor<2x4x8x16xbf16>
    %67 = linalg.transpose ins(%65 : tensor<2x8x4x16xbf16>) outs(%66 : tensor<2x4x8x16xbf16>) permutation = [0, 2, 1, 3]
    %68 = tensor.expand_shape %arg2 [[0, 1], [2], [3]] output_shape [2, 1, 8, 16] : tensor<2x8x16xbf16> into tensor<2x1x8x16xbf16>
    %69 = tensor.expand_shape %arg3 [[0, 1], [2], [3]] output_shape [2, 1, 8, 16] : tensor<2x8x16xbf16> into tensor<2x1x8x16xbf16>
    %70 = tensor.empty() : tensor<2x4x8x16xbf16>
    %71 = linalg.generic {indexing_maps = [#map4, #map5, #map4], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%41, %68 : tensor<2x4x8x16xbf16>, tensor<2x1x8x16xbf16>) outs(%70 : tensor<2x4x8x16xbf16>) {
    ^bb0(%in: bf16, %in_10: bf16, %out: bf16):
      %72 = arith.mulf %in, %in_10 : bf16
      linalg.yield %72 : bf16
    } -> tensor<2x4x8x16xbf16>
    %73 = tensor.extract_slice %41[0, 0, 0, 0] [2, 4, 8, 8] [1, 1, 1, 1] : tensor<2x4x8x16xbf16> to tensor<2x4x8x8xbf16>
    %74 = tensor.extract_slice %41[0, 0, 0, 8] [2, 4, 8, 8] [1, 1, 1, 1] : tensor<2x4x8x16xbf16> to tensor<2x4x8x8xbf16>
    %75 = tensor.empty() : tensor<2x4x8x8xbf16>
    %76 = linalg.generic {indexing_maps = [#map4, #map4], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%74 : tensor<2x4x8x8xbf16>) outs(%75 : tensor<2x4x8x8xbf16>) {
    ^bb0(%in: bf16, %out: bf16):
      %77 = arith.negf %in : bf16
      linalg.yield %77 : bf16
    } -> tensor<2x4x8x8xbf16>
    %78 = tensor.concat dim(3) %76, %73 : (tensor<2x4x8x8xbf16>, tensor<2x4x8x8xbf16>) -> tensor<2x4x8x16xbf16>
    %79 = tensor.empty() : tensor<2x4x8x16xbf16>
    %80 = linalg.generic {indexing_maps = [#map4, #map5, #map4], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%78, %69 : tensor<2x4x8x16xbf16>, tensor<2x1x8x16xbf16>) outs(%79 : tensor<2x4x8x16xbf16>) {
    ^bb0(%in: bf16, %in_10: bf16, %out: bf16):
      %81 = arith.mulf %in, %in_10 : bf16
      linalg.yield %81 : bf16
    } -> tensor<2x4x8x16xbf16>
    %82 = tensor.empty() : tensor<2x4x8x16xbf16>
    %83 = linalg.generic {indexing_maps = [#map4, #map4, #map4], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%71, %80 : tensor<2x4x8x16xbf16>, tensor<2x4x8x16xbf16>) outs(%82 : tensor<2x4x8x16xbf16>) {
    ^bb0(%in: bf16, %in_10: bf16, %out: bf16):
      %84 = arith.addf %in, %in_10 : bf16
      linalg.yield %84 : bf16
    } -> tensor<2x4x8x16xbf16>
    %85 = tensor.empty() : tensor<2x4x8x16xbf16>
    %86 = linalg.generic {indexing_maps = [#map4, #map5, #map4], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%54, %68 : tensor<2x4x8x16xbf16>, tensor<2x1x8x16xbf16>) outs(%85 : tensor<2x4x8x16xbf16>) {
    ^bb0(%in: bf16, %in_10: bf16, %out: bf16):
      %87 = arith.mulf %in, %in_10 : bf16
      linalg.yield %87 : bf16
    } -> tensor<2x4x8x16xbf16>
    %88 = tensor.extract_slice %54[0, 0, 0, 0] [2, 4, 8, 8] [1, 1, 1, 1] : tensor<2x4x8x16xbf16> to tensor<2x4x8x8xbf16>
    %89 = tensor.extract_slice %54[0, 0, 0, 8] [2, 4, 8, 8] [1, 1, 1, 1] : tensor<2x4x8x16xbf16> to tensor<2x4x8x8xbf16>
    %90 = tensor.empty() : tensor<2x4x8x8xbf16>
    %91 = linalg.generic {indexing_maps = [#map4, #map4], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%89 : tensor<2x4x8x8xbf16>) outs(%90 : tensor<2x4x8x8xbf16>) {
    ^bb0(%in: bf16, %out: bf16):
      %92 = arith.negf %in : bf16
      linalg.yield %92 : bf16
    } -> tensor<2x4x8x8xbf16>
    %93 = tensor.concat dim(3) %91, %88 : (tensor<2x4x8x8xbf16>, tensor<2x4x8x8xbf16>) -> tensor<2x4x8x16xbf16>
    %94 = tensor.empty() : tensor<2x4x8x16xbf16>
    %95 = linalg.generic {indexing_maps = [#map4, #map5, #map4], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%93, %69 : tensor<2x4x8x16xbf16>, tensor<2x1x8x16xbf16>) outs(%94 : tensor<2x4x8x16xbf16>) {
    ^bb0(%in: bf16, %in_10: bf16, %out: bf16):
      %96 = arith.mulf %in, %in_10 : bf16
      linalg.yield %96 : bf16
    } -> tensor<2x4x8x16xbf16>
    %97 = tensor.empty() : tensor<2x4x8x16xbf16>
    %98 = linalg.generic {indexing_maps = [#map4, #map4, #map4], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%86, %95 : tensor<2x4x8x16xbf16>, tensor<2x4x8x16xbf16>) outs(%97 : tensor<2x4x8x16xbf16>) {
    ^bb0(%in: bf16, %in_10: bf16, %out: bf16):
      %99 = arith.addf %in, %in_10 : bf16
      linalg.yield %99 : bf16
    } -> tensor<2x4x8x16xbf16>
    %100 = tensor.empty() : tensor<2x4x16x8xbf16>
    %101 = linalg.transpose ins(%98 : tensor<2x4x8x16xbf16>) outs(%100 : tensor<2x4x16x8xbf16>) permutation = [0, 1, 3, 2]
    %102 = tensor.collapse_shape %83 [[0, 1], [2], [3]] : tensor<2x4x8x16xbf16> into tensor<8x8x16xbf16>
    %103 = tensor.collapse_shape %101 [[0, 1], [2], [3]] : tensor<2x4x16x8xbf16> into tensor<8x16x8xbf16>
    %104 = tensor.collapse_shape %67 [[0, 1], [2], [3]] : tensor<2x4x8x16xbf16> into tensor<8x8x16xbf16>
    %105 = tensor.empty() : tensor<8x8x8xf32>
    %106 = linalg.fill ins(%cst : f32) outs(%105 : tensor<8x8x8xf32>) -> tensor<8x8x8xf32>
    %107 = linalg.batch_matmul ins(%102, %103 : tensor<8x8x16xbf16>, tensor<8x16x8xbf16>) outs(%106 : tensor<8x8x8xf32>) -> tensor<8x8x8xf32>
    %108 = tensor.empty() : tensor<8x8x8xbf16>
    %109 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%107 : tensor<8x8x8xf32>) outs(%108 : tensor<8x8x8xbf16>) {
    ^bb0(%in: f32, %out: bf16):
      %110 = arith.truncf %in : f32 to bf16
      linalg.yield %110 : bf16
    } -> tensor<8x8x8xbf16>
    %111 = tensor.expand_shape %109 [[0, 1], [2], [3]] output_shape [2, 4, 8, 8] : tensor<8x8x8xbf16> into tensor<2x4x8x8xbf16>
    %112 = tensor.empty() : tensor<2x4x8x8xbf16>
    %113 = linalg.generic {indexing_maps = [#map4, #map4], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%111 : tensor<2x4x8x8xbf16>) outs(%112 : tensor<2x4x8x8xbf16>) {
    ^bb0(%in: bf16, %out: bf16):
      %114 = arith.mulf %in, %cst_2 : bf16
      linalg.yield %114 : bf16
    } -> tensor<2x4x8x8xbf16>
    %115 = tensor.empty() : tensor<2x4x8x8xbf16>
    %116 = linalg.generic {indexing_maps = [#map4, #map5, #map4], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%113, %arg1 : tensor<2x4x8x8xbf16>, tensor<2x1x8x8xbf16>) outs(%115 : tensor<2x4x8x8xbf16>) {
    ^bb0(%in: bf16, %in_10: bf16, %out: bf16):
      %117 = arith.addf %in, %in_10 : bf16
      linalg.yield %117 : bf16
    } -> tensor<2x4x8x8xbf16>
    %118 = tensor.empty() : tensor<2x4x8x8xf32>
    %119 = linalg.generic {indexing_maps = [#map4, #map4], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%116 : tensor<2x4x8x8xbf16>) outs(%118 : tensor<2x4x8x8xf32>) {
    ^bb0(%in: bf16, %out: f32):
      %120 = arith.extf %in : bf16 to f32
      linalg.yield %120 : f32
    } -> tensor<2x4x8x8xf32>
    %121 = tensor.empty() : tensor<2x4x8x1xi64>
    %122 = linalg.fill ins(%c0_i64 : i64) outs(%121 : tensor<2x4x8x1xi64>) -> tensor<2x4x8x1xi64>
    %123 = tensor.empty() : tensor<2x4x8x1xf32>
    %124 = linalg.fill ins(%cst_3 : f32) outs(%123 : tensor<2x4x8x1xf32>) -> tensor<2x4x8x1xf32>
    %125:2 = linalg.generic {indexing_maps = [#map4, #map6, #map6], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%119 : tensor<2x4x8x8xf32>) outs(%124, %122 : tensor<2x4x8x1xf32>, tensor<2x4x8x1xi64>) {
    ^bb0(%in: f32, %out: f32, %out_10: i64):
      %126 = linalg.index 3 : index
      %127 = arith.index_cast %126 : index to i64
      %128 = arith.maximumf %in, %out : f32
      %129 = arith.cmpf ogt, %in, %out : f32
      %130 = arith.select %129, %127, %out_10 : i64
      linalg.yield %128, %130 : f32, i64
    } -> (tensor<2x4x8x1xf32>, tensor<2x4x8x1xi64>)
    %131 = tensor.empty() : tensor<2x4x8x8xf32>
    %132 = linalg.generic {indexing_maps = [#map4, #map6, #map4], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%119, %125#0 : tensor<2x4x8x8xf32>, tensor<2x4x8x1xf32>) outs(%131 : tensor<2x4x8x8xf32>) {
    ^bb0(%in: f32, %in_10: f32, %out: f32):
      %133 = arith.subf %in, %in_10 : f32
      linalg.yield %133 : f32
    } -> tensor<2x4x8x8xf32>
    %134 = tensor.empty() : tensor<2x4x8x8xf32>
    %135 = linalg.generic {indexing_maps = [#map4, #map4], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%132 : tensor<2x4x8x8xf32>) outs(%134 : tensor<2x4x8x8xf32>) {
    ^bb0(%in: f32, %out: f32):
      %136 = math.exp %in : f32
      linalg.yield %136 : f32
    } -> tensor<2x4x8x8xf32>
    %137 = tensor.empty() : tensor<2x4x8x1xf32>
    %138 = linalg.fill ins(%cst : f32) outs(%137 : tensor<2x4x8x1xf32>) -> tensor<2x4x8x1xf32>
    %139 = linalg.generic {indexing_maps = [#map4, #map6], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%135 : tensor<2x4x8x8xf32>) outs(%138 : tensor<2x4x8x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %140 = arith.addf %in, %out : f32
      linalg.yield %140 : f32
    } -> tensor<2x4x8x1xf32>
    %141 = tensor.empty() : tensor<2x4x8x8xf32>
    %142 = linalg.generic {indexing_maps = [#map4, #map6, #map4], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%135, %139 : tensor<2x4x8x8xf32>, tensor<2x4x8x1xf32>) outs(%141 : tensor<2x4x8x8xf32>) {
    ^bb0(%in: f32, %in_10: f32, %out: f32):
      %143 = arith.divf %in, %in_10 : f32
      linalg.yield %143 : f32
    } -> tensor<2x4x8x8xf32>
    %144 = tensor.empty() : tensor<2x4x8x8xbf16>
    %145 = linalg.generic {indexing_maps = [#map4, #map4], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%142 : tensor<2x4x8x8xf32>) outs(%144 : tensor<2x4x8x8xbf16>) {
    ^bb0(%in: f32, %out: bf16):
      %146 = arith.truncf %in : f32 to bf16
      linalg.yield %146 : bf16
    } -> tensor<2x4x8x8xbf16>
    %147 = tensor.collapse_shape %145 [[0, 1], [2], [3]] : tensor<2x4x8x8xbf16> into tensor<8x8x8xbf16>
    %148 = tensor.empty() : tensor<8x8x16xf32>
    %149 = linalg.fill ins(%cst : f32) outs(%148 : tensor<8x8x16xf32>) -> tensor<8x8x16xf32>
    %150 = linalg.batch_matmul ins(%147, %104 : tensor<8x8x8xbf16>, tensor<8x8x16xbf16>) outs(%149 : tensor<8x8x16xf32>) -> tensor<8x8x16xf32>
    %151 = tensor.empty() : tensor<8x8x16xbf16>
    %152 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%150 : tensor<8x8x16xf32>) outs(%151 : tensor<8x8x16xbf16>) {
    ^bb0(%in: f32, %out: bf16):
      %153 = arith.truncf %in : f32 to bf16
      linalg.yield %153 : bf16
    } -> tensor<8x8x16xbf16>
    %154 = tensor.expand_shape %152 [[0, 1], [2], [3]] output_shape [2, 4, 8, 16] : tensor<8x8x16xbf16> into tensor<2x4x8x16xbf16>
    %155 = tensor.empty() : tensor<2x8x4x16xbf16>
    %156 = linalg.transpose ins(%154 : tensor<2x4x8x16xbf16>) outs(%155 : tensor<2x8x4x16xbf16>) permutation = [0, 2, 1, 3]
    %157 = tensor.collapse_shape %156 [[0], [1], [2, 3]] : tensor<2x8x4x16xbf16> into tensor<2x8x64xbf16>
    %158 = tensor.empty() : tensor<64x64xbf16>
    %159 = linalg.transpose ins(%arg8 : tensor<64x64xbf16>) outs(%158 : tensor<64x64xbf16>) permutation = [1, 0]
    %160 = tensor.collapse_shape %157 [[0, 1], [2]] : tensor<2x8x64xbf16> into tensor<16x64xbf16>
    %161 = tensor.empty() : tensor<16x64xf32>
    %162 = linalg.fill ins(%cst : f32) outs(%161 : tensor<16x64xf32>) -> tensor<16x64xf32>
    %163 = linalg.matmul ins(%160, %159 : tensor<16x64xbf16>, tensor<64x64xbf16>) outs(%162 : tensor<16x64xf32>) -> tensor<16x64xf32>
    %164 = tensor.empty() : tensor<16x64xbf16>
    %165 = linalg.generic {indexing_maps = [#map3, #map3], iterator_types = ["parallel", "parallel"]} ins(%163 : tensor<16x64xf32>) outs(%164 : tensor<16x64xbf16>) {
    ^bb0(%in: f32, %out: bf16):
      %166 = arith.truncf %in : f32 to bf16
      linalg.yield %166 : bf16
    } -> tensor<16x64xbf16>
    %167 = tensor.expand_shape %165 [[0, 1], [2]] output_shape [2, 8, 64] : tensor<16x64xbf16> into tensor<2x8x64xbf16>
    %168 = tensor.empty() : tensor<2x8x64xbf16>
    %169 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%arg0, %167 : tensor<2x8x64xbf16>, tensor<2x8x64xbf16>) outs(%168 : tensor<2x8x64xbf16>) {
    ^bb0(%in: bf16, %in_10: bf16, %out: bf16):
      %170 = arith.addf %in, %in_10 : bf16
      linalg.yield %170 : bf16
    } -> tensor<2x8x64xbf16>
    %171 = tensor.empty() : tensor<2x8x64xf32>
    %172 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%169 : tensor<2x8x64xbf16>) outs(%171 : tensor<2x8x64xf32>) {
    ^bb0(%in: bf16, %out: f32):
      %173 = arith.extf %in : bf16 to f32
      linalg.yield %173 : f32
    } -> tensor<2x8x64xf32>
    %174 = tensor.empty() : tensor<2x8x64xf32>
    %175 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%172 : tensor<2x8x64xf32>) outs(%174 : tensor<2x8x64xf32>) {
    ^bb0(%in: f32, %out: f32):
      %176 = math.fpowi %in, %c2_i64 : f32, i64
      linalg.yield %176 : f32
    } -> tensor<2x8x64xf32>
    %177 = tensor.empty() : tensor<2x8x1xf32>
    %178 = linalg.fill ins(%cst : f32) outs(%177 : tensor<2x8x1xf32>) -> tensor<2x8x1xf32>
    %179 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "parallel", "reduction"]} ins(%175 : tensor<2x8x64xf32>) outs(%178 : tensor<2x8x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %180 = arith.addf %in, %out : f32
      linalg.yield %180 : f32
    } -> tensor<2x8x1xf32>
    %181 = tensor.empty() : tensor<2x8x1xf32>
    %182 = linalg.generic {indexing_maps = [#map1, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%179 : tensor<2x8x1xf32>) outs(%181 : tensor<2x8x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %183 = arith.divf %in, %cst_0 : f32
      linalg.yield %183 : f32
    } -> tensor<2x8x1xf32>
    %184 = tensor.empty() : tensor<2x8x1xf32>
    %185 = linalg.generic {indexing_maps = [#map1, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%182 : tensor<2x8x1xf32>) outs(%184 : tensor<2x8x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %186 = arith.truncf %cst_1 : f64 to f32
      %187 = arith.addf %in, %186 : f32
      linalg.yield %187 : f32
    } -> tensor<2x8x1xf32>
    %188 = tensor.empty() : tensor<2x8x1xf32>
    %189 = linalg.generic {indexing_maps = [#map1, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%185 : tensor<2x8x1xf32>) outs(%188 : tensor<2x8x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %190 = math.rsqrt %in : f32
      linalg.yield %190 : f32
    } -> tensor<2x8x1xf32>
    %191 = tensor.empty() : tensor<2x8x64xf32>
    %192 = linalg.generic {indexing_maps = [#map, #map1, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%172, %189 : tensor<2x8x64xf32>, tensor<2x8x1xf32>) outs(%191 : tensor<2x8x64xf32>) {
    ^bb0(%in: f32, %in_10: f32, %out: f32):
      %193 = arith.mulf %in, %in_10 : f32
      linalg.yield %193 : f32
    } -> tensor<2x8x64xf32>
    %194 = tensor.empty() : tensor<2x8x64xbf16>
    %195 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%192 : tensor<2x8x64xf32>) outs(%194 : tensor<2x8x64xbf16>) {
    ^bb0(%in: f32, %out: bf16):
      %196 = arith.truncf %in : f32 to bf16
      linalg.yield %196 : bf16
    } -> tensor<2x8x64xbf16>
    %197 = tensor.empty() : tensor<2x8x64xbf16>
    %198 = linalg.generic {indexing_maps = [#map2, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%arg9, %195 : tensor<64xbf16>, tensor<2x8x64xbf16>) outs(%197 : tensor<2x8x64xbf16>) {
    ^bb0(%in: bf16, %in_10: bf16, %out: bf16):
      %199 = arith.mulf %in, %in_10 : bf16
      linalg.yield %199 : bf16
    } -> tensor<2x8x64xbf16>
    %200 = tensor.empty() : tensor<64x176xbf16>
    %201 = linalg.transpose ins(%arg10 : tensor<176x64xbf16>) outs(%200 : tensor<64x176xbf16>) permutation = [1, 0]
    %202 = tensor.collapse_shape %198 [[0, 1], [2]] : tensor<2x8x64xbf16> into tensor<16x64xbf16>
    %203 = tensor.empty() : tensor<16x176xf32>
    %204 = linalg.fill ins(%cst : f32) outs(%203 : tensor<16x176xf32>) -> tensor<16x176xf32>
    %205 = linalg.matmul ins(%202, %201 : tensor<16x64xbf16>, tensor<64x176xbf16>) outs(%204 : tensor<16x176xf32>) -> tensor<16x176xf32>
    %206 = tensor.empty() : tensor<16x176xbf16>
    %207 = linalg.generic {indexing_maps = [#map3, #map3], iterator_types = ["parallel", "parallel"]} ins(%205 : tensor<16x176xf32>) outs(%206 : tensor<16x176xbf16>) {
    ^bb0(%in: f32, %out: bf16):
      %208 = arith.truncf %in : f32 to bf16
      linalg.yield %208 : bf16
    } -> tensor<16x176xbf16>
    %209 = tensor.expand_shape %207 [[0, 1], [2]] output_shape [2, 8, 176] : tensor<16x176xbf16> into tensor<2x8x176xbf16>
    %210 = tensor.empty() : tensor<2x8x176xbf16>
    %211 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%209 : tensor<2x8x176xbf16>) outs(%210 : tensor<2x8x176xbf16>) {
    ^bb0(%in: bf16, %out: bf16):
      %212 = arith.negf %in : bf16
      %213 = math.exp %212 : bf16
      %214 = arith.addf %213, %cst_4 : bf16
      %215 = arith.divf %cst_4, %214 : bf16
      linalg.yield %215 : bf16
    } -> tensor<2x8x176xbf16>
    %216 = tensor.empty() : tensor<2x8x176xbf16>
    %217 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%211, %209 : tensor<2x8x176xbf16>, tensor<2x8x176xbf16>) outs(%216 : tensor<2x8x176xbf16>) {
    ^bb0(%in: bf16, %in_10: bf16, %out: bf16):
      %218 = arith.mulf %in, %in_10 : bf16
      linalg.yield %218 : bf16
    } -> tensor<2x8x176xbf16>
    %219 = tensor.empty() : tensor<64x176xbf16>
    %220 = linalg.transpose ins(%arg11 : tensor<176x64xbf16>) outs(%219 : tensor<64x176xbf16>) permutation = [1, 0]
    %221 = tensor.collapse_shape %198 [[0, 1], [2]] : tensor<2x8x64xbf16> into tensor<16x64xbf16>
    %222 = tensor.empty() : tensor<16x176xf32>
    %223 = linalg.fill ins(%cst : f32) outs(%222 : tensor<16x176xf32>) -> tensor<16x176xf32>
    %224 = linalg.matmul ins(%221, %220 : tensor<16x64xbf16>, tensor<64x176xbf16>) outs(%223 : tensor<16x176xf32>) -> tensor<16x176xf32>
    %225 = tensor.empty() : tensor<16x176xbf16>
    %226 = linalg.generic {indexing_maps = [#map3, #map3], iterator_types = ["parallel", "parallel"]} ins(%224 : tensor<16x176xf32>) outs(%225 : tensor<16x176xbf16>) {
    ^bb0(%in: f32, %out: bf16):
      %227 = arith.truncf %in : f32 to bf16
      linalg.yield %227 : bf16
    } -> tensor<16x176xbf16>
    %228 = tensor.expand_shape %226 [[0, 1], [2]] output_shape [2, 8, 176] : tensor<16x176xbf16> into tensor<2x8x176xbf16>
    %229 = tensor.empty() : tensor<2x8x176xbf16>
    %230 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%217, %228 : tensor<2x8x176xbf16>, tensor<2x8x176xbf16>) outs(%229 : tensor<2x8x176xbf16>) {
    ^bb0(%in: bf16, %in_10: bf16, %out: bf16):
      %231 = arith.mulf %in, %in_10 : bf16
      linalg.yield %231 : bf16
    } -> tensor<2x8x176xbf16>
    %232 = tensor.empty() : tensor<176x64xbf16>
    %233 = linalg.transpose ins(%arg12 : tensor<64x176xbf16>) outs(%232 : tensor<176x64xbf16>) permutation = [1, 0]
    %234 = tensor.collapse_shape %230 [[0, 1], [2]] : tensor<2x8x176xbf16> into tensor<16x176xbf16>
    %235 = tensor.empty() : tensor<16x64xf32>
    %236 = linalg.fill ins(%cst : f32) outs(%235 : tensor<16x64xf32>) -> tensor<16x64xf32>
    %237 = linalg.matmul ins(%234, %233 : tensor<16x176xbf16>, tensor<176x64xbf16>) outs(%236 : tensor<16x64xf32>) -> tensor<16x64xf32>
    %238 = tensor.empty() : tensor<16x64xbf16>
    %239 = linalg.generic {indexing_maps = [#map3, #map3], iterator_types = ["parallel", "parallel"]} ins(%237 : tensor<16x64xf32>) outs(%238 : tensor<16x64xbf16>) {
    ^bb0(%in: f32, %out: bf16):
      %240 = arith.truncf %in : f32 to bf16
      linalg.yield %240 : bf16
    } -> tensor<16x64xbf16>
    %241 = tensor.expand_shape %239 [[0, 1], [2]] output_shape [2, 8, 64] : tensor<16x64xbf16> into tensor<2x8x64xbf16>
    %242 = tensor.empty() : tensor<2x8x64xbf16>
    %243 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%169, %241 : tensor<2x8x64xbf16>, tensor<2x8x64xbf16>) outs(%242 : tensor<2x8x64xbf16>) {
    ^bb0(%in: bf16, %in_10: bf16, %out: bf16):
      %244 = arith.addf %in, %in_10 : bf16
      linalg.yield %244 : bf16
    } -> tensor<2x8x64xbf16>
    return %243 : tensor<2x8x64xbf16>
  }
}
