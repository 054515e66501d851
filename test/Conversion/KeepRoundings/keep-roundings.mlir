// RUN: rmsnorm-opt --norm-keep-roundings --canonicalize %s | FileCheck %s
// RUN: rmsnorm-opt --norm-to-cpu="bf16-conversion=native" %s | FileCheck %s --check-prefix=SUMS

// CHECK-LABEL: func.func @there_and_back
// CHECK: arith.truncf
// CHECK: arith.extf
func.func @there_and_back(%x: f32) -> f32 {
  %n = arith.truncf %x fastmath<contract> : f32 to bf16
  %w = arith.extf %n fastmath<contract> : bf16 to f32
  return %w : f32
}

// Each sum of bf16 is rounded.

// SUMS-LABEL: llvm.func @sums
// SUMS: llvm.fadd
// SUMS: llvm.fptrunc
// SUMS: llvm.fadd
// SUMS: llvm.fptrunc
func.func @sums(%x: bf16, %y: bf16) -> bf16 {
  %a = arith.addf %x, %y : bf16
  %b = arith.addf %a, %y : bf16
  return %b : bf16
}
