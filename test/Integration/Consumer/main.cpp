//===- main.cpp - A compiler that uses rmsnorm -----------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Builds an RMSNorm spelled in arith, math and linalg, runs norm-raise on it,
// and looks at the op that comes out.
//
//===----------------------------------------------------------------------===//

#include "rmsnorm/Conversion/Passes.h"
#include "rmsnorm/Dialect/Norm/IR/Norm.h"
#include "rmsnorm/Dialect/Norm/Transforms/Passes.h"
#include "rmsnorm/InitAll.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Pass/PassManager.h"

using namespace mlir;

/// x / sqrt(sum(x * x) / 64 + 1e-5) * w over the last dimension of x.
static func::FuncOp buildRMSNorm(ModuleOp module) {
  auto b = OpBuilder::atBlockEnd(module.getBody());
  Location loc = b.getUnknownLoc();
  auto rows = RankedTensorType::get({4, 64}, b.getF32Type());
  auto column = RankedTensorType::get({64}, b.getF32Type());
  auto stat = RankedTensorType::get({4}, b.getF32Type());
  auto function = func::FuncOp::create(
      b, loc, "rms", b.getFunctionType({rows, column}, {rows}));
  Block *body = function.addEntryBlock();
  b.setInsertionPointToStart(body);
  Value x = body->getArgument(0), w = body->getArgument(1);

  auto splat = [&](float value) -> Value {
    return arith::ConstantOp::create(
        b, loc, DenseElementsAttr::get(stat, llvm::ArrayRef<float>(value)));
  };
  auto broadcast = [&](Value value, int64_t dim) -> Value {
    Value empty =
        tensor::EmptyOp::create(b, loc, rows.getShape(), b.getF32Type());
    return linalg::BroadcastOp::create(b, loc, value, empty, {dim})
        ->getResult(0);
  };

  Value squares = arith::MulFOp::create(b, loc, x, x);
  auto sum = linalg::ReduceOp::create(
      b, loc, squares, splat(0.0f), {1},
      [](OpBuilder &nested, Location at, ValueRange args) {
        Value next = arith::AddFOp::create(nested, at, args[0], args[1]);
        linalg::YieldOp::create(nested, at, next);
      });
  Value mean = arith::DivFOp::create(b, loc, sum->getResult(0), splat(64.0f));
  Value variance = arith::AddFOp::create(b, loc, mean, splat(1.0e-5f));
  Value rstd = math::RsqrtOp::create(b, loc, variance);
  Value xhat = arith::MulFOp::create(b, loc, x, broadcast(rstd, 1));
  Value y = arith::MulFOp::create(b, loc, xhat, broadcast(w, 0));
  func::ReturnOp::create(b, loc, y);
  return function;
}

static int fail(ModuleOp module, llvm::StringRef what) {
  llvm::errs() << "consumer: " << what << "\n" << module << "\n";
  return 1;
}

int main() {
  DialectRegistry registry;
  registry.insert<arith::ArithDialect, func::FuncDialect, linalg::LinalgDialect,
                  math::MathDialect, tensor::TensorDialect>();
  norm::registerAllDialects(registry);
  MLIRContext context(registry);
  context.loadAllAvailableDialects();
  OwningOpRef<ModuleOp> module = ModuleOp::create(UnknownLoc::get(&context));
  func::FuncOp function = buildRMSNorm(*module);
  if (failed(verify(*module)))
    return fail(*module, "the module that was built is not valid");

  PassManager raise(&context);
  raise.addPass(norm::createNormRaisePass());
  if (failed(raise.run(*module)))
    return fail(*module, "norm-raise failed");
  auto norms = llvm::to_vector(function.getOps<norm::RMSNormOp>());
  if (norms.size() != 1)
    return fail(*module, "there is not exactly one norm.rms_norm");
  norm::RMSNormOp op = norms.front();
  if (op.getX() != function.getArgument(0) ||
      op.getScale() != function.getArgument(1) || op.getBias() ||
      op.getAxes() != llvm::ArrayRef<int64_t>{1} ||
      op.getEpsilon().convertToDouble() != static_cast<double>(1.0e-5f))
    return fail(*module, "the norm.rms_norm is another one");

  PassManager lower(&context);
  lower.addPass(norm::createConvertNormToRowwise());
  if (failed(lower.run(*module)))
    return fail(*module, "convert-norm-to-rowwise failed");
  if (llvm::range_size(function.getOps<norm::RowwiseOp>()) != 1)
    return fail(*module, "there is not exactly one norm.rowwise");
  llvm::outs() << *module << "\n";
  return 0;
}
