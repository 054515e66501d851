//===- OpTable.h - What ops of every front end mean -------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One table for all front ends: a row says what an op of a name does to the
// elements of its operands. Ops are looked up by name, and asked for builtin
// attributes only, so that unregistered ops in generic form and the registered
// ops of a host compiler are read alike. A front end is a file of rows; linalg,
// which says what it does itself, is read through its interface instead.
//
//===----------------------------------------------------------------------===//

#ifndef RMSNORM_ANALYSIS_IMPORT_OPTABLE_H
#define RMSNORM_ANALYSIS_IMPORT_OPTABLE_H

#include "rmsnorm/Analysis/Import/TensorType.h"
#include "rmsnorm/Analysis/RowAlgebra/Polynomial.h"

#include "mlir/IR/Operation.h"
#include "llvm/ADT/StringMap.h"

namespace mlir::norm {

class OpReader;

/// How the elements of a result follow from those of the operands.
enum class OpClass {
  Elementwise,  ///< from the elements at the same position
  Broadcasting, ///< the same, with the implicit broadcasts of NumPy
  Movement,     ///< the element of operand 0 at another position
  Reduction,    ///< from the elements of operand 0 along some dimensions
  Norm,         ///< a whole normalisation, or a statistic with its root
  Constant,     ///< an attribute
  Scalar,       ///< a number that describes a shape
  Metadata,     ///< says something about its operands, and is no use of them
};

/// Where the dimensions of operand 0 of a movement or reduction go: for each
/// the dimension of the result that it becomes, or one of the two below.
using DimMap = SmallVector<int64_t, 4>;
constexpr int64_t reducedDim = -1; ///< summed over
constexpr int64_t unitDim = -2;    ///< of extent one, and dropped

/// What an elementwise op does to its operands; nullopt where it cannot be
/// read after all.
using ElementwiseFn = std::optional<algebra::Polynomial> (*)(
    algebra::Algebra &, Operation *, ArrayRef<algebra::Polynomial>);
/// Nullopt where the attributes or shapes are not understood.
using DimMapFn = std::optional<DimMap> (*)(Operation *);
/// The result of a reduction from one element under it.
using CombineFn = std::optional<algebra::Polynomial> (*)(
    OpReader &, const algebra::Polynomial &element);
/// The operand and its dimension that a dimension of the result is, for ops
/// whose `dims` do not say it.
using ExtentFn = std::optional<std::pair<unsigned, unsigned>> (*)(
    Operation *, unsigned dimension);
using ReadFn = std::optional<algebra::Polynomial> (*)(OpReader &);
using TestFn = bool (*)(Operation *);

struct OpRow {
  OpClass kind = OpClass::Elementwise;
  ElementwiseFn elementwise = nullptr; ///< Elementwise, Broadcasting
  DimMapFn dims = nullptr;             ///< Movement, Reduction
  CombineFn combine = nullptr;         ///< Reduction
  ReadFn read = nullptr;               ///< Norm, Scalar, other movements
  ExtentFn extent = nullptr;
  /// Reductions that are the sum of a row for some operands only.
  TestFn isSum = nullptr;
  /// It takes a root: the search for norms starts here.
  bool isRoot = false;
  /// It only changes the element type.
  bool isCast = false;
  /// Exact in the reals and cheap: of the kind that scales and biases are made
  /// with, and so read through even where x does not occur.
  bool isAffine = false;
  /// A maximum or minimum that drops a NaN operand.
  bool dropsNaN = false;
  /// Operand 0 with the same elements in row-major order, in any shape.
  bool isReshape = false;
  /// A dynamic extent of operand 0 may be one, and the result's more.
  bool stretches = false;
  /// Result i is made from operand i.
  bool isPerResult = false;
  /// How many operands an elementwise op has that matter; the rest, types and
  /// flags, are not read. 0 for all.
  unsigned arity = 0;
  /// The operand that lists the extents of the result, or -1.
  int shapeOperand = -1;

  /// The operands that are read.
  OperandRange getRead(Operation *op) const {
    OperandRange operands = op->getOperands();
    return arity && arity < operands.size() ? operands.take_front(arity)
                                            : operands;
  }

  OpRow &root() { return isRoot = true, *this; }
  OpRow &cast() { return isCast = true, arity = 1, *this; }
  OpRow &affine() { return isAffine = true, *this; }
  OpRow &stretching(int shape) {
    return stretches = true, shapeOperand = shape, *this;
  }
  OpRow &reading(unsigned operands) { return arity = operands, *this; }
};

/// The rows by op name. Front ends add theirs with the functions below.
class OpTable {
public:
  OpTable();
  static const OpTable &get();

  const OpRow *lookup(StringRef name) const {
    auto it = rows.find(name);
    return it == rows.end() ? nullptr : &it->second;
  }

  /// The name under which the row of a custom call is: what it calls.
  static std::string customCall(StringRef target) {
    return ("custom_call " + target).str();
  }

  OpRow &elementwise(const Twine &name, ElementwiseFn fn) {
    return add(name,
               {OpClass::Elementwise, fn, nullptr, nullptr, nullptr, nullptr});
  }
  OpRow &broadcasting(const Twine &name, ElementwiseFn fn) {
    return add(name,
               {OpClass::Broadcasting, fn, nullptr, nullptr, nullptr, nullptr});
  }
  OpRow &movement(const Twine &name, DimMapFn dims) {
    return add(name,
               {OpClass::Movement, nullptr, dims, nullptr, nullptr, nullptr});
  }
  OpRow &reshape(const Twine &name, DimMapFn dims) {
    OpRow &row = movement(name, dims);
    row.isReshape = true;
    return row;
  }
  OpRow &movement(const Twine &name, ReadFn read) {
    return add(name,
               {OpClass::Movement, nullptr, nullptr, nullptr, read, nullptr});
  }
  OpRow &reduction(const Twine &name, DimMapFn dims, CombineFn combine) {
    return add(name,
               {OpClass::Reduction, nullptr, dims, combine, nullptr, nullptr});
  }
  OpRow &norm(const Twine &name, ReadFn read) {
    OpRow &row =
        add(name, {OpClass::Norm, nullptr, nullptr, nullptr, read, nullptr});
    row.isRoot = true;
    return row;
  }
  OpRow &constant(const Twine &name) {
    return add(
        name, {OpClass::Constant, nullptr, nullptr, nullptr, nullptr, nullptr});
  }
  OpRow &metadata(const Twine &name) {
    return add(
        name, {OpClass::Metadata, nullptr, nullptr, nullptr, nullptr, nullptr});
  }
  OpRow &scalar(const Twine &name, ReadFn read) {
    return add(name,
               {OpClass::Scalar, nullptr, nullptr, nullptr, read, nullptr});
  }

private:
  OpRow &add(const Twine &name, OpRow row) { return rows[name.str()] = row; }
  llvm::StringMap<OpRow> rows;
};

/// The value of a constant op of any front end, or null.
Attribute getConstantAttr(Operation *op);

/// The integers of an attribute, whatever kind of list it is.
std::optional<SmallVector<int64_t>> getInts(Attribute attribute);
/// The integers that `value` holds: a constant, or a list of constants.
std::optional<SmallVector<int64_t>> getInts(Value value);
/// The only one of them.
std::optional<int64_t> getInt(Value value);

} // namespace mlir::norm

#endif // RMSNORM_ANALYSIS_IMPORT_OPTABLE_H
