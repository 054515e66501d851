//===- NormReport.cpp - Collecting the facts of norm-report ---------------===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "NormReport.h"
#include "ReportSource.h"

#include "rmsnorm/Dialect/Norm/IR/Norm.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mlir::norm;

//===----------------------------------------------------------------------===//
// Totals
//===----------------------------------------------------------------------===//

void ReportTotals::add(const FunctionReport &function) {
  for (const RaisedReport &norm : function.raised) {
    ++numRaised;
    ++raised[norm.op];
    bytesBefore += norm.traffic.before.getBytes();
    bytesAfter += norm.traffic.after.getBytes();
    numInexact +=
        !norm.traffic.before.isExact() || !norm.traffic.after.isExact();
  }
  for (const MissedReport &miss : function.missed) {
    ++numMissed;
    ++missed[miss.guard];
  }
}

ReportTotals NormReport::getTotals() const {
  ReportTotals totals;
  for (const FunctionReport &function : functions)
    totals.add(function);
  return totals;
}

//===----------------------------------------------------------------------===//
// One op
//===----------------------------------------------------------------------===//

template <typename T> static std::string printed(T value) {
  std::string text;
  llvm::raw_string_ostream os(text);
  os << value;
  return text;
}

static std::optional<std::vector<int64_t>>
toVector(std::optional<ArrayRef<int64_t>> dims) {
  if (!dims)
    return std::nullopt;
  return dims->vec();
}

/// What the op says by itself.
static void readOp(Operation *op, RaisedReport &report,
                   llvm::function_ref<std::string(Value)> getName) {
  report.op = op->getName().getStringRef();
  auto addTo = [&](std::vector<ReportValue> &list, StringRef role, Value value,
                   std::optional<ArrayRef<int64_t>> dims = std::nullopt) {
    if (value)
      list.push_back({role.str(), getName(value), printed(value.getType()),
                      toVector(dims)});
  };
  auto readShared = [&](auto norm) {
    report.axes = norm.getAxes().vec();
    report.epsilon = norm.getEpsilon().convertToDouble();
    report.epsilonMode = stringifyEpsilonMode(norm.getEpsilonMode());
    report.scaleOffset = norm.getScaleOffset().convertToDouble();
  };
  auto readForward = [&](auto norm) {
    readShared(norm);
    addTo(report.operands, "x", norm.getX());
    addTo(report.operands, "scale", norm.getScale(), norm.getScaleDims());
    addTo(report.operands, "bias", norm.getBias(), norm.getBiasDims());
    addTo(report.results, "y", norm.getY());
    auto typeText = [](std::optional<Type> type) {
      return type ? printed(*type) : std::string();
    };
    report.statisticsType = typeText(norm.getStatisticsType());
    report.normalizedType = typeText(norm.getNormalizedType());
    report.scaledType = typeText(norm.getScaledType());
  };
  auto readBackward = [&](auto norm) {
    readShared(norm);
    addTo(report.operands, "dy", norm.getDy());
    addTo(report.operands, "x", norm.getX());
    if constexpr (std::is_same_v<decltype(norm), LayerNormBackwardOp>)
      addTo(report.operands, "mean", norm.getMean());
    addTo(report.operands, "rstd", norm.getRstd());
    addTo(report.operands, "scale", norm.getScale(), norm.getScaleDims());
    addTo(report.results, "dx", norm.getDx());
    addTo(report.results, "dscale", norm.getDscale(), norm.getScaleDims());
    addTo(report.results, "dbias", norm.getDbias(), norm.getBiasDims());
  };
  llvm::TypeSwitch<Operation *>(op)
      .Case([&](RMSNormOp norm) {
        readForward(norm);
        addTo(report.results, "rstd", norm.getRstd());
        if (std::optional<uint64_t> extent = norm.getStatisticsExtent())
          report.statisticsExtent = *extent;
      })
      .Case([&](LayerNormOp norm) {
        readForward(norm);
        addTo(report.results, "mean", norm.getMean());
        addTo(report.results, "rstd", norm.getRstd());
      })
      .Case<RMSNormBackwardOp, LayerNormBackwardOp>(readBackward);
}

//===----------------------------------------------------------------------===//
// Collecting
//===----------------------------------------------------------------------===//

