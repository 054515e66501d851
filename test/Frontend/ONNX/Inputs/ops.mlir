func.func @constants() -> tensor<1xi64> {
  %0 = "onnx.Constant"() {value = dense<-1> : tensor<1xi64>} : () -> tensor<1xi64>
  %1 = "onnx.Constant"() {onnx_node_name = "weight", value = dense<[1.0, 2.0]> : tensor<2xf32>} : () -> tensor<2xf32>
  %2 = "onnx.Constant"() {value = dense<-1> : tensor<1xi64>} : () -> tensor<*xi64>
  %3 = "onnx.Constant"() {value_float = 1.000000e-05 : f32} : () -> tensor<f32>
  %4 = "onnx.Constant"() {value = dense_resource<__elided__> : tensor<768x3072xf32>} : () -> tensor<768x3072xf32>
  %5 = "onnx.Constant"() {value = dense<["a", "b"]> : tensor<2x!onnx.String>} : () -> tensor<2x!onnx.String>
  "onnx.Return"(%0) : (tensor<1xi64>) -> ()
}

// -----

func.func @ops(%x: tensor<?x64xf32>, %s: !onnx.Seq<tensor<*xf32>>, %l: tensor<1x4xf32, #onnx.layout<{dataLayout = "NCHW4C"}>>) {
  %none = "onnx.NoValue"() {value} : () -> none
  %0 = "onnx.Add"(%x, %x) {onnx_node_name = "/block/Add"} : (tensor<?x64xf32>, tensor<?x64xf32>) -> tensor<?x64xf32>
  %Y, %Mean, %InvStdDev = "onnx.LayerNormalization"(%0, %x, %none) {axis = -1 : si64, epsilon = 9.99999974E-6 : f32, stash_type = 1 : si64} : (tensor<?x64xf32>, tensor<?x64xf32>, none) -> (tensor<?x64xf32>, none, none)
  %1 = "onnx.If"(%x) ({
    "onnx.Yield"(%x) : (tensor<?x64xf32>) -> ()
  }, {
    "onnx.Yield"(%0) : (tensor<?x64xf32>) -> ()
  }) : (tensor<?x64xf32>) -> tensor<?x64xf32>
  "onnx.Return"() : () -> ()
}
"onnx.EntryPoint"() {func = @ops} : () -> ()
