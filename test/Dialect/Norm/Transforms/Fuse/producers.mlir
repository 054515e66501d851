// RUN: rmsnorm-opt %s --norm-fuse --canonicalize --cse --remarks-filter=norm-fuse 2>%t | FileCheck %s
// RUN: FileCheck %s --check-prefix=REMARK --input-file=%t

#matrix = affine_map<(d0, d1) -> (d0, d1)>
#keepdims = affine_map<(d0, d1) -> (d0, 0)>

// The sum of a residual connection is read by others too: the kernel writes
// it.
// REMARK: [Passed] fused | Category:norm-fuse | Function=residual | Remark="absorbed arith.addf, whose value stays as a result: 128 bytes less traffic"
// CHECK-LABEL: func.func @residual
// CHECK-SAME: %[[A:.+]]: tensor<4x8xf32>, %[[B:.+]]: tensor<4x8xf32>
// CHECK: %[[R:.+]]:2 = norm.rowwise
// CHECK-SAME: ins(%[[A]], %[[B]] :
// CHECK-NEXT: ^bb0(%[[AR:.+]]: tensor<8xf32>, %[[BR:.+]]: tensor<8xf32>):
// CHECK: %[[S:.+]] = arith.addf %[[AR]], %[[BR]]
// CHECK: %[[SQUARE:.+]] = arith.mulf %[[S]], %[[S]]
// CHECK: norm.reduce add %[[SQUARE]]
// CHECK: %[[Y:.+]] = arith.mulf %[[S]]
// CHECK: norm.yield %[[Y]], %[[S]]
// CHECK: return %[[R]]#1, %[[R]]#0
func.func @residual(%a: tensor<4x8xf32>, %b: tensor<4x8xf32>)
    -> (tensor<4x8xf32>, tensor<4x8xf32>) {
  %s = arith.addf %a, %b : tensor<4x8xf32>
  %y = norm.rms_norm %s axes [1] epsilon 1.0e-5
      : tensor<4x8xf32> -> tensor<4x8xf32>
  return %s, %y : tensor<4x8xf32>, tensor<4x8xf32>
}

