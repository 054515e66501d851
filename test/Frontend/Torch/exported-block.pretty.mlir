// A decoder block as torch-mlir imports it: RMSNorm spelled out with a
// dynamic sequence length, LayerNorm as one op, weights as resources.
// RUN: rmsnorm-opt %s | FileCheck %s
// RUN: rmsnorm-opt --mlir-print-op-generic %s > %t.generic.mlir
// RUN: %mlir_opt --allow-unregistered-dialect --mlir-print-op-generic \
// RUN:   %t.generic.mlir | diff %t.generic.mlir -

// CHECK: module attributes {torch.debug_module_name = "Block"}
module attributes {torch.debug_module_name = "Block"} {
  // CHECK: func.func @main(%arg0: !torch.vtensor<[2,?,64],bf16> {torch.type_bound = !torch.vtensor<[2,?,64],bf16>}) -> !torch.vtensor<[2,?,64],bf16> attributes {torch.assume_strict_symbolic_shapes}
  func.func @main(%arg0: !torch.vtensor<[2,?,64],bf16> {torch.type_bound = !torch.vtensor<[2,?,64],bf16>}) -> !torch.vtensor<[2,?,64],bf16> attributes {torch.assume_strict_symbolic_shapes} {
    // CHECK: "torch.symbolic_int"() <{max_val = 4096 : i64, min_val = 2 : i64, symbol_name = "s0"}> : () -> !torch.int
    %0 = torch.symbolic_int "s0" {min_val = 2, max_val = 4096} : !torch.int
    torch.bind_symbolic_shape %arg0, [%0], affine_map<()[s0] -> (2, s0, 64)> : !torch.vtensor<[2,?,64],bf16>
    // CHECK: "torch.vtensor.literal"() <{value = dense_resource<torch_tensor_64_torch.bfloat16> : tensor<64xbf16>}> : () -> !torch.vtensor<[64],bf16>
    %1 = torch.vtensor.literal(dense_resource<torch_tensor_64_torch.bfloat16> : tensor<64xbf16>) : !torch.vtensor<[64],bf16>
    %2 = torch.vtensor.literal(dense_resource<torch_tensor_64_64_torch.bfloat16> : tensor<64x64xbf16>) : !torch.vtensor<[64,64],bf16>
    %int6 = torch.constant.int 6
    // CHECK: "torch.prims.convert_element_type"(%arg0, %{{.*}}) : (!torch.vtensor<[2,?,64],bf16>, !torch.int) -> !torch.vtensor<[2,?,64],f32>
    %3 = torch.prims.convert_element_type %arg0, %int6 : !torch.vtensor<[2,?,64],bf16>, !torch.int -> !torch.vtensor<[2,?,64],f32>
    torch.bind_symbolic_shape %3, [%0], affine_map<()[s0] -> (2, s0, 64)> : !torch.vtensor<[2,?,64],f32>
    %int2 = torch.constant.int 2
    %4 = torch.aten.pow.Tensor_Scalar %3, %int2 : !torch.vtensor<[2,?,64],f32>, !torch.int -> !torch.vtensor<[2,?,64],f32>
    %int-1 = torch.constant.int -1
    %5 = torch.prim.ListConstruct %int-1 : (!torch.int) -> !torch.list<int>
    %true = torch.constant.bool true
    %none = torch.constant.none
    %6 = torch.aten.mean.dim %4, %5, %true, %none : !torch.vtensor<[2,?,64],f32>, !torch.list<int>, !torch.bool, !torch.none -> !torch.vtensor<[2,?,1],f32>
    // CHECK: "torch.constant.float"() <{value = 9.9999999999999995E-7 : f64}> : () -> !torch.float
    %float9.999990e-07 = torch.constant.float 9.9999999999999995E-7
    %int1 = torch.constant.int 1
    %7 = torch.aten.add.Scalar %6, %float9.999990e-07, %int1 : !torch.vtensor<[2,?,1],f32>, !torch.float, !torch.int -> !torch.vtensor<[2,?,1],f32>
    %8 = torch.aten.rsqrt %7 : !torch.vtensor<[2,?,1],f32> -> !torch.vtensor<[2,?,1],f32>
    %9 = torch.aten.mul.Tensor %3, %8 : !torch.vtensor<[2,?,64],f32>, !torch.vtensor<[2,?,1],f32> -> !torch.vtensor<[2,?,64],f32>
    %int15 = torch.constant.int 15
    %10 = torch.prims.convert_element_type %9, %int15 : !torch.vtensor<[2,?,64],f32>, !torch.int -> !torch.vtensor<[2,?,64],bf16>
    %11 = torch.aten.mul.Tensor %1, %10 : !torch.vtensor<[64],bf16>, !torch.vtensor<[2,?,64],bf16> -> !torch.vtensor<[2,?,64],bf16>
    %int1_0 = torch.constant.int 1
    %12 = torch.aten.size.int %arg0, %int1_0 : !torch.vtensor<[2,?,64],bf16>, !torch.int -> !torch.int
    %int64 = torch.constant.int 64
    %13 = torch.prim.ListConstruct %int2, %12, %int64 : (!torch.int, !torch.int, !torch.int) -> !torch.list<int>
    %14 = torch.aten.view %11, %13 : !torch.vtensor<[2,?,64],bf16>, !torch.list<int> -> !torch.vtensor<[2,?,64],bf16>
    %int0 = torch.constant.int 0
    %15 = torch.aten.transpose.int %2, %int0, %int1 : !torch.vtensor<[64,64],bf16>, !torch.int, !torch.int -> !torch.vtensor<[64,64],bf16>
    %16 = torch.aten.matmul %14, %15 : !torch.vtensor<[2,?,64],bf16>, !torch.vtensor<[64,64],bf16> -> !torch.vtensor<[2,?,64],bf16>
    %17 = torch.aten.silu %16 : !torch.vtensor<[2,?,64],bf16> -> !torch.vtensor<[2,?,64],bf16>
    %18 = torch.aten.add.Tensor %arg0, %17, %int1 : !torch.vtensor<[2,?,64],bf16>, !torch.vtensor<[2,?,64],bf16>, !torch.int -> !torch.vtensor<[2,?,64],bf16>
    %19 = torch.prim.ListConstruct %int64 : (!torch.int) -> !torch.list<int>
    %float1.000000e-05 = torch.constant.float 1.000000e-05
    // CHECK: "torch.aten.native_layer_norm"(%{{.*}}) : (!torch.vtensor<[2,?,64],bf16>, !torch.list<int>, !torch.vtensor<[64],bf16>, !torch.none, !torch.float) -> (!torch.vtensor<[2,?,64],bf16>, !torch.vtensor<[2,?,1],f32>, !torch.vtensor<[2,?,1],f32>)
    %result0, %result1, %result2 = torch.aten.native_layer_norm %18, %19, %1, %none, %float1.000000e-05 : !torch.vtensor<[2,?,64],bf16>, !torch.list<int>, !torch.vtensor<[64],bf16>, !torch.none, !torch.float -> !torch.vtensor<[2,?,64],bf16>, !torch.vtensor<[2,?,1],f32>, !torch.vtensor<[2,?,1],f32>
    return %result0 : !torch.vtensor<[2,?,64],bf16>
  }
}

{-#
  dialect_resources: {
    builtin: {
      torch_tensor_64_torch.bfloat16: "0x04000000803F803F803F803F803F803F803F803F803F803F803F803F803F803F803F803F803F803F803F803F803F803F803F803F803F803F803F803F803F803F803F803F803F803F803F803F803F803F803F803F803F803F803F803F803F803F803F803F803F803F803F803F803F803F803F803F803F803F803F803F803F803F803F803F"
    }
  }
#-}
