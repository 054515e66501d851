func.func @constants() {
  %int1 = "torch.constant.int"() <{value = 1 : i64}> : () -> !torch.int
  %int-1 = "torch.constant.int"() <{value = -1 : i64}> : () -> !torch.int
  %int5 = "torch.constant.int"() <{test = "value", value = 5 : i64}> : () -> !torch.int
  %float1.000000e-05 = "torch.constant.float"() <{value = 1.0000000000000001E-5 : f64}> : () -> !torch.float
  %inf = "torch.constant.float"() <{value = 0x7FF0000000000000 : f64}> : () -> !torch.float
  %true = "torch.constant.bool"() <{value = true}> : () -> !torch.bool
  %none = "torch.constant.none"() : () -> !torch.none
  %str = "torch.constant.str"() <{value = "none"}> : () -> !torch.str
  %cpu = "torch.constant.device"() <{value = "cpu"}> : () -> !torch.Device
  %num = "torch.constant.number"() <{value = 2 : i64}> : () -> !torch.number
  %0 = "torch.vtensor.literal"() <{value = dense<1.0> : tensor<64xf32>}> : () -> !torch.vtensor<[64],f32>
  %1 = "torch.vtensor.literal"() <{value = dense<[0, 1]> : tensor<2xsi64>}> : () -> !torch.vtensor<[2],si64>
  %2 = "torch.vtensor.literal"() <{value = dense_resource<torch_tensor_64_torch.float32> : tensor<64xf32>}> : () -> !torch.vtensor<[64],f32>
  %3 = "torch.vtensor.literal"() <{value = dense_resource<__elided__> : tensor<4096x4096xbf16>}> : () -> !torch.vtensor<[4096,4096],bf16>
  %4 = "torch.tensor.literal"() <{value = dense<1.0> : tensor<f64>}> : () -> !torch.tensor<[],f64>
  return
}

// -----