namespace {
/// An operand that will be what replaces a value of the source.
struct ReplacedUse {
  std::string name;
  /// The user, and the op in the block of the value that it is in.
  Operation *user, *ancestor;
  unsigned operand;
};

/// A raised norm whose ops are not printed yet, as rewriting goes on.
struct Pending {
  unsigned function, index;
  SmallVector<Operation *> created;
};

class ReportCollector : public RaiseListener {
public:
  ReportCollector(ModuleOp module, NumericsPolicy policy);

  NormReport take();
  ReportSource &getSource() { return source; }

  void willRaise(Operation *root, RaisedNorm norm, ModuleView &view) override;
  void didRaise(RaisedNorm norm, Operation *op,
                const llvm::DenseSet<Operation *> &erased) override;
  void willReplace(Operation *norm, Operation *changed) override;
  void missed(Operation *root, const algebra::Refusal &refusal,
              ModuleView &view) override;
  void notifyOperationInserted(Operation *op,
                               OpBuilder::InsertPoint previous) override;

private:
  unsigned getFunction(Operation *op);
  unsigned getPosition(Operation *op);
  void noteUse(Value replaced);
  bool isAlive(Operation *op, unsigned raised) const;

  NormReport report;
  ReportSource source;
  DenseMap<Operation *, unsigned> functions;
  std::optional<unsigned> noFunction;

  /// Between willRaise and didRaise.
  RaisedReport current;
  ModuleView *view = nullptr;
  Value x;
  unsigned function = 0;
  SmallVector<std::pair<Operation *, ByteCount>> sourceOps;
  SmallVector<ReplacedUse> uses;
  SmallVector<Operation *> created;

  std::vector<Pending> raised;
  /// The raised norm that an op was created for, the latest where another op
  /// was at the same address before.
  DenseMap<Operation *, unsigned> createdFor;
  llvm::DenseSet<Operation *> alive;
};
} // namespace

static StringRef getPolicyName(NumericsPolicy policy) {
  switch (policy) {
  case NumericsPolicy::Exact:
    return "exact";
  case NumericsPolicy::Contract:
    return "contract";
  case NumericsPolicy::Reassoc:
    return "reassoc";
  case NumericsPolicy::Fast:
    return "fast";
  }
  llvm_unreachable("unknown policy");
}

ReportCollector::ReportCollector(ModuleOp module, NumericsPolicy policy)
    : source(module) {
  report.module = module.getSymName().value_or("").str();
  report.location = getReportLocation(module.getLoc());
  report.policy = getPolicyName(policy);
  module.walk<WalkOrder::PreOrder>([&](FunctionOpInterface op) {
    functions[op] = report.functions.size();
    report.functions.push_back(
        {op.getName().str(), getReportLocation(op.getLoc()), {}, {}});
  });
}

/// The function that `op` of the clone is in.
unsigned ReportCollector::getFunction(Operation *op) {
  if (auto parent = op->getParentOfType<FunctionOpInterface>())
    return functions.lookup(source.getSource(parent));
  if (!noFunction) {
    noFunction = report.functions.size();
    report.functions.push_back({"", report.location, {}, {}});
  }
  return *noFunction;
}

unsigned ReportCollector::getPosition(Operation *op) {
  return source.getPosition(source.getSource(op));
}

/// Remembers where `replaced` is used, to find what it is replaced by.
void ReportCollector::noteUse(Value replaced) {
  Block *block = replaced.getParentBlock();
  for (OpOperand &use : replaced.getUses())
    if (Operation *ancestor = block->findAncestorOpInBlock(*use.getOwner());
        ancestor && source.getSource(ancestor))
      uses.push_back({source.getName(replaced), use.getOwner(), ancestor,
                      use.getOperandNumber()});
}

void ReportCollector::willRaise(Operation *root, RaisedNorm raised,
                                ModuleView &moduleView) {
  current = RaisedReport();
  sourceOps.clear();
  uses.clear();
  created.clear();
  view = &moduleView;
  function = getFunction(root);
  current.position = getPosition(root);
  if (auto *const *found = std::get_if<const RaisableNorm *>(&raised)) {
    const RaisableNorm &norm = **found;
    x = norm.x;
    current.spelling = norm.spelling;
  } else {
    const auto &gradient = *std::get<const RaisableGradient *>(raised);
    x = gradient.x;
    current.spelling = "gradient from saved statistics";
  }
  for (Value value : getReplaced(raised))
    noteUse(value);
  SmallVector<Operation *> ops = getSourceOps(raised, moduleView);
  current.before = source.print(ops);
  TrafficCounter traffic(x, moduleView,
                         [&](Value value) { return source.getName(value); });
  for (Operation *op : ops)
    if (source.getSource(op))
      sourceOps.push_back({op, traffic.count(op)});
}

