//===- Contraction.cpp - Sums of products ---------------------------------===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Contraction.h"

#include "mlir/IR/BuiltinAttributes.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::algebra;

/// True for one number everywhere: a constant, or the broadcast of one.
static bool isSplat(Value value) {
  Operation *op = value.getDefiningOp();
  if (Attribute attribute = op ? getConstantAttr(op) : Attribute())
    return isa<SplatElementsAttr>(attribute);
  Operation *source =
      op && op->getNumOperands() &&
              op->getName().stripDialect().contains("broadcast_in_dim")
          ? op->getOperand(0).getDefiningOp()
          : nullptr;
  return source && isa_and_nonnull<SplatElementsAttr>(getConstantAttr(source));
}

bool norm::sumsOneOperand(Value left, Value right) {
  return left == right || isSplat(left) || isSplat(right);
}

bool norm::sumsOneOperand(Operation *op) {
  return op->getNumOperands() >= 2 &&
         sumsOneOperand(op->getOperand(0), op->getOperand(1));
}

OpRow &norm::addContraction(OpTable &table, const Twine &name, ReadFn read) {
  OpRow &row = table.reduction(name, nullptr, nullptr);
  row.read = read;
  row.isSum = sumsOneOperand;
  return row;
}

Result norm::contract(OpReader &r,
                      const std::optional<Contraction> &contraction) {
  if (!contraction || !sumsOneOperand(contraction->left, contraction->right))
    return std::nullopt;
  const Contraction &c = *contraction;
  const std::pair<Value, ArrayRef<int>> sides[] = {{c.left, c.leftLabels},
                                                   {c.right, c.rightLabels}};
  // Labels with their extents, where they agree.
  DenseMap<int, int64_t> extents;
  for (auto [value, labels] : sides) {
    RankedTensorType type = getTensorType(value);
    if (!type || type.getRank() != static_cast<int64_t>(labels.size()))
      return std::nullopt;
    llvm::SmallDenseSet<int> own;
    for (auto [label, extent] : llvm::zip_equal(labels, type.getShape())) {
      if (!own.insert(label).second)
        return std::nullopt;
      auto [known, isNew] = extents.try_emplace(label, extent);
      bool areSame = known->second == extent;
      if (c.stretches && c.left != c.right)
        areSame &= !ShapedType::isDynamic(extent);
      else
        areSame |= ShapedType::isDynamic(extent) ||
                   ShapedType::isDynamic(known->second);
      if (!isNew && !areSame)
        return std::nullopt;
    }
  }
  if (c.resultLabels.size() != r.indices.size())
    return std::nullopt;

  DenseMap<int, Index> indexOf;
  FreshIndices fresh(r.importer);
  for (auto [label, index] : llvm::zip_equal(c.resultLabels, r.indices)) {
    if (!indexOf.try_emplace(label, index).second)
      return std::nullopt;
    fresh.use(index);
  }
  Row row;
  IndexTuple at[2];
  for (unsigned side : {0, 1}) {
    auto [value, labels] = sides[side];
    for (auto [dim, label] : llvm::enumerate(labels)) {
      if (getTensorType(value).getDimSize(dim) == 1) {
        at[side].push_back(unitIndex);
        continue;
      }
      auto known = indexOf.find(label);
      if (known == indexOf.end()) {
        std::optional<Index> index = fresh.take();
        if (!index)
          return std::nullopt;
        known = indexOf.try_emplace(label, *index).first;
        row.summed.push_back({*index, r.importer.extentOf(value, dim)});
      }
      at[side].push_back(known->second);
    }
  }
  Polynomial product = r.a.mul(r.importer.import(c.left, at[0]),
                               r.importer.import(c.right, at[1]));
  if (!r.importer.divideSummed(product, row.summed))
    return std::nullopt;
  Polynomial sum = r.sum(row, product);
  r.importer.addRounding(sum, r.op->getResult(r.result));
  return sum;
}

Result norm::contractMatrices(OpReader &r) {
  if (r.op->getNumOperands() != 2)
    return std::nullopt;
  return contract(r, matrixProduct(r.op->getOperand(0), r.op->getOperand(1)));
}

