//===- Report.cpp -------------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Report.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"

#include <cmath>

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::reference;

static constexpr StringLiteral raiseCategory("norm-raise");

bool Report::passed() const {
  return llvm::all_of(results, [](const ResultEntry &result) {
    return !result.comparison || result.comparison->passed();
  });
}

/// The index in each dimension of the element at `offset` in row-major order.
static SmallVector<int64_t> getIndex(const Array &array, int64_t offset) {
  SmallVector<int64_t> index;
  for (int64_t stride : array.strides()) {
    index.push_back(offset / stride);
    offset %= stride;
  }
  return index;
}

static StringRef getVerdict(const Comparison &comparison) {
  if (comparison.outside != 0 || comparison.unlikely != 0)
    return "outside of the bound";
  if (comparison.unbounded != 0)
    return "no bound for some elements";
  return "within the bound";
}

static void printNumber(llvm::raw_ostream &os, const Array &array, Number n) {
  if (array.isFloat())
    os << llvm::format("%g", n.value);
  else
    os << n.integer;
}

static void printResult(llvm::raw_ostream &os, unsigned number,
                        const ResultEntry &result) {
  os << "result #" << number << ": " << result.type << ", [";
  for (auto [i, element] :
       llvm::enumerate(ArrayRef(result.value->elements).take_front(4))) {
    os << (i ? ", " : "");
    printNumber(os, *result.value, element);
  }
  os << (result.value->size() > 4 ? ", ...]\n" : "]\n");
  if (!result.comparison)
    return;
  const Comparison &c = *result.comparison;
  if (c.size == 0) {
    os << "  no elements to compare\n";
    return;
  }
  os << llvm::format("  largest error %.3g, bound %.3g (guaranteed %.3g), at [",
                     c.maxError, c.likely, c.bound);
  llvm::interleaveComma(getIndex(*result.value, c.maxIndex), os);
  os << llvm::format("]: %.9g, reference %.9g\n", c.actual, c.expected);
  os << llvm::format("  largest part of its bound %.3g, at [", c.maxRatio);
  llvm::interleaveComma(getIndex(*result.value, c.maxRatioIndex), os);
  os << "]\n  " << getVerdict(c);
  if (!c.passed())
    os << ": of " << c.size << " elements, " << c.outside
       << " outside of the guaranteed bound, " << c.unlikely
       << " outside of the likely one, " << c.unbounded << " without a bound";
  os << "\n";
}

void Report::print(llvm::raw_ostream &os, bool allRemarks) const {
  os << file << ": @" << entry << "\n";
  if (raise) {
    unsigned raised = 0, missed = 0;
    for (const RemarkEntry &remark : remarks)
      if (remark.category == raiseCategory)
        ++(remark.passed ? raised : missed);
    os << "norms raised: " << raised << ", near misses: " << missed << "\n";
  }
  for (const RemarkEntry &remark : remarks) {
    if (remark.category != raiseCategory && !allRemarks)
      continue;
    os << "  " << remark.location << ": ";
    if (remark.category != raiseCategory)
      os << remark.category << ": ";
    os << (remark.passed ? "" : "not raised: ") << remark.message << " ["
       << remark.name << "]\n";
  }
  for (auto [i, result] : llvm::enumerate(results))
    printResult(os, i, result);
  if (!timing)
    return;
  if (timing->before)
    os << llvm::format("time before %.4g ms, after %.4g ms (%.2fx), ",
                       *timing->before * 1e3, timing->after * 1e3,
                       *timing->before / timing->after);
  else
    os << llvm::format("time %.4g ms, ", timing->after * 1e3);
  os << llvm::format("copy of the same %zu bytes %.4g ms", timing->footprint,
                     timing->copy * 1e3)
     << " (medians of " << timing->repetitions << ")\n";
}

/// JSON has no infinity and no NaN.
static llvm::json::Value number(double value) {
  if (std::isfinite(value))
    return value;
  return std::isnan(value) ? "nan" : value > 0.0 ? "inf" : "-inf";
}

static llvm::json::Object toJSON(const ResultEntry &result) {
  llvm::json::Object object{{"type", result.type}};
  if (!result.comparison)
    return object;
  const Comparison &c = *result.comparison;
  object["elements"] = c.size;
  object["outside"] = c.outside;
  object["unlikely"] = c.unlikely;
  object["unbounded"] = c.unbounded;
  object["passed"] = c.passed();
  if (c.size == 0)
    return object;
  object["max_error"] = number(c.maxError);
  object["bound"] = number(c.likely);
  object["guaranteed_bound"] = number(c.bound);
  object["index"] = llvm::json::Array(getIndex(*result.value, c.maxIndex));
  object["actual"] = number(c.actual);
  object["reference"] = number(c.expected);
  object["max_part_of_bound"] = number(c.maxRatio);
  return object;
}

void Report::printJSON(llvm::raw_ostream &os) const {
  llvm::json::Object root{{"file", file},
                          {"entry", entry},
                          {"pipeline", pipeline},
                          {"raise", raise},
                          {"seed", static_cast<int64_t>(seed)},
                          {"inputs", llvm::json::Array(inputs)},
                          {"passed", passed()}};
  llvm::json::Array remarkList, resultList;
  for (const RemarkEntry &remark : remarks)
    remarkList.push_back(
        llvm::json::Object{{"status", remark.passed ? "done" : "missed"},
                           {"category", remark.category},
                           {"name", remark.name},
                           {"location", remark.location},
                           {"message", remark.message}});
  for (const ResultEntry &result : results)
    resultList.push_back(toJSON(result));
  root["remarks"] = std::move(remarkList);
  root["results"] = std::move(resultList);
  if (timing) {
    llvm::json::Object object{
        {"after_s", timing->after},
        {"copy_s", timing->copy},
        {"bytes", static_cast<int64_t>(timing->footprint)},
        {"repetitions", timing->repetitions}};
    if (timing->before) {
      object["before_s"] = *timing->before;
      object["ratio"] = *timing->before / timing->after;
    }
    root["benchmark"] = std::move(object);
  }
  os << llvm::formatv("{0:2}\n", llvm::json::Value(std::move(root)));
}
