//===- Npy.h ------------------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// NumPy's .npy files: versions 1, 2 and 3, little-endian, C and Fortran order.
//
//===----------------------------------------------------------------------===//

#ifndef RMSNORM_SUPPORT_NPY_H
#define RMSNORM_SUPPORT_NPY_H

#include "rmsnorm/Reference/Array.h"

#include "llvm/Support/Error.h"

namespace mlir::norm {

/// Reads the contents of a .npy file as an array of `elementType`. The file's
/// dtype must be that of the element type: f2, f4, f8; b1 (or i1 as a byte);
/// i1 to i8 and u1 to u8 for integers of the same width, 8 bytes for index;
/// and, since NumPy has no name for it, V2 or u2 for bf16. Every malformed,
/// truncated or unsupported file is an error that says what is wrong.
llvm::Expected<reference::Array> readNpy(StringRef contents, Type elementType);

/// The contents of a version 1 file in C order.
std::string writeNpy(const reference::Array &array);

} // namespace mlir::norm

#endif // RMSNORM_SUPPORT_NPY_H
