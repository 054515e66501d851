//===- Report.h ---------------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What rmsnorm-run found out, for people and for programs.
//
//===----------------------------------------------------------------------===//

#ifndef RMSNORM_TOOLS_RMSNORM_RUN_REPORT_H
#define RMSNORM_TOOLS_RMSNORM_RUN_REPORT_H

#include "rmsnorm/Reference/Interpreter.h"

#include "llvm/Support/raw_ostream.h"

#include <optional>
#include <string>
#include <vector>

namespace mlir::norm {

/// Remarks are kept as text: they outlive the IR that they are about.
struct RemarkEntry {
  std::string category, name, location, message;
  /// True for something done, false for something not done and why.
  bool passed = false;
};

struct ResultEntry {
  std::string type;
  reference::ArrayPtr value;
  std::optional<reference::Comparison> comparison;
};

/// Medians, in seconds.
struct Timing {
  unsigned repetitions = 0;
  /// Without raising; nothing on a GPU.
  std::optional<double> before;
  double after = 0.0, copy = 0.0;
  size_t footprint = 0;
};

struct Report {
  std::string file, entry, pipeline;
  bool raise = true;
  uint64_t seed = 0;
  std::vector<std::string> inputs;
  std::vector<RemarkEntry> remarks;
  std::vector<ResultEntry> results;
  std::optional<Timing> timing;

  /// True unless a comparison was made and did not pass.
  bool passed() const;
  /// `allRemarks`: also those of passes other than norm-raise.
  void print(llvm::raw_ostream &os, bool allRemarks) const;
  /// One object; check_report.py in test/Tools/rmsnorm-run reads it.
  void printJSON(llvm::raw_ostream &os) const;
};

} // namespace mlir::norm

#endif // RMSNORM_TOOLS_RMSNORM_RUN_REPORT_H
