// A host that runs another LLVM is told so, and gets neither dialect nor passes.
// RUN: not env LD_PRELOAD=%other_llvm %mlir_opt %s \
// RUN:   --load-dialect-plugin=%plugin 2>&1 \
// RUN:   | FileCheck %s --check-prefixes=CHECK,DIALECT
// RUN: not env LD_PRELOAD=%other_llvm %mlir_opt /dev/null \
// RUN:   --load-pass-plugin=%plugin \
// RUN:   --pass-pipeline='builtin.module(convert-norm-to-rowwise)' 2>&1 \
// RUN:   | FileCheck %s --check-prefixes=CHECK,PASS

// CHECK: error: this RMSNorm plugin was built for LLVM 22.1, but the host runs LLVM 21.1.8; it is not loaded
// DIALECT: Failed to load dialect plugin
// DIALECT: error: {{.*}}norm
// PASS: Failed to load passes
// PASS: error: 'convert-norm-to-rowwise' does not refer to a registered pass
func.func @f(%x: tensor<4x64xf32>) -> tensor<4x64xf32> {
  %y = norm.rms_norm %x axes [1] epsilon 1.0e-6
      : tensor<4x64xf32> -> tensor<4x64xf32>
  return %y : tensor<4x64xf32>
}
