// What is read is what stock mlir-opt makes of the generic form.
// RUN: rmsnorm-opt --mlir-print-op-generic --split-input-file %s > %t.pretty
// RUN: %mlir_opt --allow-unregistered-dialect --mlir-print-op-generic \
// RUN:   --split-input-file %S/Inputs/ops.mlir | diff - %t.pretty

sdy.mesh @mesh = <["data"=2, "model"=4]>
sdy.mesh @one = <[], device_ids=[0]>

func.func public @main(%x: tensor<8x64xf32> {sdy.sharding = #sdy.sharding<@mesh, [{"data", ?}, {}]>}) -> (tensor<8x64xf32> {jax.result_info = "", sdy.sharding = #sdy.sharding<@mesh, [{"data"}, {}]>}) {
  %0 = sdy.sharding_constraint %x <@mesh, [{"data"}, {"model"}], replicated={"x"}> : tensor<8x64xf32>
  %1 = sdy.reshard %0 <@mesh, [{}, {"model":(1)2}]> : tensor<8x64xf32>
  sdy.sharding_group %1 group_id=0 : tensor<8x64xf32>
  %2 = sdy.manual_computation(%1) in_shardings=[<@mesh, [{"data"}, {}]>] out_shardings=[<@mesh, [{"data"}, {}]>] manual_axes={"data"} (%arg1: tensor<4x64xf32>) {
    %3 = stablehlo.negate %arg1 {sdy.sharding = #sdy.sharding_per_value<[<@mesh, [{}, {}]>]>} : tensor<4x64xf32>
    sdy.return %3 : tensor<4x64xf32>
  } : (tensor<8x64xf32>) -> tensor<8x64xf32>
  %4 = sdy.named_computation<"block">(%2) in_shardings=[<@mesh, [{}, {}]>] out_shardings=[<@mesh, [{}, {}]>] (%arg1: tensor<8x64xf32>) {
    sdy.return %arg1 : tensor<8x64xf32>
  } : (tensor<8x64xf32>) -> tensor<8x64xf32>
  %5 = sdy.propagation_barrier %4 allowed_direction=FORWARD : tensor<8x64xf32>
  return %5 : tensor<8x64xf32>
}
