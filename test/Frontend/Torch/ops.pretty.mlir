// What is read is what stock mlir-opt makes of the generic form.
// RUN: rmsnorm-opt --mlir-print-op-generic --split-input-file %s > %t.pretty
// RUN: %mlir_opt --allow-unregistered-dialect --mlir-print-op-generic \
// RUN:   --split-input-file %S/Inputs/ops.mlir | diff - %t.pretty

func.func @constants() {
  %int1 = torch.constant.int 1
  %int-1 = torch.constant.int -1
  %int5 = torch.constant.int 5 {test = "value"}
  %float1.000000e-05 = torch.constant.float 1.0000000000000001E-5
  %inf = torch.constant.float 0x7FF0000000000000
  %true = torch.constant.bool true
  %none = torch.constant.none
  %str = torch.constant.str "none"
  %cpu = torch.constant.device "cpu"
  %num = torch.constant.number 2 : i64
  %0 = torch.vtensor.literal(dense<1.0> : tensor<64xf32>) : !torch.vtensor<[64],f32>
  %1 = torch.vtensor.literal(dense<[0, 1]> : tensor<2xsi64>) : !torch.vtensor<[2],si64>
  %2 = torch.vtensor.literal(dense_resource<torch_tensor_64_torch.float32> : tensor<64xf32>) : !torch.vtensor<[64],f32>
  %3 = torch.vtensor.literal(dense_resource<__elided__> : tensor<4096x4096xbf16>) : !torch.vtensor<[4096,4096],bf16>
  %4 = torch.tensor.literal(dense<1.0> : tensor<f64>) : !torch.tensor<[],f64>
  return
}

// -----

func.func @aten(%x: !torch.vtensor<[2,?,64],f32>, %w: !torch.vtensor<[64],f32>, %s: !torch.vtensor, %p: !torch.optional<vtensor<[64],f32>>) -> !torch.vtensor<[2,?,64],f32> {
  %int1 = torch.constant.int 1
  %none = torch.constant.none
  %eps = torch.constant.float 1.0e-05
  %true = torch.constant.bool true
  %0 = torch.aten.add.Tensor %x, %x, %int1 : !torch.vtensor<[2,?,64],f32>, !torch.vtensor<[2,?,64],f32>, !torch.int -> !torch.vtensor<[2,?,64],f32>
  %1 = torch.prim.ListConstruct %int1, %int1 : (!torch.int, !torch.int) -> !torch.list<int>
  %2 = torch.prim.ListConstruct  : () -> !torch.list<int>
  %3 = torch.aten.mean.dim %0, %1, %true, %none : !torch.vtensor<[2,?,64],f32>, !torch.list<int>, !torch.bool, !torch.none -> !torch.vtensor<[2,?,1],f32>
  %4:3 = torch.aten.native_layer_norm %0, %1, %w, %w, %eps : !torch.vtensor<[2,?,64],f32>, !torch.list<int>, !torch.vtensor<[64],f32>, !torch.vtensor<[64],f32>, !torch.float -> !torch.vtensor<[2,?,64],f32>, !torch.vtensor<[2,?,1],f32>, !torch.vtensor<[2,?,1],f32>
  %5 = torch.prims.convert_element_type %0, %int1 : !torch.vtensor<[2,?,64],f32>, !torch.int -> !torch.vtensor<[2,?,64],bf16>
  %6 = torch.prim.dtype %0 : !torch.vtensor<[2,?,64],f32> -> !torch.int
  %7 = torch.aten.size.int %0, %int1 : !torch.vtensor<[2,?,64],f32>, !torch.int -> !torch.int
  %8:2 = torch.prim.TupleUnpack %s : !torch.vtensor -> !torch.vtensor, !torch.tuple<int, list<vtensor>>
  %9, %10 = torch.aten.var_mean.correction %0, %1, %none, %true : !torch.vtensor<[2,?,64],f32>, !torch.list<int>, !torch.none, !torch.bool -> !torch.vtensor<[2,?,1],f32>, !torch.vtensor<[2,?,1],f32>
  %11 = torch.prim.Uninitialized : !torch.int
  %12 = torch.operator "onnx.LayerNormalization"(%0, %w) {torch.onnx.axis = -1 : si64, torch.onnx.epsilon = 9.99999974E-6 : f32} : (!torch.vtensor<[2,?,64],f32>, !torch.vtensor<[64],f32>) -> !torch.vtensor<[2,?,64],f32>
  %13 = torch.operator "onnx.Loop"(%int1, %none) : (!torch.int, !torch.none) -> !torch.vtensor {
  ^bb0(%i: !torch.int):
    torch.operator_terminator %i : !torch.int
  }
  %14 = torch.tensor_static_info_cast %4#0 : !torch.vtensor<[2,?,64],f32> to !torch.vtensor<*,f32>
  %15 = torch.derefine %w : !torch.vtensor<[64],f32> to !torch.optional<vtensor<[64],f32>>
  return %0 : !torch.vtensor<[2,?,64],f32>
}

