// RUN: rmsnorm-opt %s --norm-fuse --canonicalize | FileCheck %s

// Nobody reads what the consumers compute: they leave the program again, each
// before the ops that only it read.
// CHECK-LABEL: func.func @unread_consumers
// CHECK: %[[R:.+]] = norm.rowwise
// CHECK: math.rsqrt
// CHECK: %[[Y:.+]] = arith.mulf
// CHECK-NEXT: norm.yield %[[Y]] : tensor<16xf32>
// CHECK: return %[[R]]
func.func @unread_consumers(%x: tensor<16x16xf32>) -> tensor<16x16xf32> {
  %y = norm.rms_norm %x axes [1] epsilon 1.0e-3
      : tensor<16x16xf32> -> tensor<16x16xf32>
  %a = math.absf %y : tensor<16x16xf32>
  %b = math.tanh %a : tensor<16x16xf32>
  return %y : tensor<16x16xf32>
}

// The last op of the program is the unread one.
// CHECK-LABEL: func.func @unread_last
// CHECK: arith.negf
// CHECK-NEXT: norm.yield
// CHECK-NOT: math.absf
func.func @unread_last(%x: tensor<16x16xf32>) -> tensor<16x16xf32> {
  %y = norm.rms_norm %x axes [1] epsilon 1.0e-3
      : tensor<16x16xf32> -> tensor<16x16xf32>
  %n = arith.negf %y : tensor<16x16xf32>
  %a = math.absf %n : tensor<16x16xf32>
  return %n : tensor<16x16xf32>
}

// The backward op reads the statistic; the program of both has no result but
// its.
// CHECK-LABEL: func.func @backward_reads_rstd
// CHECK-SAME: %[[X:[a-z0-9]+]]: tensor<16x16xf32>, %[[DY:[a-z0-9]+]]: tensor<16x16xf32>
// CHECK: %[[R:.+]] = norm.rowwise
// CHECK-SAME: ins(%[[X]], %[[DY]] : tensor<16x16xf32>, tensor<16x16xf32>)
// CHECK-SAME: outs(%{{.*}} : tensor<16x16xf32>)
// CHECK-COUNT-1: math.rsqrt
// CHECK-NOT: norm.rowwise
// CHECK: return %[[R]]
func.func @backward_reads_rstd(%x: tensor<16x16xf32>, %dy: tensor<16x16xf32>)
    -> tensor<16x16xf32> {
  %y, %r = norm.rms_norm %x axes [1] epsilon 1.0e-3
      : tensor<16x16xf32> -> tensor<16x16xf32> rstd tensor<16xf32>
  %g = arith.mulf %dy, %y : tensor<16x16xf32>
  %dx = norm.rms_norm_backward %g, %x, %r axes [1]
      : tensor<16x16xf32>, tensor<16x16xf32>, tensor<16xf32>
      -> tensor<16x16xf32>
  return %dx : tensor<16x16xf32>
}
