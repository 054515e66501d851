// RUN: rmsnorm-translate --norm-to-header %s | FileCheck %s --match-full-lines
// RUN: rmsnorm-translate --norm-to-header --header-guard=MINE_H %s | FileCheck %s --check-prefix=GUARD
// RUN: rmsnorm-translate --norm-to-header --prefix=model_ %s | FileCheck %s --check-prefix=PREFIX

// Bytecode has no names of values, but attributes.
// RUN: rmsnorm-opt --emit-bytecode %s -o %t.bc
// RUN: rmsnorm-translate --norm-to-header %t.bc | FileCheck %s --check-prefix=BYTECODE

// GUARD: #ifndef MINE_H
// GUARD-NEXT: #define MINE_H
// GUARD: #endif /* MINE_H */
// PREFIX: #ifndef MODEL_DYNAMIC_H
// PREFIX: /* model_dynamic
// PREFIX: void model_dynamic(
// PREFIX: void model_nothing(void);
// BYTECODE: void dynamic(
// BYTECODE-NEXT: const float *arg0, int64_t arg0_dim0, int64_t arg0_dim1,

// CHECK: #ifndef DYNAMIC_H
// CHECK-NEXT: #define DYNAMIC_H
// CHECK-EMPTY:
// CHECK-NEXT: #include <stdbool.h>
// CHECK-NEXT: #include <stdint.h>
// CHECK: extern "C" {

// CHECK: /* dynamic
// CHECK-NEXT: *
// CHECK-NEXT: *   x    in: float [x_dim0][x_dim1], row-major
// CHECK-NEXT: *   w    in: uint16_t (bfloat16, the upper half of a float) [w_dim0]
// CHECK-NEXT: *   y0  out: float [x_dim0][x_dim1], row-major
// CHECK-NEXT: *   y1  out: float [x_dim0]
// CHECK-NEXT: *
// CHECK-NEXT: * Takes no memory from the heap.
// CHECK-NEXT: */
// CHECK-NEXT: void dynamic(
// CHECK-NEXT: const float *x, int64_t x_dim0, int64_t x_dim1,
// CHECK-NEXT: const uint16_t *w, int64_t w_dim0,
// CHECK-NEXT: float *y0,
// CHECK-NEXT: float *y1);
func.func @dynamic(%x: tensor<?x?xf32>, %w: tensor<?xbf16>)
    -> (tensor<?x?xf32>, tensor<?xf32>) {
  %y:2 = norm.rms_norm %x scale(%w : tensor<?xbf16> dims [1]) axes [1]
      epsilon 1.0e-6 : tensor<?x?xf32> -> tensor<?x?xf32> rstd tensor<?xf32>
  return %y#0, %y#1 : tensor<?x?xf32>, tensor<?xf32>
}

// What is written, what has strides, and what is one element.
// CHECK: /* strided
// CHECK: *   x     in: float [x_dim0][8][3], element [i0][i1][i2] at x[i0 * x_stride0 + i1 * 3 + i2]
// CHECK-NEXT: *   y     in, out: float [8], element [i0] at y[i0 * y_stride0]
// CHECK-NEXT: *   rank  in: double [1]
// CHECK-NEXT: *   flag  in: bool
// CHECK: void strided(
// CHECK-NEXT: const float *x, int64_t x_dim0, int64_t x_stride0,
// CHECK-NEXT: float *y, int64_t y_stride0,
// CHECK-NEXT: const double *rank,
// CHECK-NEXT: bool flag);
func.func @strided(%x: memref<?x8x3xf32, strided<[?, 3, 1], offset: 7>>,
                   %y: memref<8xf32, strided<[?], offset: ?>>,
                   %rank: memref<f64>, %flag: i1) {
  %c0 = arith.constant 0 : index
  %v = memref.load %x[%c0, %c0, %c0]
      : memref<?x8x3xf32, strided<[?, 3, 1], offset: 7>>
  memref.store %v, %y[%c0] : memref<8xf32, strided<[?], offset: ?>>
  return
}

