//===- Compiled.cpp -----------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Compiled.h"
#include "HostAccess.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/ExecutionEngine/ExecutionEngine.h"
#include "mlir/ExecutionEngine/OptUtils.h"
#include "mlir/IR/TypeUtilities.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassRegistry.h"
#include "llvm/ExecutionEngine/Orc/JITTargetMachineBuilder.h"
#include "llvm/Support/AlignOf.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Target/TargetMachine.h"

#include <set>

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::reference;

/// Memref descriptors of globals have this in place of an allocated pointer:
/// their data are the program's and are not freed.
static constexpr uintptr_t globalMarker = 0xdeadbeef;

namespace {
class HostMemory : public Memory {
public:
  bool isHost() const override { return true; }
  void *allocate(size_t bytes) override {
    return std::aligned_alloc(64,
                              llvm::alignTo(std::max<size_t>(bytes, 1), 64));
  }
  void release(void *pointer) override { std::free(pointer); }
  void copyFromHost(void *to, const void *from, size_t bytes) override {
    memcpy(to, from, bytes);
  }
  void copyToHost(void *to, const void *from, size_t bytes) override {
    memcpy(to, from, bytes);
  }
};
} // namespace

Memory &norm::getHostMemory() {
  static HostMemory memory;
  return memory;
}

struct Compiled::Buffer {
  Buffer(Memory &memory, const std::vector<char> &bytes)
      : memory(memory),
        data(static_cast<char *>(memory.allocate(bytes.size()))),
        size(bytes.size()) {
    if (data && size != 0)
      memory.copyFromHost(data, bytes.data(), size);
  }
  Buffer(Buffer &&other)
      : memory(other.memory), data(std::exchange(other.data, nullptr)),
        size(other.size) {}
  ~Buffer() {
    if (data)
      memory.release(data);
  }
  bool contains(const char *pointer) const {
    return pointer >= data && pointer <= data + size;
  }
  Memory &memory;
  char *data;
  size_t size;
};

Compiled::Compiled(Memory &memory) : memory(memory) {}
Compiled::~Compiled() { releaseResults(); }

static int64_t getRank(Type type) {
  return cast<RankedTensorType>(type).getRank();
}

/// A descriptor: two pointers, an offset, the sizes and the strides.
static size_t getStorageBytes(Type type) {
  if (isa<RankedTensorType>(type))
    return 8 * (3 + 2 * getRank(type));
  return getElementBytes(type);
}

size_t Compiled::getResultOffset(unsigned index) const {
  size_t offset = 0;
  for (unsigned i = 0;; ++i) {
    Type type = resultTypes[i];
    size_t alignment = isa<RankedTensorType>(type) ? 8 : getElementBytes(type);
    offset = llvm::alignTo(offset, alignment);
    if (i == index)
      return offset;
    offset += getStorageBytes(type);
  }
}

LogicalResult norm::runPipeline(ModuleOp module, StringRef pipeline) {
  std::string message;
  llvm::raw_string_ostream errors(message);
  FailureOr<OpPassManager> parsed = parsePassPipeline(pipeline, errors);
  if (failed(parsed))
    return module->emitError("cannot build the pipeline: ")
           << StringRef(message).rtrim();
  if (parsed->getOpAnchorName() != ModuleOp::getOperationName())
    return module->emitError("cannot build the pipeline: it must be of the "
                             "form builtin.module(...)");
  PassManager passes(module.getContext());
  static_cast<OpPassManager &>(passes) = std::move(*parsed);
  // Once, at the end, instead of after each pass: that takes a third of the
  // pipeline's time.
  passes.enableVerifier(false);
  return success(succeeded(passes.run(module)) && succeeded(verify(module)));
}

