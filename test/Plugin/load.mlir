// RUN: %mlir_opt %s --load-dialect-plugin=%plugin --load-pass-plugin=%plugin \
// RUN:   --pass-pipeline='builtin.module(convert-norm-to-rowwise)' \
// RUN:   | FileCheck %s

// A second plugin with the same dialect does no harm.
// RUN: cp %plugin %rmsnorm_lib/RMSNormPluginCopy.so
// RUN: %mlir_opt %s --load-dialect-plugin=%plugin --load-pass-plugin=%plugin \
// RUN:   --load-dialect-plugin=%rmsnorm_lib/RMSNormPluginCopy.so \
// RUN:   --load-pass-plugin=%rmsnorm_lib/RMSNormPluginCopy.so \
// RUN:   --pass-pipeline='builtin.module(convert-norm-to-rowwise)' \
// RUN:   | FileCheck %s
// RUN: rm %rmsnorm_lib/RMSNormPluginCopy.so

// Nor does loading it into a tool that has the dialect built in.
// RUN: rmsnorm-opt %s --load-dialect-plugin=%plugin \
// RUN:   --load-pass-plugin=%plugin \
// RUN:   --pass-pipeline='builtin.module(convert-norm-to-rowwise)' \
// RUN:   | FileCheck %s

// CHECK-LABEL: func.func @f
// CHECK: norm.rowwise
// CHECK-NOT: norm.rms_norm
func.func @f(%x: tensor<4x64xf32>) -> tensor<4x64xf32> {
  %y = norm.rms_norm %x axes [1] epsilon 1.0e-6
      : tensor<4x64xf32> -> tensor<4x64xf32>
  return %y : tensor<4x64xf32>
}
