//===- NamedOps.h ------------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Ops of other compilers, known by their names and builtin attributes: a table
// for each dialect says which evaluator an op has, and evaluators are put
// together from arithmetic on whole arrays, which the dialects share.
//
//===----------------------------------------------------------------------===//

#ifndef RMSNORM_LIB_REFERENCE_NAMEDOPS_H
#define RMSNORM_LIB_REFERENCE_NAMEDOPS_H

#include "Engine.h"

namespace mlir::norm::reference {

using Ints = SmallVector<int64_t>;
using MaybeInts = std::optional<Ints>;

/// The arith or math ops that say what a function does to floats and to
/// integers; empty where it is not defined.
struct Kernels {
  StringRef real, integer = {};
};

enum class Direction { EQ, NE, GT, GE, LT, LE };
enum class Fold { Sum, Product, Max, Min };

/// Arithmetic on arrays for one op. What cannot be done is a diagnostic at the
/// op and a null array (or no numbers), and whatever is computed from a null
/// array is null.
class ArrayMath {
public:
  ArrayMath(Engine &engine, Operation *op) : engine(engine), op(op) {}

  std::nullptr_t fail(const Twine &message);

  //===------------------------------------------------------------------===//
  // Elements (ArrayMath.cpp)
  //===------------------------------------------------------------------===//

  /// Element by element, with the operands broadcast to their common shape:
  /// dimensions meet from the last one on, extents of one are repeated.
  /// Integers beside floats are converted. `element` is the type of the
  /// result, if it is not that of the operands.
  ArrayPtr apply(Kernels kernels, ArrayRef<ArrayPtr> in, Type element = {},
                 int64_t predicate = 0);
  ArrayPtr compare(Direction direction, const ArrayPtr &a, const ArrayPtr &b);
  ArrayPtr select(const ArrayPtr &condition, const ArrayPtr &a,
                  const ArrayPtr &b, Type element = {});
  ArrayPtr add(const ArrayPtr &a, const ArrayPtr &b, Type element = {}) {
    return apply({"arith.addf", "arith.addi"}, {a, b}, element);
  }
  ArrayPtr sub(const ArrayPtr &a, const ArrayPtr &b, Type element = {}) {
    return apply({"arith.subf", "arith.subi"}, {a, b}, element);
  }
  ArrayPtr mul(const ArrayPtr &a, const ArrayPtr &b, Type element = {}) {
    return apply({"arith.mulf", "arith.muli"}, {a, b}, element);
  }
  ArrayPtr div(const ArrayPtr &a, const ArrayPtr &b, Type element = {}) {
    return apply({"arith.divf", "arith.divsi"}, {a, b}, element);
  }
  ArrayPtr sqrt(const ArrayPtr &a) { return apply({"math.sqrt"}, {a}); }
  /// 1 / a.
  ArrayPtr reciprocal(const ArrayPtr &a);
  /// A scalar that is exact.
  ArrayPtr number(double value, Type element);
  /// Floats to integers: towards zero, or to the nearest even; to i1: whether
  /// they are not zero.
  ArrayPtr convert(ArrayPtr a, Type element, bool toNearest = false);
  /// In f32 where the floats are narrower: what statistics are computed in.
  ArrayPtr widen(const ArrayPtr &a);

  //===------------------------------------------------------------------===//
  // Reductions and products (ArrayMath.cpp)
  //===------------------------------------------------------------------===//

  ArrayPtr fold(Fold kind, const ArrayPtr &a, ArrayRef<int64_t> axes,
                bool keep);
  ArrayPtr sum(const ArrayPtr &a, ArrayRef<int64_t> axes, bool keep) {
    return fold(Fold::Sum, a, axes, keep);
  }
  ArrayPtr mean(const ArrayPtr &a, ArrayRef<int64_t> axes, bool keep);
  /// The sum of the squares of the centred values, divided by their number
  /// less `correction`.
  ArrayPtr variance(const ArrayPtr &a, ArrayRef<int64_t> axes, bool keep,
                    double correction = 0.0);
  /// The result has the batch dimensions, then those left of `a`, then those
  /// left of `b`.
  ArrayPtr contract(const ArrayPtr &a, const ArrayPtr &b,
                    ArrayRef<int64_t> batchA, ArrayRef<int64_t> batchB,
                    ArrayRef<int64_t> sumA, ArrayRef<int64_t> sumB);
  /// As numpy has it: the last two dimensions, the others are broadcast.
  ArrayPtr matmul(ArrayPtr a, ArrayPtr b);

  //===------------------------------------------------------------------===//
  // Moves (ArrayMoves.cpp)
  //===------------------------------------------------------------------===//