FailureOr<std::unique_ptr<ExecutionEngine>>
norm::compileForHost(ModuleOp module) {
  static const bool initialized = [] {
    llvm::InitializeNativeTarget();
    llvm::InitializeNativeTargetAsmPrinter();
    return true;
  }();
  (void)initialized;
  auto fail = [&](llvm::Error error) {
    return module->emitError("cannot compile for this machine: ")
           << llvm::toString(std::move(error));
  };
  llvm::Expected<llvm::orc::JITTargetMachineBuilder> host =
      llvm::orc::JITTargetMachineBuilder::detectHost();
  if (!host)
    return fail(host.takeError());
  host->setCodeGenOptLevel(llvm::CodeGenOptLevel::Aggressive);
  llvm::Expected<std::unique_ptr<llvm::TargetMachine>> machine =
      host->createTargetMachine();
  if (!machine)
    return fail(machine.takeError());
  auto transformer = makeOptimizingTransformer(
      /*optLevel=*/3, /*sizeLevel=*/0, machine->get());
  ExecutionEngineOptions options;
  options.transformer = transformer;
  options.jitCodeGenOptLevel = llvm::CodeGenOptLevel::Aggressive;
  options.enableGDBNotificationListener = false;
  options.enablePerfNotificationListener = false;
  llvm::Expected<std::unique_ptr<ExecutionEngine>> engine =
      ExecutionEngine::create(module, options, std::move(*machine));
  if (!engine)
    return fail(engine.takeError());
  // Device code is handed to the runtime by constructors of the module.
  (*engine)->initialize();
  return std::move(*engine);
}

FailureOr<std::unique_ptr<Compiled>>
Compiled::create(OwningOpRef<ModuleOp> module, StringRef entry,
                 StringRef pipeline, Memory &memory) {
  MLIRContext *context = module->getContext();
  auto function = module->lookupSymbol<func::FuncOp>(entry);
  std::unique_ptr<Compiled> compiled(new Compiled(memory));
  llvm::append_range(compiled->argumentTypes, function.getArgumentTypes());
  llvm::append_range(compiled->resultTypes, function.getResultTypes());

  // The caller's arrays are used again, so they must not be written in place.
  function.setPublic();
  function->setAttr(LLVM::LLVMDialect::getEmitCWrapperAttrName(),
                    UnitAttr::get(context));
  for (unsigned i = 0; i < function.getNumArguments(); ++i)
    if (isa<RankedTensorType>(function.getArgumentTypes()[i]))
      function.setArgAttr(i, "bufferization.writable",
                          BoolAttr::get(context, false));

  if (failed(runPipeline(*module, pipeline)))
    return failure();
  if (!memory.isHost() && module->lookupSymbol(entry) &&
      failed(checkHostAccess(*module, entry)))
    return failure();

  FailureOr<std::unique_ptr<ExecutionEngine>> engine = compileForHost(*module);
  if (failed(engine))
    return failure();
  auto pointer = (*engine)->lookupPacked(("_mlir_ciface_" + entry).str());
  if (!pointer)
    return module->emitError("the pipeline left no C interface to call: ")
           << llvm::toString(pointer.takeError());
  compiled->engine = std::move(*engine);
  compiled->function = *pointer;
  return compiled;
}

void Compiled::setArguments(ArrayRef<ArrayPtr> arguments) {
  releaseResults();
  buffers.clear();
  descriptors.clear();
  addresses.clear();
  packed.clear();
  buffers.reserve(arguments.size());
  for (auto [argument, type] : llvm::zip_equal(arguments, argumentTypes))
    buffers.emplace_back(isa<RankedTensorType>(type) ? memory : getHostMemory(),
                         toBytes(*argument));
  for (auto [argument, buffer] : llvm::zip_equal(arguments, buffers)) {
    auto data = reinterpret_cast<int64_t>(buffer.data);
    std::vector<int64_t> descriptor = {data, data, 0};
    llvm::append_range(descriptor, argument->shape);
    llvm::append_range(descriptor, argument->strides());
    descriptors.push_back(std::move(descriptor));
    addresses.push_back(descriptors.back().data());
  }
  size_t size = 8;
  if (!resultTypes.empty()) {
    unsigned last = resultTypes.size() - 1;
    size = getResultOffset(last) + getStorageBytes(resultTypes[last]);
  }
  results.assign(size, 0);
  resultsAddress = results.data();

  // A struct of results and a descriptor are returned through a pointer that
  // is the first argument; a lone scalar is returned as it is.
  bool indirect =
      resultTypes.size() > 1 ||
      (resultTypes.size() == 1 && isa<RankedTensorType>(resultTypes[0]));
  if (indirect)
    packed.push_back(&resultsAddress);
  for (unsigned i = 0; i < arguments.size(); ++i)
    packed.push_back(isa<RankedTensorType>(argumentTypes[i])
                         ? static_cast<void *>(&addresses[i])
                         : buffers[i].data);
  if (!indirect)
    packed.push_back(results.data());
}

