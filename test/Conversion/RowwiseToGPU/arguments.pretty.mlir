// RUN: rmsnorm-opt --split-input-file --convert-rowwise-to-gpu --cse %s | FileCheck %s

// What kernels are given, and what LLVM is told of it.

// Rows of x may be those of the destination; the scale cannot be.
// CHECK-LABEL: gpu.func @scaled_0(
// CHECK-SAME: %arg0: memref<f32>, %arg1: memref<f32> {llvm.noalias, llvm.readonly}, %arg2: memref<f32>)
#matrix = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d1)>
func.func @scaled(%x: memref<8x64xf32>, %w: memref<64xf32>, %y: memref<8x64xf32>) {
  norm.rowwise axes [1] maps [#matrix, #column, #matrix]
      ins(%x, %w : memref<8x64xf32>, memref<64xf32>) outs(%y : memref<8x64xf32>) {
  ^bb0(%a: tensor<64xf32>, %b: tensor<64xf32>):
    %c = arith.mulf %a, %b : tensor<64xf32>
    norm.yield %c : tensor<64xf32>
  }
  return
}

// -----

// No destination has the map of x.
// CHECK-LABEL: gpu.func @sums_of_rows_0(
// CHECK-SAME: %arg0: memref<f32> {llvm.noalias, llvm.readonly}, %arg1: memref<f32>)
#matrix = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
#scalar = affine_map<(d0, d1) -> ()>
func.func @sums_of_rows(%x: memref<8x64xf32>, %y: memref<8xf32>) {
  norm.rowwise axes [1] maps [#matrix, #row]
      ins(%x : memref<8x64xf32>) outs(%y : memref<8xf32>) {
  ^bb0(%a: tensor<64xf32>):
    %s = norm.reduce add %a : tensor<64xf32>
    norm.yield %s : f32
  }
  return
}

// -----

// Two arguments, but one allocation, which is written.
// CHECK-LABEL: gpu.func @one_buffer_0(
// CHECK-NOT: llvm.noalias
// CHECK: gpu.return
#matrix = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d1)>
func.func @one_buffer(%x: memref<8x64xf32>, %y: memref<8x64xf32>) {
  norm.rowwise axes [1] maps [#matrix, #matrix, #matrix]
      ins(%x, %y : memref<8x64xf32>, memref<8x64xf32>) outs(%y : memref<8x64xf32>) {
  ^bb0(%a: tensor<64xf32>, %b: tensor<64xf32>):
    %c = arith.mulf %a, %b : tensor<64xf32>
    norm.yield %c : tensor<64xf32>
  }
  return
}

// -----

// Partial sums are what this kernel writes, and not what is summed to.
// CHECK-LABEL: gpu.func @summed_0(
// CHECK-SAME: %arg0: memref<f32> {llvm.noalias, llvm.readonly}, %arg1: memref<f32>)
// CHECK-LABEL: gpu.func @summed_1_sum(
// CHECK-SAME: %arg0: memref<f32>, %arg1: memref<f32>)
#matrix = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d1)>
func.func @summed(%x: memref<8x64xf32>, %y: memref<64xf32>) {
  norm.rowwise axes [1] maps [#matrix, #column]
      ins(%x : memref<8x64xf32>) outs(%y : memref<64xf32>) {
  ^bb0(%a: tensor<64xf32>):
    norm.yield %a : tensor<64xf32>
  }
  return
}

// -----

// Scalars are passed by value, but constant integers, which the kernel has.
// CHECK-LABEL: gpu.func @scalars_0(
// CHECK-SAME: %arg0: memref<i32>, %[[B:[a-z0-9]+]]: i32, %[[C:[a-z0-9]+]]: f32, %arg3: memref<i32>)
// CHECK-DAG: arith.constant 3 : i32
// CHECK-DAG: arith.constant true
// CHECK-DAG: vector.broadcast %[[B]] : i32
// CHECK: gpu.return
// CHECK: gpu.launch_func {{.*}}%arg1 : i32, %cst : f32
#matrix = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
#scalar = affine_map<(d0, d1) -> ()>
func.func @scalars(%x: memref<8x64xi32>, %b: i32, %y: memref<8x64xi32>) {
  %three = arith.constant 3 : i32
  %half = arith.constant 0.5 : f32
  %true = arith.constant true
  norm.rowwise axes [1] maps [#matrix, #scalar, #scalar, #scalar, #scalar, #matrix]
      ins(%x, %b, %three, %half, %true
          : memref<8x64xi32>, i32, i32, f32, i1) outs(%y : memref<8x64xi32>) {
  ^bb0(%a: tensor<64xi32>, %p: i32, %q: i32, %r: f32, %t: i1):
    %ps = tensor.splat %p : tensor<64xi32>
    %i = arith.fptosi %r : f32 to i32
    %s = arith.select %t, %q, %i : i32
    %qs = tensor.splat %s : tensor<64xi32>
    %u = arith.addi %a, %ps : tensor<64xi32>
    %v = arith.muli %u, %qs : tensor<64xi32>
    norm.yield %v : tensor<64xi32>
  }
  return
}

// -----

// A number in memory, and one for each row, of rows that are there.
// CHECK-LABEL: gpu.func @loaded_0(
// CHECK: scf.for
// CHECK: %[[VALID:.+]] = arith.cmpi ult
// CHECK: scf.if %[[VALID]] -> (f32, f32)
// CHECK: memref.load %{{.+}}[] : memref<f32
// CHECK: memref.load %{{.+}}[%{{.+}}] : memref<8xf32
// CHECK: gpu.return
#matrix = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
#scalar = affine_map<(d0, d1) -> ()>
func.func @loaded(%x: memref<8x64xf32>, %s: memref<f32>, %r: memref<8xf32>,
                  %y: memref<8x64xf32>) {
  norm.rowwise axes [1] maps [#matrix, #scalar, #row, #matrix]
      ins(%x, %s, %r : memref<8x64xf32>, memref<f32>, memref<8xf32>) outs(%y : memref<8x64xf32>) {
  ^bb0(%a: tensor<64xf32>, %p: f32, %q: f32):
    %m = arith.mulf %p, %q : f32
    %ms = tensor.splat %m : tensor<64xf32>
    %u = arith.mulf %a, %ms : tensor<64xf32>
    norm.yield %u : tensor<64xf32>
  }
  return
}

// -----

// The name of the module of kernels is taken.
// CHECK: gpu.module @[[NAME:f_kernels_0]]
// CHECK: gpu.func @f_0
// CHECK: func.func @f(
// CHECK: gpu.launch_func @[[NAME]]::@f_0
// CHECK: func.func private @f_kernels()
#matrix = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
#scalar = affine_map<(d0, d1) -> ()>
func.func @f(%x: memref<8x64xf32>, %y: memref<8xf32>) {
  norm.rowwise axes [1] maps [#matrix, #row]
      ins(%x : memref<8x64xf32>) outs(%y : memref<8xf32>) {
  ^bb0(%a: tensor<64xf32>):
    %s = norm.reduce add %a : tensor<64xf32>
    norm.yield %s : f32
  }
  return
}
func.func private @f_kernels()

// -----

// The name of the kernel is taken, by one that was there.
// CHECK: gpu.module @f_kernels {
// CHECK: gpu.func @helper()
// CHECK: gpu.func @f_2() kernel
// CHECK: gpu.func @[[NAME:f_2_0]](
// CHECK: func.func @f(
// CHECK: gpu.launch_func @f_kernels::@[[NAME]]
#matrix = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
gpu.module @f_kernels {
  gpu.func @helper() {
    gpu.return
  }
  gpu.func @f_2() kernel {
    gpu.return
  }
}
func.func @f(%x: memref<8x64xf32>, %y: memref<8xf32>) {
  norm.rowwise axes [1] maps [#matrix, #row]
      ins(%x : memref<8x64xf32>) outs(%y : memref<8xf32>) {
  ^bb0(%a: tensor<64xf32>):
    %s = norm.reduce add %a : tensor<64xf32>
    norm.yield %s : f32
  }
  return
}
