// RUN: rmsnorm-opt %s --norm-raise | FileCheck %s
// RUN: %python %S/Inputs/compare_with_numpy.py llama %s %mlir_opt %mlir_lib
//
// A Llama decoder block in f32, spelled as a linalg-on-tensors lowering of
// PyTorch spells it: B = 2, S = 8, D = 64, 4 heads, hidden size 176.
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
#map3 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#map4 = affine_map<(d0, d1, d2, d3) -> (d0, 0, d2, d3)>
#map5 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, 0)>
module {
  func.func @main(%arg0: tensor<2x8x64xf32>, %arg1: tensor<2x1x8x8xf32>, %arg2: tensor<2x8x16xf32>, %arg3: tensor<2x8x16xf32>, %arg4: tensor<64xf32>, %arg5: tensor<64x64xf32>, %arg6: tensor<64x64xf32>, %arg7: tensor<64x64xf32>, %arg8: tensor<64x64xf32>, %arg9: tensor<64xf32>, %arg10: tensor<176x64xf32>, %arg11: tensor<176x64xf32>, %arg12: tensor<64x176xf32>) -> tensor<2x8x64xf32> {
    %c2_i64 = arith.constant 2 : i64
    %cst = arith.constant 0.000000e+00 : f32
    %cst_0 = arith.constant 6.400000e+01 : f32
    %cst_1 = arith.constant 9.99999974E-6 : f32
    %cst_2 = arith.constant 2.500000e-01 : f32
    %c0_i64 = arith.constant 0 : i64
    %cst_3 = arith.constant 0xFF800000 : f32
    %cst_4 = arith.constant 1.000000e+00 : f32
    %0 = tensor.empty() : tensor<2x8x64xf32>
    %1 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%arg0 : tensor<2x8x64xf32>) outs(%0 : tensor<2x8x64xf32>) {
    ^bb0(%in: f32, %out: f32):
      %2 = math.fpowi %in, %c2_i64 : f32, i64
      linalg.yield %2 : f32
    } -> tensor<2x8x64xf32>
    %3 = tensor.empty() : tensor<2x8x1xf32>
    %4 = linalg.fill ins(%cst : f32) outs(%3 : tensor<2x8x1xf32>) -> tensor<2x8x1xf32>
    %5 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "parallel", "reduction"]} ins(%1 : tensor<2x8x64xf32>) outs(%4 : tensor<2x8x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %6 = arith.addf %in, %out : f32
      linalg.yield %6 : f32
    } -> tensor<2x8x1xf32>
    %7 = tensor.empty() : tensor<2x8x1xf32>
    %8 = linalg.generic {indexing_maps = [#map1, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%5 : tensor<2x8x1xf32>) outs(%7 : tensor<2x8x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %9 = arith.divf %in, %cst_0 : f32
      linalg.yield %9 : f32
    } -> tensor<2x8x1xf32>
    %10 = tensor.empty() : tensor<2x8x1xf32>
    %11 = linalg.generic {indexing_maps = [#map1, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%8 : tensor<2x8x1xf32>) outs(%10 : tensor<2x8x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %12 = arith.addf %in, %cst_1 : f32
      linalg.yield %12 : f32
    } -> tensor<2x8x1xf32>
    %13 = tensor.empty() : tensor<2x8x1xf32>
    %14 = linalg.generic {indexing_maps = [#map1, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%11 : tensor<2x8x1xf32>) outs(%13 : tensor<2x8x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %15 = math.rsqrt %in : f32
      linalg.yield %15 : f32
    } -> tensor<2x8x1xf32>
    %16 = tensor.empty() : tensor<2x8x64xf32>
    %17 = linalg.generic {indexing_maps = [#map, #map1, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%arg0, %14 : tensor<2x8x64xf32>, tensor<2x8x1xf32>) outs(%16 : tensor<2x8x64xf32>) {
    ^bb0(%in: f32, %in_10: f32, %out: f32):
      %18 = arith.mulf %in, %in_10 : f32
      linalg.yield %18 : f32
    } -> tensor<2x8x64xf32>
    %19 = tensor.empty() : tensor<2x8x64xf32>
    %20 = linalg.generic {indexing_maps = [#map2, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%arg4, %17 : tensor<64xf32>, tensor<2x8x64xf32>) outs(%19 : tensor<2x8x64xf32>) {
    ^bb0(%in: f32, %in_10: f32, %out: f32):
      %21 = arith.mulf %in, %in_10 : f32
      linalg.yield %21 : f32
    } -> tensor<2x8x64xf32>
    %22 = tensor.empty() : tensor<64x64xf32>
    %23 = linalg.transpose ins(%arg5 : tensor<64x64xf32>) outs(%22 : tensor<64x64xf32>) permutation = [1, 0]
    %24 = tensor.collapse_shape %20 [[0, 1], [2]] : tensor<2x8x64xf32> into tensor<16x64xf32>
    %25 = tensor.empty() : tensor<16x64xf32>
    %26 = linalg.fill ins(%cst : f32) outs(%25 : tensor<16x64xf32>) -> tensor<16x64xf32>
    %27 = linalg.matmul ins(%24, %23 : tensor<16x64xf32>, tensor<64x64xf32>) outs(%26 : tensor<16x64xf32>) -> tensor<16x64xf32>
    %28 = tensor.expand_shape %27 [[0, 1], [2]] output_shape [2, 8, 64] : tensor<16x64xf32> into tensor<2x8x64xf32>
    %29 = tensor.expand_shape %28 [[0], [1], [2, 3]] output_shape [2, 8, 4, 16] : tensor<2x8x64xf32> into tensor<2x8x4x16xf32>
    %30 = tensor.empty() : tensor<2x4x8x16xf32>
    %31 = linalg.transpose ins(%29 : tensor<2x8x4x16xf32>) outs(%30 : tensor<2x4x8x16xf32>) permutation = [0, 2, 1, 3]
    %32 = tensor.empty() : tensor<64x64xf32>
    %33 = linalg.transpose ins(%arg6 : tensor<64x64xf32>) outs(%32 : tensor<64x64xf32>) permutation = [1, 0]
    %34 = tensor.collapse_shape %20 [[0, 1], [2]] : tensor<2x8x64xf32> into tensor<16x64xf32>
    %35 = tensor.empty() : tensor<16x64xf32>
    %36 = linalg.fill ins(%cst : f32) outs(%35 : tensor<16x64xf32>) -> tensor<16x64xf32>
    %37 = linalg.matmul ins(%34, %33 : tensor<16x64xf32>, tensor<64x64xf32>) outs(%36 : tensor<16x64xf32>) -> tensor<16x64xf32>
    %38 = tensor.expand_shape %37 [[0, 1], [2]] output_shape [2, 8, 64] : tensor<16x64xf32> into tensor<2x8x64xf32>
    %39 = tensor.expand_shape %38 [[0], [1], [2, 3]] output_shape [2, 8, 4, 16] : tensor<2x8x64xf32> into tensor<2x8x4x16xf32>
    %40 = tensor.empty() : tensor<2x4x8x16xf32>
    %41 = linalg.transpose ins(%39 : tensor<2x8x4x16xf32>) outs(%40 : tensor<2x4x8x16xf32>) permutation = [0, 2, 1, 3]
    %42 = tensor.empty() : tensor<64x64xf32>
    %43 = linalg.transpose ins(%arg7 : tensor<64x64xf32>) outs(%42 : tensor<64x64xf32>) permutation = [1, 0]
    %44 = tensor.collapse_shape %20 [[0, 1], [2]] : tensor<2x8x64xf32> into tensor<16x64xf32>
    %45 = tensor.empty() : tensor<16x64xf32>
    %46 = linalg.fill ins(%cst : f32) outs(%45 : tensor<16x64xf32>) -> tensor<16x64xf32>
    %47 = linalg.matmul ins(%44, %43 : tensor<16x64xf32>, tensor<64x64xf32>) outs(%46 : tensor<16x64xf32>) -> tensor<16x64xf32>
    %48 = tensor.expand_shape %47 [[0, 1], [2]] output_shape [2, 8, 64] : tensor<16x64xf32> into tensor<2x8x64xf32>
    %49 = tensor.expand_shape %48 [[0], [1], [2, 3]] output_shape [2, 8, 4, 16] : tensor<2x8x64xf32> into tensor<2x8x4x16xf32>
    %50 = tensor.empty() : tensor<2x4x8x16xf32>
    %51 = linalg.transpose ins(%49 : tensor<2x8x4x16xf32>) outs(%50 : tensor<2x4x8x16xf32>) permutation = [0, 2, 1, 3]
    %52 = tensor.expand_shape %arg2 [[0, 1], [2], [3]] output_shape [2, 1, 8, 16] : tensor<2x8x16xf32> into tensor<2x1x8x16xf32>
    %53 = tensor.expand_shape %arg3 [[0, 1], [2], [3]] output_shape [2, 1, 8, 16] : tensor<2x8x16xf32> into tensor<2x1x8x16xf32>
    %54 = tensor.empty() : tensor<2x4x8x16xf32>
    %55 = linalg.generic {indexing_maps = [#map3, #map4, #map3], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%31, %52 : tensor<2x4x8x16xf32>, tensor<2x1x8x16xf32>) outs(%54 : tensor<2x4x8x16xf32>) {
    ^bb0(%in: f32, %in_10: f32, %out: f32):
      %56 = arith.mulf %in, %in_10 : f32
      linalg.yield %56 : f32
    } -> tensor<2x4x8x16xf32>
    %57 = tensor.extract_slice %31[0, 0, 0, 0] [2, 4, 8, 8] [1, 1, 1, 1] : tensor<2x4x8x16xf32> to tensor<2x4x8x8xf32>
    %58 = tensor.extract_slice %31[0, 0, 0, 8] [2, 4, 8, 8] [1, 1, 1, 1] : tensor<2x4x8x16xf32> to tensor<2x4x8x8xf32>
    %59 = tensor.empty() : tensor<2x4x8x8xf32>
    %60 = linalg.generic {indexing_maps = [#map3, #map3], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%58 : tensor<2x4x8x8xf32>) outs(%59 : tensor<2x4x8x8xf32>) {
    ^bb0(%in: f32, %out: f32):
      %61 = arith.negf %in : f32
      linalg.yield %61 : f32
    } -> tensor<2x4x8x8xf32>
    %62 = tensor.concat dim(3) %60, %57 : (tensor<2x4x8x8xf32>, tensor<2x4x8x8xf32>) -> tensor<2x4x8x16xf32>
    %63 = tensor.empty() : tensor<2x4x8x16xf32>
    %64 = linalg.generic {indexing_maps = [#map3, #map4, #map3], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%62, %53 : tensor<2x4x8x16xf32>, tensor<2x1x8x16xf32>) outs(%63 : tensor<2x4x8x16xf32>) {
    ^bb0(%in: f32, %in_10: f32, %out: f32):
      %65 = arith.mulf %in, %in_10 : f32
      linalg.yield %65 : f32
    } -> tensor<2x4x8x16xf32>
    %66 = tensor.empty() : tensor<2x4x8x16xf32>
    %67 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%55, %64 : tensor<2x4x8x16xf32>, tensor<2x4x8x16xf32>) outs(%66 : tensor<2x4x8x16xf32>) {
    ^bb0(%in: f32, %in_10: f32, %out: f32):
      %68 = arith.addf %in, %in_10 : f32
      linalg.yield %68 : f32
    } -> tensor<2x4x8x16xf32>
    %69 = tensor.empty() : tensor<2x4x8x16xf32>
    %70 = linalg.generic {indexing_maps = [#map3, #map4, #map3], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%41, %52 : tensor<2x4x8x16xf32>, tensor<2x1x8x16xf32>) outs(%69 : tensor<2x4x8x16xf32>) {
    ^bb0(%in: f32, %in_10: f32, %out: f32):
      %71 = arith.mulf %in, %in_10 : f32
      linalg.yield %71 : f32
    } -> tensor<2x4x8x16xf32>
    %72 = tensor.extract_slice %41[0, 0, 0, 0] [2, 4, 8, 8] [1, 1, 1, 1] : tensor<2x4x8x16xf32> to tensor<2x4x8x8xf32>
    %73 = tensor.extract_slice %41[0, 0, 0, 8] [2, 4, 8, 8] [1, 1, 1, 1] : tensor<2x4x8x16xf32> to tensor<2x4x8x8xf32>
    %74 = tensor.empty() : tensor<2x4x8x8xf32>
    %75 = linalg.generic {indexing_maps = [#map3, #map3], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%73 : tensor<2x4x8x8xf32>) outs(%74 : tensor<2x4x8x8xf32>) {
    ^bb0(%in: f32, %out: f32):
      %76 = arith.negf %in : f32
      linalg.yield %76 : f32
    } -> tensor<2x4x8x8xf32>
    %77 = tensor.concat dim(3) %75, %72 : (tensor<2x4x8x8xf32>, tensor<2x4x8x8xf32>) -> tensor<2x4x8x16xf32>
    %78 = tensor.empty() : tensor<2x4x8x16xf32>
    %79 = linalg.generic {indexing_maps = [#map3, #map4, #map3], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%77, %53 : tensor<2x4x8x16xf32>, tensor<2x1x8x16xf32>) outs(%78 : tensor<2x4x8x16xf32>) {
    ^bb0(%in: f32, %in_10: f32, %out: f32):
      %80 = arith.mulf %in, %in_10 : f32
      linalg.yield %80 : f32
    } -> tensor<2x4x8x16xf32>
    %81 = tensor.empty() : tensor<2x4x8x16xf32>
    %82 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%70, %79 : tensor<2x4x8x16xf32>, tensor<2x4x8x16xf32>) outs(%81 : tensor<2x4x8x16xf32>) {
    ^bb0(%in: f32, %in_10: f32, %out: f32):
      %83 = arith.addf %in, %in_10 : f32
      linalg.yield %83 : f32
    } -> tensor<2x4x8x16xf32>
    %84 = tensor.empty() : tensor<2x4x16x8xf32>
    %85 = linalg.transpose ins(%82 : tensor<2x4x8x16xf32>) outs(%84 : tensor<2x4x16x8xf32>) permutation = [0, 1, 3, 2]
    %86 = tensor.collapse_shape %67 [[0, 1], [2], [3]] : tensor<2x4x8x16xf32> into tensor<8x8x16xf32>
    %87 = tensor.collapse_shape %85 [[0, 1], [2], [3]] : tensor<2x4x16x8xf32> into tensor<8x16x8xf32>
    %88 = tensor.collapse_shape %51 [[0, 1], [2], [3]] : tensor<2x4x8x16xf32> into tensor<8x8x16xf32>
    %89 = tensor.empty() : tensor<8x8x8xf32>
    %90 = linalg.fill ins(%cst : f32) outs(%89 : tensor<8x8x8xf32>) -> tensor<8x8x8xf32>
    %91 = linalg.batch_matmul ins(%86, %87 : tensor<8x8x16xf32>, tensor<8x16x8xf32>) outs(%90 : tensor<8x8x8xf32>) -> tensor<8x8x8xf32>
    %92 = tensor.expand_shape %91 [[0, 1], [2], [3]] output_shape [2, 4, 8, 8] : tensor<8x8x8xf32> into tensor<2x4x8x8xf32>
    %93 = tensor.empty() : tensor<2x4x8x8xf32>
    %94 = linalg.generic {indexing_maps = [#map3, #map3], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%92 : tensor<2x4x8x8xf32>) outs(%93 : tensor<2x4x8x8xf32>) {
    ^bb0(%in: f32, %out: f32):
      %95 = arith.mulf %in, %cst_2 : f32
      linalg.yield %95 : f32
    } -> tensor<2x4x8x8xf32>
    %96 = tensor.empty() : tensor<2x4x8x8xf32>
    %97 = linalg.generic {indexing_maps = [#map3, #map4, #map3], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%94, %arg1 : tensor<2x4x8x8xf32>, tensor<2x1x8x8xf32>) outs(%96 : tensor<2x4x8x8xf32>) {
    ^bb0(%in: f32, %in_10: f32, %out: f32):
      %98 = arith.addf %in, %in_10 : f32
      linalg.yield %98 : f32
    } -> tensor<2x4x8x8xf32>
    %99 = tensor.empty() : tensor<2x4x8x1xi64>
    %100 = linalg.fill ins(%c0_i64 : i64) outs(%99 : tensor<2x4x8x1xi64>) -> tensor<2x4x8x1xi64>
    %101 = tensor.empty() : tensor<2x4x8x1xf32>
    %102 = linalg.fill ins(%cst_3 : f32) outs(%101 : tensor<2x4x8x1xf32>) -> tensor<2x4x8x1xf32>
    %103:2 = linalg.generic {indexing_maps = [#map3, #map5, #map5], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%97 : tensor<2x4x8x8xf32>) outs(%102, %100 : tensor<2x4x8x1xf32>, tensor<2x4x8x1xi64>) {
    ^bb0(%in: f32, %out: f32, %out_10: i64):
      %104 = linalg.index 3 : index
      %105 = arith.index_cast %104 : index to i64
      %106 = arith.maximumf %in, %out : f32
      %107 = arith.cmpf ogt, %in, %out : f32
      %108 = arith.select %107, %105, %out_10 : i64
      linalg.yield %106, %108 : f32, i64
    } -> (tensor<2x4x8x1xf32>, tensor<2x4x8x1xi64>)
    %109 = tensor.empty() : tensor<2x4x8x8xf32>
    %110 = linalg.generic {indexing_maps = [#map3, #map5, #map3], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%97, %103#0 : tensor<2x4x8x8xf32>, tensor<2x4x8x1xf32>) outs(%109 : tensor<2x4x8x8xf32>) {
    ^bb0(%in: f32, %in_10: f32, %out: f32):
      %111 = arith.subf %in, %in_10 : f32
      linalg.yield %111 : f32
    } -> tensor<2x4x8x8xf32>
    %112 = tensor.empty() : tensor<2x4x8x8xf32>
    %113 = linalg.generic {indexing_maps = [#map3, #map3], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%110 : tensor<2x4x8x8xf32>) outs(%112 : tensor<2x4x8x8xf32>) {
    ^bb0(%in: f32, %out: f32):
      %114 = math.exp %in : f32
      linalg.yield %114 : f32
    } -> tensor<2x4x8x8xf32>
    %115 = tensor.empty() : tensor<2x4x8x1xf32>
    %116 = linalg.fill ins(%cst : f32) outs(%115 : tensor<2x4x8x1xf32>) -> tensor<2x4x8x1xf32>
    %117 = linalg.generic {indexing_maps = [#map3, #map5], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%113 : tensor<2x4x8x8xf32>) outs(%116 : tensor<2x4x8x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %118 = arith.addf %in, %out : f32
      linalg.yield %118 : f32
    } -> tensor<2x4x8x1xf32>
    %119 = tensor.empty() : tensor<2x4x8x8xf32>
    %120 = linalg.generic {indexing_maps = [#map3, #map5, #map3], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%113, %117 : tensor<2x4x8x8xf32>, tensor<2x4x8x1xf32>) outs(%119 : tensor<2x4x8x8xf32>) {
    ^bb0(%in: f32, %in_10: f32, %out: f32):
      %121 = arith.divf %in, %in_10 : f32
      linalg.yield %121 : f32
    } -> tensor<2x4x8x8xf32>
    %122 = tensor.collapse_shape %120 [[0, 1], [2], [3]] : tensor<2x4x8x8xf32> into tensor<8x8x8xf32>
    %123 = tensor.empty() : tensor<8x8x16xf32>
    %124 = linalg.fill ins(%cst : f32) outs(%123 : tensor<8x8x16xf32>) -> tensor<8x8x16xf32>
    %125 = linalg.batch_matmul ins(%122, %88 : tensor<8x8x8xf32>, tensor<8x8x16xf32>) outs(%124 : tensor<8x8x16xf32>) -> tensor<8x8x16xf32>
    %126 = tensor.expand_shape %125 [[0, 1], [2], [3]] output_shape [2, 4, 8, 16] : tensor<8x8x16xf32> into tensor<2x4x8x16xf32>
    %127 = tensor.empty() : tensor<2x8x4x16xf32>
    %128 = linalg.transpose ins(%126 : tensor<2x4x8x16xf32>) outs(%127 : tensor<2x8x4x16xf32>) permutation = [0, 2, 1, 3]
    %129 = tensor.collapse_shape %128 [[0], [1], [2, 3]] : tensor<2x8x4x16xf32> into tensor<2x8x64xf32>
    %130 = tensor.empty() : tensor<64x64xf32>
    %131 = linalg.transpose ins(%arg8 : tensor<64x64xf32>) outs(%130 : tensor<64x64xf32>) permutation = [1, 0]
    %132 = tensor.collapse_shape %129 [[0, 1], [2]] : tensor<2x8x64xf32> into tensor<16x64xf32>
    %133 = tensor.empty() : tensor<16x64xf32>
    %134 = linalg.fill ins(%cst : f32) outs(%133 : tensor<16x64xf32>) -> tensor<16x64xf32>
    %135 = linalg.matmul ins(%132, %131 : tensor<16x64xf32>, tensor<64x64xf32>) outs(%134 : tensor<16x64xf32>) -> tensor<16x64xf32>
    %136 = tensor.expand_shape %135 [[0, 1], [2]] output_shape [2, 8, 64] : tensor<16x64xf32> into tensor<2x8x64xf32>
    %137 = tensor.empty() : tensor<2x8x64xf32>
    %138 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%arg0, %136 : tensor<2x8x64xf32>, tensor<2x8x64xf32>) outs(%137 : tensor<2x8x64xf32>) {
    ^bb0(%in: f32, %in_10: f32, %out: f32):
      %139 = arith.addf %in, %in_10 : f32
      linalg.yield %139 : f32
    } -> tensor<2x8x64xf32>
    %140 = tensor.empty() : tensor<2x8x64xf32>
    %141 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%138 : tensor<2x8x64xf32>) outs(%140 : tensor<2x8x64xf32>) {
    ^bb0(%in: f32, %out: f32):
      %142 = math.fpowi %in, %c2_i64 : f32, i64
      linalg.yield %142 : f32
    } -> tensor<2x8x64xf32>
    %143 = tensor.empty() : tensor<2x8x1xf32>
    %144 = linalg.fill ins(%cst : f32) outs(%143 : tensor<2x8x1xf32>) -> tensor<2x8x1xf32>
    %145 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "parallel", "reduction"]} ins(%141 : tensor<2x8x64xf32>) outs(%144 : tensor<2x8x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %146 = arith.addf %in, %out : f32
      linalg.yield %146 : f32
    } -> tensor<2x8x1xf32>
    %147 = tensor.empty() : tensor<2x8x1xf32>
    %148 = linalg.generic {indexing_maps = [#map1, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%145 : tensor<2x8x1xf32>) outs(%147 : tensor<2x8x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %149 = arith.divf %in, %cst_0 : f32
      linalg.yield %149 : f32
    } -> tensor<2x8x1xf32>
    %150 = tensor.empty() : tensor<2x8x1xf32>
    %151 = linalg.generic {indexing_maps = [#map1, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%148 : tensor<2x8x1xf32>) outs(%150 : tensor<2x8x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %152 = arith.addf %in, %cst_1 : f32
      linalg.yield %152 : f32
    } -> tensor<2x8x1xf32>
    %153 = tensor.empty() : tensor<2x8x1xf32>
    %154 = linalg.generic {indexing_maps = [#map1, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%151 : tensor<2x8x1xf32>) outs(%153 : tensor<2x8x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %155 = math.rsqrt %in : f32
      linalg.yield %155 : f32
    } -> tensor<2x8x1xf32>
    %156 = tensor.empty() : tensor<2x8x64xf32>
    %157 = linalg.generic {indexing_maps = [#map, #map1, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%138, %154 : tensor<2x8x64xf32>, tensor<2x8x1xf32>) outs(%156 : tensor<2x8x64xf32>) {
    ^bb0(%in: f32, %in_10: f32, %out: f32):
      %158 = arith.mulf %in, %in_10 : f32
      linalg.yield %158 : f32
    } -> tensor<2x8x64xf32>
    %159 = tensor.empty() : tensor<2x8x64xf32>
    %160 = linalg.generic {indexing_maps = [#map2, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%arg9, %157 : tensor<64xf32>, tensor<2x8x64xf32>) outs(%159 : tensor<2x8x64xf32>) {
    ^bb0(%in: f32, %in_10: f32, %out: f32):
      %161 = arith.mulf %in, %in_10 : f32
      linalg.yield %161 : f32
    } -> tensor<2x8x64xf32>
    %162 = tensor.empty() : tensor<64x176xf32>
    %163 = linalg.transpose ins(%arg10 : tensor<176x64xf32>) outs(%162 : tensor<64x176xf32>) permutation = [1, 0]
    %164 = tensor.collapse_shape %160 [[0, 1], [2]] : tensor<2x8x64xf32> into tensor<16x64xf32>
    %165 = tensor.empty() : tensor<16x176xf32>
    %166 = linalg.fill ins(%cst : f32) outs(%165 : tensor<16x176xf32>) -> tensor<16x176xf32>
    %167 = linalg.matmul ins(%164, %163 : tensor<16x64xf32>, tensor<64x176xf32>) outs(%166 : tensor<16x176xf32>) -> tensor<16x176xf32>
    %168 = tensor.expand_shape %167 [[0, 1], [2]] output_shape [2, 8, 176] : tensor<16x176xf32> into tensor<2x8x176xf32>
    %169 = tensor.empty() : tensor<2x8x176xf32>
    %170 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%168 : tensor<2x8x176xf32>) outs(%169 : tensor<2x8x176xf32>) {
    ^bb0(%in: f32, %out: f32):
      %171 = arith.negf %in : f32
      %172 = math.exp %171 : f32
      %173 = arith.addf %172, %cst_4 : f32
      %174 = arith.divf %cst_4, %173 : f32
      linalg.yield %174 : f32
    } -> tensor<2x8x176xf32>
    %175 = tensor.empty() : tensor<2x8x176xf32>
    %176 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%170, %168 : tensor<2x8x176xf32>, tensor<2x8x176xf32>) outs(%175 : tensor<2x8x176xf32>) {
    ^bb0(%in: f32, %in_10: f32, %out: f32):
      %177 = arith.mulf %in, %in_10 : f32
      linalg.yield %177 : f32
    } -> tensor<2x8x176xf32>
    %178 = tensor.empty() : tensor<64x176xf32>
    %179 = linalg.transpose ins(%arg11 : tensor<176x64xf32>) outs(%178 : tensor<64x176xf32>) permutation = [1, 0]
    %180 = tensor.collapse_shape %160 [[0, 1], [2]] : tensor<2x8x64xf32> into tensor<16x64xf32>
    %181 = tensor.empty() : tensor<16x176xf32>
    %182 = linalg.fill ins(%cst : f32) outs(%181 : tensor<16x176xf32>) -> tensor<16x176xf32>
    %183 = linalg.matmul ins(%180, %179 : tensor<16x64xf32>, tensor<64x176xf32>) outs(%182 : tensor<16x176xf32>) -> tensor<16x176xf32>
    %184 = tensor.expand_shape %183 [[0, 1], [2]] output_shape [2, 8, 176] : tensor<16x176xf32> into tensor<2x8x176xf32>
    %185 = tensor.empty() : tensor<2x8x176xf32>
    %186 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%176, %184 : tensor<2x8x176xf32>, tensor<2x8x176xf32>) outs(%185 : tensor<2x8x176xf32>) {
    ^bb0(%in: f32, %in_10: f32, %out: f32):
      %187 = arith.mulf %in, %in_10 : f32
      linalg.yield %187 : f32
    } -> tensor<2x8x176xf32>
    %188 = tensor.empty() : tensor<176x64xf32>
    %189 = linalg.transpose ins(%arg12 : tensor<64x176xf32>) outs(%188 : tensor<176x64xf32>) permutation = [1, 0]
    %190 = tensor.collapse_shape %186 [[0, 1], [2]] : tensor<2x8x176xf32> into tensor<16x176xf32>
    %191 = tensor.empty() : tensor<16x64xf32>
    %192 = linalg.fill ins(%cst : f32) outs(%191 : tensor<16x64xf32>) -> tensor<16x64xf32>
    %193 = linalg.matmul ins(%190, %189 : tensor<16x176xf32>, tensor<176x64xf32>) outs(%192 : tensor<16x64xf32>) -> tensor<16x64xf32>
    %194 = tensor.expand_shape %193 [[0, 1], [2]] output_shape [2, 8, 64] : tensor<16x64xf32> into tensor<2x8x64xf32>
    %195 = tensor.empty() : tensor<2x8x64xf32>
    %196 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%138, %194 : tensor<2x8x64xf32>, tensor<2x8x64xf32>) outs(%195 : tensor<2x8x64xf32>) {
    ^bb0(%in: f32, %in_10: f32, %out: f32):
      %197 = arith.addf %in, %in_10 : f32
      linalg.yield %197 : f32
    } -> tensor<2x8x64xf32>
    return %196 : tensor<2x8x64xf32>
  }
}
