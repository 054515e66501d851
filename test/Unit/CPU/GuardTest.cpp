//===- GuardTest.cpp -------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Kernels touch nothing but the elements of their arguments: each buffer lies
// between pages that cannot be read or written, once flush against the one
// behind it and once against the one before it. Results are compared, too.
// (A prefetch never faults, so those are not seen.)
//
//===----------------------------------------------------------------------===//

#include "Model.h"
#include "Run.h"

#include "gtest/gtest.h"

#include <csignal>
#include <cstdio>
#include <cstring>
#include <unistd.h>

using namespace normtest;

namespace {
/// A family of layouts: domains that one kernel serves, or one static domain.
struct Family {
  const char *name;
  Layout layout;
  /// What is compiled; dimensions that are negative vary.
  Domain compiled;
  std::vector<std::vector<int64_t>> extents;
  const char *options = "";
};

class Guard : public testing::TestWithParam<Op> {
protected:
  Op op = GetParam();
  std::mt19937_64 random{7};
  int cells = 0;

  /// The inputs that the first output may take the place of: its type and its
  /// map are theirs.
  std::vector<int> getPlaces() const {
    if (op == Op::RMSNormInt8)
      return {-1};
    if (op == Op::AddRMSNorm || isBackward(op))
      return {-1, 0, 1};
    return {-1, 0};
  }

  void runFamily(const Family &family, Type type) {
    const auto &kernel =
        getKernel(op, type, family.compiled, family.layout, family.options);
    for (const std::vector<int64_t> &extents : family.extents) {
      Problem problem(op, type, Domain{extents, family.compiled.axes}, random);
      // Whatever the lanes are, they are no more accurate than this.
      double depth = static_cast<double>(problem.domain.columns());
      auto expected = getExpected(problem, depth);
      for (Buffer::Place place : {Buffer::Place::End, Buffer::Place::Start})
        for (int inPlace : getPlaces()) {
          RunOptions options;
          options.layout = family.layout;
          options.place = place;
          options.inPlace = inPlace;
          std::string where =
              std::string(name(op)) + " " + name(type) + ", " + family.name;
          for (int64_t extent : extents)
            where += " " + std::to_string(extent);
          where += place == Buffer::Place::End ? ", end" : ", start";
          where += ", in place of " + std::to_string(inPlace);
          SCOPED_TRACE(where);
          current = where;
          EXPECT_EQ(run(kernel, problem, options), "");
          for (unsigned output = 0; output < expected.size(); ++output)
            EXPECT_EQ(check(problem, output, expected[output]).wrong, "");
          ++cells;
        }
    }
  }

  /// The cell that runs.
  static std::string current;

  /// A fault ends the process, but not before it says where.
  static void SetUpTestSuite() {
    struct sigaction action = {};
    action.sa_handler = [](int) {
      for (const char *text : {"fault in: ", current.c_str(), "\n"})
        if (write(STDERR_FILENO, text, std::strlen(text)) < 0)
          break;
      _exit(1);
    };
    sigaction(SIGSEGV, &action, nullptr);
    sigaction(SIGBUS, &action, nullptr);
  }
};
std::string Guard::current;
} // namespace

static std::vector<std::vector<int64_t>>
allPairs(const std::vector<int64_t> &rows,
         const std::vector<int64_t> &columns) {
  std::vector<std::vector<int64_t>> pairs;
  for (int64_t r : rows)
    for (int64_t c : columns)
      pairs.push_back({r, c});
  return pairs;
}

static std::vector<Family> getFamilies(Type type) {
  Domain dynamic = Domain::matrix(-1, -1);
  std::vector<int64_t> tails = {1, 2, 7, 15, 16, 17, 31, 33, 64, 65, 127, 129};
  std::vector<Family> families = {
      {"dynamic", Layout::Identity, dynamic,
       allPairs({1, 2, 3, 4, 5, 8, 9}, tails)},
      {"strided rows", Layout::Rows, dynamic,
       allPairs({1, 3, 4, 6}, {1, 7, 16, 33, 129})},
      {"channels",
       Layout::Identity,
       Domain{{-1, -1, -1}, {1}},
       {{1, 3, 1}, {2, 5, 17}, {3, 16, 33}, {2, 2, 64}, {1, 40, 7}}},
      {"outer axes",
       Layout::Identity,
       Domain{{-1, -1, -1}, {0, 2}},
       {{1, 3, 1}, {2, 5, 17}, {3, 4, 33}, {2, 2, 64}, {4, 3, 7}}},
  };
  for (int64_t n : {7, 48, 129})
    families.push_back({"static", Layout::Identity, Domain::matrix(-1, n),
                        allPairs({1, 2, 4, 5}, {n})});
  if (type == Type::F32 || type == Type::BF16) {
    families.push_back(
        {"static rows", Layout::Rows, Domain::matrix(6, 33), {{6, 33}}});
    families.push_back({"strided elements", Layout::Everywhere, dynamic,
                        allPairs({1, 3, 6}, {1, 7, 33})});
    families.push_back({"transposed", Layout::Columns, dynamic,
                        allPairs({1, 3, 16, 19, 33}, {1, 7, 33})});
    families.push_back({"two axes",
                        Layout::Rows,
                        Domain{{-1, -1, -1}, {1, 2}},
                        {{1, 3, 1}, {2, 5, 17}, {3, 4, 33}, {5, 2, 16}}});
    families.push_back({"past the caches", Layout::Identity, dynamic,
                        allPairs({1, 4, 5}, {1, 16, 48, 65, 128}),
                        "nontemporal-bytes=1"});
  }
  return families;
}

TEST_P(Guard, NothingElseIsTouched) {
  for (Type type : floatTypes)
    for (const Family &family : getFamilies(type))
      runFamily(family, type);
  std::printf("%s: %d cells\n", name(op), cells);
  RecordProperty("cells", cells);
  // Together the ops have well over 1500.
  EXPECT_GE(cells, 600);
}

INSTANTIATE_TEST_SUITE_P(Ops, Guard, testing::ValuesIn(allOps),
                         [](const auto &info) { return name(info.param); });
