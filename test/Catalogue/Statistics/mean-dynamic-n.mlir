// Catalogue entry mean-dynamic-n: N as the extent of a dynamic dimension.
// RUN: rmsnorm-opt %s --allow-unregistered-dialect --norm-raise \
// RUN:   | FileCheck %s \
// RUN:       --implicit-check-not='{{[rR]?[sS]qrt|[pP]ow}}'

// CHECK-LABEL: func.func @shape_cast(
// CHECK: %[[Y:.*]] = norm.rms_norm %arg0 axes [1] epsilon 9.9999997473787516E-6 : tensor<4x?xf32> -> tensor<4x?xf32>
// CHECK: return %[[Y]]
func.func @shape_cast(%x: tensor<4x?xf32>) -> tensor<4x?xf32> {
  %0 = "onnx.Constant"() {value = dense<2.0> : tensor<f32>} : () -> tensor<f32>
  %1 = "onnx.Pow"(%x, %0) : (tensor<4x?xf32>, tensor<f32>) -> tensor<4x?xf32>
  %2 = "onnx.ReduceSumV11"(%1) {axes = [1], keepdims = 1 : si64} : (tensor<4x?xf32>) -> tensor<4x1xf32>
  %3 = "onnx.Shape"(%x) {end = 2 : si64, start = 1 : si64} : (tensor<4x?xf32>) -> tensor<1xi64>
  %4 = "onnx.Cast"(%3) {saturate = 1 : si64, to = f32} : (tensor<1xi64>) -> tensor<1xf32>
  %5 = "onnx.Div"(%2, %4) : (tensor<4x1xf32>, tensor<1xf32>) -> tensor<4x1xf32>
  %6 = "onnx.Constant"() {value = dense<1.0e-05> : tensor<f32>} : () -> tensor<f32>
  %7 = "onnx.Add"(%5, %6) : (tensor<4x1xf32>, tensor<f32>) -> tensor<4x1xf32>
  %8 = "onnx.Sqrt"(%7) : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %9 = "onnx.Reciprocal"(%8) : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %10 = "onnx.Mul"(%x, %9) : (tensor<4x?xf32>, tensor<4x1xf32>) -> tensor<4x?xf32>
  return %10 : tensor<4x?xf32>
}

// CHECK-LABEL: func.func @size(
// CHECK: %[[X:.*]] = builtin.unrealized_conversion_cast %arg0
// CHECK: %[[Y:.*]] = norm.rms_norm %[[X]] axes [1] epsilon 1.000000e-05 : tensor<4x?xf32> -> tensor<4x?xf32>
// CHECK: %[[V:.*]] = builtin.unrealized_conversion_cast %[[Y]]
// CHECK: return %[[V]]
func.func @size(%x: !torch.vtensor<[4,?],f32>) -> !torch.vtensor<[4,?],f32> {
  %int2 = "torch.constant.int"() <{value = 2 : i64}> : () -> !torch.int
  %int1 = "torch.constant.int"() <{value = 1 : i64}> : () -> !torch.int
  %list2 = "torch.prim.ListConstruct"(%int1) : (!torch.int) -> !torch.list<int>
  %true = "torch.constant.bool"() <{value = true}> : () -> !torch.bool
  %none = "torch.constant.none"() : () -> !torch.none
  %float5 = "torch.constant.float"() <{value = 1.0e-05 : f64}> : () -> !torch.float
  %0 = "torch.aten.pow.Tensor_Scalar"(%x, %int2) : (!torch.vtensor<[4,?],f32>, !torch.int) -> !torch.vtensor<[4,?],f32>
  %1 = "torch.aten.sum.dim_IntList"(%0, %list2, %true, %none) : (!torch.vtensor<[4,?],f32>, !torch.list<int>, !torch.bool, !torch.none) -> !torch.vtensor<[4,1],f32>
  %2 = "torch.aten.size.int"(%x, %int1) : (!torch.vtensor<[4,?],f32>, !torch.int) -> !torch.int
  %3 = "torch.aten.div.Scalar"(%1, %2) : (!torch.vtensor<[4,1],f32>, !torch.int) -> !torch.vtensor<[4,1],f32>
  %4 = "torch.aten.add.Scalar"(%3, %float5, %int1) : (!torch.vtensor<[4,1],f32>, !torch.float, !torch.int) -> !torch.vtensor<[4,1],f32>
  %5 = "torch.aten.rsqrt"(%4) : (!torch.vtensor<[4,1],f32>) -> !torch.vtensor<[4,1],f32>
  %6 = "torch.aten.mul.Tensor"(%x, %5) : (!torch.vtensor<[4,?],f32>, !torch.vtensor<[4,1],f32>) -> !torch.vtensor<[4,?],f32>
  return %6 : !torch.vtensor<[4,?],f32>
}

