// RUN: rmsnorm-opt %s --norm-fuse --remarks-filter=norm-fuse \
// RUN:     --remark-format=emitRemark 2>&1 | FileCheck %s

// 33 matrices are added up.
// CHECK: remark: [Missed] too-many-operands |
// CHECK-SAME: Remark="linalg.generic is not absorbed:
// CHECK-LABEL: func.func @too_many_operands
// CHECK: linalg.generic
// CHECK: norm.rowwise

#matrix = affine_map<(d0, d1) -> (d0, d1)>

func.func @too_many_operands(%x0: tensor<4x8xf32>, %x1: tensor<4x8xf32>,
                           %x2: tensor<4x8xf32>, %x3: tensor<4x8xf32>,
                           %x4: tensor<4x8xf32>, %x5: tensor<4x8xf32>,
                           %x6: tensor<4x8xf32>, %x7: tensor<4x8xf32>,
                           %x8: tensor<4x8xf32>, %x9: tensor<4x8xf32>,
                           %x10: tensor<4x8xf32>, %x11: tensor<4x8xf32>,
                           %x12: tensor<4x8xf32>, %x13: tensor<4x8xf32>,
                           %x14: tensor<4x8xf32>, %x15: tensor<4x8xf32>,
                           %x16: tensor<4x8xf32>, %x17: tensor<4x8xf32>,
                           %x18: tensor<4x8xf32>, %x19: tensor<4x8xf32>,
                           %x20: tensor<4x8xf32>, %x21: tensor<4x8xf32>,
                           %x22: tensor<4x8xf32>, %x23: tensor<4x8xf32>,
                           %x24: tensor<4x8xf32>, %x25: tensor<4x8xf32>,
                           %x26: tensor<4x8xf32>, %x27: tensor<4x8xf32>,
                           %x28: tensor<4x8xf32>, %x29: tensor<4x8xf32>,
                           %x30: tensor<4x8xf32>, %x31: tensor<4x8xf32>,
                           %x32: tensor<4x8xf32>)
    -> tensor<4x8xf32> {
  %e = tensor.empty() : tensor<4x8xf32>
  %s = linalg.generic {indexing_maps = [
        #matrix, #matrix, #matrix, #matrix, #matrix, #matrix, #matrix,
        #matrix, #matrix, #matrix, #matrix, #matrix, #matrix, #matrix,
        #matrix, #matrix, #matrix, #matrix, #matrix, #matrix, #matrix,
        #matrix, #matrix, #matrix, #matrix, #matrix, #matrix, #matrix,
        #matrix, #matrix, #matrix, #matrix, #matrix, #matrix],
      iterator_types = ["parallel", "parallel"]}
      ins(%x0, %x1, %x2, %x3, %x4, %x5, %x6, %x7, %x8, %x9, %x10, %x11,
          %x12, %x13, %x14, %x15, %x16, %x17, %x18, %x19, %x20, %x21,
          %x22, %x23, %x24, %x25, %x26, %x27, %x28, %x29, %x30, %x31,
          %x32
          : tensor<4x8xf32>, tensor<4x8xf32>, tensor<4x8xf32>,
            tensor<4x8xf32>, tensor<4x8xf32>, tensor<4x8xf32>,
            tensor<4x8xf32>, tensor<4x8xf32>, tensor<4x8xf32>,
            tensor<4x8xf32>, tensor<4x8xf32>, tensor<4x8xf32>,
            tensor<4x8xf32>, tensor<4x8xf32>, tensor<4x8xf32>,
            tensor<4x8xf32>, tensor<4x8xf32>, tensor<4x8xf32>,
            tensor<4x8xf32>, tensor<4x8xf32>, tensor<4x8xf32>,
            tensor<4x8xf32>, tensor<4x8xf32>, tensor<4x8xf32>,
            tensor<4x8xf32>, tensor<4x8xf32>, tensor<4x8xf32>,
            tensor<4x8xf32>, tensor<4x8xf32>, tensor<4x8xf32>,
            tensor<4x8xf32>, tensor<4x8xf32>, tensor<4x8xf32>)
      outs(%e : tensor<4x8xf32>) {
  ^bb0(%a0: f32, %a1: f32, %a2: f32, %a3: f32, %a4: f32, %a5: f32, %a6:
       f32, %a7: f32, %a8: f32, %a9: f32, %a10: f32, %a11: f32, %a12:
       f32, %a13: f32, %a14: f32, %a15: f32, %a16: f32, %a17: f32, %a18:
       f32, %a19: f32, %a20: f32, %a21: f32, %a22: f32, %a23: f32, %a24:
       f32, %a25: f32, %a26: f32, %a27: f32, %a28: f32, %a29: f32, %a30:
       f32, %a31: f32, %a32: f32,
       %o: f32):
    %s1 = arith.addf %a0, %a1 : f32
    %s2 = arith.addf %s1, %a2 : f32
    %s3 = arith.addf %s2, %a3 : f32
    %s4 = arith.addf %s3, %a4 : f32
    %s5 = arith.addf %s4, %a5 : f32
    %s6 = arith.addf %s5, %a6 : f32
    %s7 = arith.addf %s6, %a7 : f32
    %s8 = arith.addf %s7, %a8 : f32
    %s9 = arith.addf %s8, %a9 : f32
    %s10 = arith.addf %s9, %a10 : f32
    %s11 = arith.addf %s10, %a11 : f32
    %s12 = arith.addf %s11, %a12 : f32
    %s13 = arith.addf %s12, %a13 : f32
    %s14 = arith.addf %s13, %a14 : f32
    %s15 = arith.addf %s14, %a15 : f32
    %s16 = arith.addf %s15, %a16 : f32
    %s17 = arith.addf %s16, %a17 : f32
    %s18 = arith.addf %s17, %a18 : f32
    %s19 = arith.addf %s18, %a19 : f32
    %s20 = arith.addf %s19, %a20 : f32
    %s21 = arith.addf %s20, %a21 : f32
    %s22 = arith.addf %s21, %a22 : f32
    %s23 = arith.addf %s22, %a23 : f32
    %s24 = arith.addf %s23, %a24 : f32
    %s25 = arith.addf %s24, %a25 : f32
    %s26 = arith.addf %s25, %a26 : f32
    %s27 = arith.addf %s26, %a27 : f32
    %s28 = arith.addf %s27, %a28 : f32
    %s29 = arith.addf %s28, %a29 : f32
    %s30 = arith.addf %s29, %a30 : f32
    %s31 = arith.addf %s30, %a31 : f32
    %s32 = arith.addf %s31, %a32 : f32
    linalg.yield %s32 : f32
  } -> tensor<4x8xf32>
  %y = norm.rms_norm %s axes [1] epsilon 1.0e-5
      : tensor<4x8xf32> -> tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}
