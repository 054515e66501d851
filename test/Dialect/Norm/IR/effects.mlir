// RUN: rmsnorm-opt %s --allow-unregistered-dialect --cse | FileCheck %s --check-prefixes=CHECK,CSE
// RUN: rmsnorm-opt %s --allow-unregistered-dialect --loop-invariant-code-motion | FileCheck %s --check-prefixes=CHECK,LICM

#matrix = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>

// CHECK-LABEL: @same_twice
// CSE: %[[Y:.+]] = norm.rms_norm
// CSE-NEXT: return %[[Y]], %[[Y]]
func.func @same_twice(%x: tensor<4x8xf32>)
    -> (tensor<4x8xf32>, tensor<4x8xf32>) {
  %0 = norm.rms_norm %x axes [1] epsilon 1.0
      : tensor<4x8xf32> -> tensor<4x8xf32>
  %1 = norm.rms_norm %x axes [1] epsilon 1.0
      : tensor<4x8xf32> -> tensor<4x8xf32>
  return %0, %1 : tensor<4x8xf32>, tensor<4x8xf32>
}

// CHECK-LABEL: @unused
// CSE-NEXT: return
func.func @unused(%x: tensor<4x8xf32>) {
  %0 = norm.layer_norm %x axes [1] epsilon 1.0
      : tensor<4x8xf32> -> tensor<4x8xf32>
  %1 = norm.rowwise axes [1] maps [#matrix, #matrix]
      ins(%x : tensor<4x8xf32>) outs(%x : tensor<4x8xf32>) {
  ^bb0(%a: tensor<8xf32>):
    norm.yield %a : tensor<8xf32>
  } -> tensor<4x8xf32>
  return
}

// CHECK-LABEL: @on_memrefs
// CHECK: norm.rowwise
func.func @on_memrefs(%x: memref<4x8xf32>, %y: memref<4x8xf32>) {
  norm.rowwise axes [1] maps [#matrix, #matrix]
      ins(%x : memref<4x8xf32>) outs(%y : memref<4x8xf32>) {
  ^bb0(%a: tensor<8xf32>):
    norm.yield %a : tensor<8xf32>
  }
  return
}

// What is computed from tensors alone leaves the loop; what writes memory
// stays.
// CHECK-LABEL: @in_a_loop
// LICM: norm.rms_norm
// LICM: norm.rowwise {{.*}} outs(%{{.*}} : tensor<4xf32>)
// LICM: scf.for
// LICM: norm.rowwise {{.*}} outs(%{{.*}} : memref<4xi32>)
func.func @in_a_loop(%x: tensor<4x8xf32>, %o: tensor<4xf32>, %n: index,
                     %m: memref<4x8xi32>, %p: memref<4xi32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.for %i = %c0 to %n step %c1 {
    %0 = norm.rms_norm %x axes [1] epsilon 1.0
        : tensor<4x8xf32> -> tensor<4x8xf32>
    %1 = norm.rowwise axes [1] maps [#matrix, #row]
        ins(%0 : tensor<4x8xf32>) outs(%o : tensor<4xf32>) {
    ^bb0(%a: tensor<8xf32>):
      %s = norm.reduce add %a : tensor<8xf32>
      norm.yield %s : f32
    } -> tensor<4xf32>
    "test.use"(%1) : (tensor<4xf32>) -> ()
    norm.rowwise axes [1] maps [#matrix, #row]
        ins(%m : memref<4x8xi32>) outs(%p : memref<4xi32>) {
    ^bb0(%a: tensor<8xi32>):
      %s = arith.constant 1 : i32
      norm.yield %s : i32
    }
  }
  return
}

// An integer division may trap: it stays where it may not be reached.
// CHECK-LABEL: @division
// LICM: scf.for
// LICM: norm.rowwise
func.func @division(%x: tensor<4x8xi32>, %n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.for %i = %c0 to %n step %c1 {
    %1 = norm.rowwise axes [1] maps [#matrix, #matrix]
        ins(%x : tensor<4x8xi32>) outs(%x : tensor<4x8xi32>) {
    ^bb0(%a: tensor<8xi32>):
      %s = arith.divsi %a, %a : tensor<8xi32>
      norm.yield %s : tensor<8xi32>
    } -> tensor<4x8xi32>
    "test.use"(%1) : (tensor<4x8xi32>) -> ()
  }
  return
}
