// RUN: rmsnorm-opt %s --allow-unregistered-dialect --norm-raise \
// RUN:     --split-input-file | FileCheck %s
// RUN: rmsnorm-opt %s --allow-unregistered-dialect --norm-report \
// RUN:     --split-input-file -o /dev/null

// Ops that are gone are not looked at again.

// A norm that nothing uses is one, and stays to be told of.

// CHECK-LABEL: func.func @dead_norm(
// CHECK: norm.rms_norm
func.func @dead_norm(%a: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %x = arith.addf %a, %a : tensor<4x8xf32>
  %zero = arith.constant 0.0 : f32
  %n = arith.constant dense<8.0> : tensor<4xf32>
  %eps = arith.constant dense<1.0e-6> : tensor<4xf32>
  %sq = arith.mulf %x, %x : tensor<4x8xf32>
  %e1 = tensor.empty() : tensor<4xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e1 : tensor<4xf32>) -> tensor<4xf32>
  %s = linalg.reduce ins(%sq : tensor<4x8xf32>) outs(%i : tensor<4xf32>) dimensions = [1]
    (%in: f32, %acc: f32) {
      %t = arith.addf %in, %acc : f32
      linalg.yield %t : f32
    }
  %m = arith.divf %s, %n : tensor<4xf32>
  %me = arith.addf %m, %eps : tensor<4xf32>
  %r = math.rsqrt %me : tensor<4xf32>
  %e = tensor.empty() : tensor<4x8xf32>
  %b = linalg.broadcast ins(%r : tensor<4xf32>) outs(%e : tensor<4x8xf32>) dimensions = [1]
  %y = arith.mulf %x, %b : tensor<4x8xf32>
  return %a : tensor<4x8xf32>
}

// -----

// What nothing uses goes, where it stands before the op.

