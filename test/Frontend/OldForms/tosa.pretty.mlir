// TOSA as it was printed before LLVM 21.
// RUN: rmsnorm-opt %s | FileCheck %s

// CHECK-LABEL: func.func @constants
func.func @constants() -> (tensor<1xf32>, tensor<2xf32>) {
  // CHECK: "tosa.const"() <{values = dense<1.000000e+00> : tensor<1xf32>}>
  %0 = "tosa.const"() {value = dense<1.0> : tensor<1xf32>} : () -> tensor<1xf32>
  // CHECK: "tosa.const"() <{values = dense<2.000000e+00> : tensor<2xf32>}>
  %1 = "tosa.const"() <{value = dense<2.0> : tensor<2xf32>}> : () -> tensor<2xf32>
  return %0, %1 : tensor<1xf32>, tensor<2xf32>
}

// CHECK-LABEL: func.func @rms_norm
func.func @rms_norm(%x: tensor<1x4x8xf32>, %w: tensor<1x1x8xf32>) -> tensor<1x4x8xf32> {
  // CHECK: %[[S:.*]] = "tosa.const"() <{values = dense<0> : tensor<1xi8>}>
  // CHECK: %[[SQ:.*]] = tosa.mul %arg0, %arg0, %[[S]]
  %0 = tosa.mul %x, %x {shift = 0 : i8} : (tensor<1x4x8xf32>, tensor<1x4x8xf32>) -> tensor<1x4x8xf32>
  // CHECK: tosa.reduce_sum %[[SQ]] {axis = 2 : i32}
  %1 = "tosa.reduce_sum"(%0) {axis = 2 : i64} : (tensor<1x4x8xf32>) -> tensor<1x4x1xf32>
  %2 = "tosa.const"() <{value = dense<0.125> : tensor<1x1x1xf32>}> : () -> tensor<1x1x1xf32>
  // CHECK: tosa.mul
  %3 = tosa.mul %1, %2 {shift = 0 : i8} : (tensor<1x4x1xf32>, tensor<1x1x1xf32>) -> tensor<1x4x1xf32>
  %4 = tosa.rsqrt %3 : (tensor<1x4x1xf32>) -> tensor<1x4x1xf32>
  %5 = tosa.mul %x, %4 {shift = 0 : i8} : (tensor<1x4x8xf32>, tensor<1x4x1xf32>) -> tensor<1x4x8xf32>
  %6 = tosa.mul %5, %w {shift = 0 : i8} : (tensor<1x4x8xf32>, tensor<1x1x8xf32>) -> tensor<1x4x8xf32>
  return %6 : tensor<1x4x8xf32>
}

// CHECK-LABEL: func.func @shapes
func.func @shapes(%x: tensor<1x4x8xf32>) -> tensor<8x4xf32> {
  %perm = "tosa.const"() <{value = dense<[0, 2, 1]> : tensor<3xi32>}> : () -> tensor<3xi32>
  // CHECK: tosa.transpose %arg0 {perms = array<i32: 0, 2, 1>} : (tensor<1x4x8xf32>) -> tensor<1x8x4xf32>
  %0 = tosa.transpose %x, %perm : (tensor<1x4x8xf32>, tensor<3xi32>) -> tensor<1x8x4xf32>
  // CHECK: %[[C:.*]] = tosa.const_shape {{.*}} : () -> !tosa.shape<2>
  // CHECK: tosa.reshape %{{.*}}, %[[C]]
  %1 = tosa.reshape %0 {new_shape = array<i64: 8, 4>} : (tensor<1x8x4xf32>) -> tensor<8x4xf32>
  return %1 : tensor<8x4xf32>
}

// CHECK-LABEL: func.func @zero_points
func.func @zero_points(%x: tensor<1x4x8xf32>, %y: tensor<1x8x4xf32>) -> tensor<1x4x4xf32> {
  // CHECK: %[[Z:.*]] = "tosa.const"() <{values = dense<0.000000e+00> : tensor<1xf32>}>
  // CHECK: tosa.matmul %arg0, %arg1, %[[Z]], %[[Z]]
  %0 = tosa.matmul %x, %y : (tensor<1x4x8xf32>, tensor<1x8x4xf32>) -> tensor<1x4x4xf32>
  // CHECK: tosa.negate %{{.*}}, %{{.*}}, %{{.*}}
  %1 = tosa.negate %0 : (tensor<1x4x4xf32>) -> tensor<1x4x4xf32>
  // CHECK: tosa.clamp %{{.*}} {max_val = 6.000000e+00 : f32, min_val = 0.000000e+00 : f32}
  %2 = tosa.clamp %1 {max_fp = 6.0 : f32, max_int = 6 : i64, min_fp = 0.0 : f32, min_int = 0 : i64} : (tensor<1x4x4xf32>) -> tensor<1x4x4xf32>
  return %2 : tensor<1x4x4xf32>
}

// CHECK-LABEL: func.func @ranks
func.func @ranks(%x: tensor<?x4x8xf32>, %y: tensor<f32>, %z: tensor<4x1xf32>) -> tensor<?x4x8xf32> {
  // CHECK: %[[Y:.*]] = tosa.reshape %arg1, %{{.*}} : (tensor<f32>, !tosa.shape<3>) -> tensor<1x1x1xf32>
  // CHECK: %[[A:.*]] = tosa.add %arg0, %[[Y]] : (tensor<?x4x8xf32>, tensor<1x1x1xf32>) -> tensor<?x4x8xf32>
  %0 = "tosa.add"(%x, %y) : (tensor<?x4x8xf32>, tensor<f32>) -> tensor<?x4x8xf32>
  // CHECK: %[[Z:.*]] = tosa.reshape %arg2, %{{.*}} : (tensor<4x1xf32>, !tosa.shape<3>) -> tensor<1x4x1xf32>
  // CHECK: tosa.mul %[[Z]], %[[A]], %{{.*}} : (tensor<1x4x1xf32>, tensor<?x4x8xf32>, tensor<1xi8>)
  %1 = "tosa.mul"(%z, %0) {shift = 0 : i32} : (tensor<4x1xf32>, tensor<?x4x8xf32>) -> tensor<?x4x8xf32>
  return %1 : tensor<?x4x8xf32>
}

// What is written now is left as it is.
// CHECK-LABEL: func.func @now
func.func @now(%x: tensor<1x4x8xf32>, %s: tensor<1xi8>) -> tensor<1x4x8xf32> {
  // CHECK-NEXT: tosa.mul %arg0, %arg0, %arg1
  %0 = tosa.mul %x, %x, %s : (tensor<1x4x8xf32>, tensor<1x4x8xf32>, tensor<1xi8>) -> tensor<1x4x8xf32>
  // CHECK-NEXT: tosa.reduce_sum %{{.*}} {axis = 2 : i32}
  %1 = tosa.reduce_sum %0 {axis = 2 : i32} : (tensor<1x4x8xf32>) -> tensor<1x4x1xf32>
  // CHECK-NEXT: return
  return %0 : tensor<1x4x8xf32>
}
