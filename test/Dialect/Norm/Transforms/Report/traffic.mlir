// RUN: rmsnorm-opt %s --norm-report -o /dev/null | FileCheck %s

// What unknown extents are, is known from the ops.
// CHECK-LABEL: "name": "dynamic"
// CHECK:       "after": {
// CHECK:         "expression": "64*d0"
// CHECK:       "before": {
// CHECK-NEXT:    "bytes": 184,
// CHECK-NEXT:    "exact": false,
// CHECK-NEXT:    "expression": "184*d0"
// CHECK:       "saved": {
// CHECK:         "expression": "120*d0"
func.func @dynamic(%x: tensor<?x8xf32>) -> tensor<?x8xf32> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %n = arith.constant 8.0 : f32
  %eps = arith.constant 1.0e-3 : f32
  %rows = tensor.dim %x, %c0 : tensor<?x8xf32>
  %e = tensor.empty(%rows) : tensor<?xf32>
  %fill = linalg.fill ins(%zero : f32) outs(%e : tensor<?xf32>) -> tensor<?xf32>
  // Of the fill, 4 for each row; here 32 + 4 + 4.
  %s = linalg.generic {
      indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i)>],
      iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<?x8xf32>) outs(%fill : tensor<?xf32>) {
  ^bb0(%a: f32, %acc: f32):
    %sq = arith.mulf %a, %a : f32
    %t = arith.addf %acc, %sq : f32
    linalg.yield %t : f32
  } -> tensor<?xf32>
  // 4 + 4
  %r = linalg.generic {
      indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>],
      iterator_types = ["parallel"]}
      ins(%s : tensor<?xf32>) outs(%e : tensor<?xf32>) {
  ^bb0(%a: f32, %out: f32):
    %ms = arith.divf %a, %n : f32
    %v = arith.addf %ms, %eps : f32
    %t = math.rsqrt %v : f32
    linalg.yield %t : f32
  } -> tensor<?xf32>
  // 4 + 32
  %o = tensor.empty(%rows) : tensor<?x8xf32>
  %rb = linalg.broadcast ins(%r : tensor<?xf32>)
      outs(%o : tensor<?x8xf32>) dimensions = [1]
  // 32 + 32 + 32
  %y = arith.mulf %x, %rb : tensor<?x8xf32>
  return %y : tensor<?x8xf32>
}

// A call moves what the function moves; a view is free.
// CHECK-LABEL: "name": "calls"
// CHECK:       "after": {
// CHECK:         "expression": "256"
// CHECK:       "before": {
// CHECK:         "expression": "1472"
func.func @calls(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %eps = arith.constant dense<1.0e-3> : tensor<4x8xf32>
  // 256 + 144 + 32
  %ms = func.call @mean_square(%x) : (tensor<4x8xf32>) -> tensor<4xf32>
  %c = tensor.expand_shape %ms [[0, 1]] output_shape [4, 1]
      : tensor<4xf32> into tensor<4x1xf32>
  %e = tensor.empty() : tensor<4x8xf32>
  %g = tensor.collapse_shape %c [[0, 1]] : tensor<4x1xf32> into tensor<4xf32>
  // 16 + 128
  %b = linalg.broadcast ins(%g : tensor<4xf32>)
      outs(%e : tensor<4x8xf32>) dimensions = [1]
  // 256 + 256 + 384
  %v = arith.addf %b, %eps : tensor<4x8xf32>
  %r = math.sqrt %v : tensor<4x8xf32>
  %y = arith.divf %x, %r : tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}

func.func private @mean_square(%x: tensor<4x8xf32>) -> tensor<4xf32> {
  %zero = arith.constant dense<0.0> : tensor<4xf32>
  %n = arith.constant dense<8.0> : tensor<4xf32>
  %sq = arith.mulf %x, %x : tensor<4x8xf32>
  %s = linalg.reduce { arith.addf } ins(%sq : tensor<4x8xf32>)
      outs(%zero : tensor<4xf32>) dimensions = [1]
  %ms = arith.divf %s, %n : tensor<4xf32>
  return %ms : tensor<4xf32>
}
