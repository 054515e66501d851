//===- Interpreter.cpp --------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rmsnorm/Reference/Interpreter.h"
#include "Engine.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace mlir::norm::reference;

/// Deeper calls are taken for a recursion that does not end.
static constexpr unsigned maxCallDepth = 64;

LogicalResult norm::reference::checkType(Operation *op, const Twine &what,
                                         Type type, const Array &array) {
  RankedTensorType held = getHeldType(type);
  if (!held) {
    if (isa<ShapedType>(type))
      return op->emitOpError()
             << what << " is " << type
             << ", which the reference interpreter cannot hold";
    // A list, an absent operand and the like, which only some ops read.
    return success();
  }
  ArrayRef<int64_t> shape = held.getShape();
  if (held.getElementType() != withoutSign(array.elementType))
    return op->emitOpError() << what << " needs " << type
                             << ", but has elements of " << array.elementType;
  bool fits = shape.size() == array.shape.size();
  for (auto [want, have] : llvm::zip(shape, array.shape))
    fits &= ShapedType::isDynamic(want) || want == have;
  if (!fits) {
    InFlightDiagnostic diagnostic = op->emitOpError()
                                    << what << " needs " << type
                                    << ", but its shape is [";
    llvm::interleaveComma(array.shape, diagnostic);
    return diagnostic << "]";
  }
  return success();
}

FailureOr<Arrays> Engine::run(Block &block, ArrayRef<ArrayPtr> arguments) {
  if (block.getNumArguments() != arguments.size() || block.empty())
    return block.getParentOp()->emitOpError()
           << "has a body of " << block.getNumArguments() << " arguments, but "
           << arguments.size() << " are given";
  for (auto [argument, value] :
       llvm::zip_equal(block.getArguments(), arguments))
    values[argument] = value;
  // Whatever the last op is, in dialects that are not registered too.
  for (Operation &op : block)
    if (&op != &block.back() && failed(evaluate(&op)))
      return failure();
  Arrays results;
  for (Value operand : block.back().getOperands())
    results.push_back(get(operand));
  return results;
}

FailureOr<Arrays> Engine::run(ArrayRef<Value> results,
                              ArrayRef<Operation *> ops, ArrayRef<Value> inputs,
                              ArrayRef<ArrayPtr> arguments) {
  for (auto [input, argument] : llvm::zip_equal(inputs, arguments))
    values[input] = argument;
  for (Operation *op : ops)
    if (failed(evaluate(op)))
      return failure();
  Arrays arrays;
  for (Value result : results)
    arrays.push_back(get(result));
  return arrays;
}

LogicalResult Engine::evaluate(Operation *op) {
  FailureOr<Arrays> results = dispatch(op);
  if (failed(results))
    return failure();
  if (results->size() < op->getNumResults())
    return op->emitOpError()
           << "has " << op->getNumResults()
           << " results, of which the reference interpreter knows "
           << results->size();
  for (auto [result, array] : llvm::zip(op->getResults(), *results)) {
    if (failed(checkType(op, "result #" + Twine(result.getResultNumber()),
                         result.getType(), *array)))
      return failure();
    values[result] = array;
  }
  return success();
}

FailureOr<Arrays> Engine::dispatch(Operation *op) {
  using Evaluator = FailureOr<Arrays> (*)(Engine &, Operation *, bool &);
  for (Evaluator evaluator :
       {evaluateTensorOp, evaluateLinalgOp, evaluateRowOp, evaluateNamedOp}) {
    bool handled = true;
    FailureOr<Arrays> results = evaluator(*this, op, handled);
    if (handled)
      return results;
  }
  if (auto constant = dyn_cast<arith::ConstantOp>(op)) {
    FailureOr<Array> value = fromAttribute(constant.getValue());
    if (succeeded(value)) {
      boundLiterals(*value, mode);
      return Arrays{makeArray(std::move(*value))};
    }
    return op->emitOpError("is a constant that the reference interpreter "
                           "cannot read: its element type or its resource");
  }
  if (isa_and_present<func::FuncDialect, scf::SCFDialect,
                      cf::ControlFlowDialect>(op->getDialect()))
    return evaluateControlFlow(op);
  return evaluateElementwise(op);
}

FailureOr<Arrays> Engine::evaluateElementwise(Operation *op) {
  std::optional<ScalarOp> scalar = getScalarOp(op, mode);
  if (!scalar)
    return op->emitOpError(
        "is not known to the reference interpreter, with these types");
  Arrays operands;
  ArrayPtr shaped;
  for (Value operand : op->getOperands()) {
    operands.push_back(get(operand));
    if (!shaped && isa<ShapedType>(operand.getType()))
      shaped = operands.back();
  }
  ArrayRef<int64_t> shape = shaped ? shaped->shape : ArrayRef<int64_t>();
  for (auto [index, operand] : llvm::enumerate(op->getOperands()))
    if (isa<ShapedType>(operand.getType()) && operands[index]->shape != shape)
      return op->emitOpError("has operands of different extents");

  auto result =
      std::make_shared<Array>(getElementTypeOrSelf(op->getResult(0)), shape);
  SmallVector<Number, 4> numbers(operands.size());
  for (int64_t i = 0, end = result->size(); i < end; ++i) {
    // A scalar beside tensors is the condition of a select.
    for (auto [number, operand] : llvm::zip_equal(numbers, operands))
      number = operand->elements[operand->shape.empty() ? 0 : i];
    result->elements[i] = (*scalar)(numbers);
  }
  return Arrays{result};
}

