// RUN: rmsnorm-opt %s --norm-fuse --canonicalize --remarks-filter=norm-fuse 2>%t | FileCheck %s
// RUN: FileCheck %s --check-prefix=REMARK --input-file=%t

// The kernel reads t, and c, which reads t: t can only become a result of the
// kernel once c is no operand of it any more.
// REMARK: Remark="absorbed math.fma: 768 bytes less traffic"
// REMARK: Remark="absorbed arith.addf: 1152 bytes less traffic"
// REMARK: Remark="absorbed math.tanh, whose value stays as a result: 384 bytes less traffic"
// REMARK: Remark="absorbed linalg.exp: 768 bytes less traffic"
// CHECK-LABEL: func.func @value_read_by_operand
// CHECK-SAME: %[[X:[a-z0-9]+]]: tensor<8x12xf32>, %[[A:[a-z0-9]+]]: tensor<8x12xf32>, %[[B:[a-z0-9]+]]: tensor<8x12xf32>
// CHECK: %[[R:.+]]:2 = norm.rowwise
// CHECK-SAME: ins(%[[X]], %[[B]], %[[A]] : tensor<8x12xf32>, tensor<8x12xf32>, tensor<8x12xf32>)
// CHECK: return %[[R]]#1, %[[R]]#0
func.func @value_read_by_operand(%x: tensor<8x12xf32>, %a: tensor<8x12xf32>,
                                 %b: tensor<8x12xf32>)
    -> (tensor<8x12xf32>, tensor<8x12xf32>) {
  %t = math.tanh %a : tensor<8x12xf32>
  %e = tensor.empty() : tensor<8x12xf32>
  %u = linalg.exp ins(%t : tensor<8x12xf32>) outs(%e : tensor<8x12xf32>)
      -> tensor<8x12xf32>
  %c = arith.addf %b, %t : tensor<8x12xf32>
  %y = norm.rms_norm %x axes [1] epsilon 1.0e-3
      : tensor<8x12xf32> -> tensor<8x12xf32>
  %z = math.fma %t, %c, %y : tensor<8x12xf32>
  return %u, %z : tensor<8x12xf32>, tensor<8x12xf32>
}
