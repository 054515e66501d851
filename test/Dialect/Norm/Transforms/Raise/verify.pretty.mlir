// What is raised is validated by the reference interpreter: both sides are
// evaluated on random and adversarial rows. A wrong raise is out of reach here;
// test/Unit/Transforms/ValidationTest.cpp makes some.
// RUN: rmsnorm-opt %s --norm-raise="verify" --remarks-filter=norm-raise \
// RUN:     --remark-format=emitRemark -o /dev/null 2>&1 | FileCheck %s
// RUN: rmsnorm-opt %s --norm-raise="policy=exact verify=true" \
// RUN:     --remarks-filter=norm-raise --remark-format=emitRemark -o /dev/null \
// RUN:     2>&1 | FileCheck %s
// RUN: rmsnorm-opt %s --norm-raise --remarks-filter=norm-raise \
// RUN:     --remark-format=emitRemark -o /dev/null 2>&1 \
// RUN:   | FileCheck %s --check-prefix=OFF
// RUN: rmsnorm-opt %s --norm-raise="verify" -o %t.verified
// RUN: rmsnorm-opt %s --norm-raise | diff - %t.verified

// OFF-NOT: verified

// CHECK: remark: [Analysis] verified | Category:norm-raise | Function=stablehlo | Remark="verified: {{[0-9]+}} rows agree in {{[0-9]+}} evaluations
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

// CHECK: remark: [Analysis] verified | Category:norm-raise | Function=mhlo | Remark="verified: {{[0-9]+}} rows agree in {{[0-9]+}} evaluations
func.func @mhlo(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %zero = mhlo.constant dense<0.0> : tensor<f32>
  %n = mhlo.constant dense<8.0> : tensor<4xf32>
  %eps = mhlo.constant dense<1.0e-5> : tensor<4xf32>
  %q = mhlo.multiply %x, %x : tensor<4x8xf32>
  %s = mhlo.reduce(%q init: %zero) applies mhlo.add across dimensions = [1] : (tensor<4x8xf32>, tensor<f32>) -> tensor<4xf32>
  %m = mhlo.divide %s, %n : tensor<4xf32>
  %e = mhlo.add %m, %eps : tensor<4xf32>
  %r = mhlo.rsqrt %e : tensor<4xf32>
  %b = mhlo.broadcast_in_dim %r, dims = [0] : (tensor<4xf32>) -> tensor<4x8xf32>
  %y = mhlo.multiply %x, %b : tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}

// CHECK: remark: [Analysis] verified | Category:norm-raise | Function=tosa | Remark="verified: {{[0-9]+}} rows agree in {{[0-9]+}} evaluations
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

// CHECK: remark: [Analysis] verified | Category:norm-raise | Function=torch | Remark="verified: {{[0-9]+}} rows agree in {{[0-9]+}} evaluations
func.func @torch(%x: !torch.vtensor<[?,8],f32>) -> !torch.vtensor<[?,8],f32> {
  %int8 = torch.constant.int 8
  %none = torch.constant.none
  %eps = torch.constant.float 1.000000e-05
  %0 = torch.prim.ListConstruct %int8 : (!torch.int) -> !torch.list<int>
  %1 = torch.aten.rms_norm %x, %0, %none, %eps : !torch.vtensor<[?,8],f32>, !torch.list<int>, !torch.none, !torch.float -> !torch.vtensor<[?,8],f32>
  return %1 : !torch.vtensor<[?,8],f32>
}

// CHECK: remark: [Analysis] verified | Category:norm-raise | Function=onnx | Remark="verified: {{[0-9]+}} rows agree in {{[0-9]+}} evaluations
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

// CHECK: remark: [Analysis] verified | Category:norm-raise | Function=linalg | Remark="verified: {{[0-9]+}} rows agree in {{[0-9]+}} evaluations
func.func @linalg(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %zero = arith.constant dense<0.0> : tensor<4xf32>
  %n = arith.constant dense<8.0> : tensor<4xf32>
  %eps = arith.constant dense<1.0e-5> : tensor<4xf32>
  %e = tensor.empty() : tensor<4x8xf32>
  %q = arith.mulf %x, %x : tensor<4x8xf32>
  %s = linalg.reduce { arith.addf } ins(%q : tensor<4x8xf32>)
      outs(%zero : tensor<4xf32>) dimensions = [1]
  %m = arith.divf %s, %n : tensor<4xf32>
  %v = arith.addf %m, %eps : tensor<4xf32>
  %r = math.rsqrt %v : tensor<4xf32>
  %b = linalg.broadcast ins(%r : tensor<4xf32>)
      outs(%e : tensor<4x8xf32>) dimensions = [1]
  %y = arith.mulf %x, %b : tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}

// CHECK: remark: [Analysis] not-verified | Category:norm-raise | Function=too_large | Remark="not verified: a tensor has more than 131072 elements
func.func @too_large(%x: tensor<512x512xf32>) -> tensor<512x512xf32> {
  %zero = arith.constant dense<0.0> : tensor<512xf32>
  %n = arith.constant dense<512.0> : tensor<512xf32>
  %eps = arith.constant dense<1.0e-5> : tensor<512xf32>
  %e = tensor.empty() : tensor<512x512xf32>
  %q = arith.mulf %x, %x : tensor<512x512xf32>
  %s = linalg.reduce { arith.addf } ins(%q : tensor<512x512xf32>)
      outs(%zero : tensor<512xf32>) dimensions = [1]
  %m = arith.divf %s, %n : tensor<512xf32>
  %v = arith.addf %m, %eps : tensor<512xf32>
  %r = math.rsqrt %v : tensor<512xf32>
  %b = linalg.broadcast ins(%r : tensor<512xf32>)
      outs(%e : tensor<512x512xf32>) dimensions = [1]
  %y = arith.mulf %x, %b : tensor<512x512xf32>
  return %y : tensor<512x512xf32>
}
