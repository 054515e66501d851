// RUN: rmsnorm-opt %s --norm-raise --split-input-file | FileCheck %s

// Ops that nothing uses do not keep a statistic alive, and go with it.

// CHECK-LABEL: func.func @dead_users(
// CHECK-NEXT: %y = norm.rms_norm %arg0 axes [1]
// CHECK: return %y
func.func @dead_users(%x: tensor<4x8xf32>, %b: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %n = "tosa.const"() <{values = dense<0.125> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %e = "tosa.const"() <{values = dense<1.0e-5> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %0 = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %q = tosa.mul %x, %x, %0 : (tensor<4x8xf32>, tensor<4x8xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  %s = tosa.reduce_sum %q {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %d = tosa.exp %s : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %d1 = tosa.add %b, %d : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %d2 = tosa.sub %d1, %d : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %m = tosa.mul %s, %n, %0 : (tensor<4x1xf32>, tensor<1x1xf32>, tensor<1xi8>) -> tensor<4x1xf32>
  %v = tosa.add %m, %e : (tensor<4x1xf32>, tensor<1x1xf32>) -> tensor<4x1xf32>
  %r = tosa.rsqrt %v : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %y = tosa.mul %x, %r, %0 : (tensor<4x8xf32>, tensor<4x1xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}

// -----

// One that is used at the end of a long chain is no dead one.

// CHECK-LABEL: func.func @live_users(
// CHECK: tosa.reduce_sum
// CHECK-NOT: norm.
func.func @live_users(%x: tensor<4x8xf32>) -> (tensor<4x8xf32>, tensor<4x1xf32>) {
  %n = "tosa.const"() <{values = dense<0.125> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %e = "tosa.const"() <{values = dense<1.0e-5> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %0 = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %q = tosa.mul %x, %x, %0 : (tensor<4x8xf32>, tensor<4x8xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  %s = tosa.reduce_sum %q {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %d = tosa.exp %s : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %d1 = tosa.exp %d : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %d2 = tosa.exp %d1 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %m = tosa.mul %s, %n, %0 : (tensor<4x1xf32>, tensor<1x1xf32>, tensor<1xi8>) -> tensor<4x1xf32>
  %v = tosa.add %m, %e : (tensor<4x1xf32>, tensor<1x1xf32>) -> tensor<4x1xf32>
  %r = tosa.rsqrt %v : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %y = tosa.mul %x, %r, %0 : (tensor<4x8xf32>, tensor<4x1xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  return %y, %d2 : tensor<4x8xf32>, tensor<4x1xf32>
}

// -----

// What hangs together by more than 64 ops is not looked through.

// CHECK-LABEL: func.func @many_dead_users(
// CHECK: tosa.reduce_sum
// CHECK-NOT: norm.
// CHECK: return
func.func @many_dead_users(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %n = "tosa.const"() <{values = dense<0.125> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %e = "tosa.const"() <{values = dense<1.0e-5> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %0 = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %q = tosa.mul %x, %x, %0 : (tensor<4x8xf32>, tensor<4x8xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  %s = tosa.reduce_sum %q {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %d0 = tosa.exp %s : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %d1 = tosa.exp %d0 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %d2 = tosa.exp %d1 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %d3 = tosa.exp %d2 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %d4 = tosa.exp %d3 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %d5 = tosa.exp %d4 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %d6 = tosa.exp %d5 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %d7 = tosa.exp %d6 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %d8 = tosa.exp %d7 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %d9 = tosa.exp %d8 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %d10 = tosa.exp %d9 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %d11 = tosa.exp %d10 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %d12 = tosa.exp %d11 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %d13 = tosa.exp %d12 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %d14 = tosa.exp %d13 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %d15 = tosa.exp %d14 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %d16 = tosa.exp %d15 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %d17 = tosa.exp %d16 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %d18 = tosa.exp %d17 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %d19 = tosa.exp %d18 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %d20 = tosa.exp %d19 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %d21 = tosa.exp %d20 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %d22 = tosa.exp %d21 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %d23 = tosa.exp %d22 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %d24 = tosa.exp %d23 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %d25 = tosa.exp %d24 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %d26 = tosa.exp %d25 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %d27 = tosa.exp %d26 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %d28 = tosa.exp %d27 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %d29 = tosa.exp %d28 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %d30 = tosa.exp %d29 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %d31 = tosa.exp %d30 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %d32 = tosa.exp %d31 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %d33 = tosa.exp %d32 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %d34 = tosa.exp %d33 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %d35 = tosa.exp %d34 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %d36 = tosa.exp %d35 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %d37 = tosa.exp %d36 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %d38 = tosa.exp %d37 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %d39 = tosa.exp %d38 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %d40 = tosa.exp %d39 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %d41 = tosa.exp %d40 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %d42 = tosa.exp %d41 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %d43 = tosa.exp %d42 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %d44 = tosa.exp %d43 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %d45 = tosa.exp %d44 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %d46 = tosa.exp %d45 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %d47 = tosa.exp %d46 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %d48 = tosa.exp %d47 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %d49 = tosa.exp %d48 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %d50 = tosa.exp %d49 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %d51 = tosa.exp %d50 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %d52 = tosa.exp %d51 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %d53 = tosa.exp %d52 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %d54 = tosa.exp %d53 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %d55 = tosa.exp %d54 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %d56 = tosa.exp %d55 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %d57 = tosa.exp %d56 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %d58 = tosa.exp %d57 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %d59 = tosa.exp %d58 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %d60 = tosa.exp %d59 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %d61 = tosa.exp %d60 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %d62 = tosa.exp %d61 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %d63 = tosa.exp %d62 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %d64 = tosa.exp %d63 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %m = tosa.mul %s, %n, %0 : (tensor<4x1xf32>, tensor<1x1xf32>, tensor<1xi8>) -> tensor<4x1xf32>
  %v = tosa.add %m, %e : (tensor<4x1xf32>, tensor<1x1xf32>) -> tensor<4x1xf32>
  %r = tosa.rsqrt %v : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %y = tosa.mul %x, %r, %0 : (tensor<4x8xf32>, tensor<4x1xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}

// -----

// Each of four layers of dead ops reads all of the layer before.

// CHECK-LABEL: func.func @dead_lattice(
// CHECK-NEXT: norm.rms_norm
// CHECK-NEXT: return
func.func @dead_lattice(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %n = "tosa.const"() <{values = dense<0.125> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %e = "tosa.const"() <{values = dense<1.0e-5> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %0 = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %q = tosa.mul %x, %x, %0 : (tensor<4x8xf32>, tensor<4x8xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  %s = tosa.reduce_sum %q {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %l0_0 = tosa.concat %s, %s, %s {axis = 1 : i32} : (tensor<4x1xf32>, tensor<4x1xf32>, tensor<4x1xf32>) -> tensor<4x3xf32>
  %l0_1 = tosa.concat %s, %s, %s {axis = 1 : i32} : (tensor<4x1xf32>, tensor<4x1xf32>, tensor<4x1xf32>) -> tensor<4x3xf32>
  %l0_2 = tosa.concat %s, %s, %s {axis = 1 : i32} : (tensor<4x1xf32>, tensor<4x1xf32>, tensor<4x1xf32>) -> tensor<4x3xf32>
  %l1_0 = tosa.concat %l0_0, %l0_1, %l0_2 {axis = 1 : i32} : (tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>) -> tensor<4x9xf32>
  %l1_1 = tosa.concat %l0_0, %l0_1, %l0_2 {axis = 1 : i32} : (tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>) -> tensor<4x9xf32>
  %l1_2 = tosa.concat %l0_0, %l0_1, %l0_2 {axis = 1 : i32} : (tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>) -> tensor<4x9xf32>
  %l2_0 = tosa.concat %l1_0, %l1_1, %l1_2 {axis = 1 : i32} : (tensor<4x9xf32>, tensor<4x9xf32>, tensor<4x9xf32>) -> tensor<4x27xf32>
  %l2_1 = tosa.concat %l1_0, %l1_1, %l1_2 {axis = 1 : i32} : (tensor<4x9xf32>, tensor<4x9xf32>, tensor<4x9xf32>) -> tensor<4x27xf32>
  %l2_2 = tosa.concat %l1_0, %l1_1, %l1_2 {axis = 1 : i32} : (tensor<4x9xf32>, tensor<4x9xf32>, tensor<4x9xf32>) -> tensor<4x27xf32>
  %l3_0 = tosa.concat %l2_0, %l2_1, %l2_2 {axis = 1 : i32} : (tensor<4x27xf32>, tensor<4x27xf32>, tensor<4x27xf32>) -> tensor<4x81xf32>
  %l3_1 = tosa.concat %l2_0, %l2_1, %l2_2 {axis = 1 : i32} : (tensor<4x27xf32>, tensor<4x27xf32>, tensor<4x27xf32>) -> tensor<4x81xf32>
  %l3_2 = tosa.concat %l2_0, %l2_1, %l2_2 {axis = 1 : i32} : (tensor<4x27xf32>, tensor<4x27xf32>, tensor<4x27xf32>) -> tensor<4x81xf32>
  %m = tosa.mul %s, %n, %0 : (tensor<4x1xf32>, tensor<1x1xf32>, tensor<1xi8>) -> tensor<4x1xf32>
  %v = tosa.add %m, %e : (tensor<4x1xf32>, tensor<1x1xf32>) -> tensor<4x1xf32>
  %r = tosa.rsqrt %v : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %y = tosa.mul %x, %r, %0 : (tensor<4x8xf32>, tensor<4x1xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}

// -----

// A region that yields the statistic is a user, even if nothing uses what it
// yields: rstd becomes a result.

// CHECK-LABEL: func.func @dead_region(
// CHECK: %y, %rstd = norm.rms_norm
// CHECK: scf.if
func.func @dead_region(%x: tensor<4x8xf32>, %c: i1, %z: tensor<4x1xf32>) -> tensor<4x8xf32> {
  %n = "tosa.const"() <{values = dense<0.125> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %e = "tosa.const"() <{values = dense<1.0e-5> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %0 = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %q = tosa.mul %x, %x, %0 : (tensor<4x8xf32>, tensor<4x8xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  %s = tosa.reduce_sum %q {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %m = tosa.mul %s, %n, %0 : (tensor<4x1xf32>, tensor<1x1xf32>, tensor<1xi8>) -> tensor<4x1xf32>
  %v = tosa.add %m, %e : (tensor<4x1xf32>, tensor<1x1xf32>) -> tensor<4x1xf32>
  %r = tosa.rsqrt %v : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %dead = scf.if %c -> tensor<4x1xf32> {
    scf.yield %r : tensor<4x1xf32>
  } else {
    scf.yield %z : tensor<4x1xf32>
  }
  %y = tosa.mul %x, %r, %0 : (tensor<4x8xf32>, tensor<4x1xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}
