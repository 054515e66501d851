//===- bench-cpu.cpp - Times norms on a CPU -------------------------------===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Runs each problem with all implementations in one process, in repetitions
// that are interleaved at random, and writes the median of each as CSV, and the
// median time that our compiler took for each op. What an implementation
// computes is checked before it is timed; a wrong result of ours or of the
// loops ends the program, and a peer's is written as such.
//   bench-cpu OUT.csv [FILTER] [Google Benchmark's options]
// FILTER is a regular expression for problems' names, such as
// rms_norm/f32/(512x1024|8x4096). BENCH_PIPELINE, in the environment, stands
// for builtin.module(norm-fuse,norm-to-cpu{out-params}), to try its options.
// BENCH_PIPELINE_2 is a pipeline for two threads, which adds an implementation.
// BENCH_ONNXRUNTIME is the path of libonnxruntime.so.
//
// All implementations share one OpenMP runtime: libomp has libgomp's functions
// too, and is looked up first.
//
//===----------------------------------------------------------------------===//

#include "Problem.h"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <map>
#include <omp.h>
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

static constexpr const char *kinds[] = {"ours", "copy", "loop", "peer"};

/// The first fields of a line.
static std::string getPrefix(Op op, Type type, Size size, size_t bytes,
                             const char *kind, const std::string &name) {
  return std::string(bench::name(op)) + "," + bench::name(type) + "," +
         std::to_string(size.rows) + "," + std::to_string(size.columns) + "," +
         std::to_string(bytes) + "," + kind + "," + name + ",";
}

/// Runs in the threads of one implementation.
static void runFor(benchmark::State &state, const Run &run, int threads) {
  omp_set_num_threads(threads);
  for (auto _ : state) {
    run.call();
    benchmark::ClobberMemory();
  }
  omp_set_num_threads(1);
}

/// Whether the outputs are right; exits if those are wrong that must not be.
static bool check(const Implementation &implementation, Problem &problem,
                  const Run &run, const std::string &problemName) {
  problem.poison();
  omp_set_num_threads(implementation.threads);
  run.call();
  omp_set_num_threads(1);
  if (run.collect)
    run.collect();
  bool isPeer = implementation.kind == Implementation::Kind::Peer;
  std::string wrong = problem.check(isPeer);
  if (wrong.empty())
    return true;
  std::fprintf(stderr, "%s: %s by %s: %s\n", isPeer ? "warning" : "error",
               problemName.c_str(), implementation.name.c_str(), wrong.c_str());
  if (!isPeer)
    std::exit(1);
  return false;
}

static void measure(const std::vector<Implementation> &all, Op op, Type type,
                    Size size, const std::string &problemName,
                    std::ostream &out) {
  std::fprintf(stderr, "%s\n", problemName.c_str());
  Problem problem(op, type, size.rows, size.columns);
  auto write = [&](const Implementation &implementation) -> std::ostream & {
    return out << getPrefix(op, type, size, problem.footprint(),
                            kinds[static_cast<int>(implementation.kind)],
                            implementation.name);
  };
  std::vector<const Implementation *> own;
  for (const Implementation &implementation : all) {
    Run run = implementation.prepare(problem);
    if (!run.call && implementation.kind == Implementation::Kind::Ours) {
      std::fprintf(stderr, "error: %s by %s is not compiled\n",
                   problemName.c_str(), implementation.name.c_str());
      std::exit(1);
    }
    if (!run.call)
      continue;
    if (implementation.kind != Implementation::Kind::Copy &&
        !check(implementation, problem, run, problemName)) {
      write(implementation) << "wrong\n";
      continue;
    }
    own.push_back(&implementation);
    benchmark::RegisterBenchmark(
        implementation.name.c_str(),
        [run, threads = implementation.threads](benchmark::State &state) {
          runFor(state, run, threads);
        })
        ->UseRealTime();
  }
  Collector collector;
  benchmark::RunSpecifiedBenchmarks(&collector);
  benchmark::ClearRegisteredBenchmarks();
  for (const Implementation *implementation : own)
    write(*implementation) << collector.median(implementation->name) << '\n';
  out.flush();
}

int main(int argc, char **argv) {
  benchmark::Initialize(&argc, argv);
  if (argc < 2) {
    std::fprintf(stderr, "usage: bench-cpu OUT.csv [FILTER] [options]\n");
    return 2;
  }
  std::ofstream out(argv[1]);
  if (!out) {
    std::fprintf(stderr, "bench-cpu: cannot write %s\n", argv[1]);
    return 2;
  }
  regex_t filter;
  if (regcomp(&filter, argc > 2 ? argv[2] : "", REG_EXTENDED | REG_NOSUB)) {
    std::fprintf(stderr, "bench-cpu: %s is no regular expression\n", argv[2]);
    return 2;
  }
  omp_set_num_threads(1);
  // A thread that is done waits for more before it sleeps: in milliseconds. The
  // default would cost the next implementation its second core.
  kmp_set_blocktime(1);
  std::vector<Implementation> all;
  for (auto get :
       {getOurs, getLoops, getCopies, getOneDNN, getONNXRuntime, getTorch})
    for (Implementation &implementation : get())
      all.push_back(std::move(implementation));
  for (const Implementation &implementation : all)
    if (implementation.kind == Implementation::Kind::Peer)
      out << "# peer " << implementation.name << ' ' << implementation.version
          << '\n';
  for (const auto &cache : benchmark::CPUInfo::Get().caches)
    if (cache.type != "Instruction")
      out << "# cache L" << cache.level << ' ' << cache.size << '\n';
  out << "op,type,rows,columns,bytes,kind,implementation,ns\n";
  for (Type type : allTypes)
    for (Op op : allOps) {
      bool isFirst = true;
      for (Size size : sizes) {
        std::string problemName = std::string(name(op)) + "/" + name(type) +
                                  "/" + std::to_string(size.rows) + "x" +
                                  std::to_string(size.columns);
        if (regexec(&filter, problemName.c_str(), 0, nullptr, 0) != 0)
          continue;
        if (isFirst)
          out << getPrefix(op, type, size, 0, "compile", "rmsnorm")
              << getCompileTime(op, type, size.columns) << '\n';
        isFirst = false;
        measure(all, op, type, size, problemName, out);
      }
    }
  regfree(&filter);
  return 0;
}
