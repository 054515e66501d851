//===- Program.cpp ---------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The functions that are compiled: an op on tensors between memrefs, which may
// have any strided layout.
//
//===----------------------------------------------------------------------===//

#include "Problem.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"

using namespace normtest;
using llvm::formatv;

namespace {
class Writer {
public:
  Writer(Op op, Type type, const Domain &domain, Layout layout)
      : op(op), domain(domain), layout(layout), data(name(type)),
        statistics(name(statisticsType(type))) {
    for (unsigned dim = 0; dim < domain.extents.size(); ++dim)
      all.push_back(dim);
    for (unsigned dim : all)
      (domain.isAxis(dim) ? axes : grid).push_back(dim);
  }

  std::string write() {
    input("x", all, data);
    if (op == Op::AddRMSNorm || isBackward(op))
      input("x2", all, data);
    if (op == Op::LayerNormBackward)
      input("mean", grid, statistics);
    if (isBackward(op))
      input("rstd", grid, statistics);
    input("w", axes, data);
    if (op == Op::LayerNorm)
      input("b", axes, data);
    body();
    return formatv("func.func @f({0}) {{\n{1}  return\n}\n",
                   llvm::join(arguments, ", "), text);
  }

private:
  std::string shape(llvm::ArrayRef<unsigned> dims, llvm::StringRef element) {
    std::string result;
    for (unsigned dim : dims) {
      int64_t extent = domain.extents[dim];
      result += (extent < 0 ? "?" : std::to_string(extent)) + "x";
    }
    return result + element.str();
  }
  std::string tensor(llvm::ArrayRef<unsigned> dims, llvm::StringRef element) {
    return "tensor<" + shape(dims, element) + ">";
  }
  /// What has no elements of rows, the grid's extents only, is always plain.
  std::string memref(llvm::ArrayRef<unsigned> dims, llvm::StringRef element) {
    std::string result = "memref<" + shape(dims, element);
    bool isMatrix = dims.size() == all.size();
    bool isPlain = layout == Layout::Identity || dims == llvm::ArrayRef(grid) ||
                   (layout == Layout::Columns && !isMatrix);
    if (isMatrix || !isPlain) {
      std::vector<std::string> strides(dims.size(), "?");
      if (layout == Layout::Rows)
        strides.back() = "1";
      if (layout == Layout::Columns)
        strides.front() = "1";
      if (layout != Layout::Identity)
        result +=
            formatv(", strided<[{0}], offset: ?>", llvm::join(strides, ", "));
    }
    return result + ">";
  }
  /// The dimensions, each behind `prefix`.
  static std::string list(llvm::ArrayRef<unsigned> dims,
                          llvm::StringRef prefix = "") {
    std::vector<std::string> names;
    for (unsigned dim : dims)
      names.push_back(prefix.str() + std::to_string(dim));
    return llvm::join(names, ", ");
  }

  void input(llvm::StringRef id, llvm::ArrayRef<unsigned> dims,
             llvm::StringRef element) {
    std::string type = memref(dims, element);
    arguments.push_back(formatv("%{0}_in: {1}", id, type));
    text += formatv("  %{0} = bufferization.to_tensor %{0}_in restrict : {1} "
                    "to {2}\n",
                    id, type, tensor(dims, element));
  }
  void output(llvm::StringRef id, llvm::ArrayRef<unsigned> dims,
              llvm::StringRef element) {
    std::string type = memref(dims, element);
    arguments.push_back(formatv("%{0}_out: {1}", id, type));
    text += formatv("  bufferization.materialize_in_destination %{0} in "
                    "restrict writable %{0}_out : ({2}, {1}) -> ()\n",
                    id, type, tensor(dims, element));
  }

  void forward(llvm::StringRef mnemonic, llvm::StringRef x, bool isLayerNorm) {
    std::string matrix = tensor(all, data), column = tensor(axes, data),
                row = tensor(grid, statistics);
    text += formatv(
        "  %y{0} = norm.{1} %{2} scale(%w : {3} dims [{4}]){5} axes "
        "[{4}] epsilon {6} : {7} -> {7}{8}\n",
        isLayerNorm ? ", %m, %r" : "", mnemonic, x, column, list(axes),
        isLayerNorm
            ? formatv(" bias(%b : {0} dims [{1}])", column, list(axes)).str()
            : "",
        formatv("{0:E16}", epsilon), matrix,
        isLayerNorm ? " mean " + row + " rstd " + row : "");
    output("y", all, data);
    if (!isLayerNorm)
      return;
    output("m", grid, statistics);
    output("r", grid, statistics);
  }

  void backward() {
    std::string matrix = tensor(all, data), column = tensor(axes, data),
                row = tensor(grid, statistics);
    bool centres = op == Op::LayerNormBackward;
    text +=
        formatv("  %dx, %dw, %db = norm.{0} %x, %x2,{1} %rstd scale(%w : "
                "{2} dims [{3}]) axes [{3}] bias_dims [{3}] : {4}, {4},{5} {6} "
                "-> {4} dscale {2} dbias {2}\n",
                name(op), centres ? " %mean," : "", column, list(axes), matrix,
                centres ? " " + row + "," : "", row);
    output("dx", all, data);
    output("dw", axes, data);
    output("db", axes, data);
  }

