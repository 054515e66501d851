// RUN: split-file %s %t
// RUN: not rmsnorm-run %t/malformed.mlir 2>&1 | FileCheck %s --check-prefix=MALFORMED
// RUN: not rmsnorm-run %t/none.mlir 2>&1 | FileCheck %s --check-prefix=NOFILE
// RUN: not rmsnorm-run %t/two.mlir 2>&1 | FileCheck %s --check-prefix=ENTRY
// RUN: not rmsnorm-run %t/two.mlir --entry=c 2>&1 | FileCheck %s --check-prefix=NAME
// RUN: not rmsnorm-run %t/two.mlir --entry=external 2>&1 | FileCheck %s --check-prefix=BODY
// RUN: not rmsnorm-run %t/two.mlir --entry=a --pipeline='builtin.module(no-such-pass)' 2>&1 | FileCheck %s --check-prefix=PASS
// RUN: not rmsnorm-run %t/two.mlir --entry=a --pipeline='func.func(canonicalize)' 2>&1 | FileCheck %s --check-prefix=ANCHOR
// RUN: not rmsnorm-run %t/two.mlir --entry=a --pipeline='builtin.module(canonicalize)' 2>&1 | FileCheck %s --check-prefix=LLVM
// RUN: not rmsnorm-run %t/two.mlir --entry=a --benchmark=many 2>&1 | FileCheck %s --check-prefix=REPEAT
// RUN: not rmsnorm-run %t/two.mlir --no-such-option 2>&1 | FileCheck %s --check-prefix=OPTION
// RUN: not rmsnorm-run 2>&1 | FileCheck %s --check-prefix=POSITIONAL
// RUN: not rmsnorm-run %t/types.mlir --entry=memref 2>&1 | FileCheck %s --check-prefix=MEMREF
// RUN: not rmsnorm-run %t/types.mlir --entry=complex 2>&1 | FileCheck %s --check-prefix=COMPLEX
// RUN: not rmsnorm-run %t/unknown.mlir --compare 2>&1 | FileCheck %s --check-prefix=UNKNOWN

// MALFORMED: malformed.mlir:2:{{[0-9]+}}: error:
// NOFILE: error: cannot open input file '{{.*}}none.mlir': No such file or directory
// ENTRY: two.mlir:0:0: error: there is no function @main, nor a single public function with a body; choose one with --entry
// NAME: two.mlir:0:0: error: there is no function @c
// BODY: two.mlir:7:1: error: has no body to run
// PASS: two.mlir:0:0: error: cannot build the pipeline: {{.*}}no-such-pass
// ANCHOR: two.mlir:0:0: error: cannot build the pipeline: it must be of the form builtin.module(...)
// LLVM: two.mlir:0:0: error: cannot compile for this machine: could not convert to LLVM IR
// REPEAT: two.mlir:1:1: error: --benchmark=many is not a number of repetitions
// OPTION: Unknown command line argument '--no-such-option'
// POSITIONAL: Not enough positional command line arguments
// MEMREF: types.mlir:1:1: error: argument #0 is 'memref<4xf32>': only ranked tensors and scalars can be passed
// COMPLEX: types.mlir:4:1: error: argument #0 is 'tensor<2xcomplex<f32>>', whose elements are not supported
// UNKNOWN: unknown.mlir:2:8: error: 'math.ctpop' op is not known to the reference interpreter

//--- malformed.mlir
func.func @f(%x: f32) -> f32 {
  %y = arith.addf %x : f32
  return %y : f32
}
//--- two.mlir
func.func @a(%x: f32) -> f32 {
  return %x : f32
}
func.func @b(%x: f32) -> f32 {
  return %x : f32
}
func.func private @external(%x: f32) -> f32
//--- types.mlir
func.func @memref(%x: memref<4xf32>) {
  return
}
func.func @complex(%x: tensor<2xcomplex<f32>>) -> tensor<2xcomplex<f32>> {
  return %x : tensor<2xcomplex<f32>>
}
//--- unknown.mlir
func.func @f(%x: i32) -> i32 {
  %y = math.ctpop %x : i32
  return %y : i32
}