//===----------------------------------------------------------------------===//
// Control flow
//===----------------------------------------------------------------------===//

FailureOr<Arrays> Engine::call(Operation *op, SymbolRefAttr name) {
  auto callee =
      SymbolTable::lookupNearestSymbolFrom<FunctionOpInterface>(op, name);
  if (!callee || callee.isExternal())
    return op->emitOpError() << "calls '" << name.getLeafReference().getValue()
                             << "', which has no body to evaluate";
  if (depth >= maxCallDepth)
    return op->emitOpError() << "nests more than " << maxCallDepth
                             << " calls: the reference interpreter stops";
  if (!callee.getFunctionBody().hasOneBlock())
    return op->emitOpError()
           << "calls '" << callee.getName() << "', which has several blocks";
  Arrays arguments;
  for (Value operand : op->getOperands())
    arguments.push_back(get(operand));
  Engine inner(mode, depth + 1);
  return inner.run(callee.getFunctionBody().front(), arguments);
}

FailureOr<Arrays> Engine::evaluateControlFlow(Operation *op) {
  if (auto callOp = dyn_cast<func::CallOp>(op))
    return call(callOp, callOp.getCalleeAttr());
  if (auto assertion = dyn_cast<cf::AssertOp>(op)) {
    if (getScalar(assertion.getArg()).integer == 0)
      return op->emitOpError() << "does not hold: " << assertion.getMsg();
    return Arrays();
  }
  auto isUncertain = [&](Value value) { return getScalar(value).error != 0.0; };
  static constexpr StringLiteral uncertain =
      "depends on rounding errors, so the reference has no single answer";
  if (auto branch = dyn_cast<scf::IfOp>(op)) {
    if (isUncertain(branch.getCondition()))
      return op->emitOpError(uncertain);
    bool taken = getScalar(branch.getCondition()).integer != 0;
    if (!taken && branch.getElseRegion().empty())
      return Arrays();
    return run(taken ? *branch.thenBlock() : *branch.elseBlock(), {});
  }
  if (auto loop = dyn_cast<scf::ForOp>(op)) {
    for (Value bound :
         {loop.getLowerBound(), loop.getUpperBound(), loop.getStep()})
      if (isUncertain(bound))
        return op->emitOpError(uncertain);
    int64_t lower = getScalar(loop.getLowerBound()).integer;
    int64_t upper = getScalar(loop.getUpperBound()).integer;
    int64_t step = getScalar(loop.getStep()).integer;
    if (step <= 0)
      return op->emitOpError("has a step that is not positive");
    Arrays carried;
    for (Value init : loop.getInitArgs())
      carried.push_back(get(init));
    Type type = loop.getInductionVar().getType();
    for (int64_t i = lower; i < upper;) {
      Array index(type, {});
      index.elements[0] = Number::ofInteger(i);
      Arrays arguments = {makeArray(std::move(index))};
      llvm::append_range(arguments, carried);
      FailureOr<Arrays> results = run(*loop.getBody(), arguments);
      if (failed(results))
        return failure();
      carried = std::move(*results);
      if (upper - i <= step)
        break;
      i += step;
    }
    return carried;
  }
  return op->emitOpError("is not known to the reference interpreter");
}

FailureOr<Arrays> norm::reference::evaluate(FunctionOpInterface function,
                                            ArrayRef<ArrayPtr> arguments,
                                            Rounding rounding, uint64_t seed) {
  if (function.isExternal())
    return function->emitOpError("has no body to evaluate");
  if (!function.getFunctionBody().hasOneBlock())
    return function->emitOpError("has several blocks, which the reference "
                                 "interpreter does not follow");
  if (arguments.size() != function.getNumArguments())
    return function->emitOpError()
           << "takes " << function.getNumArguments() << " arguments, but "
           << arguments.size() << " are given";
  for (auto [index, argument] : llvm::enumerate(arguments))
    if (failed(checkType(function, "argument #" + Twine(index),
                         function.getArgument(index).getType(), *argument)))
      return failure();
  // Zero would stay zero.
  uint64_t randomState = seed * 2 + 1;
  Engine engine({rounding, &randomState, nullptr}, /*depth=*/0);
  return engine.run(function.getFunctionBody().front(), arguments);
}

FailureOr<Arrays> norm::reference::evaluateValues(ArrayRef<Value> results,
                                                  ArrayRef<Operation *> ops,
                                                  ArrayRef<Value> inputs,
                                                  ArrayRef<ArrayPtr> arguments,
                                                  double &literalError) {
  uint64_t randomState = 1;
  Engine engine({Rounding::Reals, &randomState, &literalError}, /*depth=*/0);
  return engine.run(results, ops, inputs, arguments);
}
