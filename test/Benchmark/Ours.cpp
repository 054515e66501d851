//===- Ours.cpp - Kernels by norm-to-cpu ----------------------------------===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "HostKernel.h"
#include "Problem.h"

#include "llvm/Support/FormatVariadic.h"

#include <array>
#include <chrono>
#include <map>

using bench::Array;
using bench::Implementation;
using bench::Problem;
using bench::Run;
using hostkernel::HostKernel;
using llvm::StringRef;

//===----------------------------------------------------------------------===//
// Programs
//===----------------------------------------------------------------------===//

/// The function @f for an op; rows are dynamic, as in a model that serves
/// batches. {0} is a matrix, {1} a vector, {2} the columns.
static StringRef getProgram(bench::Op op) {
  switch (op) {
  case bench::Op::LayerNorm:
    return R"(
func.func @f(%x: tensor<{0}>, %w: tensor<{1}>, %b: tensor<{1}>) -> tensor<{0}> {{
  %y = norm.layer_norm %x scale(%w : tensor<{1}> dims [1])
    bias(%b : tensor<{1}> dims [1]) axes [1] epsilon 1.0e-5 : tensor<{0}> -> tensor<{0}>
  return %y : tensor<{0}>
})";
  case bench::Op::RMSNorm:
    return R"(
func.func @f(%x: tensor<{0}>, %w: tensor<{1}>) -> tensor<{0}> {{
  %y = norm.rms_norm %x scale(%w : tensor<{1}> dims [1]) axes [1] epsilon 1.0e-5
    : tensor<{0}> -> tensor<{0}>
  return %y : tensor<{0}>
})";
  case bench::Op::AddRMSNorm:
    return R"(
func.func @f(%x: tensor<{0}>, %r: tensor<{0}>, %w: tensor<{1}>)
    -> (tensor<{0}>, tensor<{0}>) {{
  %s = arith.addf %x, %r : tensor<{0}>
  %y = norm.rms_norm %s scale(%w : tensor<{1}> dims [1]) axes [1] epsilon 1.0e-5
    : tensor<{0}> -> tensor<{0}>
  return %y, %s : tensor<{0}>, tensor<{0}>
})";
  case bench::Op::RMSNormInt8:
    // The codes do not depend on rstd: one sweep for both statistics.
    return R"(
#matrix = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d0)>
#row = affine_map<(d0, d1) -> (d1)>
func.func @f(%x: tensor<{0}>, %w: tensor<{1}>)
    -> (tensor<?x{2}xi8>, tensor<?xf32>) {{
  %c0 = arith.constant 0 : index
  %rows = tensor.dim %x, %c0 : tensor<{0}>
  %q0 = tensor.empty(%rows) : tensor<?x{2}xi8>
  %f0 = tensor.empty(%rows) : tensor<?xf32>
  %q, %f = norm.rowwise axes [1] maps [#matrix, #row, #matrix, #column]
      ins(%x, %w : tensor<{0}>, tensor<{1}>)
      outs(%q0, %f0 : tensor<?x{2}xi8>, tensor<?xf32>) {{
  ^bb0(%xr: tensor<{1}>, %wr: tensor<{1}>):
    {3}
    %sq = arith.mulf %xw, %xw : tensor<{2}xf32>
    %s = norm.reduce add %sq : tensor<{2}xf32>
    %xs = arith.mulf %xw, %ww : tensor<{2}xf32>
    %a = math.absf %xs : tensor<{2}xf32>
    %m = norm.reduce max %a : tensor<{2}xf32>
    %n = arith.constant {2}.0 : f32
    %e = arith.constant 1.0e-5 : f32
    %c127 = arith.constant 127.0 : f32
    %ms = arith.divf %s, %n : f32
    %v = arith.addf %ms, %e : f32
    %r = math.rsqrt %v : f32
    %k = arith.divf %c127, %m : f32
    %ks = tensor.splat %k : tensor<{2}xf32>
    %scaled = arith.mulf %xs, %ks : tensor<{2}xf32>
    %round = math.roundeven %scaled : tensor<{2}xf32>
    %code = arith.fptosi %round : tensor<{2}xf32> to tensor<{2}xi8>
    %mr = arith.mulf %m, %r : f32
    %factor = arith.divf %mr, %c127 : f32
    norm.yield %code, %factor : tensor<{2}xi8>, f32
  } -> tensor<?x{2}xi8>, tensor<?xf32>
  return %q, %f : tensor<?x{2}xi8>, tensor<?xf32>
})";
  case bench::Op::LayerNormBackward:
    return R"(
func.func @f(%dy: tensor<{0}>, %x: tensor<{0}>, %m: tensor<?xf32>,
    %r: tensor<?xf32>, %w: tensor<{1}>)
    -> (tensor<{0}>, tensor<{1}>, tensor<{1}>) {{
  %dx, %dw, %db = norm.layer_norm_backward %dy, %x, %m, %r
      scale(%w : tensor<{1}> dims [1]) axes [1] bias_dims [1]
      : tensor<{0}>, tensor<{0}>, tensor<?xf32>, tensor<?xf32>
      -> tensor<{0}> dscale tensor<{1}> dbias tensor<{1}>
  return %dx, %dw, %db : tensor<{0}>, tensor<{1}>, tensor<{1}>
})";
  case bench::Op::RMSNormBackward:
    return R"(
func.func @f(%dy: tensor<{0}>, %x: tensor<{0}>, %r: tensor<?xf32>,
    %w: tensor<{1}>) -> (tensor<{0}>, tensor<{1}>) {{
  %dx, %dw = norm.rms_norm_backward %dy, %x, %r scale(%w : tensor<{1}> dims [1])
      axes [1] : tensor<{0}>, tensor<{0}>, tensor<?xf32>
      -> tensor<{0}> dscale tensor<{1}>
  return %dx, %dw : tensor<{0}>, tensor<{1}>
})";
  }
  llvm_unreachable("every op has a program");
}

static std::string getProgram(bench::Op op, bench::Type type, int64_t columns) {
  std::string vector = llvm::formatv("{0}x{1}", columns, bench::name(type));
  std::string wide = R"(
    %xw = arith.extf %xr : tensor<{1}> to tensor<{2}xf32>
    %ww = arith.extf %wr : tensor<{1}> to tensor<{2}xf32>)";
  std::string same = R"(
    %one = arith.constant dense<1.0> : tensor<{2}xf32>
    %xw = arith.mulf %xr, %one : tensor<{2}xf32>
    %ww = arith.mulf %wr, %one : tensor<{2}xf32>)";
  std::string casts =
      llvm::formatv(type == bench::Type::F32 ? same.c_str() : wide.c_str(), "",
                    vector, columns);
  return llvm::formatv(getProgram(op).data(), "?x" + vector, vector, columns,
                       casts);
}

