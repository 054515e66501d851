//===- Validation.h ----------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Translation validation: what computes some values before and after a rewrite
// is evaluated by the reference interpreter on the same inputs, and compared.
//
//===----------------------------------------------------------------------===//

#ifndef RMSNORM_LIB_DIALECT_NORM_TRANSFORMS_VALIDATION_H
#define RMSNORM_LIB_DIALECT_NORM_TRANSFORMS_VALIDATION_H

#include "rmsnorm/Dialect/Norm/IR/Norm.h"
#include "rmsnorm/Reference/Interpreter.h"

#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/SetVector.h"

namespace mlir::norm {

/// A statistic that is given, not computed: inputs have one that is right.
struct GivenStatistic {
  Value value;
  bool isMean = false;
  /// For each dimension the one of x, -1 for a unit dimension.
  SmallVector<int64_t> dims;
};

/// What is validated.
struct ValidationProblem {
  /// Values that will be replaced, the one of the extents of x first.
  SmallVector<Value> replaced;
  /// What the new values are computed from: inputs of the evaluation, unless
  /// they are computed from others.
  llvm::SetVector<Value> leaves;
  /// The leaf whose rows are chosen one by one, and the axes of a row.
  Value x;
  SmallVector<int64_t> axes;
  /// Rows of about its size are tried.
  double epsilon = 0.0;
  EpsilonMode mode = EpsilonMode::Inside;
  /// Whether the variance is that of centred values.
  bool isCentred = false;
  SmallVector<GivenStatistic> statistics;
};

struct ValidationOutcome {
  enum Kind {
    /// Nothing differs and something was compared.
    Verified,
    /// Something differs: `text` says what.
    Refuted,
    /// Nothing was compared: `text` says why.
    Unknown
  };
  Kind kind = Unknown;
  std::string text;
  /// Rows in which everything agrees, and rows with something that has no
  /// bound.
  int64_t rows = 0, undecided = 0;
  unsigned evaluations = 0;
};

/// The inputs of one evaluation: an array for each.
struct InputSet {
  SmallVector<reference::ArrayPtr> arrays;
  /// What is in each row of x: an index into getRowKinds().
  SmallVector<unsigned> rowKinds;
};

/// The kinds of rows by name.
ArrayRef<StringRef> getRowKinds();

/// Extents for the dynamic dimensions of `inputs` that all of them may have
/// together: for each of a few choices for x (`number`) it calls `fits` with
/// the shapes of all inputs, and a value for each scalar integer (else -1),
/// until that has held a few times.
using Shapes = SmallVector<SmallVector<int64_t>>;
void forEachExtents(
    ArrayRef<Value> inputs, const ValidationProblem &problem,
    llvm::function_ref<bool(unsigned number, const Shapes &, ArrayRef<int64_t>)>
        fits);

/// Inputs of those shapes; `number` chooses the rows.
InputSet makeInputSet(ArrayRef<Value> inputs, const ValidationProblem &problem,
                      const Shapes &shapes, ArrayRef<int64_t> scalars,
                      unsigned number);

/// How many sets show every kind of row, for x of that shape.
unsigned countInputSets(const ValidationProblem &problem,
                        ArrayRef<int64_t> shape);

/// For each element of an array of the extents of x, in order, its row.
SmallVector<int64_t> getRowNumbers(ArrayRef<int64_t> shape,
                                   ArrayRef<int64_t> axes);

/// Validates one rewrite. It is made before it; afterwards, when what stood for
/// the replaced values has changed, `finish` compares.
class Validation {
public:
  explicit Validation(ValidationProblem problem);
  ~Validation();

  ValidationOutcome finish();

private:
  /// How many ops are evaluated at most.
  static constexpr size_t maxOps = 1024;

  /// What computes some values: ops in an order in which they can be run.
  struct Slice {
    llvm::SetVector<Value> inputs;
    /// Copies of inputs: ops that are like those that compute them.
    llvm::MapVector<Value, Value> copies;
    SmallVector<Operation *> ops;
  };

  /// Collects what computes `values`; false when that is too much.
  bool collect(ArrayRef<Value> values, Slice &slice, size_t limit = maxOps);
  /// Leaves that are computed from something that is read beside them are no
  /// inputs.
  void dropDependentLeaves();
  FailureOr<SmallVector<reference::ArrayPtr>>
  evaluate(const Slice &slice, ArrayRef<Value> values, const InputSet &set);
  bool evaluateSource();
  /// Finds how leaves are computed from other inputs: extents of the two go
  /// together.
  void collectChains();
  bool fitsChains(const InputSet &set);
  void compareChoice(unsigned first, unsigned last, const Slice &target,
                     ArrayRef<Value> values, ValidationOutcome &outcome);
  const reference::Array &getX(const InputSet &set) const;
  bool compare(const InputSet &set, ArrayRef<reference::ArrayPtr> source,
               ArrayRef<reference::ArrayPtr> target,
               ValidationOutcome &outcome);

  ValidationProblem problem;
  Slice source;
  /// Uses the replaced values, and so what replaces them.
  Operation *marker = nullptr;
  SmallVector<std::pair<Value, Slice>> chains;
  /// The sets of inputs and what they give, one choice of extents after the
  /// other.
  SmallVector<InputSet> sets;
  SmallVector<SmallVector<reference::ArrayPtr>> results;
  /// A choice of extents: which choice for x it goes with, and its first set.
  struct Choice {
    unsigned ofX, first;
  };
  SmallVector<Choice> choices;
  /// The largest relative error of a literal.
  double literalError = 0.0;
  /// Why the source was not evaluated, or the last diagnostic.
  std::string reason;
};

} // namespace mlir::norm

#endif // RMSNORM_LIB_DIALECT_NORM_TRANSFORMS_VALIDATION_H
