// RUN: rmsnorm-opt --norm-to-cpu="vector-width=256 accumulators=4" %s | FileCheck %s
// RUN: rmsnorm-opt --norm-to-cpu="c-wrappers=false" %s | FileCheck %s --check-prefix=PLAIN

// RUN: rmsnorm-opt --norm-to-cpu="bf16-conversion=native" %s | FileCheck %s --check-prefix=NATIVE
// RUN: rmsnorm-opt --norm-to-cpu="bf16-conversion=integers" %s | FileCheck %s --check-prefix=INTEGERS

// Everything is in the LLVM dialect, with vectors of eight floats.
// CHECK-NOT: func.func
// CHECK: llvm.func @norm
// CHECK: llvm.load {{.*}} -> vector<8xf32>
// CHECK-NOT: unrealized_conversion_cast
// CHECK: llvm.func @_mlir_ciface_norm
// PLAIN-NOT: _mlir_ciface
func.func @norm(%x: tensor<2x64xf32>, %w: tensor<64xbf16>) -> tensor<2x64xf32> {
  %y = norm.rms_norm %x scale(%w : tensor<64xbf16> dims [1]) axes [1]
      epsilon 1.0e-6 : tensor<2x64xf32> -> tensor<2x64xf32>
  return %y : tensor<2x64xf32>
}

// No norm op: plain loops, and libm for what LLVM has no intrinsic for.
// CHECK-LABEL: llvm.func @activation
// CHECK: llvm.call @erff
func.func @activation(%x: tensor<2x64xf32>) -> tensor<2x64xf32> {
  %y = math.erf %x : tensor<2x64xf32>
  return %y : tensor<2x64xf32>
}

// A statistic of rank 0 gets a unit dimension.
// CHECK-LABEL: llvm.func @statistic
// CHECK-NOT: unrealized_conversion_cast
func.func @statistic(%x: tensor<8xf32>) -> (tensor<8xf32>, tensor<1xf32>) {
  %y, %mean = norm.layer_norm %x axes [0] epsilon 1.0e-5
      : tensor<8xf32> -> tensor<8xf32> mean tensor<f32>
  %m = tensor.expand_shape %mean [] output_shape [1]
      : tensor<f32> into tensor<1xf32>
  return %y, %m : tensor<8xf32>, tensor<1xf32>
}

// CHECK-LABEL: llvm.func @narrow
// NATIVE-LABEL: llvm.func @narrow
// NATIVE: llvm.fptrunc {{.*}} to vector<{{.*}}xbf16>
// INTEGERS-LABEL: llvm.func @narrow
// INTEGERS-NOT: llvm.fptrunc {{.*}}bf16
// INTEGERS: llvm.return
// The loops are not to be unrolled again.
// NATIVE: loop_annotation = #loop_annotation
// NATIVE-NOT: llvm.loop_annotation
func.func @narrow(%x: tensor<2x640xbf16>) -> tensor<2x640xbf16> {
  %y = norm.rms_norm %x axes [1] epsilon 1.0e-6
    : tensor<2x640xbf16> -> tensor<2x640xbf16>
  return %y : tensor<2x640xbf16>
}
