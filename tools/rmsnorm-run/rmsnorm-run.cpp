//===- rmsnorm-run.cpp --------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Raises the norms of a function, compiles it for this machine or its GPU, runs
// it, compares the results with the reference interpreter, and times it. With
// --target=reference the interpreter runs what was raised too, so that
// functions of any front end can be run.
//
// Exit codes: 0, done; 1, bad input, with a diagnostic; 2, the comparison did
// not pass.
//
//===----------------------------------------------------------------------===//

#include "Compiled.h"
#include "Cuda.h"
#include "Inputs.h"
#include "Report.h"
#include "Timing.h"

#include "rmsnorm/Frontend/Frontend.h"
#include "rmsnorm/Frontend/OldForms.h"
#include "rmsnorm/InitAll.h"
#include "rmsnorm/Support/Npy.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Remarks.h"
#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/InitAllPasses.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Support/FileUtilities.h"
#include "mlir/Target/LLVMIR/Dialect/All.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/ToolOutputFile.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::reference;

namespace cl = llvm::cl;

namespace {
enum class Target { CPU, Cuda, Reference };

struct Options {
  cl::OptionCategory category{"rmsnorm-run options"};
  cl::opt<std::string> file{cl::Positional, cl::desc("<file.mlir>"),
                            cl::Required, cl::cat(category)};
  cl::opt<std::string> entry{
      "entry",
      cl::desc("The function to run; by default @main, or the only "
               "public function"),
      cl::value_desc("name"), cl::cat(category)};
  cl::list<std::string> inputs{
      "input",
      cl::desc(".npy file of the next argument; '-' or none: random numbers"),
      cl::value_desc("file.npy"), cl::cat(category)};
  cl::opt<uint64_t> seed{"seed", cl::desc("Seed of random arguments"),
                         cl::init(0), cl::cat(category)};
  cl::list<std::string> shapes{"shape", cl::desc("Shape of random argument K"),
                               cl::value_desc("K:AxBx..."), cl::cat(category)};
  cl::list<std::string> deviations{
      "stddev",
      cl::desc("Standard deviation of random argument K; by default 1, and "
               "1/sqrt(columns) for matrices"),
      cl::value_desc("K:S"), cl::cat(category)};
  cl::opt<int64_t> dynamicSize{
      "dynamic-size", cl::desc("Every dynamic extent that nothing else gives"),
      cl::value_desc("size"), cl::cat(category)};
  cl::opt<bool> raise{"raise", cl::desc("Run norm-raise (default)"),
                      cl::init(true), cl::cat(category)};
  cl::opt<Target> target{
      "target", cl::desc("What runs the function"),
      cl::values(clEnumValN(Target::CPU, "cpu", "this machine, compiled"),
                 clEnumValN(Target::Cuda, "cuda",
                            "the NVIDIA GPU of this machine, compiled"),
                 clEnumValN(Target::Reference, "reference",
                            "the reference interpreter, rounding as the "
                            "program says; for functions of any front end")),
      cl::init(Target::CPU), cl::cat(category)};
  cl::opt<std::string> pipeline{
      "pipeline",
      cl::desc("Pass pipeline from raised ops to the LLVM dialect; by default "
               "builtin.module(norm-to-cpu), or norm-to-gpu for the GPU that "
               "is there"),
      cl::value_desc("builtin.module(...)"), cl::cat(category)};
  cl::opt<bool> compare{
      "compare", cl::desc("Compare with the f64 reference and its error bound"),
      cl::cat(category)};
  cl::opt<unsigned> samples{
      "samples",
      cl::desc("Runs with random rounding that the likely bound is made of"),
      cl::init(16), cl::cat(category)};
  cl::opt<std::string> benchmark{
      "benchmark",
      cl::desc("Time against a copy, and on a CPU without raising, too"),
      cl::value_desc("repetitions"), cl::ValueOptional, cl::cat(category)};
  cl::opt<std::string> json{"json", cl::desc("Write the report as JSON"),
                            cl::value_desc("file"), cl::ValueOptional,
                            cl::cat(category)};
  cl::opt<std::string> output{"output",
                              cl::desc("Write result K to <prefix>K.npy"),
                              cl::value_desc("prefix"), cl::cat(category)};
  cl::opt<bool> remarks{"remarks", cl::desc("Print the remarks of all passes"),
                        cl::cat(category)};
};

/// Copies remarks into the report.
class RemarkCollector : public remark::detail::MLIRRemarkStreamerBase {
public:
  explicit RemarkCollector(std::vector<RemarkEntry> &entries)
      : entries(entries) {}

