//===- Manifest.cpp ---------------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rmsnorm/Target/GPU/AheadOfTime.h"

#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace mlir::norm;

namespace {
class ManifestPrinter {
public:
  ManifestPrinter(raw_ostream &os, const DeviceProgram &program,
                  DeviceImage format)
      : json(os, /*IndentSize=*/2), program(program), format(format) {}

  void print(StringRef image);

private:
  /// A number, or else text in Python.
  void expression(const Expression &value);
  void attribute(StringRef key, const Expression &value) {
    json.attributeBegin(key);
    expression(value);
    json.attributeEnd();
  }
  void sizes(StringRef key, ArrayRef<AffineExpr> values,
             ArrayRef<Expression> symbols);
  void parameter(const CParameter &parameter, ArrayRef<Expression> symbols);
  void kernelParameter(const KernelParameter &parameter);
  void launch(const DeviceLaunch &launch);
  void function(const CFunction &interface, const DeviceFunction &function);
  void target(const DeviceTarget &target);

  llvm::json::OStream json;
  const DeviceProgram &program;
  DeviceImage format;
};
} // namespace

static std::string getTypeName(Type type) {
  std::string name;
  llvm::raw_string_ostream(name) << type;
  return name;
}

void ManifestPrinter::expression(const Expression &value) {
  if (std::optional<int64_t> known = value.getConstant())
    json.value(*known);
  else
    json.value(value.getPython());
}

void ManifestPrinter::sizes(StringRef key, ArrayRef<AffineExpr> values,
                            ArrayRef<Expression> symbols) {
  json.attributeArray(key, [&] {
    for (AffineExpr value : values)
      expression(Expression::get(value, symbols));
  });
}

void ManifestPrinter::parameter(const CParameter &parameter,
                                ArrayRef<Expression> symbols) {
  json.object([&] {
    json.attribute("name", parameter.name);
    json.attribute("type", getTypeName(parameter.elementType));
    if (!parameter.isBuffer)
      return;
    sizes("shape", parameter.sizes, symbols);
    if (parameter.strides)
      sizes("strides", *parameter.strides, symbols);
    static constexpr StringLiteral accesses[] = {"read", "read_write", "write"};
    json.attribute("access", accesses[static_cast<unsigned>(parameter.access)]);
    json.attribute("alignment", bufferAlignment);
  });
}

void ManifestPrinter::kernelParameter(const KernelParameter &parameter) {
  json.object([&] {
    switch (parameter.kind) {
    case KernelParameter::Kind::Pointer:
      json.attribute("pointer", parameter.name);
      break;
    case KernelParameter::Kind::Integer:
      attribute("i64", parameter.value);
      break;
    case KernelParameter::Kind::Scalar:
      json.attribute(getTypeName(parameter.type), parameter.name);
      break;
    case KernelParameter::Kind::Constant: {
      json.attributeBegin(getTypeName(parameter.type));
      if (auto type = dyn_cast<FloatType>(parameter.type)) {
        APFloat value(type.getFloatSemantics(),
                      APInt(type.getWidth(), parameter.bits));
        // JSON has no other numbers.
        if (value.isFinite())
          json.value(value.convertToDouble());
        else
          json.value(nullptr);
      } else {
        json.value(parameter.bits);
      }
      json.attributeEnd();
      json.attribute("bits", parameter.bits);
      break;
    }
    }
  });
}

void ManifestPrinter::launch(const DeviceLaunch &launch) {
  json.object([&] {
    if (launch.copiedBytes) {
      json.attributeObject("copy", [&] {
        json.attribute("from", launch.parameters[0].name);
        json.attribute("to", launch.parameters[1].name);
        attribute("bytes", launch.copiedBytes);
      });
    } else {
      json.attribute("kernel", launch.kernel);
    }
    json.attributeBegin("condition");
    if (launch.condition)
      json.value(launch.condition.getPython());
    else
      json.value(nullptr);
    json.attributeEnd();
    if (launch.copiedBytes)
      return;
    json.attributeArray("grid", [&] {
      llvm::for_each(launch.grid,
                     [&](const Expression &size) { expression(size); });
    });
    auto numbers = [&](StringRef key, ArrayRef<int64_t> values) {
      json.attributeArray(key, [&] {
        for (int64_t value : values)
          json.value(value);
      });
    };
    numbers("block", launch.block);
    numbers("cluster", launch.cluster);
    json.attribute("shared_bytes", launch.sharedBytes);
    json.attribute("programmatic_launch", launch.isProgrammatic);
    json.attributeArray("parameters", [&] {
      for (const KernelParameter &parameter : launch.parameters)
        kernelParameter(parameter);
    });
  });
}

void ManifestPrinter::function(const CFunction &interface,
                               const DeviceFunction &function) {
  SmallVector<Expression> symbols;
  for (const std::string &name : interface.symbolNames)
    symbols.push_back(Expression::symbol(name, /*isSize=*/true));
  json.object([&] {
    json.attribute("name", interface.name);
    json.attributeArray("symbols", [&] {
      for (const std::string &name : interface.symbolNames)
        json.value(name);
    });
    json.attributeArray("arguments", [&] {
      for (const CParameter &argument : interface.parameters)
        parameter(argument, symbols);
    });
    json.attributeArray("workspaces", [&] {
      for (const Workspace &workspace : function.workspaces)
        json.object([&] {
          json.attribute("name", workspace.name);
          attribute("bytes", workspace.bytes);
        });
    });
    json.attributeArray("launches", [&] {
      for (const DeviceLaunch &each : function.launches)
        launch(each);
    });
  });
}

void ManifestPrinter::target(const DeviceTarget &target) {
  bool isLast = &target == &program.targets.back();
  json.object([&] {
    json.attribute("chip", target.chip.chip);
    json.attribute("capability", target.chip.capability);
    json.attributeArray("code", [&] {
      if (format == DeviceImage::Fatbinary)
        json.value("cubin");
      if (format == DeviceImage::PTX || isLast)
        json.value("ptx");
    });
    json.attributeArray("functions", [&] {
      for (auto [interface, body] :
           llvm::zip_equal(program.functions, target.functions))
        function(interface, body);
    });
  });
}

void ManifestPrinter::print(StringRef image) {
  json.object([&] {
    json.attribute("version", 1);
    json.attribute("image", image);
    json.attribute("format", format == DeviceImage::PTX ? "ptx" : "fatbin");
    json.attributeArray("chips", [&] {
      for (const DeviceTarget &target : program.targets)
        json.value(target.chip.chip);
    });
    json.attributeArray("targets", [&] {
      for (const DeviceTarget &each : program.targets)
        target(each);
    });
  });
}

void norm::printManifest(raw_ostream &os, const DeviceProgram &program,
                         DeviceImage format, StringRef image) {
  ManifestPrinter(os, program, format).print(image);
  os << "\n";
}