// A view is read, and one is written.
// CHECK: /* views
// CHECK: *   x  in: float [8]
// CHECK-NEXT: *   y  in, out: float [8]
func.func @views(%x: memref<8xf32>, %y: memref<8xf32>) {
  %0 = memref.subview %x[0] [4] [1]
      : memref<8xf32> to memref<4xf32, strided<[1]>>
  %1 = memref.subview %y[0] [4] [1]
      : memref<8xf32> to memref<4xf32, strided<[1]>>
  linalg.exp ins(%0 : memref<4xf32, strided<[1]>>)
      outs(%1 : memref<4xf32, strided<[1]>>)
  return
}

// Names that attributes give, that C has other uses for, or that are there
// twice.
// CHECK: /* names
// CHECK: void names(
// CHECK-NEXT: const float *gamma,
// CHECK-NEXT: const float *float_,
// CHECK-NEXT: const float *arg2,
// CHECK-NEXT: float *gamma_1);
func.func @names(%x: tensor<8xf32> {norm.name = "gamma"},
                 %y: tensor<8xf32> {norm.name = "float"}, %2: tensor<8xf32>)
    -> (tensor<8xf32> {norm.name = "gamma"}) {
  %z = arith.addf %x, %y : tensor<8xf32>
  return %z : tensor<8xf32>
}

// An argument that may be overwritten, and is.
// CHECK: /* in_place
// CHECK: *   x        in, out: float [x_dim0]
// CHECK: void in_place(float *x, int64_t x_dim0, float *result0);
func.func @in_place(%x: tensor<?xf32> {bufferization.writable = true})
    -> tensor<?xf32> {
  %c0 = arith.constant 0 : index
  %one = arith.constant 1.0 : f32
  %y = tensor.insert %one into %x[%c0] : tensor<?xf32>
  %0 = tensor.insert %one into %y[%c0] : tensor<?xf32>
  return %0 : tensor<?xf32>
}

// Sizes that are computed.
// CHECK: /* sizes
// CHECK: *   flat    out: float [x_dim0 * x_dim1]
// CHECK-NEXT: *   padded  out: float [((n + 8 - 1) / 8) * 8]
func.func @sizes(%x: tensor<?x?xf32>, %n: index)
    -> (tensor<?xf32>, tensor<?xf32>) {
  %flat = tensor.collapse_shape %x [[0, 1]]
      : tensor<?x?xf32> into tensor<?xf32>
  %c8 = arith.constant 8 : index
  %blocks = arith.ceildivui %n, %c8 : index
  %size = arith.muli %blocks, %c8 : index
  %zero = arith.constant 0.0 : f32
  %padded = tensor.splat %zero[%size] : tensor<?xf32>
  return %flat, %padded : tensor<?xf32>, tensor<?xf32>
}

// Memory from the heap; C does not see what is private.
// CHECK: /* allocates
// CHECK: * Takes temporary memory by malloc, which must not fail, and frees it.
// CHECK-NOT: helper
func.func @allocates(%x: tensor<?x?xf32>) -> tensor<?xf32> {
  %y = func.call @helper(%x) : (tensor<?x?xf32>) -> tensor<?x?xf32>
  %s = norm.rms_norm %y axes [0] epsilon 1.0e-6
      : tensor<?x?xf32> -> tensor<?x?xf32>
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : tensor<?x?xf32>
  %e = tensor.empty(%n) : tensor<?xf32>
  %r = linalg.reduce {arith.addf} ins(%s : tensor<?x?xf32>)
      outs(%e : tensor<?xf32>) dimensions = [1]
  return %r : tensor<?xf32>
}
func.func private @helper(%x: tensor<?x?xf32>) -> tensor<?x?xf32> {
  %y = norm.rms_norm %x axes [1] epsilon 1.0e-6
      : tensor<?x?xf32> -> tensor<?x?xf32>
  return %y : tensor<?x?xf32>
}

// CHECK: /* nothing
// CHECK: void nothing(void);
func.func @nothing() {
  return
}

// Names that may be macros of C are not taken over.
// CHECK: void macros(float {{[a-z0-9_]+}}, float {{[a-z0-9_]+}}, float x);
func.func @macros(%INT64_MAX: f32, %linux: f32, %x: f32) {
  return
}