  void streamOptimizationRemark(const remark::detail::Remark &remark) override {
    RemarkEntry entry;
    entry.category = remark.getCategoryName().str();
    entry.name = remark.getRemarkName().str();
    entry.passed = remark.getRemarkType() == llvm::remarks::Type::Passed;
    for (const auto &argument : remark.getArgs())
      entry.message += argument.val;
    llvm::raw_string_ostream os(entry.location);
    if (auto loc = remark.getLocation()->findInstanceOf<FileLineColLoc>())
      os << loc.getFilename().getValue() << ":" << loc.getLine() << ":"
         << loc.getColumn();
    else
      os << remark.getLocation();
    entries.push_back(std::move(entry));
  }

private:
  std::vector<RemarkEntry> &entries;
};
} // namespace

static func::FuncOp findEntry(ModuleOp module, StringRef name) {
  SmallVector<func::FuncOp> candidates;
  for (auto function : module.getOps<func::FuncOp>())
    if (name.empty() ? function.isPublic() && !function.isExternal()
                     : function.getName() == name)
      candidates.push_back(function);
  if (name.empty() && candidates.size() > 1)
    llvm::erase_if(candidates, [](func::FuncOp function) {
      return function.getName() != "main";
    });
  if (candidates.size() != 1) {
    InFlightDiagnostic diagnostic = module.emitError();
    if (!name.empty())
      return diagnostic << "there is no function @" << name, nullptr;
    diagnostic << "there is no function @main, nor a single public function "
                  "with a body; choose one with --entry";
    return nullptr;
  }
  if (candidates[0].isExternal())
    return candidates[0].emitError("has no body to run"), nullptr;
  return candidates[0];
}

static std::string printType(const Array &array) {
  std::string text;
  llvm::raw_string_ostream os(text);
  for (int64_t extent : array.shape)
    os << extent << "x";
  os << array.elementType;
  return text;
}

//===----------------------------------------------------------------------===//
// The run
//===----------------------------------------------------------------------===//

/// "-" is stdout. Fails with a diagnostic at the file.
static LogicalResult writeFile(StringRef path, StringRef contents,
                               MLIRContext *context) {
  auto location =
      FileLineColLoc::get(context, path == "-" ? "<stdout>" : path, 0, 0);
  std::string message;
  std::unique_ptr<llvm::ToolOutputFile> file = openOutputFile(path, &message);
  if (!file)
    return emitError(location) << message;
  file->os() << contents;
  // Written here, because an error that nobody asks for is fatal.
  file->os().flush();
  if (std::error_code error = file->os().error()) {
    file->os().clear_error();
    return emitError(location) << "cannot write: " << error.message();
  }
  file->keep();
  return success();
}

