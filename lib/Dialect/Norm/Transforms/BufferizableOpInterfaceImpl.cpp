//===- BufferizableOpInterfaceImpl.cpp -------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rmsnorm/Dialect/Norm/Transforms/BufferizableOpInterfaceImpl.h"
#include "rmsnorm/Dialect/Norm/IR/Norm.h"

#include "mlir/Dialect/Bufferization/IR/BufferizableOpInterface.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Bufferization/IR/DstBufferizableOpInterfaceImpl.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/PatternMatch.h"

using namespace mlir;
using namespace mlir::norm;

//===----------------------------------------------------------------------===//
// Row programs under bufferization
//===----------------------------------------------------------------------===//
//
// The tensors of a row program are values and stay tensors. But the driver
// bufferizes every op on tensors that it finds, inner ones first, so a
// tensor.splat in a row program would become an allocation. Therefore, before
// it looks (in `resolveConflicts`), each tensor type in the program is wrapped
// in a tuple, and unwrapped when it is the turn of the op itself. The analysis
// did look, and has put copies in front of what it takes for writes; values
// need none, so those go first.

static void eraseCopies(RowwiseOp op, RewriterBase &rewriter) {
  for (auto alloc : llvm::make_early_inc_range(
           op.getRowProgram()->getOps<bufferization::AllocTensorOp>()))
    if (alloc.getCopy())
      rewriter.replaceOp(alloc, alloc.getCopy());
}

static void hideTensors(RowwiseOp op) {
  auto hide = [](Value value) {
    if (isa<TensorType>(value.getType()))
      value.setType(TupleType::get(value.getContext(), value.getType()));
  };
  for (BlockArgument argument : op.getRowProgram()->getArguments())
    hide(argument);
  for (Operation &inner : *op.getRowProgram())
    for (OpResult result : inner.getResults())
      hide(result);
}

static bool isHidden(Value value) { return isa<TupleType>(value.getType()); }

static void revealTensor(Value value) {
  if (isHidden(value))
    value.setType(cast<TupleType>(value.getType()).getType(0));
}

static void revealTensors(RowwiseOp op) {
  for (BlockArgument argument : op.getRowProgram()->getArguments())
    revealTensor(argument);
  for (Operation &inner : *op.getRowProgram())
    for (OpResult result : inner.getResults())
      revealTensor(result);
}

static bool hasHiddenTensors(RowwiseOp op) {
  return llvm::any_of(op.getRowProgram()->getArguments(), isHidden) ||
         llvm::any_of(*op.getRowProgram(), [](Operation &inner) {
           return llvm::any_of(inner.getResults(), isHidden);
         });
}

/// Copies the row program of `from` into the empty one of `to`: behind the
/// back of the rewriter, which would take the new ops for ops to bufferize.
static void cloneRowProgram(RowwiseOp from, RowwiseOp to) {
  OpBuilder builder = OpBuilder::atBlockEnd(to.getRowProgram());
  IRMapping mapping;
  mapping.map(from.getRowProgram()->getArguments(),
              to.getRowProgram()->getArguments());
  for (Operation &op : *from.getRowProgram())
    for (OpResult result : builder.clone(op, mapping)->getResults())
      revealTensor(result);
}

namespace {
struct RowwiseModel
    : bufferization::DstBufferizableOpInterfaceExternalModel<RowwiseModel,
                                                             RowwiseOp> {
  /// The tensors of the row program do not count, unless they have to be
  /// revealed.
  bool hasTensorSemantics(Operation *op) const {
    auto rowwise = cast<RowwiseOp>(op);
    return rowwise.hasPureTensorSemantics() || hasHiddenTensors(rowwise);
  }

  LogicalResult
  resolveConflicts(Operation *op, RewriterBase &rewriter,
                   const bufferization::AnalysisState &analysis,
                   const bufferization::BufferizationState &state) const {
    auto bufferizable = cast<bufferization::BufferizableOpInterface>(op);
    if (failed(bufferizable.resolveTensorOpOperandConflicts(rewriter, analysis,
                                                            state)))
      return failure();
    eraseCopies(cast<RowwiseOp>(op), rewriter);
    hideTensors(cast<RowwiseOp>(op));
    return success();
  }

  bool bufferizesToMemoryRead(Operation *op, OpOperand &operand,
                              const bufferization::AnalysisState &) const {
    auto rowwise = cast<RowwiseOp>(op);
    unsigned inputs = rowwise.getInputs().size();
    return operand.getOperandNumber() < inputs ||
           rowwise.isAccumulated(operand.getOperandNumber() - inputs);
  }

  /// A row reads its operands before it writes them. So two operands may be
  /// one buffer if every element belongs to one row, the same in both.
  bool bufferizesToElementwiseAccess(Operation *op,
                                     const bufferization::AnalysisState &,
                                     ArrayRef<OpOperand *> operands) const {
    auto rowwise = cast<RowwiseOp>(op);
    if (operands.empty())
      return false;
    AffineMap map = rowwise.getInputMap(operands.front()->getOperandNumber());
    for (unsigned dim : rowwise.getGridDims())
      if (!map.isFunctionOfDim(dim))
        return false;
    return llvm::all_of(operands, [&](OpOperand *operand) {
      return rowwise.getInputMap(operand->getOperandNumber()) == map;
    });
  }

  LogicalResult bufferize(Operation *op, RewriterBase &rewriter,
                          const bufferization::BufferizationOptions &options,
                          bufferization::BufferizationState &state) const {
    auto rowwise = cast<RowwiseOp>(op);
    if (!rowwise.hasPureTensorSemantics()) {
      revealTensors(rowwise);
      return success();
    }
    OpBuilder::InsertionGuard guard(rewriter);
    rewriter.setInsertionPoint(op);
    SmallVector<Value> inputs, inits;
    for (OpOperand &operand : op->getOpOperands()) {
      Value value = operand.get();
      if (isa<TensorType>(value.getType())) {
        FailureOr<Value> buffer =
            bufferization::getBuffer(rewriter, value, options, state);
        if (failed(buffer))
          return failure();
        value = *buffer;
      }
      (rowwise.isDpsInit(&operand) ? inits : inputs).push_back(value);
    }
    SmallVector<AffineMap> maps = llvm::to_vector(
        rowwise.getIndexingMaps().getAsValueRange<AffineMapAttr>());
    auto buffers = RowwiseOp::create(rewriter, op->getLoc(), inputs, inits,
                                     rowwise.getAxes(), maps);
    buffers->setDiscardableAttrs(op->getDiscardableAttrDictionary());
    cloneRowProgram(rowwise, buffers);
    bufferization::replaceOpWithBufferizedValues(rewriter, op, inits);
    return success();
  }
};
} // namespace

void mlir::norm::registerBufferizableOpInterfaceExternalModels(
    DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, NormDialect *) {
    RowwiseOp::attachInterface<RowwiseModel>(*context);
  });
}
