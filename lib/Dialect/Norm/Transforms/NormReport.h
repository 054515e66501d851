//===- NormReport.h - The facts of norm-report ------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What norm-raise would do to a module, as plain data, and the writers of it.
// docs/Report.md describes the JSON; its field names are those used here.
//
//===----------------------------------------------------------------------===//

#ifndef RMSNORM_LIB_DIALECT_NORM_TRANSFORMS_NORMREPORT_H
#define RMSNORM_LIB_DIALECT_NORM_TRANSFORMS_NORMREPORT_H

#include "ReportTraffic.h"

#include "rmsnorm/Dialect/Norm/Transforms/Passes.h"

namespace mlir {
class ModuleOp;
} // namespace mlir

namespace mlir::norm {

struct ReportLocation {
  /// As MLIR prints it.
  std::string text;
  /// The first position in a file that it has; empty and 0 if it has none.
  std::string file;
  unsigned line = 0, column = 0;
};

/// An operand or a result of a norm op.
struct ReportValue {
  /// x, scale, bias, y, mean, ...
  std::string role;
  /// What it is called in the source; empty for what is new.
  std::string name;
  std::string type;
  /// The dimensions of x that it follows, where the op says so.
  std::optional<std::vector<int64_t>> dims;
};

struct ReportTraffic {
  ByteCount before, after;
  ByteCount getSaved() const { return before - after; }
};

struct RaisedReport {
  std::string op;
  ReportLocation location;
  /// The remark of norm-raise.
  std::string summary;
  std::string spelling;
  std::vector<int64_t> axes;
  double epsilon = 0.0;
  std::string epsilonMode;
  double scaleOffset = 0.0;
  /// Rounding points that differ from the op's default; empty for the default.
  std::string statisticsType, normalizedType, scaledType;
  std::optional<int64_t> statisticsExtent;
  std::vector<ReportValue> operands, results;
  /// The ops that it was spelled with, and those that stand for them.
  std::string before, after;
  /// How many ops go, and how many come.
  unsigned opsBefore = 0, opsAfter = 0;
  ReportTraffic traffic;
  /// Where in the source it is, to sort by.
  unsigned position = 0;
};

struct MissedReport {
  ReportLocation location;
  std::string guard, reason;
  /// The op that the search started at.
  std::string root;
  /// The ops around it.
  std::string before;
  unsigned position = 0;
};

struct FunctionReport {
  std::string name;
  ReportLocation location;
  std::vector<RaisedReport> raised;
  std::vector<MissedReport> missed;
};

/// The sum of what was found.
struct ReportTotals {
  std::map<std::string, unsigned> raised, missed; ///< by op, by guard
  unsigned numRaised = 0, numMissed = 0;
  int64_t bytesBefore = 0, bytesAfter = 0;
  /// How many norms have counts with unknown extents in them.
  unsigned numInexact = 0;

  void add(const FunctionReport &function);
};

struct NormReport {
  static constexpr int version = 1;

  std::string module;
  ReportLocation location;
  std::string policy;
  std::vector<FunctionReport> functions;

  ReportTotals getTotals() const;
};

/// What norm-raise does to `module`, which stays as it is.
NormReport collectReport(ModuleOp module, NumericsPolicy policy);

void writeJSON(const NormReport &report, raw_ostream &os);
/// One page that needs nothing else.
void writeHTML(const NormReport &report, raw_ostream &os);

} // namespace mlir::norm

#endif // RMSNORM_LIB_DIALECT_NORM_TRANSFORMS_NORMREPORT_H
