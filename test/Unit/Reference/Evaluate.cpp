//===- Evaluate.cpp -----------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Evaluate.h"

#include "rmsnorm/Dialect/Norm/IR/Norm.h"

#include "mlir/AsmParser/AsmParser.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlow.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/Parser/Parser.h"

using namespace mlir;
using namespace mlir::norm::reference;

EvaluateTest::EvaluateTest() {
  context
      .loadDialect<arith::ArithDialect, cf::ControlFlowDialect,
                   func::FuncDialect, linalg::LinalgDialect, math::MathDialect,
                   norm::NormDialect, scf::SCFDialect, tensor::TensorDialect>();
  context.printOpOnDiagnostic(false);
}

SmallVector<ArrayPtr> EvaluateTest::evaluate(StringRef source,
                                             ArrayRef<ArrayPtr> arguments,
                                             Rounding rounding) {
  diagnostic.clear();
  ScopedDiagnosticHandler handler(&context, [&](Diagnostic &reported) {
    if (auto loc = dyn_cast<FileLineColLoc>(reported.getLocation()))
      diagnostic += std::to_string(loc.getLine()) + ": ";
    diagnostic += reported.str() + "\n";
    return success();
  });
  OwningOpRef<ModuleOp> module =
      parseSourceString<ModuleOp>(source, ParserConfig(&context));
  if (!module) {
    ADD_FAILURE() << diagnostic;
    return {};
  }
  auto functions = module->getOps<func::FuncOp>();
  FailureOr<SmallVector<ArrayPtr>> results =
      reference::evaluate(*functions.begin(), arguments, rounding);
  return succeeded(results) ? *results : SmallVector<ArrayPtr>();
}

SmallVector<std::vector<double>>
EvaluateTest::estimate(StringRef source, ArrayRef<ArrayPtr> arguments,
                       ArrayRef<ArrayPtr> references) {
  OwningOpRef<ModuleOp> module =
      parseSourceString<ModuleOp>(source, ParserConfig(&context));
  auto functions = module->getOps<func::FuncOp>();
  auto errors = estimateErrors(*functions.begin(), arguments, references);
  return succeeded(errors) ? *errors : SmallVector<std::vector<double>>();
}

Type EvaluateTest::type(StringRef name) { return parseType(name, &context); }

ArrayPtr EvaluateTest::reals(StringRef name, ArrayRef<int64_t> shape,
                             ArrayRef<double> values) {
  auto array = std::make_shared<Array>(type(name), shape);
  for (auto [element, value] : llvm::zip_equal(array->elements, values))
    element = Number::ofReal(value);
  return std::make_shared<Array>(
      fromBytes(array->elementType, shape, toBytes(*array)));
}

ArrayPtr EvaluateTest::integers(StringRef name, ArrayRef<int64_t> shape,
                                ArrayRef<int64_t> values) {
  auto array = std::make_shared<Array>(type(name), shape);
  for (auto [element, value] : llvm::zip_equal(array->elements, values))
    element = Number::ofInteger(value);
  return array;
}

ArrayPtr EvaluateTest::random(StringRef name, ArrayRef<int64_t> shape,
                              double mean) {
  std::normal_distribution<double> normal(mean, 1.0);
  std::vector<double> values(ShapedType::getNumElements(shape));
  for (double &value : values)
    value = normal(generator);
  return reals(name, shape, values);
}
