//===- ONNX.cpp -------------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The syntax of onnx-mlir: all but a few of its ops are printed in generic
// form.
//
//===----------------------------------------------------------------------===//

#include "OpSyntax.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::frontend;

ArrayRef<OpSyntax> frontend::getONNXSyntax() {
  static constexpr OpSyntax rows[] = {
      {"Constant", "<constant>"},
      {"Return Yield", "{} %* {} :operands?"},
  };
  return rows;
}