  /// `dims` has for each dimension of `a` the one of `shape` that it becomes.
  ArrayPtr broadcast(const ArrayPtr &a, ArrayRef<int64_t> dims,
                     ArrayRef<int64_t> shape);
  /// Dimensions meet from the last one on. With `either`, extents of one in
  /// `shape` give way too.
  ArrayPtr expand(const ArrayPtr &a, ArrayRef<int64_t> shape,
                  bool either = false);
  /// One extent may be -1: what is left. With `zeroCopies`, 0 stands for the
  /// extent that `a` has there.
  ArrayPtr reshape(const ArrayPtr &a, ArrayRef<int64_t> shape,
                   bool zeroCopies = false);
  ArrayPtr transpose(const ArrayPtr &a, ArrayRef<int64_t> permutation);
  ArrayPtr slice(const ArrayPtr &a, ArrayRef<int64_t> starts,
                 ArrayRef<int64_t> sizes, ArrayRef<int64_t> steps);
  ArrayPtr concat(ArrayRef<ArrayPtr> parts, int64_t axis);
  ArrayPtr tile(const ArrayPtr &a, ArrayRef<int64_t> multiples);
  ArrayPtr iota(ArrayRef<int64_t> shape, int64_t axis, Type element);

  /// Axes counted from either end as axes of `rank` dimensions, in order.
  MaybeInts axesOf(ArrayRef<int64_t> axes, int64_t rank);
  std::optional<int64_t> axisOf(int64_t axis, int64_t rank);
  /// The axes from `first` to the last.
  static Ints allAxes(int64_t rank, int64_t first = 0) {
    return llvm::to_vector(llvm::seq<int64_t>(std::min(first, rank), rank));
  }
  /// The numbers of an array of integers.
  MaybeInts numbers(const ArrayPtr &a);
  std::optional<int64_t> number(const ArrayPtr &a);
  ArrayPtr integers(ArrayRef<int64_t> values, Type element, bool isList = true);

  Engine &engine;
  Operation *const op;
};

struct OpEntry;

/// One op, being evaluated.
class NamedOp : public ArrayMath {
public:
  NamedOp(Engine &engine, Operation *op, const OpEntry &entry)
      : ArrayMath(engine, op), entry(entry) {}

  unsigned size() const { return op->getNumOperands(); }
  /// True for an operand that is not there, or that stands for none.
  bool isAbsent(unsigned i) const;
  ArrayPtr operator[](unsigned i);
  SmallVector<ArrayPtr> operands();
  int64_t rank(unsigned i);

  bool hasAttr(StringRef name) const { return bool(op->getAttr(name)); }
  /// The numbers of an attribute: a list, or one.
  MaybeInts intsAttr(StringRef name);
  std::optional<int64_t> intAttr(StringRef name);
  int64_t intAttr(StringRef name, int64_t byDefault);
  /// A number or an elements attribute.
  ArrayPtr arrayAttr(StringRef name);
  std::string textAttr(StringRef name) const;
  bool textAttrHas(StringRef name, StringRef part) const {
    return StringRef(textAttr(name)).contains(part);
  }

  /// The element type of a result; null, with a diagnostic, if there is none.
  Type element(unsigned i = 0);
  /// The shape of a result; none, with a diagnostic, if it is not static.
  MaybeInts staticShape(unsigned i = 0);

  const OpEntry &entry;
};

/// Gives the results, of which any may be null after a diagnostic.
using Evaluator = Arrays (*)(NamedOp &op);

struct OpEntry {
  StringLiteral name;
  Evaluator evaluate;
  /// For evaluators that several ops share.
  StringLiteral real = StringLiteral(""), integer = StringLiteral("");
  int64_t number = 0;
};

/// One for each dialect, without the dialect's name.
ArrayRef<OpEntry> getStableHLOOps();
ArrayRef<OpEntry> getCHLOOps();
ArrayRef<OpEntry> getTosaOps();
ArrayRef<OpEntry> getTorchOps();
ArrayRef<OpEntry> getONNXOps();

/// Evaluators that dialects share.
namespace evaluators {
/// The kernels of the entry.
Arrays elementwise(NamedOp &op);
/// Operand 0, as it is.
Arrays identity(NamedOp &op);
/// The entry's number is a Direction.
Arrays comparison(NamedOp &op);
Arrays square(NamedOp &op);
Arrays reciprocal(NamedOp &op);
/// Operand 0 in the element type of the result.
Arrays convert(NamedOp &op);
/// What stands for an operand that is not there.
Arrays absent(NamedOp &op);
} // namespace evaluators

} // namespace mlir::norm::reference

#endif // RMSNORM_LIB_REFERENCE_NAMEDOPS_H
