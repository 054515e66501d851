//===- RaiseVerify.cpp -------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What is validated of a norm and of a gradient, and what is said about it.
//
//===----------------------------------------------------------------------===//

#include "RaiseVerify.h"
#include "Validation.h"

#include "mlir/IR/Remarks.h"

using namespace mlir;
using namespace mlir::norm;

RaiseVerifier::RaiseVerifier() = default;
RaiseVerifier::~RaiseVerifier() = default;

template <typename Match>
static void readMatch(ValidationProblem &problem, const Match &match) {
  problem.axes.assign(match.axes.begin(), match.axes.end());
  problem.epsilon = match.epsilon;
  problem.mode = getEpsilonMode(match.placement);
  problem.isCentred = match.kind == algebra::NormKind::LayerNorm;
}

static ValidationProblem getProblem(const RaisableNorm &norm) {
  ValidationProblem problem;
  readMatch(problem, norm.match);
  problem.replaced = getReplaced(&norm);
  problem.x = norm.x;
  problem.leaves.insert(norm.x);
  problem.leaves.insert_range(getAffineLeaves(norm, norm.match.scale));
  problem.leaves.insert_range(getAffineLeaves(norm, norm.match.bias));
  return problem;
}

static ValidationProblem getProblem(const RaisableGradient &gradient) {
  ValidationProblem problem;
  const algebra::BackwardMatch &match = gradient.match;
  readMatch(problem, match);
  problem.replaced = getReplaced(&gradient);
  problem.x = gradient.x;
  for (Value value : {gradient.x, gradient.dy, gradient.scale})
    if (value)
      problem.leaves.insert(value);
  auto addStatistic = [&](Value value, ArrayRef<algebra::Index> indices,
                          bool isMean) {
    // What is computed from x is evaluated.
    if (!value || value.getDefiningOp())
      return;
    GivenStatistic statistic{value, isMean, {}};
    for (algebra::Index index : indices)
      statistic.dims.push_back(
          index == algebra::unitIndex
              ? -1
              : std::distance(match.indices.begin(),
                              llvm::find(match.indices, index)));
    problem.leaves.insert(value);
    problem.statistics.push_back(std::move(statistic));
  };
  addStatistic(gradient.mean, match.meanIndices, /*isMean=*/true);
  addStatistic(gradient.rstd, match.rstdIndices, /*isMean=*/false);
  return problem;
}

void RaiseVerifier::willRaise(Operation *root, RaisedNorm norm,
                              ModuleView &view) {
  validation = std::make_unique<Validation>(
      std::visit([](auto *found) { return getProblem(*found); }, norm));
}

void RaiseVerifier::didRaise(RaisedNorm norm, Operation *op,
                             const llvm::DenseSet<Operation *> &erased) {
  ValidationOutcome outcome = validation->finish();
  validation.reset();
  auto options = [&](StringRef name) {
    return remark::RemarkOpts::name(name)
        .category("norm-raise")
        .function(getFunctionName(op));
  };
  Location loc = getKnownLoc(op);
  switch (outcome.kind) {
  case ValidationOutcome::Verified: {
    std::string text = "verified: " + std::to_string(outcome.rows) +
                       " rows agree in " + std::to_string(outcome.evaluations) +
                       " evaluations";
    if (outcome.undecided)
      text += ", " + std::to_string(outcome.undecided) +
              " have no bound on their errors";
    remark::analysis(loc, options("verified")) << text;
    return;
  }
  case ValidationOutcome::Refuted:
    refuted = true;
    emitError(loc) << "norm-raise made '" << op->getName()
                   << "' of a program that computes something else: "
                   << outcome.text;
    return;
  case ValidationOutcome::Unknown:
    remark::analysis(loc, options("not-verified"))
        << ("not verified: " + outcome.text);
    return;
  }
}
