// RUN: rmsnorm-opt %s --norm-raise=policy=exact \
// RUN:     --remarks-filter=norm-raise --remark-format=emitRemark -o %t.after 2>&1 \
// RUN:   | FileCheck %s
// RUN: rmsnorm-opt %s -o %t.before
// RUN: diff %t.before %t.after
// RUN: rmsnorm-opt %s --norm-raise | FileCheck %s --check-prefix=DEFAULT
// RUN: rmsnorm-opt %s --norm-raise=verify --remarks-filter=norm-raise \
// RUN:     --remark-format=emitRemark -o /dev/null 2>&1 \
// RUN:   | FileCheck %s --check-prefix=VERIFIED

// 1/6 in bf16, widened, is 0.1667: under the policy exact that is not 1/N.
// CHECK: remark: [Missed] divisor-not-n |
// CHECK-SAME: Function=mean
// DEFAULT: norm.rms_norm
// Elsewhere it is, and validation grants literals the same.
// VERIFIED: [Analysis] verified

func.func @mean(%x: tensor<4x6xf32>) -> tensor<4x6xf32> {
  %n = "tosa.const"() <{values = dense<1.666260e-01> : tensor<1x1xbf16>}> : () -> tensor<1x1xbf16>
  %nw = tosa.cast %n : (tensor<1x1xbf16>) -> tensor<1x1xf32>
  %e = "tosa.const"() <{values = dense<1.0e-5> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %0 = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %q = tosa.mul %x, %x, %0 : (tensor<4x6xf32>, tensor<4x6xf32>, tensor<1xi8>) -> tensor<4x6xf32>
  %s = tosa.reduce_sum %q {axis = 1 : i32} : (tensor<4x6xf32>) -> tensor<4x1xf32>
  %m = tosa.mul %s, %nw, %0 : (tensor<4x1xf32>, tensor<1x1xf32>, tensor<1xi8>) -> tensor<4x1xf32>
  %v = tosa.add %m, %e : (tensor<4x1xf32>, tensor<1x1xf32>) -> tensor<4x1xf32>
  %r = tosa.rsqrt %v : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %y = tosa.mul %x, %r, %0 : (tensor<4x6xf32>, tensor<4x1xf32>, tensor<1xi8>) -> tensor<4x6xf32>
  return %y : tensor<4x6xf32>
}