  /// The codes do not depend on rstd.
  void quantized();

  void body() {
    switch (op) {
    case Op::LayerNorm:
      return forward("layer_norm", "x", /*isLayerNorm=*/true);
    case Op::RMSNorm:
      return forward("rms_norm", "x", /*isLayerNorm=*/false);
    case Op::AddRMSNorm:
      text += "  %s = arith.addf %x, %x2 : " + tensor(all, data) + "\n";
      forward("rms_norm", "s", /*isLayerNorm=*/false);
      return output("s", all, data);
    case Op::RMSNormInt8:
      return quantized();
    case Op::LayerNormBackward:
    case Op::RMSNormBackward:
      return backward();
    }
  }

  Op op;
  const Domain &domain;
  Layout layout;
  std::string data, statistics;
  llvm::SmallVector<unsigned> all, axes, grid;
  std::vector<std::string> arguments;
  std::string text;
};
} // namespace

void Writer::quantized() {
  std::string matrix = tensor(all, data), column = tensor(axes, data),
              codes = tensor(all, "i8"), factors = tensor(grid, statistics);
  auto map = [&](llvm::ArrayRef<unsigned> of) {
    return formatv("affine_map<({0}) -> ({1})>", list(all, "d"), list(of, "d"))
        .str();
  };
  // Extents of the results that have to be read from x.
  auto empty = [&](llvm::StringRef id, llvm::ArrayRef<unsigned> of,
                   const std::string &type) {
    std::vector<std::string> sizes;
    for (unsigned dim : of) {
      if (domain.extents[dim] >= 0)
        continue;
      sizes.push_back(formatv("%{0}_{1}", id, dim));
      text += formatv("  %{0}_c{1} = arith.constant {1} : index\n"
                      "  %{0}_{1} = tensor.dim %x, %{0}_c{1} : {2}\n",
                      id, dim, matrix);
    }
    text += formatv("  %{0} = tensor.empty({1}) : {2}\n", id,
                    llvm::join(sizes, ", "), type);
  };
  empty("q0", all, codes);
  empty("f0", grid, factors);

  bool isDynamic =
      llvm::any_of(axes, [&](unsigned dim) { return domain.extents[dim] < 0; });
  std::string n = isDynamic ? "?" : std::to_string(domain.columns());
  auto row = [&](llvm::StringRef element) {
    return formatv("tensor<{0}x{1}>", n, element).str();
  };
  std::string wide = row(statistics);
  bool isNarrow = data != statistics;
  text +=
      formatv(R"(  %q, %f = norm.rowwise axes [{0}] maps [{1}, {2}, {1}, {3}]
      ins(%x, %w : {4}, {5}) outs(%q0, %f0 : {6}, {7}) {{
  ^bb0(%xr: {8}, %wr: {8}):
)",
              list(axes), map(all), map(axes), map(grid), matrix, column, codes,
              factors, row(data));
  if (isNarrow)
    text += formatv("    %xw = arith.extf %xr : {0} to {1}\n"
                    "    %ww = arith.extf %wr : {0} to {1}\n",
                    row(data), wide);
  text += formatv(R"(
    %zero = arith.constant 0 : index
    %size = tensor.dim %xr, %zero : {0}
    %size64 = arith.index_cast %size : index to i64
    %n = arith.sitofp %size64 : i64 to {1}
    %sq = arith.mulf {3}, {3} : {2}
    %s = norm.reduce add %sq : {2}
    %xs = arith.mulf {3}, {4} : {2}
    %a = math.absf %xs : {2}
    %m = norm.reduce max %a : {2}
    %e = arith.constant {5} : {1}
    %c127 = arith.constant 127.0 : {1}
    %ms = arith.divf %s, %n : {1}
    %v = arith.addf %ms, %e : {1}
    %r = math.rsqrt %v : {1}
    %k = arith.divf %c127, %m : {1}
    %ks = tensor.splat %k{6} : {2}
    %scaled = arith.mulf %xs, %ks : {2}
    %round = math.roundeven %scaled : {2}
    %code = arith.fptosi %round : {2} to {7}
    %mr = arith.mulf %m, %r : {1}
    %factor = arith.divf %mr, %c127 : {1}
    norm.yield %code, %factor : {7}, {1}
)",
                  row(data), statistics, wide, isNarrow ? "%xw" : "%xr",
                  isNarrow ? "%ww" : "%wr", formatv("{0:E16}", epsilon),
                  isDynamic ? "[%size]" : "", row("i8"));
  text += formatv("  } -> {0}, {1}\n", codes, factors);
  output("q", all, "i8");
  output("f", grid, statistics);
}

std::string normtest::getSource(Op op, Type type, const Domain &domain,
                                Layout layout) {
  return Writer(op, type, domain, layout).write();
}
