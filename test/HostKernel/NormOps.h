//===- NormOps.h - The ops that kernels are made of -------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RMSNORM_TEST_HOSTKERNEL_NORMOPS_H
#define RMSNORM_TEST_HOSTKERNEL_NORMOPS_H

namespace hostkernel {

/// With their inputs, in order.
enum class Op {
  LayerNorm,         ///< x, scale, bias
  RMSNorm,           ///< x, scale
  AddRMSNorm,        ///< x, residual, scale
  RMSNormInt8,       ///< x, scale
  LayerNormBackward, ///< dy, x, mean, rstd, scale
  RMSNormBackward    ///< dy, x, rstd, scale
};
constexpr Op allOps[] = {Op::LayerNorm,         Op::RMSNorm,
                         Op::AddRMSNorm,        Op::RMSNormInt8,
                         Op::LayerNormBackward, Op::RMSNormBackward};

inline const char *name(Op op) {
  switch (op) {
  case Op::LayerNorm:
    return "layer_norm";
  case Op::RMSNorm:
    return "rms_norm";
  case Op::AddRMSNorm:
    return "add_rms_norm";
  case Op::RMSNormInt8:
    return "rms_norm_int8";
  case Op::LayerNormBackward:
    return "layer_norm_backward";
  case Op::RMSNormBackward:
    return "rms_norm_backward";
  }
  __builtin_unreachable();
}

inline bool isBackward(Op op) {
  return op == Op::LayerNormBackward || op == Op::RMSNormBackward;
}

} // namespace hostkernel

#endif // RMSNORM_TEST_HOSTKERNEL_NORMOPS_H
