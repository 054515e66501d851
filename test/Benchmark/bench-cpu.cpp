//===- bench-cpu.cpp - Times norms on a CPU -------------------------------===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Runs each problem with all implementations in one process, in repetitions
// that are interleaved at random, and writes the median of each as CSV. What an
// implementation writes is checked before it is timed; a wrong result ends the
// program.
//   bench-cpu OUT.csv [FILTER] [Google Benchmark's options]
// FILTER is a regular expression for problems' names, such as
// rms_norm/f32/(512x1024|8x4096). BENCH_PIPELINE, in the environment, stands
// for builtin.module(norm-fuse,norm-to-cpu{out-params}), to try its options.
//
//===----------------------------------------------------------------------===//

#include "Problem.h"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <map>
#include <regex.h>

using namespace bench;

namespace {
/// Keeps the time of each repetition, in nanoseconds.
class Collector : public benchmark::BenchmarkReporter {
public:
  bool ReportContext(const Context &) override { return true; }
  void ReportRuns(const std::vector<Run> &runs) override {
    for (const Run &run : runs)
      if (run.run_type == Run::RT_Iteration && !run.error_occurred)
        times[run.run_name.function_name].push_back(run.real_accumulated_time /
                                                    run.iterations * 1e9);
  }
  double median(const std::string &name) {
    std::vector<double> &own = times[name];
    std::sort(own.begin(), own.end());
    return own.empty() ? 0.0 : own[own.size() / 2];
  }
  std::map<std::string, std::vector<double>> times;
};

struct Size {
  int64_t rows, columns;
};
} // namespace

/// One row; what fits the L2 cache, the L3 cache, and neither.
static constexpr Size sizes[] = {{1, 4096},    {8, 4096},   {128, 768},
                                 {512, 1024},  {4096, 768}, {4096, 4096},
                                 {16384, 8192}};

static bool isOffered(Op op, Type type) {
  return type == Type::F32 || op != Op::LayerNormBackward;
}

int main(int argc, char **argv) {
  benchmark::Initialize(&argc, argv);
  if (argc < 2) {
    std::fprintf(stderr, "usage: bench-cpu OUT.csv [FILTER] [options]\n");
    return 2;
  }
  std::ofstream out(argv[1]);
  regex_t filter;
  if (regcomp(&filter, argc > 2 ? argv[2] : "", REG_EXTENDED | REG_NOSUB)) {
    std::fprintf(stderr, "bench-cpu: %s is no regular expression\n", argv[2]);
    return 2;
  }
  std::vector<Implementation> all{getOurs(), getLoops()};
  for (auto get : {getCopies, getOneDNN})
    for (Implementation &implementation : get())
      all.push_back(std::move(implementation));

  out << "op,type,rows,columns,bytes,kind,implementation,ns\n";
  for (Type type : {Type::F32, Type::BF16})
    for (Op op : allOps)
      for (Size size : sizes) {
        std::string problemName = std::string(name(op)) + "/" + name(type) +
                                  "/" + std::to_string(size.rows) + "x" +
                                  std::to_string(size.columns);
        if (!isOffered(op, type) ||
            regexec(&filter, problemName.c_str(), 0, nullptr, 0) != 0)
          continue;
        std::fprintf(stderr, "%s\n", problemName.c_str());
        Problem problem(op, type, size.rows, size.columns);
        std::vector<const Implementation *> own;
        for (const Implementation &implementation : all) {
          Run run = implementation.prepare(problem);
          if (!run)
            continue;
          problem.poison();
          run();
          if (implementation.kind != Implementation::Kind::Copy)
            if (std::string wrong = problem.check(); !wrong.empty()) {
              std::fprintf(stderr, "error: %s by %s: %s\n", problemName.c_str(),
                           implementation.name.c_str(), wrong.c_str());
              return 1;
            }
          own.push_back(&implementation);
          benchmark::RegisterBenchmark(implementation.name.c_str(),
                                       [run](benchmark::State &state) {
                                         for (auto _ : state) {
                                           run();
                                           benchmark::ClobberMemory();
                                         }
                                       })
              ->UseRealTime();
        }
        Collector collector;
        benchmark::RunSpecifiedBenchmarks(&collector);
        benchmark::ClearRegisteredBenchmarks();
        static constexpr const char *kinds[] = {"ours", "copy", "loop", "peer"};
        for (const Implementation *implementation : own)
          out << name(op) << ',' << name(type) << ',' << size.rows << ','
              << size.columns << ',' << problem.footprint() << ','
              << kinds[static_cast<int>(implementation->kind)] << ','
              << implementation->name << ','
              << collector.median(implementation->name) << '\n';
        out.flush();
      }
  regfree(&filter);
  return 0;
}