// CHECK-LABEL: func.func @numel(
// CHECK: %[[X:.*]] = builtin.unrealized_conversion_cast %arg0
// CHECK: %[[Y:.*]] = norm.rms_norm %[[X]] axes [0] epsilon 1.000000e-05 : tensor<?xf32> -> tensor<?xf32>
// CHECK: %[[V:.*]] = builtin.unrealized_conversion_cast %[[Y]]
// CHECK: return %[[V]]
func.func @numel(%x: !torch.vtensor<[?],f32>) -> !torch.vtensor<[?],f32> {
  %none = "torch.constant.none"() : () -> !torch.none
  %int1 = "torch.constant.int"() <{value = 1 : i64}> : () -> !torch.int
  %eps = "torch.constant.float"() <{value = 1.0e-5 : f64}> : () -> !torch.float
  %0 = "torch.aten.mul.Tensor"(%x, %x) : (!torch.vtensor<[?],f32>, !torch.vtensor<[?],f32>) -> !torch.vtensor<[?],f32>
  %1 = "torch.aten.sum"(%0, %none) : (!torch.vtensor<[?],f32>, !torch.none) -> !torch.vtensor<[],f32>
  %n = "torch.aten.numel"(%x) : (!torch.vtensor<[?],f32>) -> !torch.int
  %2 = "torch.aten.div.Scalar"(%1, %n) : (!torch.vtensor<[],f32>, !torch.int) -> !torch.vtensor<[],f32>
  %3 = "torch.aten.add.Scalar"(%2, %eps, %int1) : (!torch.vtensor<[],f32>, !torch.float, !torch.int) -> !torch.vtensor<[],f32>
  %4 = "torch.aten.rsqrt"(%3) : (!torch.vtensor<[],f32>) -> !torch.vtensor<[],f32>
  %5 = "torch.aten.mul.Tensor"(%x, %4) : (!torch.vtensor<[?],f32>, !torch.vtensor<[],f32>) -> !torch.vtensor<[?],f32>
  return %5 : !torch.vtensor<[?],f32>
}

// CHECK-LABEL: func.func @tensor_dim(
// CHECK: %[[Y:.*]] = norm.rms_norm %arg0 axes [1] epsilon 9.9999997473787516E-6 : tensor<4x?xf32> -> tensor<4x?xf32>
// CHECK: return %[[Y]]
func.func @tensor_dim(%x: tensor<4x?xf32>) -> tensor<4x?xf32> {
  %c1 = arith.constant 1 : index
  %zero = arith.constant dense<0.0> : tensor<4xf32>
  %eps = arith.constant 1.0e-5 : f32
  %d = tensor.dim %x, %c1 : tensor<4x?xf32>
  %i = arith.index_cast %d : index to i64
  %n = arith.sitofp %i : i64 to f32
  %s = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0)>], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<4x?xf32>) outs(%zero : tensor<4xf32>) {
  ^bb0(%a: f32, %o: f32):
    %p = arith.mulf %a, %a : f32
    %q = arith.addf %o, %p : f32
    linalg.yield %q : f32
  } -> tensor<4xf32>
  %e = tensor.empty(%d) : tensor<4x?xf32>
  %y = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]}
      ins(%x, %s : tensor<4x?xf32>, tensor<4xf32>) outs(%e : tensor<4x?xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %m = arith.divf %b, %n : f32
    %v = arith.addf %m, %eps : f32
    %r = math.rsqrt %v : f32
    %p = arith.mulf %a, %r : f32
    linalg.yield %p : f32
  } -> tensor<4x?xf32>
  return %y : tensor<4x?xf32>
}
