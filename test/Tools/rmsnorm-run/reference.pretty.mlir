// The reference interpreter runs functions of any front end, as they are and
// after norm-raise.
// RUN: rmsnorm-run %s --target=reference --entry=stablehlo --compare | FileCheck %s
// RUN: rmsnorm-run %s --target=reference --entry=tosa --compare | FileCheck %s
// RUN: rmsnorm-run %s --target=reference --entry=torch --compare --dynamic-size=3 | FileCheck %s
// RUN: rmsnorm-run %s --target=reference --entry=onnx --compare | FileCheck %s
// RUN: rmsnorm-run %s --target=reference --entry=onnx --compare --raise=false | FileCheck %s --check-prefix=ASIS
// RUN: not rmsnorm-run %s --target=reference --entry=onnx --benchmark 2>&1 | FileCheck %s --check-prefix=BENCHMARK
// RUN: not rmsnorm-run %s --target=reference --entry=torch 2>&1 | FileCheck %s --check-prefix=EXTENT
// RUN: not rmsnorm-run %s --entry=torch 2>&1 | FileCheck %s --check-prefix=COMPILED
// RUN: not rmsnorm-run %s --target=reference --entry=unknown 2>&1 | FileCheck %s --check-prefix=UNKNOWN

// CHECK: norms raised: 4, near misses: 0
// CHECK: result #0: {{[34]}}x8xf
// CHECK: within the bound
// ASIS-NOT: raised
// ASIS: within the bound
// BENCHMARK: [[@LINE+41]]:1: error: --benchmark times compiled code, not the reference interpreter
// EXTENT: error: argument #0 is '!torch.vtensor<[?,8],f32>': its dynamic extents need --shape=0:AxBx... or --dynamic-size=K
// COMPILED: error: argument #0 is '!torch.vtensor<[?,8],f32>', whose elements are not supported
// UNKNOWN: [[@LINE+51]]:8: error: 'stablehlo.fft' op is not known to the reference interpreter

func.func @stablehlo(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %zero = stablehlo.constant dense<0.0> : tensor<f32>
  %n = stablehlo.constant dense<8.0> : tensor<4xf32>
  %eps = stablehlo.constant dense<1.0e-5> : tensor<4xf32>
  %q = stablehlo.multiply %x, %x : tensor<4x8xf32>
  %s = stablehlo.reduce(%q init: %zero) applies stablehlo.add across dimensions = [1] : (tensor<4x8xf32>, tensor<f32>) -> tensor<4xf32>
  %m = stablehlo.divide %s, %n : tensor<4xf32>
  %e = stablehlo.add %m, %eps : tensor<4xf32>
  %r = stablehlo.rsqrt %e : tensor<4xf32>
  %b = stablehlo.broadcast_in_dim %r, dims = [0] : (tensor<4xf32>) -> tensor<4x8xf32>
  %y = stablehlo.multiply %x, %b : tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}

func.func @tosa(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %n = "tosa.const"() <{values = dense<0.125> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %eps = "tosa.const"() <{values = dense<1.0e-5> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %q = tosa.mul %x, %x, %shift : (tensor<4x8xf32>, tensor<4x8xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  %s = tosa.reduce_sum %q {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %m = tosa.mul %s, %n, %shift : (tensor<4x1xf32>, tensor<1x1xf32>, tensor<1xi8>) -> tensor<4x1xf32>
  %e = tosa.add %m, %eps : (tensor<4x1xf32>, tensor<1x1xf32>) -> tensor<4x1xf32>
  %r = tosa.rsqrt %e : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %y = tosa.mul %x, %r, %shift : (tensor<4x8xf32>, tensor<4x1xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}

func.func @torch(%x: !torch.vtensor<[?,8],f32>) -> !torch.vtensor<[?,8],f32> {
  %int8 = torch.constant.int 8
  %none = torch.constant.none
  %eps = torch.constant.float 1.000000e-05
  %0 = torch.prim.ListConstruct %int8 : (!torch.int) -> !torch.list<int>
  %1 = torch.aten.rms_norm %x, %0, %none, %eps : !torch.vtensor<[?,8],f32>, !torch.list<int>, !torch.none, !torch.float -> !torch.vtensor<[?,8],f32>
  return %1 : !torch.vtensor<[?,8],f32>
}

func.func @onnx(%x: tensor<4x8xf16>) -> tensor<4x8xf16> {
  %eps = "onnx.Constant"() {value = dense<1.0e-5> : tensor<f32>} : () -> tensor<f32>
  %f = "onnx.Cast"(%x) {saturate = 1 : si64, to = f32} : (tensor<4x8xf16>) -> tensor<4x8xf32>
  %q = "onnx.Mul"(%f, %f) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %m = "onnx.ReduceMeanV13"(%q) {axes = [-1], keepdims = 1 : si64} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %e = "onnx.Add"(%m, %eps) : (tensor<4x1xf32>, tensor<f32>) -> tensor<4x1xf32>
  %r = "onnx.Sqrt"(%e) : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %d = "onnx.Div"(%f, %r) : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %y = "onnx.Cast"(%d) {saturate = 1 : si64, to = f16} : (tensor<4x8xf32>) -> tensor<4x8xf16>
  return %y : tensor<4x8xf16>
}

func.func @unknown(%x: tensor<4xf32>) -> tensor<4xf32> {
  %0 = "stablehlo.fft"(%x) : (tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}
