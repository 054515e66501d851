// RUN: rmsnorm-run %s --compare --stddev=0:1.0e-6 | FileCheck %s

// exp(x) - 1 and log(1 + x) are as exact as their result is small.
// CHECK: result #0
// CHECK: within the bound
// CHECK: result #1
// CHECK: within the bound
// CHECK: result #2
// CHECK: within the bound
func.func @f(%x: tensor<4x32xf32>)
    -> (tensor<4x32xf32>, tensor<4x32xf32>, tensor<4x32xbf16>) {
  %a = math.expm1 %x : tensor<4x32xf32>
  %b = math.log1p %x : tensor<4x32xf32>
  %t = arith.truncf %x : tensor<4x32xf32> to tensor<4x32xbf16>
  %c = math.expm1 %t : tensor<4x32xbf16>
  return %a, %b, %c : tensor<4x32xf32>, tensor<4x32xf32>, tensor<4x32xbf16>
}
