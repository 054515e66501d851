//===- DeviceHeader.cpp -----------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The C header: functions that load kernels and launch them.
//
//===----------------------------------------------------------------------===//

#include "HeaderRuntime.h"
#include "rmsnorm/Target/GPU/AheadOfTime.h"

#include "mlir/IR/Diagnostics.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace mlir::norm;

namespace {
class HeaderPrinter {
public:
  HeaderPrinter(raw_ostream &os, const DeviceProgram &program,
                DeviceImage format, StringRef name)
      : os(os), program(program), format(format), name(name) {}

  LogicalResult checkNames(Location loc);
  void print(StringRef guard);

private:
  void printModule();
  void printLoad();
  std::string getDeviceCondition(const DeviceTarget &target);
  void printKernels();
  void printComment(unsigned index);
  void printWorkspace(unsigned index);
  void printFunction(unsigned index);
  void printChecks(const CFunction &interface, bool hasWorkspace);
  void printTarget(const CFunction &interface, const DeviceFunction &function);
  void printLaunch(const CFunction &interface, const DeviceLaunch &launch);
  bool hasWorkspace(unsigned index);
  /// Opens a list of parameters, one to a line.
  void printParameters(ArrayRef<std::string> parameters);
  /// Calls `print` for each target, in what is executed for it.
  void forEachTarget(function_ref<void(const DeviceTarget &)> print);

  raw_ostream &os;
  const DeviceProgram &program;
  DeviceImage format;
  StringRef name;
  /// The kernels of all targets.
  llvm::SetVector<StringRef> kernels;
};
} // namespace

//===----------------------------------------------------------------------===//
// Loading
//===----------------------------------------------------------------------===//

LogicalResult HeaderPrinter::checkNames(Location loc) {
  for (const DeviceTarget &target : program.targets)
    for (const DeviceFunction &function : target.functions)
      for (const DeviceLaunch &launch : function.launches)
        if (!launch.kernel.empty())
          kernels.insert(launch.kernel);
  llvm::StringSet<> taken;
  for (StringRef suffix :
       {"_module", "_load", "_load_file", "_unload", "_find"})
    taken.insert((name + suffix).str());
  for (const CFunction &function : program.functions)
    if (!taken.insert(function.name).second ||
        !taken.insert(function.name + "_workspace_bytes").second)
      return emitError(loc) << "'" << function.name
                            << "' has the name of another function of the "
                               "header; --prefix makes another one of it";
  return success();
}

void HeaderPrinter::printModule() {
  os << llvm::formatv(R"(
/* What is loaded into a context. */
typedef struct {{
  CUmodule module;
  int target;
  CUfunction kernels[{1}];
} {0}_module;
)",
                      name, std::max<size_t>(kernels.size(), 1));
}

std::string HeaderPrinter::getDeviceCondition(const DeviceTarget &target) {
  unsigned own = target.chip.capability;
  bool isOnlyThis = StringRef(target.chip.chip).ends_with("a");
  bool isFamily = StringRef(target.chip.chip).ends_with("f");
  std::string text = "_capability >= " + std::to_string(own);
  if (isOnlyThis)
    return "_capability == " + std::to_string(own);
  bool hasPTX =
      format == DeviceImage::PTX || &target == &program.targets.back();
  if (!hasPTX || isFamily)
    text += " && _capability / 10 == " + std::to_string(own / 10);
  return text;
}

