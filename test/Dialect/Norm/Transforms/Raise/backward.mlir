// RUN: rmsnorm-opt %s --norm-raise | FileCheck %s

#mat = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
#col = affine_map<(d0, d1) -> (d1)>
#matT = affine_map<(d0, d1) -> (d1, d0)>
#rowT = affine_map<(d0, d1) -> (d1)>
#colT = affine_map<(d0, d1) -> (d0)>

// The torch decomposition: (r / N) * (N * g - sum(g) - xhat * sum(g * xhat)).
// CHECK-LABEL: @layer_norm
// CHECK-SAME: (%[[DY:.*]]: tensor<8x64xf32>, %[[X:.*]]: tensor<8x64xf32>, %[[M:.*]]: tensor<8xf32>, %[[R:.*]]: tensor<8xf32>, %[[W:.*]]: tensor<64xf32>)
// CHECK-NEXT: %[[DX:.*]], %[[DW:.*]], %[[DB:.*]] = norm.layer_norm_backward %[[DY]], %[[X]], %[[M]], %[[R]] scale(%[[W]] : tensor<64xf32> dims [1]) axes [1] bias_dims [1]
// CHECK-NEXT: return %[[DX]], %[[DW]], %[[DB]]
func.func @layer_norm(%dy: tensor<8x64xf32>, %x: tensor<8x64xf32>,
                      %mean: tensor<8xf32>, %rstd: tensor<8xf32>,
                      %w: tensor<64xf32>)
    -> (tensor<8x64xf32>, tensor<64xf32>, tensor<64xf32>) {
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
  return %dx, %dw, %db : tensor<8x64xf32>, tensor<64xf32>, tensor<64xf32>
}

// CHECK-LABEL: @rms_norm
// CHECK-NEXT: %[[DX:.*]] = norm.rms_norm_backward %arg0, %arg1, %arg2 axes [1] :
// CHECK-NEXT: return %[[DX]]
func.func @rms_norm(%dy: tensor<8x64xbf16>, %x: tensor<8x64xbf16>,
                    %rstd: tensor<8xf32>) -> tensor<8x64xbf16> {
  %zero = arith.constant 0.0 : f32
  %c = arith.constant 0.015625 : f32
  %e = tensor.empty() : tensor<8x64xbf16>
  %er = tensor.empty() : tensor<8xf32>
  %zr = linalg.fill ins(%zero : f32) outs(%er : tensor<8xf32>) -> tensor<8xf32>
  %sum = linalg.generic {indexing_maps = [#mat, #mat, #row, #row],
                         iterator_types = ["parallel", "reduction"]}
      ins(%dy, %x, %rstd : tensor<8x64xbf16>, tensor<8x64xbf16>, tensor<8xf32>)
      outs(%zr : tensor<8xf32>) {
  ^bb0(%a: bf16, %b: bf16, %r: f32, %o: f32):
    %a32 = arith.extf %a : bf16 to f32
    %b32 = arith.extf %b : bf16 to f32
    %h = arith.mulf %b32, %r : f32
    %p = arith.mulf %a32, %h : f32
    %s = arith.addf %p, %o : f32
    linalg.yield %s : f32
  } -> tensor<8xf32>
  %dx = linalg.generic {indexing_maps = [#mat, #mat, #row, #row, #mat],
                        iterator_types = ["parallel", "parallel"]}
      ins(%dy, %x, %rstd, %sum : tensor<8x64xbf16>, tensor<8x64xbf16>,
          tensor<8xf32>, tensor<8xf32>)
      outs(%e : tensor<8x64xbf16>) {
  ^bb0(%a: bf16, %b: bf16, %r: f32, %s: f32, %o: bf16):
    %a32 = arith.extf %a : bf16 to f32
    %b32 = arith.extf %b : bf16 to f32
    %h = arith.mulf %b32, %r : f32
    %m = arith.mulf %s, %c : f32
    %p = arith.mulf %h, %m : f32
    %d = arith.subf %a32, %p : f32
    %v = arith.mulf %d, %r : f32
    %v16 = arith.truncf %v : f32 to bf16
    linalg.yield %v16 : bf16
  } -> tensor<8x64xbf16>
  return %dx : tensor<8x64xbf16>
}
