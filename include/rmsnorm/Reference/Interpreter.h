//===- Interpreter.h ----------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Runs functions on tensors and scalars: the norm dialect, the upstream ops
// that surround norms (func, arith, math, tensor, linalg, scf), and those of
// TOSA, StableHLO, MHLO, CHLO, torch and ONNX. It shares no code with the
// lowerings and the importers, so that it can judge them. docs/Numerics.md has
// the formulas of the error bound.
//
//===----------------------------------------------------------------------===//

#ifndef RMSNORM_REFERENCE_INTERPRETER_H
#define RMSNORM_REFERENCE_INTERPRETER_H

#include "rmsnorm/Reference/Array.h"

namespace mlir {
class FunctionOpInterface;
class Operation;
class Value;
} // namespace mlir

namespace mlir::norm::reference {

enum class Rounding {
  /// All float arithmetic is done in f64 and casts between float types are
  /// identities. Numbers carry error bounds.
  None,
  /// The same, but the bounds are those of f64 arithmetic, on literals that
  /// are within one unit in the last place of their types: programs that are
  /// equal over the reals agree within them, whatever their types.
  Reals,
  /// Every op rounds to its result's element type, to nearest even, as the
  /// program says. Numbers carry no error bounds.
  ElementType,
  /// Every op rounds to one of the two neighbours in its result's element
  /// type, at random, such that the mean is exact; an op that is less accurate
  /// than one rounding gets random errors of its accuracy. Numbers carry no
  /// error bounds; how results scatter is how errors are distributed.
  Random
};

/// Calls `function` with one array for each argument; returns one for each
/// result. Element types and static extents must be those of the signature.
/// Everything that cannot be evaluated - an op that is not known, a mismatch
/// of extents, an index out of bounds, a failed assertion - is a diagnostic
/// at the op's location, and failure.
FailureOr<SmallVector<ArrayPtr>> evaluate(FunctionOpInterface function,
                                          ArrayRef<ArrayPtr> arguments,
                                          Rounding rounding = Rounding::None,
                                          uint64_t seed = 0);

/// Computes `results` from `arguments`, one for each of `inputs`, by running
/// `ops`, which stand in an order in which they can be run, with
/// Rounding::Reals. They may be anywhere in a function. `literalError` becomes
/// the largest relative error of a literal, if it is less. Fails with a
/// diagnostic as `evaluate` does.
FailureOr<SmallVector<ArrayPtr>> evaluateValues(ArrayRef<Value> results,
                                                ArrayRef<Operation *> ops,
                                                ArrayRef<Value> inputs,
                                                ArrayRef<ArrayPtr> arguments,
                                                double &literalError);

/// What the interpreter holds for a value of `type`: the tensor itself, with
/// dynamic extents where they are open, or a tensor of rank 0 for a scalar.
/// Tensors and scalars of torch are read from the text of their types. Integers
/// have no signedness. Null for all other types.
RankedTensorType getHeldType(Type type);

/// For each result and each element a bound that the error of an
/// implementation exceeds with a probability of at most `probability`, for all
/// elements together. It is estimated from the scatter of `samples` runs with
/// random rounding about `references`, the results of Rounding::None, by
/// Student's distribution: unlike the bound that numbers carry it knows that
/// errors cancel, so it stays useful after many ops. Deterministic.
FailureOr<SmallVector<std::vector<double>>>
estimateErrors(FunctionOpInterface function, ArrayRef<ArrayPtr> arguments,
               ArrayRef<ArrayPtr> references, unsigned samples = 16,
               double probability = 1e-6);

/// How a computed array relates to the reference and its error bound.
struct Comparison {
  int64_t size = 0;
  /// Elements whose error is greater than the guaranteed bound; NaN where the
  /// reference is not, and the reverse, count too, as do unequal infinities.
  int64_t outside = 0;
  /// Elements whose error is greater than the likely bound.
  int64_t unlikely = 0;
  /// Elements that have no finite bound: nothing is known of them.
  int64_t unbounded = 0;
  /// The largest absolute error and where it is; -1 when there are no
  /// elements.
  double maxError = 0.0;
  int64_t maxIndex = -1;
  /// The bounds, the reference and the computed value at maxIndex.
  double bound = 0.0, likely = 0.0, expected = 0.0, actual = 0.0;
  /// The element whose error is the largest part of its smaller bound, and
  /// that part.
  double maxRatio = 0.0;
  int64_t maxRatioIndex = -1;

  bool passed() const {
    return outside == 0 && unlikely == 0 && unbounded == 0;
  }
};

/// Compares element by element; both have the same shape and element type.
/// `likely` is what estimateErrors gives for the result, or empty.
Comparison compare(const Array &actual, const Array &reference,
                   ArrayRef<double> likely = {});

} // namespace mlir::norm::reference

#endif // RMSNORM_REFERENCE_INTERPRETER_H
