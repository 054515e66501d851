// Catalogue entry A6: the product split: x * s - mean * s + bias, (x * s +
// bias) - mean * s, fma(x, s, fma(-mean, s, bias)).
// RUN: rmsnorm-opt %s --norm-raise \
// RUN:   | FileCheck %s \
// RUN:       --implicit-check-not='{{[rR]?[sS]qrt|[pP]ow}}'

// CHECK-LABEL: func.func @fma(
// CHECK: %[[Y:.*]] = norm.layer_norm %arg0 scale(%arg1 : tensor<8xf32> dims [1]) bias(%arg2 : tensor<8xf32> dims [1]) axes [1] epsilon 9.9999997473787516E-6 : tensor<4x8xf32> -> tensor<4x8xf32>
// CHECK: return %[[Y]]
func.func @fma(%x: tensor<4x8xf32>, %w: tensor<8xf32>, %b: tensor<8xf32>)
    -> tensor<4x8xf32> {
  %c1 = arith.constant dense<0.0> : tensor<4xf32>
  %1 = linalg.reduce { arith.addf } ins(%x : tensor<4x8xf32>) outs(%c1 : tensor<4xf32>) dimensions = [1]
  %c3 = arith.constant dense<8.0> : tensor<4xf32>
  %3 = arith.divf %1, %c3 : tensor<4xf32>
  %e5 = tensor.empty() : tensor<4x8xf32>
  %5 = linalg.broadcast ins(%3 : tensor<4xf32>) outs(%e5 : tensor<4x8xf32>) dimensions = [1]
  %6 = arith.subf %x, %5 : tensor<4x8xf32>
  %7 = arith.mulf %6, %6 : tensor<4x8xf32>
  %8 = linalg.reduce { arith.addf } ins(%7 : tensor<4x8xf32>) outs(%c1 : tensor<4xf32>) dimensions = [1]
  %9 = arith.divf %8, %c3 : tensor<4xf32>
  %c11 = arith.constant dense<1.0e-05> : tensor<4xf32>
  %11 = arith.addf %9, %c11 : tensor<4xf32>
  %12 = math.rsqrt %11 : tensor<4xf32>
  %13 = linalg.broadcast ins(%12 : tensor<4xf32>) outs(%e5 : tensor<4x8xf32>) dimensions = [1]
  %14 = linalg.broadcast ins(%w : tensor<8xf32>) outs(%e5 : tensor<4x8xf32>) dimensions = [0]
  %15 = arith.mulf %13, %14 : tensor<4x8xf32>
  %16 = arith.mulf %x, %15 : tensor<4x8xf32>
  %17 = linalg.broadcast ins(%3 : tensor<4xf32>) outs(%e5 : tensor<4x8xf32>) dimensions = [1]
  %18 = arith.mulf %17, %15 : tensor<4x8xf32>
  %19 = arith.negf %3 : tensor<4xf32>
  %20 = linalg.broadcast ins(%19 : tensor<4xf32>) outs(%e5 : tensor<4x8xf32>) dimensions = [1]
  %21 = linalg.broadcast ins(%b : tensor<8xf32>) outs(%e5 : tensor<4x8xf32>) dimensions = [0]
  %22 = math.fma %20, %15, %21 : tensor<4x8xf32>
  %23 = math.fma %x, %15, %22 : tensor<4x8xf32>
  return %23 : tensor<4x8xf32>
}
