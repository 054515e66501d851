// Catalogue entry X16: integers and complex numbers.
// RUN: rmsnorm-opt %s --allow-unregistered-dialect --norm-raise \
// RUN:     --remarks-filter=norm-raise --remark-format=emitRemark \
// RUN:     -o %t.after 2>&1 | FileCheck %s --allow-empty
// RUN: rmsnorm-opt %s --allow-unregistered-dialect -o %t.before
// RUN: diff %t.before %t.after

// CHECK-NOT: remark: [Passed]

func.func @integers(%x: tensor<4x8xi32>) -> tensor<4x8xf32> {
  %zero = "stablehlo.constant"() <{value = dense<0> : tensor<i32>}> : () -> tensor<i32>
  %n = "stablehlo.constant"() <{value = dense<8.0> : tensor<4xf32>}> : () -> tensor<4xf32>
  %eps = "stablehlo.constant"() <{value = dense<1.0e-5> : tensor<4xf32>}> : () -> tensor<4xf32>
  %sq = "stablehlo.multiply"(%x, %x) : (tensor<4x8xi32>, tensor<4x8xi32>) -> tensor<4x8xi32>
  %s = "stablehlo.reduce"(%sq, %zero) <{dimensions = array<i64: 1>}> ({
  ^bb0(%lhs: tensor<i32>, %rhs: tensor<i32>):
    %add = "stablehlo.add"(%lhs, %rhs) : (tensor<i32>, tensor<i32>) -> tensor<i32>
    "stablehlo.return"(%add) : (tensor<i32>) -> ()
  }) : (tensor<4x8xi32>, tensor<i32>) -> tensor<4xi32>
  %sf = "stablehlo.convert"(%s) : (tensor<4xi32>) -> tensor<4xf32>
  %m = "stablehlo.divide"(%sf, %n) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %v = "stablehlo.add"(%m, %eps) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %r = "stablehlo.rsqrt"(%v) : (tensor<4xf32>) -> tensor<4xf32>
  %rb = "stablehlo.broadcast_in_dim"(%r) <{broadcast_dimensions = array<i64: 0>}> : (tensor<4xf32>) -> tensor<4x8xf32>
  %xf = "stablehlo.convert"(%x) : (tensor<4x8xi32>) -> tensor<4x8xf32>
  %y = "stablehlo.multiply"(%xf, %rb) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}

func.func @complex(%x: tensor<4x8xcomplex<f32>>) -> tensor<4x8xcomplex<f32>> {
  %0 = "stablehlo.multiply"(%x, %x) : (tensor<4x8xcomplex<f32>>, tensor<4x8xcomplex<f32>>) -> tensor<4x8xcomplex<f32>>
  %2 = "stablehlo.constant"() <{value = dense<(0.0,0.0)> : tensor<complex<f32>>}> : () -> tensor<complex<f32>>
  %1 = "stablehlo.reduce"(%0, %2) <{dimensions = array<i64: 1>}> ({
  ^bb0(%lhs: tensor<complex<f32>>, %rhs: tensor<complex<f32>>):
    %add = "stablehlo.add"(%lhs, %rhs) : (tensor<complex<f32>>, tensor<complex<f32>>) -> tensor<complex<f32>>
    "stablehlo.return"(%add) : (tensor<complex<f32>>) -> ()
  }) : (tensor<4x8xcomplex<f32>>, tensor<complex<f32>>) -> tensor<4xcomplex<f32>>
  %3 = "stablehlo.constant"() <{value = dense<(8.0,0.0)> : tensor<4xcomplex<f32>>}> : () -> tensor<4xcomplex<f32>>
  %4 = "stablehlo.divide"(%1, %3) : (tensor<4xcomplex<f32>>, tensor<4xcomplex<f32>>) -> tensor<4xcomplex<f32>>
  %5 = "stablehlo.rsqrt"(%4) : (tensor<4xcomplex<f32>>) -> tensor<4xcomplex<f32>>
  %6 = "stablehlo.broadcast_in_dim"(%5) <{broadcast_dimensions = array<i64: 0>}> : (tensor<4xcomplex<f32>>) -> tensor<4x8xcomplex<f32>>
  %7 = "stablehlo.multiply"(%x, %6) : (tensor<4x8xcomplex<f32>>, tensor<4x8xcomplex<f32>>) -> tensor<4x8xcomplex<f32>>
  return %7 : tensor<4x8xcomplex<f32>>
}