// CHECK-LABEL: func.func @dead_before(
// CHECK-NEXT: norm.rms_norm
// CHECK-NOT: tosa.exp
func.func @dead_before(%x: tensor<4x8xf32>) -> (tensor<4x8xf32>, tensor<4x1xf32>) {
  %n = "tosa.const"() <{values = dense<0.125> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %e = "tosa.const"() <{values = dense<1.0e-5> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %0 = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %q = tosa.mul %x, %x, %0 : (tensor<4x8xf32>, tensor<4x8xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  %s = tosa.reduce_sum %q {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %m = tosa.mul %s, %n, %0 : (tensor<4x1xf32>, tensor<1x1xf32>, tensor<1xi8>) -> tensor<4x1xf32>
  %v = tosa.add %m, %e : (tensor<4x1xf32>, tensor<1x1xf32>) -> tensor<4x1xf32>
  %r = tosa.rsqrt %v : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %dead = tosa.exp %r : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %y = tosa.mul %x, %r, %0 : (tensor<4x8xf32>, tensor<4x1xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  return %y, %r : tensor<4x8xf32>, tensor<4x1xf32>
}

// -----

// So does what is said about a value.

// CHECK-LABEL: func.func @said_before(
// CHECK: norm.rms_norm
// CHECK-NOT: torch.bind_symbolic_shape
func.func @said_before(%x: !torch.vtensor<[4,8],f32>) -> (!torch.vtensor<[4,8],f32>, !torch.vtensor<[4,1],f32>) {
  %f = "torch.constant.bool"() <{value = false}> : () -> !torch.bool
  %t = "torch.constant.bool"() <{value = true}> : () -> !torch.bool
  %two = "torch.constant.int"() <{value = 2 : i64}> : () -> !torch.int
  %one = "torch.constant.int"() <{value = 1 : i64}> : () -> !torch.int
  %none = "torch.constant.none"() : () -> !torch.none
  %eps = "torch.constant.float"() <{value = 1.0e-5 : f64}> : () -> !torch.float
  %l = "torch.prim.ListConstruct"(%one) : (!torch.int) -> !torch.list<int>
  %q = "torch.aten.pow.Tensor_Scalar"(%x, %two) : (!torch.vtensor<[4,8],f32>, !torch.int) -> !torch.vtensor<[4,8],f32>
  %m = "torch.aten.mean.dim"(%q, %l, %t, %none) : (!torch.vtensor<[4,8],f32>, !torch.list<int>, !torch.bool, !torch.none) -> !torch.vtensor<[4,1],f32>
  %v = "torch.aten.add.Scalar"(%m, %eps, %one) : (!torch.vtensor<[4,1],f32>, !torch.float, !torch.int) -> !torch.vtensor<[4,1],f32>
  %r = "torch.aten.rsqrt"(%v) : (!torch.vtensor<[4,1],f32>) -> !torch.vtensor<[4,1],f32>
  "torch.bind_symbolic_shape"(%r) <{shape_expressions = affine_map<() -> (4, 1)>}> : (!torch.vtensor<[4,1],f32>) -> ()
  %y = "torch.aten.mul.Tensor"(%x, %r) : (!torch.vtensor<[4,8],f32>, !torch.vtensor<[4,1],f32>) -> !torch.vtensor<[4,8],f32>
  return %y, %r : !torch.vtensor<[4,8],f32>, !torch.vtensor<[4,1],f32>
}

// -----

// With ops inside, one of which takes a root.

// CHECK-LABEL: func.func @dead_loop(
// CHECK-NOT: scf.for
// CHECK: norm.rms_norm
func.func @dead_loop(%x: tensor<4x8xf32>, %c: i1, %z: tensor<4x1xf32>) -> tensor<4x8xf32> {
  %n = "tosa.const"() <{values = dense<0.125> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %e = "tosa.const"() <{values = dense<1.0e-5> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %0 = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %lb = arith.constant 0 : index
  %ub = arith.constant 4 : index
  %st = arith.constant 1 : index
  %q = tosa.mul %x, %x, %0 : (tensor<4x8xf32>, tensor<4x8xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  %s = tosa.reduce_sum %q {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %m = tosa.mul %s, %n, %0 : (tensor<4x1xf32>, tensor<1x1xf32>, tensor<1xi8>) -> tensor<4x1xf32>
  %v = tosa.add %m, %e : (tensor<4x1xf32>, tensor<1x1xf32>) -> tensor<4x1xf32>
  %r = tosa.rsqrt %v : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %y = tosa.mul %x, %r, %0 : (tensor<4x8xf32>, tensor<4x1xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  %dead = scf.for %i = %lb to %ub step %st iter_args(%a = %r) -> tensor<4x1xf32> {
    %w = tosa.rsqrt %a : (tensor<4x1xf32>) -> tensor<4x1xf32>
    scf.yield %w : tensor<4x1xf32>
  }
  return %y : tensor<4x8xf32>
}

// -----

// An extent that dies with the squares that it is of.

// CHECK-LABEL: func.func @extent_of_squares(
// CHECK-NOT: tensor.dim
// CHECK: norm.rms_norm
func.func @extent_of_squares(%x: tensor<4x?xf32>) -> tensor<4x?xf32> {
  %c1 = arith.constant 1 : index
  %zero = arith.constant dense<0.0> : tensor<4xf32>
  %eps = arith.constant dense<1.0e-6> : tensor<4xf32>
  %sq = arith.mulf %x, %x : tensor<4x?xf32>
  %s = linalg.reduce { arith.addf } ins(%sq : tensor<4x?xf32>) outs(%zero : tensor<4xf32>) dimensions = [1]
  %d = tensor.dim %sq, %c1 : tensor<4x?xf32>
  %di = arith.index_cast %d : index to i64
  %df = arith.sitofp %di : i64 to f32
  %nn = tensor.splat %df : tensor<4xf32>
  %m = arith.divf %s, %nn : tensor<4xf32>
  %me = arith.addf %m, %eps : tensor<4xf32>
  %r = math.rsqrt %me : tensor<4xf32>
  
  %b = linalg.broadcast ins(%r : tensor<4xf32>) outs(%x : tensor<4x?xf32>) dimensions = [1]
  %y = arith.mulf %x, %b : tensor<4x?xf32>
  return %y : tensor<4x?xf32>
}

// -----

// A gradient that nothing uses.

// CHECK-LABEL: func.func @layer_norm(
// CHECK: norm.layer_norm_backward
#mat = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
#col = affine_map<(d0, d1) -> (d1)>
#matT = affine_map<(d0, d1) -> (d1, d0)>
#rowT = affine_map<(d0, d1) -> (d1)>
#colT = affine_map<(d0, d1) -> (d0)>
func.func @layer_norm(%dy0: tensor<8x64xf32>, %x: tensor<8x64xf32>,
                      %mean: tensor<8xf32>, %rstd: tensor<8xf32>,
                      %w: tensor<64xf32>)
    {
  %dy = math.exp %dy0 : tensor<8x64xf32>
  %zero = arith.constant 0.0 : f32
  %n = arith.constant 64.0 : f32
  %e = tensor.empty() : tensor<8x64xf32>
  %er = tensor.empty() : tensor<8xf32>
  %ec = tensor.empty() : tensor<64xf32>
  %zr = linalg.fill ins(%zero : f32) outs(%er : tensor<8xf32>) -> tensor<8xf32>
  %zc = linalg.fill ins(%zero : f32) outs(%ec : tensor<64xf32>) -> tensor<64xf32>
  %xhat = linalg.generic {indexing_maps = [#mat, #row, #row, #mat],
                          iterator_types = ["parallel", "parallel"]}
      ins(%x, %mean, %rstd : tensor<8x64xf32>, tensor<8xf32>, tensor<8xf32>)
      outs(%e : tensor<8x64xf32>) {
  ^bb0(%a: f32, %m: f32, %r: f32, %o: f32):
    %d = arith.subf %a, %m : f32
    %h = arith.mulf %d, %r : f32
    linalg.yield %h : f32
  } -> tensor<8x64xf32>
  %g = linalg.generic {indexing_maps = [#mat, #col, #mat],
                       iterator_types = ["parallel", "parallel"]}
      ins(%dy, %w : tensor<8x64xf32>, tensor<64xf32>)
      outs(%e : tensor<8x64xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %p = arith.mulf %a, %b : f32
    linalg.yield %p : f32
  } -> tensor<8x64xf32>
  %sg = linalg.generic {indexing_maps = [#mat, #row],
                        iterator_types = ["parallel", "reduction"]}
      ins(%g : tensor<8x64xf32>) outs(%zr : tensor<8xf32>) {
  ^bb0(%a: f32, %o: f32):
    %s = arith.addf %a, %o : f32
    linalg.yield %s : f32
  } -> tensor<8xf32>
  %sgx = linalg.generic {indexing_maps = [#mat, #mat, #row],
                         iterator_types = ["parallel", "reduction"]}
      ins(%g, %xhat : tensor<8x64xf32>, tensor<8x64xf32>)
      outs(%zr : tensor<8xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %p = arith.mulf %a, %b : f32
    %s = arith.addf %p, %o : f32
    linalg.yield %s : f32
  } -> tensor<8xf32>
  %dx = linalg.generic {indexing_maps = [#mat, #row, #row, #mat, #row, #mat],
                        iterator_types = ["parallel", "parallel"]}
      ins(%g, %sg, %sgx, %xhat, %rstd : tensor<8x64xf32>, tensor<8xf32>,
          tensor<8xf32>, tensor<8x64xf32>, tensor<8xf32>)
      outs(%e : tensor<8x64xf32>) {
  ^bb0(%gg: f32, %s: f32, %sx: f32, %h: f32, %r: f32, %o: f32):
    %ng = arith.mulf %gg, %n : f32
    %t = arith.subf %ng, %s : f32
    %p = arith.mulf %h, %sx : f32
    %u = arith.subf %t, %p : f32
    %rn = arith.divf %r, %n : f32
    %v = arith.mulf %rn, %u : f32
    linalg.yield %v : f32
  } -> tensor<8x64xf32>
  %dw = linalg.generic {indexing_maps = [#matT, #matT, #colT],
                        iterator_types = ["parallel", "reduction"]}
      ins(%dy, %xhat : tensor<8x64xf32>, tensor<8x64xf32>)
      outs(%zc : tensor<64xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %p = arith.mulf %a, %b : f32
    %s = arith.addf %p, %o : f32
    linalg.yield %s : f32
  } -> tensor<64xf32>
  %db = linalg.reduce ins(%dy : tensor<8x64xf32>) outs(%zc : tensor<64xf32>)
      dimensions = [0]
      (%a: f32, %o: f32) {
        %s = arith.addf %a, %o : f32
        linalg.yield %s : f32
      }
  return
}
