//===- Report.cpp - norm-report -------------------------------------------===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "NormReport.h"

#include "rmsnorm/Dialect/Norm/IR/Norm.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Support/FileUtilities.h"
#include "llvm/Support/ToolOutputFile.h"

namespace mlir::norm {
#define GEN_PASS_DEF_NORMREPORTPASS
#include "rmsnorm/Dialect/Norm/Transforms/Passes.h.inc"
} // namespace mlir::norm

using namespace mlir;
using namespace mlir::norm;

namespace {
struct NormReportWriter : norm::impl::NormReportPassBase<NormReportWriter> {
  using NormReportPassBase::NormReportPassBase;

  void runOnOperation() override {
    markAllAnalysesPreserved();
    // Without a file, the JSON goes to the standard output.
    std::string jsonName = json;
    if (json.empty() && html.empty())
      jsonName = "-";
    if (jsonName == html) {
      getOperation().emitError()
          << "norm-report cannot write both of its files to '" << html << "'";
      return signalPassFailure();
    }
    NormReport report = collectReport(getOperation(), policy);
    if (failed(write(jsonName, report, writeJSON)) ||
        failed(write(html, report, writeHTML)))
      signalPassFailure();
  }

private:
  LogicalResult write(StringRef name, const NormReport &report,
                      void (*writer)(const NormReport &, raw_ostream &)) {
    if (name.empty())
      return success();
    std::string message;
    std::unique_ptr<llvm::ToolOutputFile> file = openOutputFile(name, &message);
    if (!file)
      return getOperation().emitError() << "norm-report: " << message;
    llvm::raw_fd_ostream &os = file->os();
    writer(report, os);
    os.flush();
    if (os.has_error()) {
      std::error_code error = os.error();
      os.clear_error();
      return getOperation().emitError() << "norm-report: cannot write '" << name
                                        << "': " << error.message();
    }
    file->keep();
    return success();
  }
};
} // namespace
