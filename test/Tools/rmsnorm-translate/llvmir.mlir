// RUN: rmsnorm-translate --mlir-to-llvmir %s | FileCheck %s
// RUN: rmsnorm-opt --convert-to-llvm %s | rmsnorm-translate --mlir-to-llvmir \
// RUN:   | rmsnorm-translate --import-llvm \
// RUN:   | FileCheck %s --check-prefix=IMPORT
// RUN: not rmsnorm-translate %s 2>&1 | FileCheck %s --check-prefix=NONE
// RUN: not rmsnorm-translate --mlir-to-llvmir %S/missing.mlir 2>&1 \
// RUN:   | FileCheck %s --check-prefix=MISSING

// CHECK-LABEL: define float @rsqrt(float %0)
// CHECK: call float @llvm.sqrt.f32
// CHECK: fdiv float
// IMPORT-LABEL: llvm.func @rsqrt
// IMPORT: llvm.fdiv
// NONE: Translations to perform option: must be specified
// MISSING: cannot open input file
llvm.func @rsqrt(%x: f32) -> f32 {
  %one = llvm.mlir.constant(1.0 : f32) : f32
  %s = llvm.intr.sqrt(%x) : (f32) -> f32
  %r = llvm.fdiv %one, %s : f32
  llvm.return %r : f32
}