// A matrix in bf16, a row with a unit dimension, a scalar, and constants.
// REMARK: Function=generic | Remark="absorbed linalg.generic: 256 bytes less traffic"
// CHECK-LABEL: func.func @generic
// CHECK-SAME: %[[X:.+]]: tensor<4x8xbf16>, %[[C:.+]]: tensor<4x1xf32>, %[[K:.+]]: f32
// CHECK: %[[ROW:.+]] = tensor.collapse_shape %[[C]] {{.*}} : tensor<4x1xf32> into tensor<4xf32>
// CHECK: norm.rowwise
// CHECK-SAME: ins(%[[X]], %[[ROW]], %[[K]] : tensor<4x8xbf16>, tensor<4xf32>, f32)
// CHECK-NEXT: ^bb0(%[[XR:.+]]: tensor<8xbf16>, %[[CE:.+]]: f32, %[[KE:.+]]: f32):
// CHECK: %[[WIDE:.+]] = arith.extf %[[XR]] : tensor<8xbf16> to tensor<8xf32>
// CHECK: %[[CR:.+]] = tensor.splat %[[CE]]
// CHECK: %[[P:.+]] = arith.mulf %[[WIDE]], %[[CR]] : tensor<8xf32>
// CHECK: %[[KR:.+]] = tensor.splat %[[KE]]
// CHECK: %[[Q:.+]] = arith.addf %[[P]], %[[KR]] : tensor<8xf32>
// CHECK: arith.mulf %[[Q]], %{{.*}} : tensor<8xf32>
// CHECK-NOT: linalg
func.func @generic(%x: tensor<4x8xbf16>, %c: tensor<4x1xf32>, %k: f32)
    -> tensor<4x8xf32> {
  %e = tensor.empty() : tensor<4x8xf32>
  %two = arith.constant 2.0 : f32
  %s = linalg.generic {indexing_maps = [#matrix, #keepdims, #matrix],
                       iterator_types = ["parallel", "parallel"]}
      ins(%x, %c : tensor<4x8xbf16>, tensor<4x1xf32>)
      outs(%e : tensor<4x8xf32>) {
  ^bb0(%a: bf16, %b: f32, %o: f32):
    %w = arith.extf %a : bf16 to f32
    %p = arith.mulf %w, %b : f32
    %q = arith.addf %p, %k : f32
    %r = arith.mulf %q, %two : f32
    linalg.yield %r : f32
  } -> tensor<4x8xf32>
  %y = norm.layer_norm %s axes [1] epsilon 1.0e-5
      : tensor<4x8xf32> -> tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}

// Scale and bias: a cast of the one, a constant for the other.
// CHECK-LABEL: func.func @affine
// CHECK: norm.rowwise
// CHECK-SAME: ins(%{{.*}}, %{{.*}} : tensor<4x8xf32>, tensor<8xbf16>)
// CHECK: arith.extf %{{.*}} : tensor<8xbf16> to tensor<8xf32>
// CHECK-NOT: linalg
func.func @affine(%x: tensor<4x8xf32>, %w: tensor<8xbf16>)
    -> tensor<4x8xf32> {
  %k = arith.constant 0.5 : f32
  %e = tensor.empty() : tensor<8xf32>
  %b = linalg.fill ins(%k : f32) outs(%e : tensor<8xf32>) -> tensor<8xf32>
  %ws = arith.extf %w : tensor<8xbf16> to tensor<8xf32>
  %y = norm.layer_norm %x scale(%ws : tensor<8xf32> dims [1])
      bias(%b : tensor<8xf32> dims [1]) axes [1] epsilon 1.0e-5
      : tensor<4x8xf32> -> tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}

// The wide copy is read before the norm can run: the norm reads the narrow
// matrix and widens it again.
// REMARK: Function=widen_again | Remark="computes again arith.extf: 64 bytes less traffic"
// CHECK-LABEL: func.func @widen_again
// CHECK-SAME: %[[X:.+]]: tensor<4x8xbf16>
// CHECK: arith.extf %[[X]] : tensor<4x8xbf16>
// CHECK: norm.rowwise
// CHECK-SAME: ins(%{{.*}}, %[[X]] : tensor<8xf32>, tensor<4x8xbf16>)
func.func @widen_again(%x: tensor<4x8xbf16>) -> tensor<4x8xf32> {
  %s = arith.extf %x : tensor<4x8xbf16> to tensor<4x8xf32>
  %c = arith.constant 0 : index
  %v = tensor.extract %s[%c, %c] : tensor<4x8xf32>
  %vs = tensor.splat %v : tensor<8xf32>
  %w = math.exp %vs : tensor<8xf32>
  %y = norm.rms_norm %s scale(%w : tensor<8xf32> dims [1])
      axes [1] epsilon 1.0e-5 : tensor<4x8xf32> -> tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}

// The sum is read before the norm: the norm runs first.
// CHECK-LABEL: func.func @moves_up
// CHECK: %[[R:.+]]:2 = norm.rowwise
// CHECK: linalg.matmul ins(%[[R]]#1,
func.func @moves_up(%a: tensor<4x8xf32>, %w: tensor<8x8xf32>)
    -> (tensor<4x8xf32>, tensor<4x8xf32>) {
  %s = arith.addf %a, %a : tensor<4x8xf32>
  %m = linalg.matmul ins(%s, %w : tensor<4x8xf32>, tensor<8x8xf32>)
      outs(%a : tensor<4x8xf32>) -> tensor<4x8xf32>
  %y = norm.rms_norm %s axes [1] epsilon 1.0e-5
      : tensor<4x8xf32> -> tensor<4x8xf32>
  return %m, %y : tensor<4x8xf32>, tensor<4x8xf32>
}