static LogicalResult run(const Options &options, ModuleOp module,
                         std::vector<RemarkEntry> &remarks, Report &report) {
  func::FuncOp function = findEntry(module, options.entry);
  bool isCompiled = options.target != Target::Reference;
  bool isCuda = options.target == Target::Cuda;
  if (!function || failed(checkSignature(function, isCompiled)))
    return failure();
  if (!isCompiled && options.benchmark.getNumOccurrences())
    return function.emitError("--benchmark times compiled code, not the "
                              "reference interpreter");
  if (isCuda && failed(checkCudaDevice(function.getLoc())))
    return failure();
  report.file = options.file;
  report.entry = function.getName().str();
  report.raise = options.raise;
  if (isCompiled && options.pipeline.getNumOccurrences())
    report.pipeline = options.pipeline;
  else if (isCompiled)
    report.pipeline =
        isCuda ? getCudaPipeline() : "builtin.module(norm-to-cpu)";
  report.seed = options.seed;

  unsigned repetitions = options.benchmark.getNumOccurrences() ? 31 : 0;
  if (!options.benchmark.empty() &&
      (StringRef(options.benchmark).getAsInteger(10, repetitions) ||
       repetitions == 0))
    return function.emitError() << "--benchmark=" << options.benchmark
                                << " is not a number of repetitions";
  InputOptions inputOptions;
  inputOptions.files.assign(options.inputs.begin(), options.inputs.end());
  inputOptions.seed = options.seed;
  inputOptions.shapes.assign(options.shapes.begin(), options.shapes.end());
  inputOptions.deviations.assign(options.deviations.begin(),
                                 options.deviations.end());
  if (options.dynamicSize.getNumOccurrences())
    inputOptions.dynamicSize = options.dynamicSize;
  FailureOr<SmallVector<ArrayPtr>> inputs = makeInputs(function, inputOptions);
  if (failed(inputs))
    return failure();
  for (const ArrayPtr &input : *inputs)
    report.inputs.push_back(printType(*input));

  SmallVector<ArrayPtr> references;
  SmallVector<std::vector<double>> likely;
  if (options.compare) {
    FailureOr<SmallVector<ArrayPtr>> results = evaluate(function, *inputs);
    if (failed(results))
      return failure();
    references = std::move(*results);
    auto estimate =
        estimateErrors(function, *inputs, references, options.samples);
    if (failed(estimate))
      return failure();
    likely = std::move(*estimate);
  }

  auto prepare = [&](bool raise) -> OwningOpRef<ModuleOp> {
    OwningOpRef<ModuleOp> clone(module.clone());
    if (raise && failed(runPipeline(*clone, "builtin.module(norm-raise)")))
      return nullptr;
    return clone;
  };
  auto compile = [&](bool raise) -> FailureOr<std::unique_ptr<Compiled>> {
    OwningOpRef<ModuleOp> clone = prepare(raise);
    if (!clone)
      return failure();
    FailureOr<std::unique_ptr<Compiled>> compiled =
        Compiled::create(std::move(clone), report.entry, report.pipeline,
                         isCuda ? getCudaMemory() : getHostMemory());
    if (succeeded(compiled))
      (*compiled)->setArguments(*inputs);
    return compiled;
  };
  auto checkRun = [&] {
    return success(!isCuda || succeeded(checkCudaErrors(function.getLoc())));
  };
  FailureOr<std::unique_ptr<Compiled>> after = failure();
  SmallVector<ArrayPtr> results;
  if (isCompiled) {
    after = compile(options.raise);
    if (failed(after))
      return failure();
    report.remarks = remarks;
    (*after)->call();
    if (failed(checkRun()))
      return failure();
    results = (*after)->getResults();
    if (failed(checkRun()))
      return failure();
  } else {
    OwningOpRef<ModuleOp> clone = prepare(options.raise);
    if (!clone)
      return failure();
    report.remarks = remarks;
    FailureOr<SmallVector<ArrayPtr>> values = evaluate(
        findEntry(*clone, report.entry), *inputs, Rounding::ElementType);
    if (failed(values))
      return failure();
    results = std::move(*values);
  }

  for (auto [index, result] : llvm::enumerate(results)) {
    ResultEntry entry{printType(*result), result, std::nullopt};
    if (options.compare) {
      if (references[index]->shape != result->shape)
        return function.emitError()
               << "result #" << index << " is " << entry.type
               << ", but the reference is " << printType(*references[index]);
      entry.comparison = compare(*result, *references[index], likely[index]);
    }
    report.results.push_back(std::move(entry));
    if (!options.output.empty() &&
        failed(writeFile(options.output + std::to_string(index) + ".npy",
                         writeNpy(*result), module.getContext())))
      return failure();
  }
  if (repetitions != 0 && isCuda) {
    report.timing = timeOnCuda(**after, repetitions);
    if (failed(checkRun()))
      return failure();
  } else if (repetitions != 0) {
    FailureOr<std::unique_ptr<Compiled>> before = compile(/*raise=*/false);
    if (failed(before))
      return failure();
    report.timing = timeOnHost(**before, **after, repetitions);
  }
  return success();
}

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  Options options;
  cl::HideUnrelatedOptions(options.category);
  DialectRegistry registry;
  mlir::registerAllDialects(registry);
  registerAllExtensions(registry);
  norm::registerAllDialects(registry);
  norm::registerReaderDialects(registry);
  registerAllToLLVMIRTranslations(registry);
  mlir::registerAllPasses();
  norm::registerAllPasses();
  cl::ParseCommandLineOptions(
      argc, argv, "raises norms, compiles, runs and compares a function\n");

  // One thread, so that remarks come in the order of the program.
  MLIRContext context(registry, MLIRContext::Threading::DISABLED);
  context.printOpOnDiagnostic(false);
  std::vector<RemarkEntry> remarks;
  remark::RemarkCategories all{std::nullopt, ".*", ".*", ".*", ".*"};
  if (failed(remark::enableOptimizationRemarks(
          context, std::make_unique<RemarkCollector>(remarks),
          std::make_unique<remark::RemarkEmittingPolicyAll>(), all)))
    return 1;

  std::string message;
  std::unique_ptr<llvm::MemoryBuffer> buffer =
      openInputFile(options.file, &message);
  if (!buffer) {
    llvm::errs() << "error: " << message << "\n";
    return 1;
  }
  auto sources = std::make_shared<llvm::SourceMgr>();
  sources->AddNewSourceBuffer(upgradeOldForms(std::move(buffer)),
                              llvm::SMLoc());
  SourceMgrDiagnosticHandler handler(*sources, &context);
  OwningOpRef<ModuleOp> module =
      parseSourceFile<ModuleOp>(sources, ParserConfig(&context));
  Report report;
  if (!module || failed(run(options, *module, remarks, report)))
    return 1;

  bool toStdout = options.json.getNumOccurrences() &&
                  (options.json.empty() || options.json == "-");
  auto write = [&](StringRef path, auto print) {
    std::string text;
    llvm::raw_string_ostream os(text);
    print(os);
    return writeFile(path, text, &context);
  };
  auto print = [&](llvm::raw_ostream &os) {
    report.print(os, options.remarks);
  };
  auto printJSON = [&](llvm::raw_ostream &os) { report.printJSON(os); };
  if (!toStdout && failed(write("-", print)))
    return 1;
  if (options.json.getNumOccurrences() &&
      failed(write(toStdout ? "-" : options.json.getValue(), printJSON)))
    return 1;
  return report.passed() ? 0 : 2;
}
