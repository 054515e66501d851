//===- RaiseVerify.h ---------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// norm-raise with `verify`: every norm and gradient is validated as it is
// raised.
//
//===----------------------------------------------------------------------===//

#ifndef RMSNORM_LIB_DIALECT_NORM_TRANSFORMS_RAISEVERIFY_H
#define RMSNORM_LIB_DIALECT_NORM_TRANSFORMS_RAISEVERIFY_H

#include "RaiseNorms.h"

#include <memory>

namespace mlir::norm {

class Validation;

/// Validates what is raised. Disagreement is an error at the norm; what is
/// verified, and what cannot be, is a remark of the category norm-raise.
class RaiseVerifier : public RaiseListener {
public:
  RaiseVerifier();
  ~RaiseVerifier() override;

  void willRaise(Operation *root, RaisedNorm norm, ModuleView &view) override;
  void didRaise(RaisedNorm norm, Operation *op,
                const llvm::DenseSet<Operation *> &erased) override;

  /// True when something that was raised computes something else.
  bool hasRefuted() const { return refuted; }

private:
  std::unique_ptr<Validation> validation;
  bool refuted = false;
};

} // namespace mlir::norm

#endif // RMSNORM_LIB_DIALECT_NORM_TRANSFORMS_RAISEVERIFY_H
