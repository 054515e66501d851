//===- ValidationCompare.cpp -------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Comparing what was computed before a rewrite and what is computed after it.
//
//===----------------------------------------------------------------------===//

#include "Validation.h"

#include "llvm/Support/Format.h"

#include <cmath>

using namespace mlir;
using namespace mlir::norm;
using reference::ArrayPtr;
using reference::Number;

/// How many errors of literals may come together.
static constexpr double literalErrors = 8.0;

namespace {
enum class Verdict { Agree, Differ, Undecided };
} // namespace

static Verdict compareNumbers(Number a, Number b, double slack, bool isFloat) {
  if (!isFloat) {
    if (a.error != 0.0 || b.error != 0.0)
      return Verdict::Undecided;
    return a.integer == b.integer ? Verdict::Agree : Verdict::Differ;
  }
  if (std::isnan(a.value) && std::isnan(b.value))
    return Verdict::Agree;
  double bound = a.error + b.error + slack;
  if (!std::isfinite(bound))
    return Verdict::Undecided;
  if (a.value == b.value)
    return Verdict::Agree;
  // Not greater: NaN against a number differs.
  return std::fabs(a.value - b.value) <= bound ? Verdict::Agree
                                               : Verdict::Differ;
}

bool Validation::compare(const InputSet &set, ArrayRef<ArrayPtr> sourceValues,
                         ArrayRef<ArrayPtr> targetValues,
                         ValidationOutcome &outcome) {
  SmallVector<int64_t> rows = getRowNumbers(getX(set).shape, problem.axes);
  std::vector<bool> isUndecided(set.rowKinds.size());
  for (auto [number, pair] :
       llvm::enumerate(llvm::zip_equal(sourceValues, targetValues))) {
    auto [have, want] = pair;
    if (have->shape != want->shape || have->elementType != want->elementType) {
      outcome.text =
          "the shape of value #" + std::to_string(number) + " differs";
      return false;
    }
    bool isMatrix = have->size() == static_cast<int64_t>(rows.size());
    // A literal may be read as what it stands for in one term and as it is in
    // another, so that its error does not cancel where the terms do.
    std::vector<double> largest(isMatrix ? set.rowKinds.size() : 1, 0.0);
    for (auto [i, number] : llvm::enumerate(have->elements))
      if (have->isFloat() && std::isfinite(number.value)) {
        double &most = largest[isMatrix ? rows[i] : 0];
        most = std::fmax(most, std::fabs(number.value));
      }
    for (int64_t i = 0; i < have->size(); ++i) {
      Number a = have->elements[i], b = want->elements[i];
      double slack =
          literalErrors * literalError * largest[isMatrix ? rows[i] : 0];
      Verdict verdict = compareNumbers(a, b, slack, have->isFloat());
      if (verdict == Verdict::Undecided && isMatrix)
        isUndecided[rows[i]] = true;
      if (verdict != Verdict::Differ)
        continue;
      llvm::raw_string_ostream os(outcome.text);
      os << "element [";
      int64_t rest = i;
      llvm::interleaveComma(have->strides(), os, [&](int64_t stride) {
        os << rest / stride;
        rest %= stride;
      });
      os << "] of value #" << number;
      if (isMatrix)
        os << ", in row " << rows[i] << " ("
           << getRowKinds()[set.rowKinds[rows[i]]] << ")";
      os << ", was " << llvm::format("%.9g", a.value) << " and is "
         << llvm::format("%.9g", b.value) << ", more than "
         << llvm::format("%.3g", a.error + b.error + slack) << " apart";
      return false;
    }
  }
  for (bool undecided : isUndecided)
    ++(undecided ? outcome.undecided : outcome.rows);
  return true;
}

ValidationOutcome Validation::finish() {
  ValidationOutcome outcome;
  SmallVector<Value> values(marker->getOperands());
  marker->erase();
  marker = nullptr;
  if (sets.empty()) {
    outcome.text = reason;
    return outcome;
  }
  // Copies may be gone; the inputs are there.
  Slice target;
  target.inputs = source.inputs;
  bool isCollected = collect(values, target);
  if (!isCollected || target.inputs.size() != source.inputs.size()) {
    outcome.text = isCollected
                       ? "it is computed from a value that it was not before"
                       : "too many ops compute it";
    return outcome;
  }
  // Of several choices of extents that go with one of x, a single one is what
  // the program has: what agrees for any of them is not refuted.
  using Kind = ValidationOutcome::Kind;
  auto isBetter = [](Kind a, Kind b) {
    return a != b && (a == Kind::Verified || b == Kind::Unknown);
  };
  for (unsigned i = 0; i < choices.size();) {
    unsigned ofX = choices[i].ofX;
    std::optional<ValidationOutcome> best;
    for (; i < choices.size() && choices[i].ofX == ofX; ++i) {
      ValidationOutcome own;
      size_t end = i + 1 < choices.size() ? choices[i + 1].first : sets.size();
      compareChoice(choices[i].first, end, target, values, own);
      if (!best || isBetter(own.kind, best->kind))
        best = std::move(own);
    }
    if (best->kind == Kind::Refuted)
      return *best;
    if (best->kind == Kind::Verified)
      outcome.kind = best->kind;
    outcome.rows += best->rows;
    outcome.undecided += best->undecided;
    outcome.evaluations += best->evaluations;
    outcome.text = best->text;
  }
  return outcome;
}

void Validation::compareChoice(unsigned first, unsigned last,
                               const Slice &target, ArrayRef<Value> values,
                               ValidationOutcome &outcome) {
  for (unsigned i = first; i < last; ++i) {
    auto have = evaluate(target, values, sets[i]);
    if (failed(have)) {
      outcome.text = reason;
      return;
    }
    if (!compare(sets[i], results[i], *have, outcome)) {
      outcome.kind = ValidationOutcome::Refuted;
      return;
    }
    ++outcome.evaluations;
  }
  if (outcome.rows > 0)
    outcome.kind = ValidationOutcome::Verified;
  else
    outcome.text = "no row has a bound on its error";
}
