// An op that a reader does not know, and forms that are not those of an op,
// are errors at their place that name the op.
// RUN: rmsnorm-opt --split-input-file --verify-diagnostics %s

func.func @unknown(%x: tensor<4xf32>) {
  // expected-error @+2 {{custom op 'stablehlo.frobnicate' is not known in pretty form to the reader of dialect 'stablehlo'}}
  // expected-note @+1 {{print the file in generic form}}
  %0 = stablehlo.frobnicate %x : tensor<4xf32>
  return
}

// -----

func.func @always_generic(%x: tensor<4xf32>) {
  // expected-error @+2 {{custom op 'stablehlo.gather' is not known in pretty form}}
  // expected-note @+1 {{print the file in generic form}}
  %0 = stablehlo.gather %x : tensor<4xf32>
  return
}

// -----

func.func @prefix_alone(%x: !torch.int) {
  // expected-error @+2 {{custom op 'torch.aten.' is not known in pretty form}}
  // expected-note @+1 {{print the file in generic form}}
  torch.aten. %x : !torch.int
  return
}

// -----

func.func @onnx(%x: tensor<4xf32>) {
  // expected-error @+2 {{custom op 'onnx.Add' is not known in pretty form}}
  // expected-note @+1 {{print the file in generic form}}
  %0 = onnx.Add %x, %x : tensor<4xf32>
  return
}

// -----

func.func @operand_types(%x: tensor<4xf32>) {
  // expected-error @+1 {{custom op 'stablehlo.reshape' there are 1 operands, but 2 operand types}}
  %0 = stablehlo.reshape %x : (tensor<4xf32>, tensor<4xf32>) -> tensor<2x2xf32>
  return
}

// -----

func.func @no_function_type(%x: tensor<4xf32>) {
  // expected-error @+1 {{expected '->'}}
  %0 = stablehlo.reshape %x : tensor<2x2xf32>
  return
}

// -----

func.func @enumerator(%x: tensor<4xf32>) {
  // expected-error @+1 {{'LESS' is not a comparison_direction}}
  %0 = stablehlo.compare LESS, %x, %x : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xi1>
  return
}

// -----

func.func @given_twice(%x: tensor<4x2xf32>) {
  // expected-error @+1 {{attribute 'permutation' is given twice}}
  %0 = stablehlo.transpose %x, dims = [1, 0] {permutation = array<i64: 0, 1>} : (tensor<4x2xf32>) -> tensor<2x4xf32>
  return
}

// -----

func.func @trailing_comma(%x: !torch.int) {
  // expected-error @+1 {{expected an operand after ','}}
  %0 = torch.aten.neg.int %x, : !torch.int -> !torch.int
  return
}

// -----

func.func @applies_other_dialect(%x: tensor<4xf32>, %z: tensor<f32>) {
  // expected-error @+1 {{cannot apply 'mhlo.add': it is of another dialect}}
  %0 = stablehlo.reduce(%x init: %z) applies mhlo.add across dimensions = [0] : (tensor<4xf32>, tensor<f32>) -> tensor<f32>
  return
}

// -----

func.func @no_contracting(%x: tensor<4x4xf32>) {
  // expected-error @+1 {{expected 'contracting_dims'}}
  %0 = stablehlo.dot_general %x, %x : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32>
  return
}

// -----

func.func @results(%x: tensor<4xf32>) {
  // expected-error @+1 {{operation defines 1 results but was provided 2 to bind}}
  %0:2 = stablehlo.negate %x : tensor<4xf32>
  return
}

// -----

func.func @format(%x: tensor<4xf32>) {
  // expected-error @+1 {{expected a format like e8m7}}
  %0 = stablehlo.reduce_precision %x, format = bf16 : tensor<4xf32>
  return
}

// -----

func.func @not_a_constant() {
  // expected-error @+1 {{expected a constant tensor}}
  %0 = stablehlo.constant "text"
  return
}

// -----

// expected-error @+1 {{expected '<'}}
sdy.mesh @mesh = ["x"=2]

// -----

// expected-error @+1 {{expected '>'}}
sdy.mesh @mesh = <["x"=2]]>

// -----

func.func @two_values() {
  // expected-error @+1 {{attribute 'value' is given twice}}
  %0 = stablehlo.constant {value = dense<1> : tensor<i32>} dense<2> : tensor<i32>
  return
}