Result norm::contractEinsum(OpReader &r, StringRef attribute) {
  auto equation = r.op->getAttrOfType<StringAttr>(attribute);
  if (r.op->getNumOperands() != 2 || !equation)
    return std::nullopt;
  return contract(r, parseEinsum(equation.getValue(), r.op->getOperand(0),
                                 r.op->getOperand(1)));
}

//===----------------------------------------------------------------------===//
// Notations
//===----------------------------------------------------------------------===//

/// The labels of one operand. Those of dots are negative, -1 the last.
static std::optional<SmallVector<int>> parseLabels(StringRef text,
                                                   int64_t rank) {
  SmallVector<int> labels;
  auto [before, after] = text.split("...");
  int64_t letters = text.contains("...") ? before.size() + after.size() : rank;
  for (char c : before)
    labels.push_back(c);
  for (int64_t i = rank - letters; i > 0; --i)
    labels.push_back(-i);
  for (char c : after)
    labels.push_back(c);
  bool areLetters = llvm::all_of(labels, [](int label) {
    return label < 0 || llvm::isAlpha(static_cast<char>(label));
  });
  return areLetters && static_cast<int64_t>(labels.size()) == rank
             ? std::optional(labels)
             : std::nullopt;
}

std::optional<Contraction> norm::parseEinsum(StringRef equation, Value left,
                                             Value right) {
  std::string text = equation.str();
  llvm::erase(text, ' ');
  auto [operands, result] = StringRef(text).split("->");
  auto [first, second] = operands.split(',');
  RankedTensorType leftType = getTensorType(left);
  RankedTensorType rightType = getTensorType(right);
  if (!leftType || !rightType || !StringRef(text).contains("->"))
    return std::nullopt;
  auto leftLabels = parseLabels(first, leftType.getRank());
  auto rightLabels = parseLabels(second, rightType.getRank());
  if (!leftLabels || !rightLabels)
    return std::nullopt;
  // Dots in the result are those of the operand that has most.
  int64_t dots = 0;
  for (ArrayRef<int> labels : {*leftLabels, *rightLabels})
    dots = std::max<int64_t>(
        dots, llvm::count_if(labels, [](int label) { return label < 0; }));
  int64_t letters = result.size() - (result.contains("...") ? 3 : 0);
  auto resultLabels =
      parseLabels(result, result.contains("...") ? letters + dots : letters);
  if (!resultLabels)
    return std::nullopt;
  return Contraction{left,         right,         *leftLabels,
                     *rightLabels, *resultLabels, /*stretches=*/true};
}

std::optional<Contraction> norm::matrixProduct(Value left, Value right) {
  RankedTensorType leftType = getTensorType(left);
  RankedTensorType rightType = getTensorType(right);
  if (!leftType || !rightType || leftType.getRank() == 0 ||
      rightType.getRank() == 0)
    return std::nullopt;
  // ...ij,...jk->...ik, without i or k for vectors.
  std::string first = leftType.getRank() == 1 ? "j" : "...ij";
  std::string second = rightType.getRank() == 1 ? "j" : "...jk";
  std::string result = leftType.getRank() > 2 || rightType.getRank() > 2
                           ? std::string("...")
                           : std::string();
  if (leftType.getRank() > 1)
    result += "i";
  if (rightType.getRank() > 1)
    result += "k";
  return parseEinsum(first + "," + second + "->" + result, left, right);
}

std::optional<Contraction> norm::pointwiseConvolution(Value input,
                                                      Value kernel) {
  RankedTensorType inputType = getTensorType(input);
  RankedTensorType kernelType = getTensorType(kernel);
  if (!inputType || !kernelType || inputType.getRank() < 3 ||
      inputType.getRank() != kernelType.getRank() ||
      !llvm::all_of(kernelType.getShape().drop_front(2),
                    [](int64_t extent) { return extent == 1; }))
    return std::nullopt;
  Contraction c{input, kernel, {'b', 'c'}, {'o', 'c'}, {'b', 'o'}};
  for (int dim = 2; dim < inputType.getRank(); ++dim) {
    c.leftLabels.push_back(-dim);
    c.resultLabels.push_back(-dim);
    c.rightLabels.push_back(-dim - static_cast<int>(inputType.getRank()));
  }
  return c;
}
