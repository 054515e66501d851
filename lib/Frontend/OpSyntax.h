//===- OpSyntax.h -----------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The tables from which the readers work: one row an op, which states the
// pretty form as a format, word by word.
//
// A format is a list of words separated by blanks:
//
//   ,  :  (  dims        this punctuation or keyword
//   %                    an operand
//   %*                   operands separated by commas, perhaps none
//   %=T                  an operand whose type T is not written
//   %*=T                 operands whose type T is not written
//   name:kind            attribute `name`, written as `kind` (AttributeKinds)
//   name:kind?           the same, or nothing
//   {}                   an attribute dictionary, or nothing
//   {}kw                 the same after the keyword `attributes`
//   :rule                `:` and types, understood by `rule` (TypeRules)
//   :rule?               the same, or nothing
//   :=T                  a result whose type T is not written
//   ?( word ... )        all of the words or, when the first is absent, none;
//                        the first is punctuation or a keyword
//   assign               `(%argument = %operand, ...)`
//   region               a region
//   region=assign        a region whose arguments `assign` has named
//   region=args          `(%argument: type, ...)` and a region
//   region=ns.op         a region whose terminator `ns.op` is not written
//   regions              any number of regions separated by commas
//   <name>               what the function of that name reads (Productions)
//
//===----------------------------------------------------------------------===//

#ifndef RMSNORM_LIB_FRONTEND_OPSYNTAX_H
#define RMSNORM_LIB_FRONTEND_OPSYNTAX_H

#include "mlir/Support/LLVM.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

namespace mlir::norm::frontend {

/// One row: ops and how they are written.
struct OpSyntax {
  /// The names without the dialect's, separated by blanks. A name that ends
  /// in `*` stands for every op that starts so and has no row of its own.
  llvm::StringLiteral names;
  llvm::StringLiteral format;
};

/// How a dialect stores what the pretty form shows.
enum class AttributeStyle {
  /// In properties, lists of integers as `array<i64: ...>`.
  Properties,
  /// In properties, lists of integers as `dense<...> : tensor<Nxi64>`.
  DenseProperties,
  /// In the attribute dictionary.
  Discardable,
};

struct DialectSyntax {
  llvm::StringLiteral name;
  AttributeStyle style;
  ArrayRef<OpSyntax> (*ops)();
  /// More rows, for a dialect that shares those of another one.
  ArrayRef<OpSyntax> (*moreOps)() = nullptr;
};

ArrayRef<OpSyntax> getStableHLOSyntax();
ArrayRef<OpSyntax> getMHLOSyntax();
ArrayRef<OpSyntax> getCHLOSyntax();
ArrayRef<OpSyntax> getShardySyntax();
ArrayRef<OpSyntax> getTorchSyntax();
ArrayRef<OpSyntax> getTorchConversionSyntax();
ArrayRef<OpSyntax> getONNXSyntax();

} // namespace mlir::norm::frontend

#endif // RMSNORM_LIB_FRONTEND_OPSYNTAX_H
