// Catalogue entry X19: buffers: a store between the loops. Nothing on buffers
// is raised.
// RUN: rmsnorm-opt %s --norm-raise \
// RUN:     --remarks-filter=norm-raise --remark-format=emitRemark \
// RUN:     -o %t.after 2>&1 | FileCheck %s --allow-empty
// RUN: rmsnorm-opt %s -o %t.before
// RUN: diff %t.before %t.after

// CHECK-NOT: remark: [Passed]

#row = affine_map<(d0, d1) -> (d0, d1)>
#stat = affine_map<(d0, d1) -> (d0)>

func.func @buffers(%x: memref<4x8xf32>, %s: memref<4xf32>, %y: memref<4x8xf32>) {
  %zero = arith.constant 0.0 : f32
  %n = arith.constant 8.0 : f32
  %eps = arith.constant 1.0e-5 : f32
  %c0 = arith.constant 0 : index
  linalg.fill ins(%zero : f32) outs(%s : memref<4xf32>)
  linalg.generic {indexing_maps = [#row, #stat], iterator_types = ["parallel", "reduction"]}
      ins(%x : memref<4x8xf32>) outs(%s : memref<4xf32>) {
  ^bb0(%a: f32, %acc: f32):
    %p = arith.mulf %a, %a : f32
    %q = arith.addf %acc, %p : f32
    linalg.yield %q : f32
  }
  memref.store %zero, %x[%c0, %c0] : memref<4x8xf32>
  linalg.generic {indexing_maps = [#row, #stat, #row], iterator_types = ["parallel", "parallel"]}
      ins(%x, %s : memref<4x8xf32>, memref<4xf32>) outs(%y : memref<4x8xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %m = arith.divf %b, %n : f32
    %v = arith.addf %m, %eps : f32
    %r = math.rsqrt %v : f32
    %p = arith.mulf %a, %r : f32
    linalg.yield %p : f32
  }
  return
}
