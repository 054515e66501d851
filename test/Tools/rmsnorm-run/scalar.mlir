// A lone scalar result is returned by value; no result is fine too.
// RUN: rmsnorm-run %s --entry=half --compare --pipeline='%upstream' | FileCheck %s
// RUN: rmsnorm-run %s --entry=none --compare --pipeline='%upstream' | FileCheck %s --check-prefix=NONE
// RUN: rmsnorm-run %s --pipeline='%upstream' | FileCheck %s --check-prefix=MAIN

// CHECK: @half
// CHECK: result #0: f32, [
// CHECK: within the bound
func.func @half(%a: f32) -> f32 {
  %h = arith.constant 0.5 : f32
  %r = arith.mulf %a, %h : f32
  return %r : f32
}

// NONE: @none
// NONE-NOT: result
func.func @none(%a: f32) {
  return
}

// MAIN: @main
func.func @main() {
  return
}
