// What is read is what stock mlir-opt makes of the generic form.
// RUN: rmsnorm-opt --mlir-print-op-generic --split-input-file %s > %t.pretty
// RUN: %mlir_opt --allow-unregistered-dialect --mlir-print-op-generic \
// RUN:   --split-input-file %S/Inputs/regions.mlir | diff - %t.pretty

func.func @reduce(%x: tensor<2x8xf32>, %z: tensor<f32>, %i: tensor<2x8xi32>, %c: tensor<i32>) {
  %0 = stablehlo.reduce(%x init: %z) applies stablehlo.add across dimensions = [1] : (tensor<2x8xf32>, tensor<f32>) -> tensor<2xf32>
  %1 = stablehlo.reduce(%x init: %z) applies stablehlo.maximum across dimensions = [0, 1] {foo.bar = 1 : i32} : (tensor<2x8xf32>, tensor<f32>) -> tensor<f32>
  %2 = stablehlo.reduce(%x init: %z) across dimensions = [1] : (tensor<2x8xf32>, tensor<f32>) -> tensor<2xf32>
   reducer(%a: tensor<f32>, %b: tensor<f32>)  {
    %s = stablehlo.multiply %b, %b : tensor<f32>
    %t = stablehlo.add %a, %s : tensor<f32>
    stablehlo.return %t : tensor<f32>
  }
  %3:2 = stablehlo.reduce(%x init: %z), (%i init: %c) across dimensions = [1] : (tensor<2x8xf32>, tensor<2x8xi32>, tensor<f32>, tensor<i32>) -> (tensor<2xf32>, tensor<2xi32>)
   reducer(%a: tensor<f32>, %b: tensor<f32>) (%d: tensor<i32>, %e: tensor<i32>)  {
    %s = stablehlo.add %a, %b : tensor<f32>
    %t = stablehlo.minimum %d, %e : tensor<i32>
    stablehlo.return %s, %t : tensor<f32>, tensor<i32>
  }
  return
}

// -----

func.func @while(%n: tensor<i32>, %x: tensor<4xf32>) {
  %0:2 = stablehlo.while(%iterArg = %n, %iterArg_0 = %x) : tensor<i32>, tensor<4xf32>
    cond {
    %c = stablehlo.constant dense<4> : tensor<i32>
    %1 = stablehlo.compare  LT, %iterArg, %c,  SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
    stablehlo.return %1 : tensor<i1>
  } do {
    %1 = stablehlo.add %iterArg, %iterArg : tensor<i32>
    stablehlo.return %1, %iterArg_0 : tensor<i32>, tensor<4xf32>
  }
  %2 = stablehlo.while(%iterArg = %n) : tensor<i32> attributes {mhlo.sharding = "x"}
    cond {
    %3 = stablehlo.constant dense<true> : tensor<i1>
    stablehlo.return %3 : tensor<i1>
  } do {
    stablehlo.return %iterArg : tensor<i32>
  }
  return
}

// -----

func.func @quoted(%p: tensor<i1>, %x: tensor<4xf32>, %i: tensor<1xi32>) {
  %0 = "stablehlo.if"(%p) ({
    %1 = stablehlo.negate %x : tensor<4xf32>
    stablehlo.return %1 : tensor<4xf32>
  }, {
    stablehlo.return %x : tensor<4xf32>
  }) : (tensor<i1>) -> tensor<4xf32>
  %2 = "stablehlo.sort"(%x) <{dimension = 0 : i64, is_stable = true}> ({
  ^bb0(%a: tensor<f32>, %b: tensor<f32>):
    %1 = stablehlo.compare  LT, %a, %b,  TOTALORDER : (tensor<f32>, tensor<f32>) -> tensor<i1>
    stablehlo.return %1 : tensor<i1>
  }) : (tensor<4xf32>) -> tensor<4xf32>
  %3 = "stablehlo.gather"(%x, %i) <{dimension_numbers = #stablehlo.gather<collapsed_slice_dims = [0], start_index_map = [0]>, slice_sizes = array<i64: 1>}> : (tensor<4xf32>, tensor<1xi32>) -> tensor<f32>
  return
}

// -----

func.func @calls(%x: tensor<4xf32>, %t: !stablehlo.token) -> tensor<4xf32> {
  %0 = stablehlo.custom_call @Sharding(%x) {backend_config = "", mhlo.sharding = "{replicated}"} : (tensor<4xf32>) -> tensor<4xf32>
  stablehlo.custom_call @"not an identifier"(%x, %x) {has_side_effect = true} : (tensor<4xf32>, tensor<4xf32>) -> ()
  %1 = stablehlo.composite "odml.rms_norm" %0 {composite_attributes = {epsilon = 1.0e-6 : f32}, decomposition = @impl, version = 1 : i32} : (tensor<4xf32>) -> tensor<4xf32>
  %2 = stablehlo.optimization_barrier %1 : tensor<4xf32>
  %3:2 = stablehlo.optimization_barrier %1, %2 : tensor<4xf32>, tensor<4xf32>
  stablehlo.optimization_barrier()
  %4 = stablehlo.tuple %1, %2 : tuple<tensor<4xf32>, tensor<4xf32>>
  %5 = stablehlo.get_tuple_element %4[1] : (tuple<tensor<4xf32>, tensor<4xf32>>) -> tensor<4xf32>
  %6 = stablehlo.after_all %t, %t : !stablehlo.token
  %7 = stablehlo.create_token : !stablehlo.token
  %8 = stablehlo.partition_id : tensor<ui32>
  return %5 : tensor<4xf32>
}
func.func private @impl(%x: tensor<4xf32>) -> tensor<4xf32> {
  return %x : tensor<4xf32>
}
