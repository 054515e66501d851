// RUN: rmsnorm-opt %s --norm-fuse --canonicalize --cse --remarks-filter=norm-fuse 2>%t | FileCheck %s
// RUN: FileCheck %s --check-prefix=REMARK --input-file=%t

// REMARK: [Passed] fused | Category:norm-fuse | Function=cast | Remark="absorbed arith.truncf: 256 bytes less traffic"
// CHECK-LABEL: func.func @cast
// CHECK: %[[R:.+]] = norm.rowwise {{.*}} outs(%{{.*}} : tensor<4x8xbf16>)
// CHECK: arith.truncf %{{.*}} : tensor<8xf32> to tensor<8xbf16>
// CHECK: return %[[R]]
func.func @cast(%x: tensor<4x8xf32>) -> tensor<4x8xbf16> {
  %y = norm.rms_norm %x axes [1] epsilon 1.0e-5
      : tensor<4x8xf32> -> tensor<4x8xf32>
  %t = arith.truncf %y : tensor<4x8xf32> to tensor<4x8xbf16>
  return %t : tensor<4x8xbf16>
}

// silu(z) * y, with z computed after the norm; the dynamic extents are those
// of the operands.
// CHECK-LABEL: func.func @gate
// CHECK: norm.rowwise
// CHECK-SAME: ins(%{{.*}}, %{{.*}} : tensor<?x8xf32>, tensor<?x8xf32>)
// CHECK: math.exp %{{.*}} : tensor<8xf32>
// CHECK: math.rsqrt
// CHECK: norm.yield
// CHECK-NOT: arith.{{...}}f
func.func @gate(%x: tensor<?x8xf32>, %z: tensor<?x8xf32>) -> tensor<?x8xf32> {
  %y = norm.rms_norm %x axes [1] epsilon 1.0e-5
      : tensor<?x8xf32> -> tensor<?x8xf32>
  %n = arith.negf %z : tensor<?x8xf32>
  %e = math.exp %n : tensor<?x8xf32>
  %one = arith.constant 1.0 : f32
  %c0 = arith.constant 0 : index
  %rows = tensor.dim %z, %c0 : tensor<?x8xf32>
  %ones = tensor.splat %one[%rows] : tensor<?x8xf32>
  %d = arith.addf %e, %ones : tensor<?x8xf32>
  %g = arith.divf %z, %d : tensor<?x8xf32>
  %r = arith.mulf %g, %y : tensor<?x8xf32>
  return %r : tensor<?x8xf32>
}

// Static quantisation; the normalised matrix is read by somebody else too.
// CHECK-LABEL: func.func @quantize
// CHECK: %[[R:.+]]:2 = norm.rowwise
// CHECK: %[[Q:.+]] = arith.fptosi %{{.*}} : tensor<8xf32> to tensor<8xi8>
// CHECK: norm.yield %{{.*}}, %[[Q]] : tensor<8xf32>, tensor<8xi8>
// CHECK: return %[[R]]#0, %[[R]]#1
func.func @quantize(%x: tensor<4x8xf32>)
    -> (tensor<4x8xf32>, tensor<4x8xi8>) {
  %y = norm.layer_norm %x axes [1] epsilon 1.0e-5
      : tensor<4x8xf32> -> tensor<4x8xf32>
  %k = arith.constant dense<3.0> : tensor<4x8xf32>
  %s = arith.mulf %y, %k : tensor<4x8xf32>
  %r = math.roundeven %s : tensor<4x8xf32>
  %q = arith.fptosi %r : tensor<4x8xf32> to tensor<4x8xi8>
  return %y, %q : tensor<4x8xf32>, tensor<4x8xi8>
}

// A statistic is rounded: one scalar a row.
// CHECK-LABEL: func.func @statistic
// CHECK: norm.rowwise {{.*}} outs(%{{.*}}, %{{.*}} : tensor<4x8xf32>, tensor<4xbf16>)
// CHECK: arith.truncf %{{.*}} : f32 to bf16
func.func @statistic(%x: tensor<4x8xf32>) -> (tensor<4x8xf32>, tensor<4xbf16>) {
  %y, %r = norm.rms_norm %x axes [1] epsilon 1.0e-5
      : tensor<4x8xf32> -> tensor<4x8xf32> rstd tensor<4xf32>
  %t = arith.truncf %r : tensor<4xf32> to tensor<4xbf16>
  return %y, %t : tensor<4x8xf32>, tensor<4xbf16>
}

// Norm, residual add, norm: one kernel.
// REMARK: Function=norm_after_norm | Remark="absorbed norm.rowwise
// CHECK-LABEL: func.func @norm_after_norm
// CHECK: %[[R:.+]]:2 = norm.rowwise
// CHECK-SAME: ins(%arg0, %arg1 : tensor<?x?xbf16>, tensor<?x?xf32>)
// CHECK-COUNT-2: math.rsqrt
// CHECK-NOT: norm.rowwise
// CHECK: return %[[R]]#0, %[[R]]#1
func.func @norm_after_norm(%x: tensor<?x?xbf16>, %r: tensor<?x?xf32>)
    -> (tensor<?x?xf32>, tensor<?x?xf32>) {
  %e = arith.extf %x : tensor<?x?xbf16> to tensor<?x?xf32>
  %y = norm.rms_norm %e axes [1] epsilon 1.0e-5
      : tensor<?x?xf32> -> tensor<?x?xf32>
  %s = arith.addf %y, %r : tensor<?x?xf32>
  %z = norm.layer_norm %s axes [1] epsilon 1.0e-5
      : tensor<?x?xf32> -> tensor<?x?xf32>
  return %s, %z : tensor<?x?xf32>, tensor<?x?xf32>
}
