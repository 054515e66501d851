//===- ReportSource.cpp - The source of what was raised -------------------===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ReportSource.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;
using namespace mlir::norm;

/// Bounds of what is shown of a norm and of a near miss.
static constexpr unsigned maxSourceOps = 256;
static constexpr unsigned maxOpsAround = 24;

/// Ops are shown by themselves, so nothing may stand elsewhere.
static OpPrintingFlags getPrintingFlags() {
  return OpPrintingFlags()
      .useLocalScope()
      .elideLargeElementsAttrs()
      .elideLargeResourceString();
}

static OwningOpRef<ModuleOp>
cloneWithMap(ModuleOp source, DenseMap<Operation *, Operation *> &ops,
             DenseMap<Value, Value> &values) {
  IRMapping mapping;
  OwningOpRef<ModuleOp> clone =
      cast<ModuleOp>(source.getOperation()->clone(mapping));
  for (auto [from, to] : mapping.getOperationMap())
    ops[to] = from;
  for (auto [from, to] : mapping.getValueMap())
    values[to] = from;
  return clone;
}

ReportSource::ReportSource(ModuleOp source)
    : clone(cloneWithMap(source, ops, values)),
      sourceState(source, getPrintingFlags()) {
  unsigned position = 0;
  source.walk<WalkOrder::PreOrder>(
      [&](Operation *op) { positions[op] = position++; });
}

void ReportSource::addNew(Operation *op) {
  ops.erase(op);
  for (Value result : op->getResults()) {
    values.erase(result);
    names.erase(result);
  }
}

static std::string getOperandName(Value value, AsmState &state) {
  std::string name;
  llvm::raw_string_ostream os(name);
  value.printAsOperand(os, state);
  return name;
}

std::string ReportSource::getName(Value value) {
  if (auto named = names.find(value); named != names.end())
    return named->second;
  if (Value source = values.lookup(value))
    return getOperandName(source, sourceState);
  return "";
}

std::string ReportSource::print(ArrayRef<Operation *> cloned) {
  SmallVector<Operation *> sources;
  for (Operation *op : cloned)
    if (Operation *source = getSource(op))
      sources.push_back(source);
  llvm::sort(sources, [&](Operation *a, Operation *b) {
    return getPosition(a) < getPosition(b);
  });
  std::string text;
  llvm::raw_string_ostream os(text);
  for (Operation *op : sources) {
    op->print(os, sourceState);
    os << "\n";
  }
  return text;
}

//===----------------------------------------------------------------------===//
// New ops, in the names of the source
//===----------------------------------------------------------------------===//

static bool isNameChar(char c) {
  return llvm::isAlnum(c) || c == '_' || c == '$' || c == '.' || c == '-';
}

/// `text` with values called as `names` says.
static std::string rename(StringRef text,
                          const llvm::StringMap<std::string> &names) {
  std::string result;
  bool inString = false;
  while (!text.empty()) {
    char c = text.front();
    if (c == '"')
      inString = !inString;
    if (c == '%' && !inString) {
      StringRef rest = text.drop_front().drop_while(isNameChar);
      if (rest.consume_front("#"))
        rest = rest.drop_while(llvm::isDigit);
      StringRef name = text.drop_back(rest.size());
      auto known = names.find(name);
      result += known == names.end() ? name.str() : known->second;
      text = rest;
      continue;
    }
    size_t length = inString && c == '\\' ? 2 : 1;
    result += text.take_front(length);
    text = text.drop_front(length);
  }
  return result;
}

std::string ReportSource::printNew(ArrayRef<Operation *> created) {
  if (!cloneState)
    cloneState.emplace(*clone, getPrintingFlags());
  SmallVector<Operation *> sorted(created);
  llvm::sort(sorted,
             [](Operation *a, Operation *b) { return a->isBeforeInBlock(b); });
  llvm::StringMap<std::string> renamed;
  auto addName = [&](Value value) {
    std::string name = getOperandName(value, *cloneState);
    std::string source = getName(value);
    return renamed[name] = source.empty() ? "%new_" + name.substr(1) : source;
  };
  std::string text;
  llvm::raw_string_ostream os(text);
  for (Operation *op : sorted) {
    op->walk([&](Operation *inner) {
      for (Value operand : inner->getOperands())
        if (!op->isAncestor(operand.getParentRegion()->getParentOp()))
          addName(operand);
    });
    std::string printed;
    llvm::raw_string_ostream printedOS(printed);
    op->print(printedOS, *cloneState);
    // Results may be packed under one name here, and be several in the source.
    StringRef rest = printed;
    if (op->getNumResults() != 0) {
      rest = rest.split(" = ").second;
      llvm::interleaveComma(op->getResults(), os,
                            [&](Value result) { os << addName(result); });
      os << " = ";
    }
    os << rename(rest, renamed) << "\n";
  }
  return text;
}

//===----------------------------------------------------------------------===//
// What a norm is spelled with
//===----------------------------------------------------------------------===//