func.func @aten(%x: !torch.vtensor<[2,?,64],f32>, %w: !torch.vtensor<[64],f32>, %s: !torch.vtensor, %p: !torch.optional<vtensor<[64],f32>>) -> !torch.vtensor<[2,?,64],f32> {
  %int1 = "torch.constant.int"() <{value = 1 : i64}> : () -> !torch.int
  %none = "torch.constant.none"() : () -> !torch.none
  %eps = "torch.constant.float"() <{value = 1.0e-05 : f64}> : () -> !torch.float
  %true = "torch.constant.bool"() <{value = true}> : () -> !torch.bool
  %0 = "torch.aten.add.Tensor"(%x, %x, %int1) : (!torch.vtensor<[2,?,64],f32>, !torch.vtensor<[2,?,64],f32>, !torch.int) -> !torch.vtensor<[2,?,64],f32>
  %1 = "torch.prim.ListConstruct"(%int1, %int1) : (!torch.int, !torch.int) -> !torch.list<int>
  %2 = "torch.prim.ListConstruct"() : () -> !torch.list<int>
  %3 = "torch.aten.mean.dim"(%0, %1, %true, %none) : (!torch.vtensor<[2,?,64],f32>, !torch.list<int>, !torch.bool, !torch.none) -> !torch.vtensor<[2,?,1],f32>
  %4:3 = "torch.aten.native_layer_norm"(%0, %1, %w, %w, %eps) : (!torch.vtensor<[2,?,64],f32>, !torch.list<int>, !torch.vtensor<[64],f32>, !torch.vtensor<[64],f32>, !torch.float) -> (!torch.vtensor<[2,?,64],f32>, !torch.vtensor<[2,?,1],f32>, !torch.vtensor<[2,?,1],f32>)
  %5 = "torch.prims.convert_element_type"(%0, %int1) : (!torch.vtensor<[2,?,64],f32>, !torch.int) -> !torch.vtensor<[2,?,64],bf16>
  %6 = "torch.prim.dtype"(%0) : (!torch.vtensor<[2,?,64],f32>) -> !torch.int
  %7 = "torch.aten.size.int"(%0, %int1) : (!torch.vtensor<[2,?,64],f32>, !torch.int) -> !torch.int
  %8:2 = "torch.prim.TupleUnpack"(%s) : (!torch.vtensor) -> (!torch.vtensor, !torch.tuple<int, list<vtensor>>)
  %9, %10 = "torch.aten.var_mean.correction"(%0, %1, %none, %true) : (!torch.vtensor<[2,?,64],f32>, !torch.list<int>, !torch.none, !torch.bool) -> (!torch.vtensor<[2,?,1],f32>, !torch.vtensor<[2,?,1],f32>)
  %11 = "torch.prim.Uninitialized"() : () -> !torch.int
  %12 = "torch.operator"(%0, %w) <{name = "onnx.LayerNormalization"}> {torch.onnx.axis = -1 : si64, torch.onnx.epsilon = 9.99999974E-6 : f32} : (!torch.vtensor<[2,?,64],f32>, !torch.vtensor<[64],f32>) -> !torch.vtensor<[2,?,64],f32>
  %13 = "torch.operator"(%int1, %none) <{name = "onnx.Loop"}> ({
  ^bb0(%i: !torch.int):
    "torch.operator_terminator"(%i) : (!torch.int) -> ()
  }) : (!torch.int, !torch.none) -> !torch.vtensor
  %14 = "torch.tensor_static_info_cast"(%4#0) : (!torch.vtensor<[2,?,64],f32>) -> !torch.vtensor<*,f32>
  %15 = "torch.derefine"(%w) : (!torch.vtensor<[64],f32>) -> !torch.optional<vtensor<[64],f32>>
  return %0 : !torch.vtensor<[2,?,64],f32>
}

// -----

func.func @mutable(%x: !torch.tensor<[2],f32>, %v: !torch.vtensor) -> !torch.tensor {
  %0 = "torch.copy.to_vtensor"(%x) : (!torch.tensor<[2],f32>) -> !torch.vtensor<[2],f32>
  %1 = "torch.copy.to_tensor"(%v) : (!torch.vtensor) -> !torch.tensor
  "torch.overwrite.tensor.contents"(%0, %x) : (!torch.vtensor<[2],f32>, !torch.tensor<[2],f32>) -> ()
  return %1 : !torch.tensor
}

// -----

func.func @conversion(%x: tensor<2xf32>, %i: !torch.int) {
  %0 = "torch_c.from_builtin_tensor"(%x) : (tensor<2xf32>) -> !torch.vtensor<[2],f32>
  %1 = "torch_c.to_builtin_tensor"(%0) : (!torch.vtensor<[2],f32>) -> tensor<2xf32>
  %2 = "torch_c.to_i64"(%i) : (!torch.int) -> i64
  %3 = "torch_c.from_i64"(%2) : (i64) -> !torch.int
  %4 = "torch_c.get_next_seed"() : () -> i64
  return
}

// -----

func.func @control(%c: !torch.bool, %i: !torch.int, %x: !torch.vtensor<[2],f32>) -> !torch.int {
  %0 = "torch.prim.If"(%c) ({
    %1 = "torch.aten.add.int"(%i, %i) : (!torch.int, !torch.int) -> !torch.int
    "torch.prim.If.yield"(%1) : (!torch.int) -> ()
  }, {
    "torch.prim.If.yield"(%i) : (!torch.int) -> ()
  }) : (!torch.bool) -> !torch.int
  "torch.prim.If"(%c) ({
    "torch.prim.If.yield"() : () -> ()
  }, {
    "torch.prim.RaiseException"(%i, %i) : (!torch.int, !torch.int) -> ()
    "torch.prim.If.yield"() : () -> ()
  }) : (!torch.bool) -> ()
  %2 = "torch.prim.Loop"(%i, %c, %x) ({
  ^bb0(%arg0: !torch.int, %arg1: !torch.vtensor<[2],f32>):
    "torch.prim.Loop.condition"(%c, %arg1) : (!torch.bool, !torch.vtensor<[2],f32>) -> ()
  }) : (!torch.int, !torch.bool, !torch.vtensor<[2],f32>) -> !torch.vtensor<[2],f32>
  "torch.prim.Loop"(%i, %c) ({
  ^bb0(%arg0: !torch.int):
    "torch.prim.Loop.condition"(%c) : (!torch.bool) -> ()
  }) : (!torch.int, !torch.bool) -> ()
  "torch.runtime.assert"(%c) <{message = "sizes differ"}> : (!torch.bool) -> ()
  "torch.prim.Print"(%i, %c) : (!torch.int, !torch.bool) -> ()
  return %0 : !torch.int
}

// -----

func.func @symbolic(%x: !torch.vtensor<[?,?,3],f32>) attributes {torch.assume_strict_symbolic_shapes} {
  %s0 = "torch.symbolic_int"() <{max_val = 9223372036854775807 : i64, min_val = 2 : i64, symbol_name = "s0"}> : () -> !torch.int
  %s1 = "torch.symbolic_int"() <{max_val = 64 : i64, min_val = 0 : i64, symbol_name = "32*s1"}> : () -> !torch.int
  "torch.bind_symbolic_shape"(%x, %s0, %s1) <{shape_expressions = affine_map<()[s0, s1] -> (s0, s1 * 32, 3)>}> : (!torch.vtensor<[?,?,3],f32>, !torch.int, !torch.int) -> ()
  "torch.bind_symbolic_shape"(%x) <{shape_expressions = affine_map<() -> (2, 2, 3)>}> : (!torch.vtensor<[?,?,3],f32>) -> ()
  %0 = "torch.shape.calculate"() ({
    %1 = "torch.aten.tanh"(%x) : (!torch.vtensor<[?,?,3],f32>) -> !torch.vtensor
    "torch.shape.calculate.yield"(%1) : (!torch.vtensor) -> ()
  }, {
    %1 = "torch.aten.size"(%x) : (!torch.vtensor<[?,?,3],f32>) -> !torch.list<int>
    "torch.shape.calculate.yield.shapes"(%1) : (!torch.list<int>) -> ()
  }) : () -> !torch.vtensor
  return
}