void Compiled::call() {
  releaseResults();
  function(packed.data());
  called = true;
}

namespace {
struct Descriptor {
  Descriptor(const char *bytes, int64_t rank)
      : words(1 + 2 * rank), rank(rank) {
    memcpy(&allocated, bytes, 8);
    memcpy(&aligned, bytes + 8, 8);
    memcpy(words.data(), bytes + 16, 8 * words.size());
  }
  const char *data(unsigned width) const { return aligned + words[0] * width; }
  ArrayRef<int64_t> sizes() const { return ArrayRef(words).slice(1, rank); }
  ArrayRef<int64_t> strides() const {
    return ArrayRef(words).slice(1 + rank, rank);
  }
  char *allocated, *aligned;
  /// The offset, the sizes and the strides.
  std::vector<int64_t> words;
  int64_t rank;
};
} // namespace

static ArrayPtr readResult(const Descriptor &descriptor, Type elementType,
                           Memory &memory) {
  unsigned width = getElementBytes(elementType);
  SmallVector<int64_t> shape(descriptor.sizes());
  int64_t count = ShapedType::getNumElements(shape);
  std::vector<char> bytes(count * width);
  // All that lies between the first and the last element comes to the host at
  // once.
  int64_t first = 0, last = 0;
  for (auto [size, stride] : llvm::zip_equal(shape, descriptor.strides()))
    (stride < 0 ? first : last) += (size - 1) * stride;
  std::vector<char> span(count == 0 ? 0 : (last - first + 1) * width);
  if (count != 0)
    memory.copyToHost(span.data(), descriptor.data(width) + first * width,
                      span.size());
  SmallVector<int64_t> index(shape.size(), 0);
  int64_t offset = -first;
  for (int64_t i = 0; i < count; ++i) {
    memcpy(&bytes[i * width], &span[offset * width], width);
    for (int64_t dim = shape.size() - 1; dim >= 0; --dim) {
      offset += descriptor.strides()[dim];
      if (++index[dim] < shape[dim])
        break;
      offset -= index[dim] * descriptor.strides()[dim];
      index[dim] = 0;
    }
  }
  return std::make_shared<Array>(fromBytes(elementType, shape, bytes));
}

SmallVector<ArrayPtr> Compiled::getResults() const {
  SmallVector<ArrayPtr> arrays;
  for (auto [i, type] : llvm::enumerate(resultTypes)) {
    const char *storage = results.data() + getResultOffset(i);
    if (isa<RankedTensorType>(type))
      arrays.push_back(readResult(Descriptor(storage, getRank(type)),
                                  getElementTypeOrSelf(type), memory));
    else
      arrays.push_back(std::make_shared<Array>(
          fromBytes(type, {}, ArrayRef(storage, getElementBytes(type)))));
  }
  return arrays;
}

void Compiled::releaseResults() {
  if (!called)
    return;
  called = false;
  // Results may share an allocation, or be an argument.
  std::set<char *> allocations;
  for (auto [i, type] : llvm::enumerate(resultTypes)) {
    if (!isa<RankedTensorType>(type))
      continue;
    Descriptor descriptor(results.data() + getResultOffset(i), getRank(type));
    if (reinterpret_cast<uintptr_t>(descriptor.allocated) != globalMarker &&
        llvm::none_of(buffers, [&](const Buffer &buffer) {
          return buffer.contains(descriptor.allocated);
        }))
      allocations.insert(descriptor.allocated);
  }
  for (char *allocation : allocations)
    memory.release(allocation);
}

size_t Compiled::getFootprint() const {
  size_t bytes = 0;
  for (const Buffer &buffer : buffers)
    bytes += buffer.size;
  for (auto [i, type] : llvm::enumerate(resultTypes)) {
    size_t elements = 1;
    if (isa<RankedTensorType>(type)) {
      Descriptor descriptor(results.data() + getResultOffset(i), getRank(type));
      elements = ShapedType::getNumElements(descriptor.sizes());
    }
    bytes += elements * getElementBytes(getElementTypeOrSelf(type));
  }
  return bytes;
}