/// Constants and what else is only there to be read by a norm.
static bool isFeeder(Operation *op, ModuleView &view) {
  return view.isConstant(op) || isa<linalg::FillOp>(op) ||
         op->getName().getStringRef() == "tensor.empty";
}

static bool isShape(Operation *op, ModuleView &view) {
  const OpRow *row = view.lookup(op);
  return op->getName().getStringRef() == "tensor.dim" ||
         (row && row->kind == OpClass::Scalar);
}

SmallVector<Operation *> norm::getSourceOps(ArrayRef<Value> ends,
                                            ArrayRef<Value> starts,
                                            ArrayRef<Operation *> cone,
                                            ModuleView &view) {
  llvm::SmallPtrSet<Operation *, 16> inCone(cone.begin(), cone.end());
  llvm::SmallPtrSet<Value, 8> isStart(starts.begin(), starts.end());
  llvm::SetVector<Operation *> ops;
  auto add = [&](Value value) {
    Operation *op = value.getDefiningOp();
    if (!op || isStart.contains(value))
      return;
    if (inCone.contains(op) || isFeeder(op, view) || isShape(op, view) ||
        view.isElementwiseOrMovement(op))
      ops.insert(op);
  };
  ops.insert_range(cone);
  for (Value end : ends)
    if (Operation *op = end.getDefiningOp())
      ops.insert(op);
  for (unsigned i = 0; i < ops.size() && ops.size() < maxSourceOps; ++i)
    // What a shape is of need not have to do with the norm.
    if (!isShape(ops[i], view))
      llvm::for_each(getReadValues(ops[i]), add);
  return ops.takeVector();
}

SmallVector<Operation *> norm::getSourceOps(RaisedNorm raised,
                                            ModuleView &view) {
  SmallVector<Value> ends = getReplaced(raised);
  if (auto *const *found = std::get_if<const RaisableNorm *>(&raised)) {
    const RaisableNorm &norm = **found;
    SmallVector<Value> starts = getAffineLeaves(norm, norm.match.scale);
    llvm::append_range(starts, getAffineLeaves(norm, norm.match.bias));
    starts.push_back(norm.x);
    // Others may read what is computed beside the norm.
    SmallVector<Operation *> cone(norm.dead);
    return getSourceOps(ends, starts, cone, view);
  }
  const RaisableGradient &gradient =
      *std::get<const RaisableGradient *>(raised);
  SmallVector<Value> starts;
  for (Value value :
       {gradient.dy, gradient.x, gradient.mean, gradient.rstd, gradient.scale})
    if (value)
      starts.push_back(value);
  // Its sums are only reached from its results.
  SmallVector<Operation *> cone;
  llvm::SmallPtrSet<Value, 16> seen(starts.begin(), starts.end());
  SmallVector<Value> worklist(ends);
  while (!worklist.empty() && cone.size() < maxSourceOps) {
    Value value = worklist.pop_back_val();
    Operation *op = value.getDefiningOp();
    if (!op || !seen.insert(value).second || isShape(op, view) ||
        !(view.isReduction(op) || view.isElementwiseOrMovement(op)))
      continue;
    cone.push_back(op);
    llvm::append_range(worklist, getReadValues(op));
  }
  return getSourceOps(ends, starts, cone, view);
}

SmallVector<Operation *> norm::getOpsAround(Operation *root, ModuleView &view) {
  Operation *start = getTensorOp(root);
  llvm::SetVector<Operation *> ops;
  ops.insert(start ? start : root);
  for (unsigned i = 0; i < ops.size() && ops.size() < maxOpsAround; ++i) {
    if (isShape(ops[i], view))
      continue;
    for (Value value : getReadValues(ops[i]))
      if (Operation *op = value.getDefiningOp();
          op && (isFeeder(op, view) || view.isReduction(op) ||
                 view.isElementwiseOrMovement(op)))
        ops.insert(op);
  }
  // And one step down.
  Operation *first = ops.front();
  for (Operation *user : first->getUsers()) {
    Operation *op = first->getBlock()->findAncestorOpInBlock(*user);
    if (op && ops.size() < maxOpsAround + 8 && view.isElementwiseOrMovement(op))
      ops.insert(op);
  }
  return ops.takeVector();
}

//===----------------------------------------------------------------------===//
// Locations
//===----------------------------------------------------------------------===//

ReportLocation norm::getReportLocation(Location location) {
  ReportLocation result;
  if (isa<UnknownLoc>(location)) {
    result.text = "unknown";
    return result;
  }
  std::string text;
  llvm::raw_string_ostream os(text);
  location.print(os);
  StringRef inner = text;
  if (inner.consume_front("loc(") && inner.consume_back(")"))
    result.text = inner.str();
  else
    result.text = text;
  if (auto file = location->findInstanceOf<FileLineColLoc>()) {
    result.file = file.getFilename().str();
    result.line = file.getLine();
    result.column = file.getColumn();
    if (isa<FileLineColLoc>(location))
      result.text = result.file + ":" + std::to_string(result.line) + ":" +
                    std::to_string(result.column);
  }
  return result;
}
