// A transformer block as JAX lowers it: LayerNorm by way of private callees,
// attention with a softmax, RMSNorm in bf16 with statistics in f32, and the
// attributes that JAX leaves on module, arguments and results.
// RUN: rmsnorm-opt %s | FileCheck %s
// RUN: rmsnorm-opt --mlir-print-op-generic %s > %t.generic.mlir
// RUN: %mlir_opt --allow-unregistered-dialect --mlir-print-op-generic \
// RUN:   %t.generic.mlir | diff %t.generic.mlir -

// CHECK: module @jit_block attributes {mhlo.num_partitions = 1 : i32, mhlo.num_replicas = 1 : i32}
module @jit_block attributes {mhlo.num_partitions = 1 : i32, mhlo.num_replicas = 1 : i32} {
  // CHECK: func.func public @main(%{{.*}}: tensor<2x16x64xf32> {jax.buffer_donor = true, tf.aliasing_output = 0 : i32}
  // CHECK-SAME: -> (tensor<2x16x64xf32> {jax.result_info = "result[0]"})
  func.func public @main(%arg0: tensor<2x16x64xf32> {jax.buffer_donor = true, tf.aliasing_output = 0 : i32}, %arg1: tensor<64xf32> {mhlo.sharding = "{replicated}"}, %arg2: tensor<64xf32>, %arg3: tensor<64x4x3x16xf32>, %arg4: tensor<4x16x64xf32>, %arg5: tensor<64xbf16>, %arg6: tensor<64x256xbf16>, %arg7: tensor<256x64xbf16>) -> (tensor<2x16x64xf32> {jax.result_info = "result[0]"}) {
    %cst = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    // CHECK: "stablehlo.reduce"(%{{.*}}, %{{.*}}) <{dimensions = array<i64: 2>}> ({
    // CHECK-NEXT: ^bb0(%[[A:.*]]: tensor<f32>, %[[B:.*]]: tensor<f32>):
    // CHECK-NEXT:   %[[S:.*]] = "stablehlo.add"(%[[A]], %[[B]])
    // CHECK-NEXT:   "stablehlo.return"(%[[S]])
    // CHECK-NEXT: }) : (tensor<2x16x64xf32>, tensor<f32>) -> tensor<2x16xf32>
    %0 = stablehlo.reduce(%arg0 init: %cst) applies stablehlo.add across dimensions = [2] : (tensor<2x16x64xf32>, tensor<f32>) -> tensor<2x16xf32>
    %1 = stablehlo.broadcast_in_dim %0, dims = [0, 1] : (tensor<2x16xf32>) -> tensor<2x16x1xf32>
    %cst_0 = stablehlo.constant dense<6.400000e+01> : tensor<f32>
    %2 = stablehlo.broadcast_in_dim %cst_0, dims = [] : (tensor<f32>) -> tensor<2x16x1xf32>
    %3 = stablehlo.divide %1, %2 : tensor<2x16x1xf32>
    %c = stablehlo.constant dense<0> : tensor<i32>
    // CHECK: call @_var
    %4 = call @_var(%arg0, %c) : (tensor<2x16x64xf32>, tensor<i32>) -> tensor<2x16x1xf32>
    %5 = stablehlo.broadcast_in_dim %3, dims = [0, 1, 2] : (tensor<2x16x1xf32>) -> tensor<2x16x64xf32>
    %6 = stablehlo.subtract %arg0, %5 : tensor<2x16x64xf32>
    %cst_1 = stablehlo.constant dense<9.99999974E-6> : tensor<f32>
    %7 = stablehlo.broadcast_in_dim %cst_1, dims = [] : (tensor<f32>) -> tensor<2x16x1xf32>
    %8 = stablehlo.add %4, %7 : tensor<2x16x1xf32>
    %9 = stablehlo.rsqrt %8 : tensor<2x16x1xf32>
    %10 = stablehlo.broadcast_in_dim %9, dims = [0, 1, 2] : (tensor<2x16x1xf32>) -> tensor<2x16x64xf32>
    %11 = stablehlo.multiply %6, %10 : tensor<2x16x64xf32>
    %12 = stablehlo.broadcast_in_dim %arg1, dims = [2] : (tensor<64xf32>) -> tensor<1x1x64xf32>
    %13 = stablehlo.broadcast_in_dim %12, dims = [0, 1, 2] : (tensor<1x1x64xf32>) -> tensor<2x16x64xf32>
    %14 = stablehlo.multiply %11, %13 : tensor<2x16x64xf32>
    %15 = stablehlo.broadcast_in_dim %arg2, dims = [2] : (tensor<64xf32>) -> tensor<2x16x64xf32>
    %16 = stablehlo.add %14, %15 : tensor<2x16x64xf32>
    // CHECK: "stablehlo.dot_general"(%{{.*}}, %arg3) <{dot_dimension_numbers = #stablehlo.dot<lhs_contracting_dimensions = [2], rhs_contracting_dimensions = [0]>, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]}>
    %17 = stablehlo.dot_general %16, %arg3, contracting_dims = [2] x [0], precision = [DEFAULT, DEFAULT] : (tensor<2x16x64xf32>, tensor<64x4x3x16xf32>) -> tensor<2x16x4x3x16xf32>
    %18 = stablehlo.slice %17 [0:2, 0:16, 0:4, 0:1, 0:16] : (tensor<2x16x4x3x16xf32>) -> tensor<2x16x4x1x16xf32>
    %19 = stablehlo.slice %17 [0:2, 0:16, 0:4, 1:2, 0:16] : (tensor<2x16x4x3x16xf32>) -> tensor<2x16x4x1x16xf32>
    %20 = stablehlo.slice %17 [0:2, 0:16, 0:4, 2:3, 0:16] : (tensor<2x16x4x3x16xf32>) -> tensor<2x16x4x1x16xf32>
    %21 = stablehlo.reshape %18 : (tensor<2x16x4x1x16xf32>) -> tensor<2x16x4x16xf32>
    %22 = stablehlo.reshape %19 : (tensor<2x16x4x1x16xf32>) -> tensor<2x16x4x16xf32>
    %23 = stablehlo.reshape %20 : (tensor<2x16x4x1x16xf32>) -> tensor<2x16x4x16xf32>
    %24 = stablehlo.dot_general %21, %22, batching_dims = [0, 2] x [0, 2], contracting_dims = [3] x [3], precision = [DEFAULT, DEFAULT] : (tensor<2x16x4x16xf32>, tensor<2x16x4x16xf32>) -> tensor<2x4x16x16xf32>
    %cst_2 = stablehlo.constant dense<2.500000e-01> : tensor<f32>
    %25 = stablehlo.broadcast_in_dim %cst_2, dims = [] : (tensor<f32>) -> tensor<2x4x16x16xf32>
    %26 = stablehlo.multiply %24, %25 : tensor<2x4x16x16xf32>
    %cst_3 = stablehlo.constant dense<0xFF800000> : tensor<f32>
    %27 = stablehlo.reduce(%26 init: %cst_3) applies stablehlo.maximum across dimensions = [3] : (tensor<2x4x16x16xf32>, tensor<f32>) -> tensor<2x4x16xf32>
    %28 = stablehlo.broadcast_in_dim %27, dims = [0, 1, 2] : (tensor<2x4x16xf32>) -> tensor<2x4x16x16xf32>
    %29 = stablehlo.subtract %26, %28 : tensor<2x4x16x16xf32>
    %30 = stablehlo.exponential %29 : tensor<2x4x16x16xf32>
    %31 = stablehlo.reduce(%30 init: %cst) applies stablehlo.add across dimensions = [3] : (tensor<2x4x16x16xf32>, tensor<f32>) -> tensor<2x4x16xf32>
    %32 = stablehlo.broadcast_in_dim %31, dims = [0, 1, 2] : (tensor<2x4x16xf32>) -> tensor<2x4x16x16xf32>
    %33 = stablehlo.divide %30, %32 : tensor<2x4x16x16xf32>
    %34 = stablehlo.dot_general %33, %23, batching_dims = [0, 1] x [0, 2], contracting_dims = [3] x [1] : (tensor<2x4x16x16xf32>, tensor<2x16x4x16xf32>) -> tensor<2x4x16x16xf32>
    %35 = stablehlo.transpose %34, dims = [0, 2, 1, 3] : (tensor<2x4x16x16xf32>) -> tensor<2x16x4x16xf32>
    %36 = stablehlo.dot_general %35, %arg4, contracting_dims = [2, 3] x [0, 1] : (tensor<2x16x4x16xf32>, tensor<4x16x64xf32>) -> tensor<2x16x64xf32>
    %37 = stablehlo.add %arg0, %36 : tensor<2x16x64xf32>
    %38 = stablehlo.convert %37 : (tensor<2x16x64xf32>) -> tensor<2x16x64xbf16>
    %39 = call @rms_norm(%38, %arg5) : (tensor<2x16x64xbf16>, tensor<64xbf16>) -> tensor<2x16x64xbf16>
    %40 = stablehlo.dot_general %39, %arg6, contracting_dims = [2] x [0] : (tensor<2x16x64xbf16>, tensor<64x256xbf16>) -> tensor<2x16x256xbf16>
    // CHECK: "stablehlo.logistic"
    %41 = stablehlo.logistic %40 : tensor<2x16x256xbf16>
    %42 = stablehlo.multiply %40, %41 : tensor<2x16x256xbf16>
    %43 = stablehlo.dot_general %42, %arg7, contracting_dims = [2] x [0] : (tensor<2x16x256xbf16>, tensor<256x64xbf16>) -> tensor<2x16x64xbf16>
    %44 = stablehlo.convert %43 : (tensor<2x16x64xbf16>) -> tensor<2x16x64xf32>
    %45 = stablehlo.add %37, %44 : tensor<2x16x64xf32>
    return %45 : tensor<2x16x64xf32>
  }
  // CHECK: func.func private @_var
  func.func private @_var(%arg0: tensor<2x16x64xf32>, %arg1: tensor<i32>) -> tensor<2x16x1xf32> {
    %cst = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %0 = stablehlo.convert %arg1 : (tensor<i32>) -> tensor<f32>
    %1 = stablehlo.reduce(%arg0 init: %cst) applies stablehlo.add across dimensions = [2] : (tensor<2x16x64xf32>, tensor<f32>) -> tensor<2x16xf32>
    %2 = stablehlo.broadcast_in_dim %1, dims = [0, 1] : (tensor<2x16xf32>) -> tensor<2x16x1xf32>
    %cst_0 = stablehlo.constant dense<6.400000e+01> : tensor<f32>
    %3 = stablehlo.broadcast_in_dim %cst_0, dims = [] : (tensor<f32>) -> tensor<2x16x1xf32>
    %4 = stablehlo.divide %2, %3 : tensor<2x16x1xf32>
    %5 = stablehlo.broadcast_in_dim %4, dims = [0, 1, 2] : (tensor<2x16x1xf32>) -> tensor<2x16x64xf32>
    %6 = stablehlo.subtract %arg0, %5 : tensor<2x16x64xf32>
    %7 = chlo.square %6 : tensor<2x16x64xf32> -> tensor<2x16x64xf32>
    %8 = stablehlo.subtract %cst_0, %0 : tensor<f32>
    %9 = stablehlo.reduce(%7 init: %cst) applies stablehlo.add across dimensions = [2] : (tensor<2x16x64xf32>, tensor<f32>) -> tensor<2x16xf32>
    %10 = stablehlo.broadcast_in_dim %9, dims = [0, 1] : (tensor<2x16xf32>) -> tensor<2x16x1xf32>
    %11 = stablehlo.broadcast_in_dim %8, dims = [] : (tensor<f32>) -> tensor<2x16x1xf32>
    %12 = stablehlo.divide %10, %11 : tensor<2x16x1xf32>
    // CHECK: "stablehlo.compare"(%{{.*}}, %{{.*}}) <{compare_type = #stablehlo<comparison_type FLOAT>, comparison_direction = #stablehlo<comparison_direction GT>}>
    %13 = stablehlo.compare  GT, %8, %cst,  FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
    %cst_1 = stablehlo.constant dense<0x7FC00000> : tensor<f32>
    %14 = call @_where(%13, %12, %cst_1) : (tensor<i1>, tensor<2x16x1xf32>, tensor<f32>) -> tensor<2x16x1xf32>
    return %14 : tensor<2x16x1xf32>
  }
  func.func private @_where(%arg0: tensor<i1>, %arg1: tensor<2x16x1xf32>, %arg2: tensor<f32>) -> tensor<2x16x1xf32> {
    %0 = stablehlo.broadcast_in_dim %arg2, dims = [] : (tensor<f32>) -> tensor<2x16x1xf32>
    // CHECK: "stablehlo.select"(%{{.*}}) : (tensor<i1>, tensor<2x16x1xf32>, tensor<2x16x1xf32>) -> tensor<2x16x1xf32>
    %1 = stablehlo.select %arg0, %arg1, %0 : tensor<i1>, tensor<2x16x1xf32>
    return %1 : tensor<2x16x1xf32>
  }
  func.func private @rms_norm(%arg0: tensor<2x16x64xbf16>, %arg1: tensor<64xbf16>) -> (tensor<2x16x64xbf16> {mhlo.layout_mode = "default"}) {
    %0 = stablehlo.convert %arg0 : (tensor<2x16x64xbf16>) -> tensor<2x16x64xf32>
    %1 = stablehlo.multiply %0, %0 : tensor<2x16x64xf32>
    %cst = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %2 = stablehlo.reduce(%1 init: %cst) applies stablehlo.add across dimensions = [2] : (tensor<2x16x64xf32>, tensor<f32>) -> tensor<2x16xf32>
    %cst_0 = stablehlo.constant dense<6.400000e+01> : tensor<2x16xf32>
    %3 = stablehlo.divide %2, %cst_0 : tensor<2x16xf32>
    %cst_1 = stablehlo.constant dense<9.99999997E-7> : tensor<2x16xf32>
    %4 = stablehlo.add %3, %cst_1 : tensor<2x16xf32>
    %5 = stablehlo.rsqrt %4 : tensor<2x16xf32>
    %6 = stablehlo.broadcast_in_dim %5, dims = [0, 1] : (tensor<2x16xf32>) -> tensor<2x16x64xf32>
    %7 = stablehlo.multiply %0, %6 : tensor<2x16x64xf32>
    %8 = stablehlo.convert %7 : (tensor<2x16x64xf32>) -> tensor<2x16x64xbf16>
    %9 = stablehlo.broadcast_in_dim %arg1, dims = [2] : (tensor<64xbf16>) -> tensor<2x16x64xbf16>
    %10 = stablehlo.multiply %8, %9 : tensor<2x16x64xbf16>
    return %10 : tensor<2x16x64xbf16>
  }
}