void ReportCollector::notifyOperationInserted(Operation *op,
                                              OpBuilder::InsertPoint previous) {
  source.addNew(op);
  created.push_back(op);
}

void ReportCollector::didRaise(RaisedNorm norm, Operation *op,
                               const llvm::DenseSet<Operation *> &erased) {
  // An operand may be another view of a value of the source, and such a value
  // another view of a result.
  auto isView = [](Operation *op) {
    return isa_and_nonnull<UnrealizedConversionCastOp, tensor::CollapseShapeOp,
                           tensor::ExpandShapeOp>(op);
  };
  auto getName = [&](Value value) {
    while (source.getName(value).empty()) {
      if (value.getDefiningOp() == op && value.hasOneUse() &&
          isView(*value.user_begin()))
        return source.getName(value.user_begin()->getResult(0));
      if (!isView(value.getDefiningOp()))
        break;
      value = value.getDefiningOp()->getOperand(0);
    }
    return source.getName(value);
  };
  for (const ReplacedUse &use : uses)
    if (!erased.contains(use.ancestor))
      source.setName(use.user->getOperand(use.operand), use.name);
  // What is in the body of a new op is part of that.
  llvm::erase_if(created, [&](Operation *made) {
    return made->getBlock() != op->getBlock();
  });
  for (auto &[gone, bytes] : sourceOps)
    if (erased.contains(gone)) {
      current.traffic.before += bytes;
      ++current.opsBefore;
    }
  TrafficCounter traffic(x, *view, getName);
  for (Operation *made : created) {
    current.traffic.after += traffic.count(made);
    createdFor[made] = raised.size();
  }
  current.opsAfter = created.size();
  current.location = getReportLocation(getKnownLoc(op));
  current.summary = describeRaised(norm, op);
  readOp(op, current, getName);

  std::vector<RaisedReport> &list = report.functions[function].raised;
  raised.push_back({function, static_cast<unsigned>(list.size()), created});
  list.push_back(std::move(current));
}

void ReportCollector::willReplace(Operation *norm, Operation *changed) {
  if (std::string name = source.getName(norm->getResult(0)); !name.empty())
    source.setName(changed->getResult(0), name);
  auto found = createdFor.find(norm);
  if (found == createdFor.end())
    return;
  unsigned index = found->second;
  createdFor[changed] = index;
  llvm::replace(raised[index].created, norm, changed);
}

void ReportCollector::missed(Operation *root, const algebra::Refusal &refusal,
                             ModuleView &view) {
  MissedReport miss;
  miss.location = getReportLocation(getKnownLoc(root));
  miss.guard = refusal.guard;
  miss.reason = refusal.reason;
  miss.root = root->getName().getStringRef();
  miss.before = source.print(getOpsAround(root, view));
  miss.position = getPosition(root);
  report.functions[getFunction(root)].missed.push_back(std::move(miss));
}

bool ReportCollector::isAlive(Operation *op, unsigned index) const {
  return alive.contains(op) && createdFor.lookup(op) == index;
}

NormReport ReportCollector::take() {
  source.getClone().walk([&](Operation *op) { alive.insert(op); });
  for (auto [index, pending] : llvm::enumerate(raised)) {
    // A gradient may have made an op that a norm left behind superfluous.
    SmallVector<Operation *> ops = llvm::filter_to_vector(
        pending.created,
        [&, number = index](Operation *op) { return isAlive(op, number); });
    report.functions[pending.function].raised[pending.index].after =
        source.printNew(ops);
  }
  auto isBefore = [](const auto &a, const auto &b) {
    return a.position < b.position;
  };
  for (FunctionReport &function : report.functions) {
    llvm::sort(function.raised, isBefore);
    llvm::sort(function.missed, isBefore);
  }
  return std::move(report);
}

NormReport norm::collectReport(ModuleOp module, NumericsPolicy policy) {
  ReportCollector collector(module, policy);
  raiseNorms(collector.getSource().getClone(), policy, collector);
  return collector.take();
}
