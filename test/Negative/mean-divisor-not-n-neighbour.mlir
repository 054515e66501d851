// RUN: rmsnorm-opt %s --allow-unregistered-dialect --norm-raise -o %t.after
// RUN: rmsnorm-opt %s --allow-unregistered-dialect -o %t.before
// RUN: diff %t.before %t.after

// The mean times a number next to 1, which no rounding of 1 is.

func.func @f(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %sh = tosa.const_shape {values = dense<1> : tensor<2xindex>} : () -> !tosa.shape<2>
  %cst = arith.constant dense<1.0078125> : tensor<1xbf16>
  %c = arith.extf %cst : tensor<1xbf16> to tensor<1xf32>
  %cc = tosa.reshape %c, %sh : (tensor<1xf32>, !tosa.shape<2>) -> tensor<1x1xf32>
  %zp = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %n = "tosa.const"() <{values = dense<0.125> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %e = "tosa.const"() <{values = dense<1.0e-5> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %s = tosa.reduce_sum %x {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %m = tosa.mul %s, %n, %zp : (tensor<4x1xf32>, tensor<1x1xf32>, tensor<1xi8>) -> tensor<4x1xf32>
  %d0 = tosa.sub %x, %m : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %sq = tosa.mul %d0, %d0, %zp : (tensor<4x8xf32>, tensor<4x8xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  %v = tosa.reduce_sum %sq {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %vn = tosa.mul %v, %n, %zp : (tensor<4x1xf32>, tensor<1x1xf32>, tensor<1xi8>) -> tensor<4x1xf32>
  %ve = tosa.add %vn, %e : (tensor<4x1xf32>, tensor<1x1xf32>) -> tensor<4x1xf32>
  %r = tosa.rsqrt %ve : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %m2 = tosa.mul %m, %cc, %zp : (tensor<4x1xf32>, tensor<1x1xf32>, tensor<1xi8>) -> tensor<4x1xf32>
  %d = tosa.sub %x, %m2 : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %y = tosa.mul %d, %r, %zp : (tensor<4x8xf32>, tensor<4x1xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}
