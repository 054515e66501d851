// RUN: rmsnorm-opt %s --allow-unregistered-dialect --norm-raise -o %t.after
// RUN: rmsnorm-opt %s --allow-unregistered-dialect -o %t.before
// RUN: diff %t.before %t.after

// A graph region, whose ops stand in any order.

%e = "tosa.const"() <{values = dense<1.0e-5> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
%n = "tosa.const"() <{values = dense<0.125> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
%zp = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
%g = "t.f"(%x) : (tensor<4x8xf32>) -> tensor<1x8xf32>
%x = "t.x"() : () -> tensor<4x8xf32>
%y = tosa.mul %h, %g, %zp : (tensor<4x8xf32>, tensor<1x8xf32>, tensor<1xi8>) -> tensor<4x8xf32>
%h = tosa.mul %x, %r, %zp : (tensor<4x8xf32>, tensor<4x1xf32>, tensor<1xi8>) -> tensor<4x8xf32>
%r = tosa.rsqrt %ve : (tensor<4x1xf32>) -> tensor<4x1xf32>
%ve = tosa.add %vn, %e : (tensor<4x1xf32>, tensor<1x1xf32>) -> tensor<4x1xf32>
%vn = tosa.mul %v, %n, %zp : (tensor<4x1xf32>, tensor<1x1xf32>, tensor<1xi8>) -> tensor<4x1xf32>
%v = tosa.reduce_sum %sq {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
%sq = tosa.mul %x, %x, %zp : (tensor<4x8xf32>, tensor<4x8xf32>, tensor<1xi8>) -> tensor<4x8xf32>
"t.use"(%y) : (tensor<4x8xf32>) -> ()
