//===- Elements.h ----------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Element types: their formats, rounding into them, and bytes.
//
//===----------------------------------------------------------------------===//

#ifndef RMSNORM_TEST_NORMPROBLEM_ELEMENTS_H
#define RMSNORM_TEST_NORMPROBLEM_ELEMENTS_H

#include <cstddef>

namespace normtest {

enum class Type { F32, BF16, F16, F64, I8 };
constexpr Type floatTypes[] = {Type::F32, Type::BF16, Type::F16, Type::F64};

/// As MLIR writes it.
const char *name(Type type);
size_t bytesOf(Type type);
/// What sums over elements of `type` are computed in.
inline Type statisticsType(Type type) {
  return type == Type::F64 ? Type::F64 : Type::F32;
}

/// The unit roundoff, the smallest positive number, the smallest normal one
/// and the largest.
double unitOf(Type type);
double tinyOf(Type type);
double minNormalOf(Type type);
double maxOf(Type type);

/// To the nearest number of the type, ties to even.
long double roundTo(Type type, long double value);
/// The distance of the numbers of the type at `magnitude`.
long double ulpAt(Type type, long double magnitude);

/// Reads and writes one element; `value` must be one of the type, but for NaN.
double load(Type type, const void *from);
void store(Type type, void *to, double value);

} // namespace normtest

#endif // RMSNORM_TEST_NORMPROBLEM_ELEMENTS_H