//===----------------------------------------------------------------------===//
// Compilation
//===----------------------------------------------------------------------===//

static std::string getPipeline() {
  const char *pipeline = std::getenv("BENCH_PIPELINE");
  return pipeline ? pipeline
                  : "builtin.module(norm-fuse,norm-to-cpu{out-params})";
}

double bench::getCompileTime(Op op, Type type, int64_t columns) {
  // The first one also loads dialects and targets.
  static const bool warm =
      HostKernel::compile(getProgram(Op::LayerNorm, Type::F32, 64),
                          getPipeline()) != nullptr;
  (void)warm;
  std::array<double, 5> times;
  for (double &time : times) {
    auto start = std::chrono::steady_clock::now();
    if (!HostKernel::compile(getProgram(op, type, columns), getPipeline()))
      return 0.0;
    time = std::chrono::duration<double, std::nano>(
               std::chrono::steady_clock::now() - start)
               .count();
  }
  llvm::sort(times);
  return times[times.size() / 2];
}

static Implementation getOurs(std::string name, const std::string &pipeline,
                              int threads) {
  using Key = std::tuple<bench::Op, bench::Type, int64_t>;
  auto cache = std::make_shared<std::map<Key, std::shared_ptr<HostKernel>>>();
  auto prepare = [cache, pipeline](Problem &problem) -> Run {
    auto &kernel = (*cache)[{problem.op, problem.type, problem.columns}];
    if (!kernel)
      kernel = HostKernel::compile(
          getProgram(problem.op, problem.type, problem.columns), pipeline);
    if (!kernel)
      return {};
    auto arguments = std::make_shared<hostkernel::Arguments>();
    auto add = [&](const Array &array) {
      std::vector<int64_t> strides(array.shape.size(), 1);
      if (array.shape.size() == 2)
        strides.front() = array.shape[1];
      arguments->add({array.data.get(), 0, array.shape, strides});
    };
    llvm::for_each(problem.inputs, add);
    llvm::for_each(problem.outputs, add);
    return {[kernel, arguments] { kernel->call(*arguments); }, nullptr};
  };
  return {std::move(name), prepare, Implementation::Kind::Ours, "", threads};
}

std::vector<Implementation> bench::getOurs() {
  std::vector<Implementation> all{::getOurs("rmsnorm", getPipeline(), 1)};
  if (const char *pipeline = std::getenv("BENCH_PIPELINE_2"))
    all.push_back(::getOurs("rmsnorm on 2 threads", pipeline, 2));
  return all;
}
