// An encoder block as onnx-mlir prints it: the exporter has taken LayerNorm
// apart, and dimensions of the batch are parameters of the entry point.
// RUN: rmsnorm-opt %s | FileCheck %s
// RUN: rmsnorm-opt --mlir-print-op-generic %s > %t.generic.mlir
// RUN: %mlir_opt --allow-unregistered-dialect --mlir-print-op-generic \
// RUN:   %t.generic.mlir | diff %t.generic.mlir -

// CHECK: module attributes {llvm.data_layout =
module attributes {llvm.data_layout = "e-m:e-i64:64-n32:64", llvm.target_triple = "x86_64-unknown-linux-gnu", "onnx-mlir.symbol-postfix" = "block"} {
  // CHECK: func.func @main_graph(%arg0: tensor<?x16x64xf32> {onnx.dim_params = "0:batch", onnx.name = "input"}) -> (tensor<?x16x64xf32> {onnx.name = "output"})
  func.func @main_graph(%arg0: tensor<?x16x64xf32> {onnx.dim_params = "0:batch", onnx.name = "input"}) -> (tensor<?x16x64xf32> {onnx.name = "output"}) {
    // CHECK: "onnx.Constant"() {value = dense_resource<__elided__> : tensor<64x64xf32>} : () -> tensor<64x64xf32>
    %0 = onnx.Constant dense_resource<__elided__> : tensor<64x64xf32>
    %1 = onnx.Constant dense<1.000000e+00> : tensor<64xf32>
    %2 = onnx.Constant dense<0.000000e+00> : tensor<64xf32>
    %3 = onnx.Constant dense<2.000000e+00> : tensor<f32>
    %4 = onnx.Constant dense<9.99999974E-6> : tensor<f32>
    %5 = "onnx.MatMul"(%arg0, %0) {onnx_node_name = "/attn/MatMul"} : (tensor<?x16x64xf32>, tensor<64x64xf32>) -> tensor<?x16x64xf32>
    %6 = "onnx.Add"(%arg0, %5) {onnx_node_name = "/Add"} : (tensor<?x16x64xf32>, tensor<?x16x64xf32>) -> tensor<?x16x64xf32>
    // CHECK: "onnx.ReduceMeanV13"(%{{.*}}) {axes = [-1], keepdims = 1 : si64, onnx_node_name = "/norm/ReduceMean"}
    %7 = "onnx.ReduceMeanV13"(%6) {axes = [-1], keepdims = 1 : si64, onnx_node_name = "/norm/ReduceMean"} : (tensor<?x16x64xf32>) -> tensor<?x16x1xf32>
    %8 = "onnx.Sub"(%6, %7) {onnx_node_name = "/norm/Sub"} : (tensor<?x16x64xf32>, tensor<?x16x1xf32>) -> tensor<?x16x64xf32>
    %9 = "onnx.Pow"(%8, %3) {onnx_node_name = "/norm/Pow"} : (tensor<?x16x64xf32>, tensor<f32>) -> tensor<?x16x64xf32>
    %10 = "onnx.ReduceMeanV13"(%9) {axes = [-1], keepdims = 1 : si64, onnx_node_name = "/norm/ReduceMean_1"} : (tensor<?x16x64xf32>) -> tensor<?x16x1xf32>
    %11 = "onnx.Add"(%10, %4) {onnx_node_name = "/norm/Add"} : (tensor<?x16x1xf32>, tensor<f32>) -> tensor<?x16x1xf32>
    %12 = "onnx.Sqrt"(%11) {onnx_node_name = "/norm/Sqrt"} : (tensor<?x16x1xf32>) -> tensor<?x16x1xf32>
    %13 = "onnx.Div"(%8, %12) {onnx_node_name = "/norm/Div"} : (tensor<?x16x64xf32>, tensor<?x16x1xf32>) -> tensor<?x16x64xf32>
    %14 = "onnx.Mul"(%13, %1) {onnx_node_name = "/norm/Mul"} : (tensor<?x16x64xf32>, tensor<64xf32>) -> tensor<?x16x64xf32>
    %15 = "onnx.Add"(%14, %2) {onnx_node_name = "/norm/Add_1"} : (tensor<?x16x64xf32>, tensor<64xf32>) -> tensor<?x16x64xf32>
    // CHECK: "onnx.Return"(%{{.*}}) : (tensor<?x16x64xf32>) -> ()
    onnx.Return %15 : tensor<?x16x64xf32>
  }
  "onnx.EntryPoint"() {func = @main_graph} : () -> ()
}
