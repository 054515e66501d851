// RUN: not rmsnorm-translate --norm-to-object --triple=foo %s 2>&1 | FileCheck %s --check-prefix=TRIPLE
// RUN: not rmsnorm-translate --norm-to-object --triple=armv7-linux-gnueabihf %s 2>&1 | FileCheck %s --check-prefix=ARM
// RUN: not rmsnorm-translate --norm-to-object --triple=x86_64 --cpu=foo %s 2>&1 | FileCheck %s --check-prefix=CPU
// RUN: not rmsnorm-translate --norm-to-object --triple=aarch64 --features=+avx2 %s 2>&1 | FileCheck %s --check-prefix=FEATURE
// RUN: not rmsnorm-translate --norm-to-object --triple=x86_64 --features=-sse2 %s 2>&1 | FileCheck %s --check-prefix=LACKS
// RUN: not rmsnorm-translate --norm-to-object --vector-width=100 %s 2>&1 | FileCheck %s --check-prefix=WIDTH
// RUN: not rmsnorm-translate --norm-to-object --triple=x86_64 --scalable %s 2>&1 | FileCheck %s --check-prefix=SCALABLE
// RUN: not rmsnorm-translate --norm-to-header --header-guard=a-b %s 2>&1 | FileCheck %s --check-prefix=GUARD
// RUN: not rmsnorm-translate --norm-to-object --prefix=1 %s 2>&1 | FileCheck %s --check-prefix=PREFIX
// RUN: not rmsnorm-translate --norm-to-object --prefix=ab %s 2>&1 | FileCheck %s --check-prefix=TAKEN
// RUN: not rmsnorm-translate --norm-to-object --header=%t.none/norm.h %s 2>&1 | FileCheck %s --check-prefix=HEADER
// RUN: not rmsnorm-translate --norm-to-object -o %t.none/norm.o %s 2>&1 | FileCheck %s --check-prefix=OBJECT
// RUN: echo 'func.func @f(' | not rmsnorm-translate --norm-to-object 2>&1 | FileCheck %s --check-prefix=SYNTAX

// TRIPLE: error: 'foo' is no target that LLVM knows
// ARM: error: 'armv7-linux-gnueabihf' is not supported: only x86-64, little-endian AArch64 and 64-bit RISC-V are
// CPU: error: 'foo' is no CPU of 'x86_64{{.*}}' that LLVM knows
// FEATURE: error: '+avx2' is no feature of 'aarch64{{.*}}' that LLVM knows
// LACKS: error: the baseline CPU with the features '-sse2' lacks 'sse2'
// WIDTH: error: convert-rowwise-to-vector: 'vector-width' must be a power of two, but is 100
// SCALABLE: error: 'x86_64{{.*}}' with this CPU and these features has no scalable vectors
// GUARD: error: 'a-b' cannot be an include guard in C
// HEADER: error: cannot write the header: cannot open output file '{{.*}}norm.h'
// OBJECT: cannot open output file '{{.*}}norm.o'
// SYNTAX: error: expected
// PREFIX: :[[#@LINE+2]]:1: error: '1norm' cannot be the name of a function in C
// TAKEN: :[[#@LINE+1]]:1: error: 'abnorm' is there already
func.func @norm(%x: tensor<8xf32>) -> tensor<8xf32> {
  %y = norm.rms_norm %x axes [0] epsilon 1.0e-6 : tensor<8xf32> -> tensor<8xf32>
  return %y : tensor<8xf32>
}
func.func @abnorm(%x: tensor<8xf32>) {
  return
}
