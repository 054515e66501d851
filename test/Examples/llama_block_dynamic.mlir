// RUN: rmsnorm-opt %s --norm-raise | FileCheck %s
// RUN: %python %S/Inputs/compare_with_numpy.py llama %s %mlir_opt %mlir_lib
//
// A Llama decoder block in f32 with a dynamic batch and a dynamic sequence:
// D = 64, 4 heads, hidden size 176.
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
  func.func @main(%arg0: tensor<?x?x64xf32>, %arg1: tensor<?x1x?x?xf32>, %arg2: tensor<?x?x16xf32>, %arg3: tensor<?x?x16xf32>, %arg4: tensor<64xf32>, %arg5: tensor<64x64xf32>, %arg6: tensor<64x64xf32>, %arg7: tensor<64x64xf32>, %arg8: tensor<64x64xf32>, %arg9: tensor<64xf32>, %arg10: tensor<176x64xf32>, %arg11: tensor<176x64xf32>, %arg12: tensor<64x176xf32>) -> tensor<?x?x64xf32> {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c4 = arith.constant 4 : index
    %cst = arith.constant 0.000000e+00 : f32
    %cst_0 = arith.constant 6.400000e+01 : f32
    %cst_1 = arith.constant 1.000000e-05 : f64
    %cst_2 = arith.constant 2.500000e-01 : f32
    %c0_i64 = arith.constant 0 : i64
    %cst_3 = arith.constant 0xFF800000 : f32
    %cst_4 = arith.constant 1.000000e+00 : f32
    %dim = tensor.dim %arg0, %c0 : tensor<?x?x64xf32>
    %dim_0 = tensor.dim %arg0, %c1 : tensor<?x?x64xf32>
    %rows = arith.muli %dim, %dim_0 : index
    %bh = arith.muli %dim, %c4 : index
    %0 = tensor.empty(%dim, %dim_0) : tensor<?x?x64xf32>
    %1 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%arg0, %arg0 : tensor<?x?x64xf32>, tensor<?x?x64xf32>) outs(%0 : tensor<?x?x64xf32>) {
    ^bb0(%in: f32, %in_10: f32, %out: f32):
      %2 = arith.mulf %in, %in_10 : f32
      linalg.yield %2 : f32
    } -> tensor<?x?x64xf32>
    %3 = tensor.empty(%dim, %dim_0) : tensor<?x?x1xf32>
    %4 = linalg.fill ins(%cst : f32) outs(%3 : tensor<?x?x1xf32>) -> tensor<?x?x1xf32>
    %5 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "parallel", "reduction"]} ins(%1 : tensor<?x?x64xf32>) outs(%4 : tensor<?x?x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %6 = arith.addf %in, %out : f32
      linalg.yield %6 : f32
    } -> tensor<?x?x1xf32>
    %7 = tensor.empty(%dim, %dim_0) : tensor<?x?x1xf32>
    %8 = linalg.generic {indexing_maps = [#map1, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%5 : tensor<?x?x1xf32>) outs(%7 : tensor<?x?x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %9 = arith.divf %in, %cst_0 : f32
      linalg.yield %9 : f32
    } -> tensor<?x?x1xf32>
    %10 = tensor.empty(%dim, %dim_0) : tensor<?x?x1xf32>
    %11 = linalg.generic {indexing_maps = [#map1, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%8 : tensor<?x?x1xf32>) outs(%10 : tensor<?x?x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %12 = arith.truncf %cst_1 : f64 to f32
      %13 = arith.addf %in, %12 : f32
      linalg.yield %13 : f32
    } -> tensor<?x?x1xf32>
    %14 = tensor.empty(%dim, %dim_0) : tensor<?x?x1xf32>
    %15 = linalg.generic {indexing_maps = [#map1, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%11 : tensor<?x?x1xf32>) outs(%14 : tensor<?x?x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %16 = math.rsqrt %in : f32
      linalg.yield %16 : f32
    } -> tensor<?x?x1xf32>
    %17 = tensor.empty(%dim, %dim_0) : tensor<?x?x64xf32>
    %18 = linalg.generic {indexing_maps = [#map, #map1, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%arg0, %15 : tensor<?x?x64xf32>, tensor<?x?x1xf32>) outs(%17 : tensor<?x?x64xf32>) {
    ^bb0(%in: f32, %in_10: f32, %out: f32):
      %19 = arith.mulf %in, %in_10 : f32
      linalg.yield %19 : f32
    } -> tensor<?x?x64xf32>
    %20 = tensor.empty(%dim, %dim_0) : tensor<?x?x64xf32>
    %21 = linalg.generic {indexing_maps = [#map2, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%arg4, %18 : tensor<64xf32>, tensor<?x?x64xf32>) outs(%20 : tensor<?x?x64xf32>) {
    ^bb0(%in: f32, %in_10: f32, %out: f32):
      %22 = arith.mulf %in, %in_10 : f32
      linalg.yield %22 : f32
    } -> tensor<?x?x64xf32>
    %23 = tensor.empty() : tensor<64x64xf32>
    %24 = linalg.transpose ins(%arg5 : tensor<64x64xf32>) outs(%23 : tensor<64x64xf32>) permutation = [1, 0]
    %25 = tensor.collapse_shape %21 [[0, 1], [2]] : tensor<?x?x64xf32> into tensor<?x64xf32>
    %26 = tensor.empty(%rows) : tensor<?x64xf32>
    %27 = linalg.fill ins(%cst : f32) outs(%26 : tensor<?x64xf32>) -> tensor<?x64xf32>
    %28 = linalg.matmul ins(%25, %24 : tensor<?x64xf32>, tensor<64x64xf32>) outs(%27 : tensor<?x64xf32>) -> tensor<?x64xf32>
    %29 = tensor.expand_shape %28 [[0, 1], [2]] output_shape [%dim, %dim_0, 64] : tensor<?x64xf32> into tensor<?x?x64xf32>
    %30 = tensor.expand_shape %29 [[0], [1], [2, 3]] output_shape [%dim, %dim_0, 4, 16] : tensor<?x?x64xf32> into tensor<?x?x4x16xf32>
    %31 = tensor.empty(%dim, %dim_0) : tensor<?x4x?x16xf32>
    %32 = linalg.transpose ins(%30 : tensor<?x?x4x16xf32>) outs(%31 : tensor<?x4x?x16xf32>) permutation = [0, 2, 1, 3]
    %33 = tensor.empty() : tensor<64x64xf32>
    %34 = linalg.transpose ins(%arg6 : tensor<64x64xf32>) outs(%33 : tensor<64x64xf32>) permutation = [1, 0]
    %35 = tensor.collapse_shape %21 [[0, 1], [2]] : tensor<?x?x64xf32> into tensor<?x64xf32>
    %36 = tensor.empty(%rows) : tensor<?x64xf32>
    %37 = linalg.fill ins(%cst : f32) outs(%36 : tensor<?x64xf32>) -> tensor<?x64xf32>
    %38 = linalg.matmul ins(%35, %34 : tensor<?x64xf32>, tensor<64x64xf32>) outs(%37 : tensor<?x64xf32>) -> tensor<?x64xf32>
    %39 = tensor.expand_shape %38 [[0, 1], [2]] output_shape [%dim, %dim_0, 64] : tensor<?x64xf32> into tensor<?x?x64xf32>
    %40 = tensor.expand_shape %39 [[0], [1], [2, 3]] output_shape [%dim, %dim_0, 4, 16] : tensor<?x?x64xf32> into tensor<?x?x4x16xf32>
    %41 = tensor.empty(%dim, %dim_0) : tensor<?x4x?x16xf32>
    %42 = linalg.transpose ins(%40 : tensor<?x?x4x16xf32>) outs(%41 : tensor<?x4x?x16xf32>) permutation = [0, 2, 1, 3]
    %43 = tensor.empty() : tensor<64x64xf32>
    %44 = linalg.transpose ins(%arg7 : tensor<64x64xf32>) outs(%43 : tensor<64x64xf32>) permutation = [1, 0]
    %45 = tensor.collapse_shape %21 [[0, 1], [2]] : tensor<?x?x64xf32> into tensor<?x64xf32>
    %46 = tensor.empty(%rows) : tensor<?x64xf32>
    %47 = linalg.fill ins(%cst : f32) outs(%46 : tensor<?x64xf32>) -> tensor<?x64xf32>
    %48 = linalg.matmul ins(%45, %44 : tensor<?x64xf32>, tensor<64x64xf32>) outs(%47 : tensor<?x64xf32>) -> tensor<?x64xf32>
    %49 = tensor.expand_shape %48 [[0, 1], [2]] output_shape [%dim, %dim_0, 64] : tensor<?x64xf32> into tensor<?x?x64xf32>
    %50 = tensor.expand_shape %49 [[0], [1], [2, 3]] output_shape [%dim, %dim_0, 4, 16] : tensor<?x?x64xf32> into tensor<?x?x4x16xf32>
    %51 = tensor.empty(%dim, %dim_0) : tensor<?x4x?x16xf32>
    %52 = linalg.transpose ins(%50 : tensor<?x?x4x16xf32>) outs(%51 : tensor<?x4x?x16xf32>) permutation = [0, 2, 1, 3]
    %53 = tensor.expand_shape %arg2 [[0, 1], [2], [3]] output_shape [%dim, 1, %dim_0, 16] : tensor<?x?x16xf32> into tensor<?x1x?x16xf32>
    %54 = tensor.expand_shape %arg3 [[0, 1], [2], [3]] output_shape [%dim, 1, %dim_0, 16] : tensor<?x?x16xf32> into tensor<?x1x?x16xf32>
    %55 = tensor.empty(%dim, %dim_0) : tensor<?x4x?x16xf32>
    %56 = linalg.generic {indexing_maps = [#map3, #map4, #map3], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%32, %53 : tensor<?x4x?x16xf32>, tensor<?x1x?x16xf32>) outs(%55 : tensor<?x4x?x16xf32>) {
    ^bb0(%in: f32, %in_10: f32, %out: f32):
      %57 = arith.mulf %in, %in_10 : f32
      linalg.yield %57 : f32
    } -> tensor<?x4x?x16xf32>
    %58 = tensor.extract_slice %32[0, 0, 0, 0] [%dim, 4, %dim_0, 8] [1, 1, 1, 1] : tensor<?x4x?x16xf32> to tensor<?x4x?x8xf32>
    %59 = tensor.extract_slice %32[0, 0, 0, 8] [%dim, 4, %dim_0, 8] [1, 1, 1, 1] : tensor<?x4x?x16xf32> to tensor<?x4x?x8xf32>
    %60 = tensor.empty(%dim, %dim_0) : tensor<?x4x?x8xf32>
    %61 = linalg.generic {indexing_maps = [#map3, #map3], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%59 : tensor<?x4x?x8xf32>) outs(%60 : tensor<?x4x?x8xf32>) {
    ^bb0(%in: f32, %out: f32):
      %62 = arith.negf %in : f32
      linalg.yield %62 : f32
    } -> tensor<?x4x?x8xf32>
    %63 = tensor.concat dim(3) %61, %58 : (tensor<?x4x?x8xf32>, tensor<?x4x?x8xf32>) -> tensor<?x4x?x16xf32>
    %64 = tensor.empty(%dim, %dim_0) : tensor<?x4x?x16xf32>
    %65 = linalg.generic {indexing_maps = [#map3, #map4, #map3], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%63, %54 : tensor<?x4x?x16xf32>, tensor<?x1x?x16xf32>) outs(%64 : tensor<?x4x?x16xf32>) {
    ^bb0(%in: f32, %in_10: f32, %out: f32):
      %66 = arith.mulf %in, %in_10 : f32
      linalg.yield %66 : f32
    } -> tensor<?x4x?x16xf32>
    %67 = tensor.empty(%dim, %dim_0) : tensor<?x4x?x16xf32>
    %68 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%56, %65 : tensor<?x4x?x16xf32>, tensor<?x4x?x16xf32>) outs(%67 : tensor<?x4x?x16xf32>) {
    ^bb0(%in: f32, %in_10: f32, %out: f32):
      %69 = arith.addf %in, %in_10 : f32
      linalg.yield %69 : f32
    } -> tensor<?x4x?x16xf32>
    %70 = tensor.empty(%dim, %dim_0) : tensor<?x4x?x16xf32>
    %71 = linalg.generic {indexing_maps = [#map3, #map4, #map3], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%42, %53 : tensor<?x4x?x16xf32>, tensor<?x1x?x16xf32>) outs(%70 : tensor<?x4x?x16xf32>) {
    ^bb0(%in: f32, %in_10: f32, %out: f32):
      %72 = arith.mulf %in, %in_10 : f32
      linalg.yield %72 : f32
    } -> tensor<?x4x?x16xf32>
    %73 = tensor.extract_slice %42[0, 0, 0, 0] [%dim, 4, %dim_0, 8] [1, 1, 1, 1] : tensor<?x4x?x16xf32> to tensor<?x4x?x8xf32>
    %74 = tensor.extract_slice %42[0, 0, 0, 8] [%dim, 4, %dim_0, 8] [1, 1, 1, 1] : tensor<?x4x?x16xf32> to tensor<?x4x?x8xf32>
    %75 = tensor.empty(%dim, %dim_0) : tensor<?x4x?x8xf32>
    %76 = linalg.generic {indexing_maps = [#map3, #map3], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%74 : tensor<?x4x?x8xf32>) outs(%75 : tensor<?x4x?x8xf32>) {
    ^bb0(%in: f32, %out: f32):
      %77 = arith.negf %in : f32
      linalg.yield %77 : f32
    } -> tensor<?x4x?x8xf32>
    %78 = tensor.concat dim(3) %76, %73 : (tensor<?x4x?x8xf32>, tensor<?x4x?x8xf32>) -> tensor<?x4x?x16xf32>
    %79 = tensor.empty(%dim, %dim_0) : tensor<?x4x?x16xf32>
    %80 = linalg.generic {indexing_maps = [#map3, #map4, #map3], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%78, %54 : tensor<?x4x?x16xf32>, tensor<?x1x?x16xf32>) outs(%79 : tensor<?x4x?x16xf32>) {
    ^bb0(%in: f32, %in_10: f32, %out: f32):
      %81 = arith.mulf %in, %in_10 : f32
      linalg.yield %81 : f32
    } -> tensor<?x4x?x16xf32>
    %82 = tensor.empty(%dim, %dim_0) : tensor<?x4x?x16xf32>
    %83 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%71, %80 : tensor<?x4x?x16xf32>, tensor<?x4x?x16xf32>) outs(%82 : tensor<?x4x?x16xf32>) {
    ^bb0(%in: f32, %in_10: f32, %out: f32):
      %84 = arith.addf %in, %in_10 : f32
      linalg.yield %84 : f32
    } -> tensor<?x4x?x16xf32>
    %85 = tensor.empty(%dim, %dim_0) : tensor<?x4x16x?xf32>
    %86 = linalg.transpose ins(%83 : tensor<?x4x?x16xf32>) outs(%85 : tensor<?x4x16x?xf32>) permutation = [0, 1, 3, 2]
    %87 = tensor.collapse_shape %68 [[0, 1], [2], [3]] : tensor<?x4x?x16xf32> into tensor<?x?x16xf32>
    %88 = tensor.collapse_shape %86 [[0, 1], [2], [3]] : tensor<?x4x16x?xf32> into tensor<?x16x?xf32>
    %89 = tensor.collapse_shape %52 [[0, 1], [2], [3]] : tensor<?x4x?x16xf32> into tensor<?x?x16xf32>
    %90 = tensor.empty(%bh, %dim_0, %dim_0) : tensor<?x?x?xf32>
    %91 = linalg.fill ins(%cst : f32) outs(%90 : tensor<?x?x?xf32>) -> tensor<?x?x?xf32>
    %92 = linalg.batch_matmul ins(%87, %88 : tensor<?x?x16xf32>, tensor<?x16x?xf32>) outs(%91 : tensor<?x?x?xf32>) -> tensor<?x?x?xf32>
    %93 = tensor.expand_shape %92 [[0, 1], [2], [3]] output_shape [%dim, 4, %dim_0, %dim_0] : tensor<?x?x?xf32> into tensor<?x4x?x?xf32>
    %94 = tensor.empty(%dim, %dim_0, %dim_0) : tensor<?x4x?x?xf32>
    %95 = linalg.generic {indexing_maps = [#map3, #map3], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%93 : tensor<?x4x?x?xf32>) outs(%94 : tensor<?x4x?x?xf32>) {
    ^bb0(%in: f32, %out: f32):
      %96 = arith.mulf %in, %cst_2 : f32
      linalg.yield %96 : f32
    } -> tensor<?x4x?x?xf32>
    %97 = tensor.empty(%dim, %dim_0, %dim_0) : tensor<?x4x?x?xf32>
    %98 = linalg.generic {indexing_maps = [#map3, #map4, #map3], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%95, %arg1 : tensor<?x4x?x?xf32>, tensor<?x1x?x?xf32>) outs(%97 : tensor<?x4x?x?xf32>) {
    ^bb0(%in: f32, %in_10: f32, %out: f32):
      %99 = arith.addf %in, %in_10 : f32
      linalg.yield %99 : f32
    } -> tensor<?x4x?x?xf32>
    %100 = tensor.empty(%dim, %dim_0) : tensor<?x4x?x1xi64>
    %101 = linalg.fill ins(%c0_i64 : i64) outs(%100 : tensor<?x4x?x1xi64>) -> tensor<?x4x?x1xi64>
    %102 = tensor.empty(%dim, %dim_0) : tensor<?x4x?x1xf32>
    %103 = linalg.fill ins(%cst_3 : f32) outs(%102 : tensor<?x4x?x1xf32>) -> tensor<?x4x?x1xf32>
    %104:2 = linalg.generic {indexing_maps = [#map3, #map5, #map5], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%98 : tensor<?x4x?x?xf32>) outs(%103, %101 : tensor<?x4x?x1xf32>, tensor<?x4x?x1xi64>) {
    ^bb0(%in: f32, %out: f32, %out_10: i64):
      %105 = linalg.index 3 : index
      %106 = arith.index_cast %105 : index to i64
      %107 = arith.maximumf %in, %out : f32
      %108 = arith.cmpf ogt, %in, %out : f32
      %109 = arith.select %108, %106, %out_10 : i64
      linalg.yield %107, %109 : f32, i64
    } -> (tensor<?x4x?x1xf32>, tensor<?x4x?x1xi64>)
    %110 = tensor.empty(%dim, %dim_0, %dim_0) : tensor<?x4x?x?xf32>
    %111 = linalg.generic {indexing_maps = [#map3, #map5, #map3], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%98, %104#0 : tensor<?x4x?x?xf32>, tensor<?x4x?x1xf32>) outs(%110 : tensor<?x4x?x?xf32>) {
    ^bb0(%in: f32, %in_10: f32, %out: f32):
      %112 = arith.subf %in, %in_10 : f32
      linalg.yield %112 : f32
    } -> tensor<?x4x?x?xf32>
    %113 = tensor.empty(%dim, %dim_0, %dim_0) : tensor<?x4x?x?xf32>
    %114 = linalg.generic {indexing_maps = [#map3, #map3], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%111 : tensor<?x4x?x?xf32>) outs(%113 : tensor<?x4x?x?xf32>) {
    ^bb0(%in: f32, %out: f32):
      %115 = math.exp %in : f32
      linalg.yield %115 : f32
    } -> tensor<?x4x?x?xf32>
    %116 = tensor.empty(%dim, %dim_0) : tensor<?x4x?x1xf32>
    %117 = linalg.fill ins(%cst : f32) outs(%116 : tensor<?x4x?x1xf32>) -> tensor<?x4x?x1xf32>
    %118 = linalg.generic {indexing_maps = [#map3, #map5], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%114 : tensor<?x4x?x?xf32>) outs(%117 : tensor<?x4x?x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %119 = arith.addf %in, %out : f32
      linalg.yield %119 : f32
    } -> tensor<?x4x?x1xf32>
    %120 = tensor.empty(%dim, %dim_0, %dim_0) : tensor<?x4x?x?xf32>
    %121 = linalg.generic {indexing_maps = [#map3, #map5, #map3], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%114, %118 : tensor<?x4x?x?xf32>, tensor<?x4x?x1xf32>) outs(%120 : tensor<?x4x?x?xf32>) {
    ^bb0(%in: f32, %in_10: f32, %out: f32):
      %122 = arith.divf %in, %in_10 : f32
      linalg.yield %122 : f32
    } -> tensor<?x4x?x?xf32>
    %123 = tensor.collapse_shape %121 [[0, 1], [2], [3]] : tensor<?x4x?x?xf32> into tensor<?x?x?xf32>
    %124 = tensor.empty(%bh, %dim_0) : tensor<?x?x16xf32>
    %125 = linalg.fill ins(%cst : f32) outs(%124 : tensor<?x?x16xf32>) -> tensor<?x?x16xf32>
    %126 = linalg.batch_matmul ins(%123, %89 : tensor<?x?x?xf32>, tensor<?x?x16xf32>) outs(%125 : tensor<?x?x16xf32>) -> tensor<?x?x16xf32>
    %127 = tensor.expand_shape %126 [[0, 1], [2], [3]] output_shape [%dim, 4, %dim_0, 16] : tensor<?x?x16xf32> into tensor<?x4x?x16xf32>
    %128 = tensor.empty(%dim, %dim_0) : tensor<?x?x4x16xf32>
    %129 = linalg.transpose ins(%127 : tensor<?x4x?x16xf32>) outs(%128 : tensor<?x?x4x16xf32>) permutation = [0, 2, 1, 3]
    %130 = tensor.collapse_shape %129 [[0], [1], [2, 3]] : tensor<?x?x4x16xf32> into tensor<?x?x64xf32>
    %131 = tensor.empty() : tensor<64x64xf32>
    %132 = linalg.transpose ins(%arg8 : tensor<64x64xf32>) outs(%131 : tensor<64x64xf32>) permutation = [1, 0]
    %133 = tensor.collapse_shape %130 [[0, 1], [2]] : tensor<?x?x64xf32> into tensor<?x64xf32>
    %134 = tensor.empty(%rows) : tensor<?x64xf32>
    %135 = linalg.fill ins(%cst : f32) outs(%134 : tensor<?x64xf32>) -> tensor<?x64xf32>
    %136 = linalg.matmul ins(%133, %132 : tensor<?x64xf32>, tensor<64x64xf32>) outs(%135 : tensor<?x64xf32>) -> tensor<?x64xf32>
    %137 = tensor.expand_shape %136 [[0, 1], [2]] output_shape [%dim, %dim_0, 64] : tensor<?x64xf32> into tensor<?x?x64xf32>
    %138 = tensor.empty(%dim, %dim_0) : tensor<?x?x64xf32>
    %139 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%arg0, %137 : tensor<?x?x64xf32>, tensor<?x?x64xf32>) outs(%138 : tensor<?x?x64xf32>) {
    ^bb0(%in: f32, %in_10: f32, %out: f32):
      %140 = arith.addf %in, %in_10 : f32
      linalg.yield %140 : f32
    } -> tensor<?x?x64xf32>
    %141 = tensor.empty(%dim, %dim_0) : tensor<?x?x64xf32>
    %142 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%139, %139 : tensor<?x?x64xf32>, tensor<?x?x64xf32>) outs(%141 : tensor<?x?x64xf32>) {
    ^bb0(%in: f32, %in_10: f32, %out: f32):
      %143 = arith.mulf %in, %in_10 : f32
      linalg.yield %143 : f32
    } -> tensor<?x?x64xf32>
    %144 = tensor.empty(%dim, %dim_0) : tensor<?x?x1xf32>
    %145 = linalg.fill ins(%cst : f32) outs(%144 : tensor<?x?x1xf32>) -> tensor<?x?x1xf32>
    %146 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "parallel", "reduction"]} ins(%142 : tensor<?x?x64xf32>) outs(%145 : tensor<?x?x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %147 = arith.addf %in, %out : f32
      linalg.yield %147 : f32
    } -> tensor<?x?x1xf32>
    %148 = tensor.empty(%dim, %dim_0) : tensor<?x?x1xf32>
    %149 = linalg.generic {indexing_maps = [#map1, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%146 : tensor<?x?x1xf32>) outs(%148 : tensor<?x?x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %150 = arith.divf %in, %cst_0 : f32
      linalg.yield %150 : f32
    } -> tensor<?x?x1xf32>
    %151 = tensor.empty(%dim, %dim_0) : tensor<?x?x1xf32>
    %152 = linalg.generic {indexing_maps = [#map1, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%149 : tensor<?x?x1xf32>) outs(%151 : tensor<?x?x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %153 = arith.truncf %cst_1 : f64 to f32
      %154 = arith.addf %in, %153 : f32
      linalg.yield %154 : f32
    } -> tensor<?x?x1xf32>
    %155 = tensor.empty(%dim, %dim_0) : tensor<?x?x1xf32>
    %156 = linalg.generic {indexing_maps = [#map1, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%152 : tensor<?x?x1xf32>) outs(%155 : tensor<?x?x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %157 = math.rsqrt %in : f32
      linalg.yield %157 : f32
    } -> tensor<?x?x1xf32>
    %158 = tensor.empty(%dim, %dim_0) : tensor<?x?x64xf32>
    %159 = linalg.generic {indexing_maps = [#map, #map1, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%139, %156 : tensor<?x?x64xf32>, tensor<?x?x1xf32>) outs(%158 : tensor<?x?x64xf32>) {
    ^bb0(%in: f32, %in_10: f32, %out: f32):
      %160 = arith.mulf %in, %in_10 : f32
      linalg.yield %160 : f32
    } -> tensor<?x?x64xf32>
    %161 = tensor.empty(%dim, %dim_0) : tensor<?x?x64xf32>
    %162 = linalg.generic {indexing_maps = [#map2, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%arg9, %159 : tensor<64xf32>, tensor<?x?x64xf32>) outs(%161 : tensor<?x?x64xf32>) {
    ^bb0(%in: f32, %in_10: f32, %out: f32):
      %163 = arith.mulf %in, %in_10 : f32
      linalg.yield %163 : f32
    } -> tensor<?x?x64xf32>
    %164 = tensor.empty() : tensor<64x176xf32>
    %165 = linalg.transpose ins(%arg10 : tensor<176x64xf32>) outs(%164 : tensor<64x176xf32>) permutation = [1, 0]
    %166 = tensor.collapse_shape %162 [[0, 1], [2]] : tensor<?x?x64xf32> into tensor<?x64xf32>
    %167 = tensor.empty(%rows) : tensor<?x176xf32>
    %168 = linalg.fill ins(%cst : f32) outs(%167 : tensor<?x176xf32>) -> tensor<?x176xf32>
    %169 = linalg.matmul ins(%166, %165 : tensor<?x64xf32>, tensor<64x176xf32>) outs(%168 : tensor<?x176xf32>) -> tensor<?x176xf32>
    %170 = tensor.expand_shape %169 [[0, 1], [2]] output_shape [%dim, %dim_0, 176] : tensor<?x176xf32> into tensor<?x?x176xf32>
    %171 = tensor.empty(%dim, %dim_0) : tensor<?x?x176xf32>
    %172 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%170 : tensor<?x?x176xf32>) outs(%171 : tensor<?x?x176xf32>) {
    ^bb0(%in: f32, %out: f32):
      %173 = arith.negf %in : f32
      %174 = math.exp %173 : f32
      %175 = arith.addf %174, %cst_4 : f32
      %176 = arith.divf %cst_4, %175 : f32
      linalg.yield %176 : f32
    } -> tensor<?x?x176xf32>
    %177 = tensor.empty(%dim, %dim_0) : tensor<?x?x176xf32>
    %178 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%172, %170 : tensor<?x?x176xf32>, tensor<?x?x176xf32>) outs(%177 : tensor<?x?x176xf32>) {
    ^bb0(%in: f32, %in_10: f32, %out: f32):
      %179 = arith.mulf %in, %in_10 : f32
      linalg.yield %179 : f32
    } -> tensor<?x?x176xf32>
    %180 = tensor.empty() : tensor<64x176xf32>
    %181 = linalg.transpose ins(%arg11 : tensor<176x64xf32>) outs(%180 : tensor<64x176xf32>) permutation = [1, 0]
    %182 = tensor.collapse_shape %162 [[0, 1], [2]] : tensor<?x?x64xf32> into tensor<?x64xf32>
    %183 = tensor.empty(%rows) : tensor<?x176xf32>
    %184 = linalg.fill ins(%cst : f32) outs(%183 : tensor<?x176xf32>) -> tensor<?x176xf32>
    %185 = linalg.matmul ins(%182, %181 : tensor<?x64xf32>, tensor<64x176xf32>) outs(%184 : tensor<?x176xf32>) -> tensor<?x176xf32>
    %186 = tensor.expand_shape %185 [[0, 1], [2]] output_shape [%dim, %dim_0, 176] : tensor<?x176xf32> into tensor<?x?x176xf32>
    %187 = tensor.empty(%dim, %dim_0) : tensor<?x?x176xf32>
    %188 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%178, %186 : tensor<?x?x176xf32>, tensor<?x?x176xf32>) outs(%187 : tensor<?x?x176xf32>) {
    ^bb0(%in: f32, %in_10: f32, %out: f32):
      %189 = arith.mulf %in, %in_10 : f32
      linalg.yield %189 : f32
    } -> tensor<?x?x176xf32>
    %190 = tensor.empty() : tensor<176x64xf32>
    %191 = linalg.transpose ins(%arg12 : tensor<64x176xf32>) outs(%190 : tensor<176x64xf32>) permutation = [1, 0]
    %192 = tensor.collapse_shape %188 [[0, 1], [2]] : tensor<?x?x176xf32> into tensor<?x176xf32>
    %193 = tensor.empty(%rows) : tensor<?x64xf32>
    %194 = linalg.fill ins(%cst : f32) outs(%193 : tensor<?x64xf32>) -> tensor<?x64xf32>
    %195 = linalg.matmul ins(%192, %191 : tensor<?x176xf32>, tensor<176x64xf32>) outs(%194 : tensor<?x64xf32>) -> tensor<?x64xf32>
    %196 = tensor.expand_shape %195 [[0, 1], [2]] output_shape [%dim, %dim_0, 64] : tensor<?x64xf32> into tensor<?x?x64xf32>
    %197 = tensor.empty(%dim, %dim_0) : tensor<?x?x64xf32>
    %198 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%139, %196 : tensor<?x?x64xf32>, tensor<?x?x64xf32>) outs(%197 : tensor<?x?x64xf32>) {
    ^bb0(%in: f32, %in_10: f32, %out: f32):
      %199 = arith.addf %in, %in_10 : f32
      linalg.yield %199 : f32
    } -> tensor<?x?x64xf32>
    return %198 : tensor<?x?x64xf32>
  }
}