void HeaderPrinter::printKernels() {
  os << llvm::formatv(R"(
/* Finds the kernels for the device in what is loaded. */
static inline CUresult {0}_find({0}_module *module) {{
  int _capability = 0;
  CUresult _result = rmsnorm_capability(&_capability);
  if (_result != CUDA_SUCCESS)
    return _result;
  module->target = -1;
)",
                      name);
  // The newest one that the device can run.
  for (size_t index = program.targets.size(); index-- > 0;)
    os << "  if (module->target < 0 && "
       << getDeviceCondition(program.targets[index])
       << ")\n    module->target = " << index << "; /* "
       << program.targets[index].chip.chip << " */\n";
  os << "  if (module->target < 0)\n"
        "    return CUDA_ERROR_NO_BINARY_FOR_GPU;\n"
        "  memset(module->kernels, 0, sizeof(module->kernels));\n";
  forEachTarget([&](const DeviceTarget &target) {
    llvm::MapVector<StringRef, int64_t> sharedBytes;
    for (const DeviceFunction &function : target.functions)
      for (const DeviceLaunch &launch : function.launches)
        if (!launch.kernel.empty()) {
          int64_t &bytes = sharedBytes[launch.kernel];
          bytes = std::max(bytes, launch.sharedBytes);
        }
    for (auto &[kernel, bytes] : sharedBytes)
      os << llvm::formatv(
          "    if (_result == CUDA_SUCCESS)\n"
          "      _result = rmsnorm_find_kernel(&module->kernels[{0}],"
          " module->module,\n"
          "                                    \"{1}\", {2});\n",
          llvm::find(kernels, kernel) - kernels.begin(), kernel, bytes);
  });
  os << "  return _result;\n}\n";
}

void HeaderPrinter::printLoad() {
  os << llvm::formatv(R"(
/* Loads the contents of the file of device code, {1}, into the
 * current context. */
static inline CUresult {0}_load({0}_module *module, const void *image) {{
  CUresult _result = cuModuleLoadData(&module->module, image);
  if (_result != CUDA_SUCCESS)
    return _result;
  _result = {0}_find(module);
  if (_result != CUDA_SUCCESS)
    cuModuleUnload(module->module);
  return _result;
}

/* The same, of a file. */
static inline CUresult {0}_load_file({0}_module *module, const char *path) {{
  CUresult _result = cuModuleLoad(&module->module, path);
  if (_result != CUDA_SUCCESS)
    return _result;
  _result = {0}_find(module);
  if (_result != CUDA_SUCCESS)
    cuModuleUnload(module->module);
  return _result;
}

static inline CUresult {0}_unload({0}_module *module) {{
  return cuModuleUnload(module->module);
}
)",
                      name,
                      format == DeviceImage::PTX ? "PTX that ends with a zero"
                                                 : "a fat binary");
}

void HeaderPrinter::forEachTarget(
    function_ref<void(const DeviceTarget &)> print) {
  os << "  switch (module->target) {\n";
  for (auto [index, target] : llvm::enumerate(program.targets)) {
    os << "  case " << index << ": { /* " << target.chip.chip << " */\n";
    print(target);
    os << "    break;\n  }\n";
  }
  os << "  default:\n    return CUDA_ERROR_INVALID_HANDLE;\n  }\n";
}

//===----------------------------------------------------------------------===//
// Functions
//===----------------------------------------------------------------------===//

bool HeaderPrinter::hasWorkspace(unsigned index) {
  return llvm::any_of(program.targets, [&](const DeviceTarget &target) {
    return !target.functions[index].workspaces.empty();
  });
}

void HeaderPrinter::printParameters(ArrayRef<std::string> parameters) {
  os << "(\n    " << llvm::join(parameters, ",\n    ") << ") {\n";
}

void HeaderPrinter::printComment(unsigned index) {
  const CFunction &interface = program.functions[index];
  os << "\n/* " << interface.name << "\n *\n";
  norm::printParameters(os, interface);
  if (hasWorkspace(index))
    os << " *\n * Needs a workspace of " << interface.name
       << "_workspace_bytes.\n";
  os << " */\n";
}

void HeaderPrinter::printWorkspace(unsigned index) {
  const CFunction &interface = program.functions[index];
  os << "/* Fails where the module is not loaded, and for negative sizes. */\n"
        "static inline CUresult "
     << interface.name << "_workspace_bytes";
  SmallVector<std::string> parameters = {
      ("const " + name + "_module *module").str()};
  for (const std::string &symbol : interface.symbolNames)
    parameters.push_back("int64_t " + symbol);
  parameters.push_back("size_t *workspace_bytes");
  printParameters(parameters);
  for (const std::string &symbol : interface.symbolNames)
    os << "  (void)" << symbol << ";\n";
  os << "  *workspace_bytes = 0;\n";
  for (const CParameter &parameter : interface.parameters)
    for (unsigned symbol : parameter.symbols)
      os << "  if (" << interface.symbolNames[symbol]
         << " < 0)\n    return CUDA_ERROR_INVALID_VALUE;\n";
  forEachTarget([&](const DeviceTarget &target) {
    for (const Workspace &workspace : target.functions[index].workspaces)
      os << "    *workspace_bytes += rmsnorm_align(" << workspace.bytes.getC()
         << ");\n";
  });
  os << "  return CUDA_SUCCESS;\n}\n\n";
}

void HeaderPrinter::printChecks(const CFunction &interface, bool hasWorkspace) {
  for (const CParameter &parameter : interface.parameters)
    for (unsigned symbol : parameter.symbols)
      os << "  if (" << interface.symbolNames[symbol]
         << " < 0)\n    return CUDA_ERROR_INVALID_VALUE;\n";
  SmallVector<StringRef> addresses;
  for (const CParameter &parameter : interface.parameters)
    if (parameter.isBuffer)
      addresses.push_back(parameter.name);
    else
      os << "  (void)" << parameter.name << ";\n";
  if (hasWorkspace)
    addresses.push_back("workspace");
  if (!addresses.empty())
    os << "  if ((" << llvm::join(addresses, " | ") << ") % " << bufferAlignment
       << " != 0)\n    return CUDA_ERROR_INVALID_VALUE;\n";
  for (const std::string &symbol : interface.symbolNames)
    os << "  (void)" << symbol << ";\n";
}

static StringRef getBitsType(Type type) {
  unsigned width = type.getIntOrFloatBitWidth();
  return width <= 8    ? "uint8_t"
         : width <= 16 ? "uint16_t"
         : width <= 32 ? "uint32_t"
                       : "uint64_t";
}

void HeaderPrinter::printLaunch(const CFunction &interface,
                                const DeviceLaunch &launch) {
  os << "    ";
  if (launch.condition)
    os << "if (" << launch.condition.getC() << ") ";
  os << "{\n";
  if (launch.copiedBytes) {
    os << llvm::formatv(
        "      _result = cuMemcpyDtoDAsync({0}, {1}, (size_t)({2}), "
        "stream);\n",
        launch.parameters[1].name, launch.parameters[0].name,
        launch.copiedBytes.getC());
  } else {
    SmallVector<std::string> addresses;
    for (auto [index, parameter] : llvm::enumerate(launch.parameters)) {
      std::string local = "_p" + std::to_string(index);
      switch (parameter.kind) {
      case KernelParameter::Kind::Pointer:
      case KernelParameter::Kind::Scalar:
        local = parameter.name;
        break;
      case KernelParameter::Kind::Integer:
        os << "      int64_t " << local << " = " << parameter.value.getC()
           << ";\n";
        break;
      case KernelParameter::Kind::Constant:
        os << "      " << getBitsType(parameter.type) << " " << local << " = "
           << parameter.bits << "u" << (parameter.bits >> 32 ? "ll" : "")
           << ";\n";
        break;
      }
      addresses.push_back("&" + local);
    }
    if (addresses.empty())
      addresses.push_back("NULL");
    auto three = [](ArrayRef<int64_t> sizes) {
      return llvm::formatv("{0}, {1}, {2}", sizes[0], sizes[1], sizes[2]).str();
    };
    os << "      void *_parameters[] = {" << llvm::join(addresses, ", ")
       << "};\n      const unsigned _block[3] = {" << three(launch.block)
       << "}, _cluster[3] = {" << three(launch.cluster)
       << "};\n      _result = rmsnorm_launch(\n          module->kernels["
       << llvm::find(kernels, StringRef(launch.kernel)) - kernels.begin()
       << "], stream, " << launch.grid[0].getC() << ", "
       << launch.grid[1].getC() << ", " << launch.grid[2].getC()
       << ",\n          _block, _cluster, " << launch.sharedBytes << ", "
       << (launch.isProgrammatic ? 1 : 0) << ", _parameters);\n";
  }
  os << "      if (_result != CUDA_SUCCESS)\n        return _result;\n    }\n";
}

void HeaderPrinter::printTarget(const CFunction &interface,
                                const DeviceFunction &function) {
  if (!function.workspaces.empty()) {
    os << "    size_t _offset = 0;\n";
    for (const Workspace &workspace : function.workspaces)
      os << llvm::formatv("    CUdeviceptr {0} = workspace + _offset;\n"
                          "    _offset += rmsnorm_align({1});\n",
                          workspace.name, workspace.bytes.getC());
    os << "    if (_offset > workspace_bytes)\n"
          "      return CUDA_ERROR_INVALID_VALUE;\n";
  }
  for (const DeviceLaunch &launch : function.launches)
    printLaunch(interface, launch);
}

void HeaderPrinter::printFunction(unsigned index) {
  const CFunction &interface = program.functions[index];
  printComment(index);
  if (hasWorkspace(index))
    printWorkspace(index);
  os << "static inline CUresult " << interface.name;
  SmallVector<std::string> parameters = {
      ("const " + name + "_module *module").str(), "CUstream stream"};
  for (const CParameter &parameter : interface.parameters) {
    std::string group =
        (parameter.isBuffer ? "CUdeviceptr" : parameter.getElementName())
            .str() +
        " " + parameter.name;
    for (unsigned symbol : parameter.symbols)
      group += ", int64_t " + interface.symbolNames[symbol];
    parameters.push_back(std::move(group));
  }
  if (hasWorkspace(index))
    parameters.push_back("CUdeviceptr workspace, size_t workspace_bytes");
  printParameters(parameters);
  os << "  CUresult _result = CUDA_SUCCESS;\n  (void)stream;\n";
  printChecks(interface, hasWorkspace(index));
  if (hasWorkspace(index))
    os << "  (void)workspace_bytes;\n";
  forEachTarget([&](const DeviceTarget &target) {
    printTarget(interface, target.functions[index]);
  });
  os << "  return _result;\n}\n";
}

void HeaderPrinter::print(StringRef guard) {
  os << headerConventions << "#ifndef " << guard << "\n#define " << guard
     << "\n\n#include <cuda.h>\n";
  auto usesBool = [](const CFunction &function) {
    return llvm::any_of(function.parameters, [](const CParameter &parameter) {
      return parameter.elementType.isInteger(1);
    });
  };
  if (llvm::any_of(program.functions, usesBool))
    os << "#include <stdbool.h>\n";
  os << "#include <stddef.h>\n#include <stdint.h>\n#include <string.h>\n\n"
     << headerRuntime;
  printModule();
  printKernels();
  printLoad();
  for (unsigned index = 0; index < program.functions.size(); ++index)
    printFunction(index);
  os << "\n#endif /* " << guard << " */\n";
}

LogicalResult norm::printDeviceHeader(raw_ostream &os, Location loc,
                                      const DeviceProgram &program,
                                      DeviceImage format, StringRef name,
                                      StringRef guard) {
  HeaderPrinter printer(os, program, format, name);
  if (failed(printer.checkNames(loc)))
    return failure();
  printer.print(guard);
  return success();
}
