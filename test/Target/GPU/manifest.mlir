// RUN: rmsnorm-translate --norm-to-gpu-manifest --chip=sm_90,sm_80 %s -o %t.json
// RUN: %python %S/Inputs/show_manifest.py %t.json | FileCheck %s --match-full-lines

// From the oldest chip to the newest, whose PTX is there for those to come.
// CHECK: version 1, f.fatbin (fatbin) for sm_80 sm_90
// CHECK-NEXT: sm_80 80: cubin
// CHECK: sm_90 90: cubin ptx

// Sizes that must be the same are one symbol, or the number that one of them is.
// CHECK-NEXT: f of x_dim0 x_dim1
// CHECK-NEXT: x bf16 [x_dim0, x_dim1] read 16
// CHECK-NEXT: w f32 [x_dim1] read 16
// CHECK-NEXT: y bf16 [x_dim0, x_dim1] write 16
// CHECK-NEXT: r f32 [x_dim0] write 16
// CHECK-NEXT: f_0 if x_dim1 % 8 == 0 and x_dim1 <= 1024, grid max(min((x_dim0 + 3) // 4, {{[0-9]+}}), 1) x 1 x 1, block 128 x 1 x 1, cluster 1 x 1 x 1, shared 0, programmatic: x, w, y, r, x_dim0, x_dim1, max({{.*}}, 1){{.*}}
// CHECK-NEXT: f_1 if x_dim1 % 8 == 0 and x_dim1 > 1024 and x_dim1 <= 4096, {{.*}}
// CHECK-NEXT: f_2 if {{.*}}
// CHECK-NEXT: f_3 if {{.*}}
// CHECK-NEXT: f_4 if x_dim1 % 8 != 0 and x_dim1 <= {{[0-9]+}}, {{.*}}
// CHECK-NEXT: f_5 if {{.*}}
// CHECK-NEXT: f_6 if {{.*}}
// CHECK-NEXT: f_7 if {{.*}}
func.func @f(%x: tensor<?x?xbf16>, %w: tensor<?xf32>)
    -> (tensor<?x?xbf16>, tensor<?xf32>) {
  %y, %r = norm.rms_norm %x scale(%w : tensor<?xf32> dims [1]) axes [1]
      epsilon 1.0e-6 : tensor<?x?xbf16> -> tensor<?x?xbf16> rstd tensor<?xf32>
  return %y, %r : tensor<?x?xbf16>, tensor<?xf32>
}

// Strides, and names that Python has other uses for.
// CHECK: strided of in__dim0 in__stride0
// CHECK-NEXT: in_ f32 [in__dim0, 64] strides [in__stride0, 1] read 16
// CHECK-NEXT: y f32 [in__dim0, 64] read_write 16
// CHECK-NEXT: strided_0 if in__stride0 % 4 == 0, {{.*}}: {{.*}}in__stride0{{.*}}
// CHECK-NEXT: strided_1 if in__stride0 % 4 != 0, {{.*}}
func.func @strided(%in: memref<?x64xf32, strided<[?, 1], offset: ?>>,
                   %y: memref<?x64xf32>) {
  %x = bufferization.to_tensor %in restrict
      : memref<?x64xf32, strided<[?, 1], offset: ?>> to tensor<?x64xf32>
  %n = norm.rms_norm %x axes [1] epsilon 1.0e-6
      : tensor<?x64xf32> -> tensor<?x64xf32>
  bufferization.materialize_in_destination %n in restrict writable %y
      : (tensor<?x64xf32>, memref<?x64xf32>) -> ()
  return
}

// A size that another argument fixes.
// CHECK: fixed of a_dim0
// CHECK-NEXT: a f32 [a_dim0, 64] read 16
// CHECK-NEXT: b f32 [a_dim0, 64] read 16
func.func @fixed(%a: tensor<?x?xf32>, %b: tensor<?x64xf32>) -> tensor<?x64xf32> {
  %c0 = arith.constant 0 : index
  %d = tensor.dim %a, %c0 : tensor<?x?xf32>
  %e = tensor.empty(%d) : tensor<?x64xf32>
  %s = linalg.add ins(%a, %b : tensor<?x?xf32>, tensor<?x64xf32>)
      outs(%e : tensor<?x64xf32>) -> tensor<?x64xf32>
  %y = norm.rms_norm %s axes [1] epsilon 1.0e-6
      : tensor<?x64xf32> -> tensor<?x64xf32>
  return %y : tensor<?x64xf32>
}

// Scalars, workspaces, constants, kernels that do not wait, grids of nothing,
// copies.
// CHECK: others of dy_dim0 n
// CHECK: s f16
// CHECK-NEXT: n index
// CHECK: w0: max(min((dy_dim0 + 15) // 16, {{[0-9]+}}), 1) * 64 * 4
// CHECK: others_1_sum always, {{.*}}
// CHECK: others_kernel{{(_0)?}} if (n + 255) // 256 > 0, grid (n + 255) // 256 x 1 x 1, {{.*}}: {{.*}}n, z, f16 s
// CHECK: others_kernel{{(_0)?}} always, grid 1 x 1 x 1, block 256 x 1 x 1, cluster 1 x 1 x 1, shared 0: {{.*}}k, f32 1.5 (1069547520)
// CHECK: copy dy_dim0 * 256 from dy to same always
func.func @others(%dy: tensor<?x64xf32>, %x: tensor<?x64xf32>, %r: tensor<?xf32>,
                  %w: tensor<64xf32>, %s: f16, %n: index)
    -> (tensor<?x64xf32>, tensor<64xbf16>, tensor<?xf16>,
        tensor<?x64xf32> {norm.name = "same"},
        tensor<64xf32> {norm.name = "k"}) {
  %dx, %dw = norm.rms_norm_backward %dy, %x, %r
      scale(%w : tensor<64xf32> dims [1]) axes [1] epsilon 1.0e-6
      : tensor<?x64xf32>, tensor<?x64xf32>, tensor<?xf32>
      -> tensor<?x64xf32> dscale tensor<64xf32>
  %db = arith.truncf %dw : tensor<64xf32> to tensor<64xbf16>
  %z = tensor.splat %s[%n] : tensor<?xf16>
  %c = arith.constant 1.5 : f32
  %e = tensor.empty() : tensor<64xf32>
  %k = linalg.fill ins(%c : f32) outs(%e : tensor<64xf32>) -> tensor<64xf32>
  return %dx, %db, %z, %dy, %k
      : tensor<?x64xf32>, tensor<64xbf16>, tensor<?xf16>, tensor<?x64xf32>,
        tensor<64xf32>
}