// -----

func.func @mutable(%x: !torch.tensor<[2],f32>, %v: !torch.vtensor) -> !torch.tensor {
  %0 = torch.copy.to_vtensor %x : !torch.vtensor<[2],f32>
  %1 = torch.copy.to_tensor %v : !torch.tensor
  torch.overwrite.tensor.contents %0 overwrites %x : !torch.vtensor<[2],f32>, !torch.tensor<[2],f32>
  return %1 : !torch.tensor
}

// -----

func.func @conversion(%x: tensor<2xf32>, %i: !torch.int) {
  %0 = torch_c.from_builtin_tensor %x : tensor<2xf32> -> !torch.vtensor<[2],f32>
  %1 = torch_c.to_builtin_tensor %0 : !torch.vtensor<[2],f32> -> tensor<2xf32>
  %2 = torch_c.to_i64 %i
  %3 = torch_c.from_i64 %2
  %4 = torch_c.get_next_seed : () -> i64
  return
}

// -----

func.func @control(%c: !torch.bool, %i: !torch.int, %x: !torch.vtensor<[2],f32>) -> !torch.int {
  %0 = torch.prim.If %c -> (!torch.int) {
    %1 = torch.aten.add.int %i, %i : !torch.int, !torch.int -> !torch.int
    torch.prim.If.yield %1 : !torch.int
  } else {
    torch.prim.If.yield %i : !torch.int
  }
  torch.prim.If %c -> () {
    torch.prim.If.yield
  } else {
    torch.prim.RaiseException %i, %i : !torch.int, !torch.int
    torch.prim.If.yield
  }
  %2 = torch.prim.Loop %i, %c, init(%x) {
  ^bb0(%arg0: !torch.int, %arg1: !torch.vtensor<[2],f32>):
    torch.prim.Loop.condition %c, iter(%arg1 : !torch.vtensor<[2],f32>)
  } : (!torch.int, !torch.bool, !torch.vtensor<[2],f32>) -> !torch.vtensor<[2],f32>
  torch.prim.Loop %i, %c, init() {
  ^bb0(%arg0: !torch.int):
    torch.prim.Loop.condition %c, iter()
  } : (!torch.int, !torch.bool) -> ()
  torch.runtime.assert %c, "sizes differ"
  torch.prim.Print(%i, %c) : !torch.int, !torch.bool
  return %0 : !torch.int
}

// -----

func.func @symbolic(%x: !torch.vtensor<[?,?,3],f32>) attributes {torch.assume_strict_symbolic_shapes} {
  %s0 = torch.symbolic_int "s0" {min_val = 2, max_val = 9223372036854775807} : !torch.int
  %s1 = torch.symbolic_int "32*s1" {min_val = 0, max_val = 64} : !torch.int
  torch.bind_symbolic_shape %x, [%s0, %s1], affine_map<()[s0, s1] -> (s0, s1 * 32, 3)> : !torch.vtensor<[?,?,3],f32>
  torch.bind_symbolic_shape %x, [], affine_map<() -> (2, 2, 3)> : !torch.vtensor<[?,?,3],f32>
  %0 = torch.shape.calculate {
    %1 = torch.aten.tanh %x : !torch.vtensor<[?,?,3],f32> -> !torch.vtensor
    torch.shape.calculate.yield %1 : !torch.vtensor
  } shapes {
    %1 = torch.aten.size %x : !torch.vtensor<[?,?,3],f32> -> !torch.list<int>
    torch.shape.calculate.yield.shapes %1 : !torch.list<int>
  } : !torch.vtensor
  return
}
