"sdy.mesh"() <{mesh = #sdy.mesh<["data"=2, "model"=4]>, sym_name = "mesh"}> : () -> ()
"sdy.mesh"() <{mesh = #sdy.mesh<[], device_ids=[0]>, sym_name = "one"}> : () -> ()

func.func public @main(%x: tensor<8x64xf32> {sdy.sharding = #sdy.sharding<@mesh, [{"data", ?}, {}]>}) -> (tensor<8x64xf32> {jax.result_info = "", sdy.sharding = #sdy.sharding<@mesh, [{"data"}, {}]>}) {
  %0 = "sdy.sharding_constraint"(%x) <{sharding = #sdy.sharding<@mesh, [{"data"}, {"model"}], replicated={"x"}>}> : (tensor<8x64xf32>) -> tensor<8x64xf32>
  %1 = "sdy.reshard"(%0) <{sharding = #sdy.sharding<@mesh, [{}, {"model":(1)2}]>}> : (tensor<8x64xf32>) -> tensor<8x64xf32>
  "sdy.sharding_group"(%1) <{group_id = 0 : i64}> : (tensor<8x64xf32>) -> ()
  %2 = "sdy.manual_computation"(%1) <{in_shardings = #sdy.sharding_per_value<[<@mesh, [{"data"}, {}]>]>, manual_axes = #sdy<manual_axes{"data"}>, out_shardings = #sdy.sharding_per_value<[<@mesh, [{"data"}, {}]>]>}> ({
  ^bb0(%arg1: tensor<4x64xf32>):
    %3 = "stablehlo.negate"(%arg1) {sdy.sharding = #sdy.sharding_per_value<[<@mesh, [{}, {}]>]>} : (tensor<4x64xf32>) -> tensor<4x64xf32>
    "sdy.return"(%3) : (tensor<4x64xf32>) -> ()
  }) : (tensor<8x64xf32>) -> tensor<8x64xf32>
  %4 = "sdy.named_computation"(%2) <{in_shardings = #sdy.sharding_per_value<[<@mesh, [{}, {}]>]>, name = "block", out_shardings = #sdy.sharding_per_value<[<@mesh, [{}, {}]>]>}> ({
  ^bb0(%arg1: tensor<8x64xf32>):
    "sdy.return"(%arg1) : (tensor<8x64xf32>) -> ()
  }) : (tensor<8x64xf32>) -> tensor<8x64xf32>
  %5 = "sdy.propagation_barrier"(%4) <{allowed_direction = #sdy<propagation_direction FORWARD>}> : (tensor<8x64xf32>) -> tensor<8x64xf32>
  return %5 : tensor<8x64xf32>
}
