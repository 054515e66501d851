//===- ReportJSON.cpp - A NormReport as JSON ------------------------------===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "NormReport.h"

#include "llvm/Support/JSON.h"

using namespace mlir;
using namespace mlir::norm;
namespace json = llvm::json;

/// Text of the source may hold any bytes.
static json::Value toJSON(StringRef text) { return json::fixUTF8(text); }

static json::Value toJSONOrNull(StringRef text) {
  return text.empty() ? json::Value(nullptr) : toJSON(text);
}

static json::Value toJSON(const ReportLocation &location) {
  json::Object object{{"text", toJSON(location.text)}};
  if (!location.file.empty()) {
    object["file"] = toJSON(location.file);
    object["line"] = location.line;
    object["column"] = location.column;
  }
  return object;
}

static json::Value toJSON(const ByteCount &bytes) {
  return json::Object{{"bytes", bytes.getBytes()},
                      {"exact", bytes.isExact()},
                      {"expression", toJSON(bytes.str())}};
}

static json::Value toJSON(ArrayRef<ReportValue> values) {
  json::Object object;
  for (const ReportValue &value : values) {
    json::Object fields{{"name", toJSONOrNull(value.name)},
                        {"type", toJSON(value.type)}};
    if (value.dims)
      fields["dims"] = json::Array(*value.dims);
    object[value.role] = std::move(fields);
  }
  return object;
}

static json::Value toJSON(const std::map<std::string, unsigned> &counts) {
  json::Object object;
  for (const auto &[name, count] : counts)
    object[name] = count;
  return object;
}

static json::Value toJSON(const ReportTotals &totals) {
  return json::Object{
      {"raised", totals.numRaised},
      {"missed", totals.numMissed},
      {"raisedByOp", toJSON(totals.raised)},
      {"missedByGuard", toJSON(totals.missed)},
      {"traffic",
       json::Object{{"before", totals.bytesBefore},
                    {"after", totals.bytesAfter},
                    {"saved", totals.bytesBefore - totals.bytesAfter},
                    {"inexactNorms", totals.numInexact}}}};
}

static json::Value toJSON(const RaisedReport &norm) {
  json::Object attributes{{"axes", json::Array(norm.axes)},
                          {"epsilon", norm.epsilon},
                          {"epsilonMode", norm.epsilonMode},
                          {"scaleOffset", norm.scaleOffset},
                          {"statisticsType", toJSONOrNull(norm.statisticsType)},
                          {"normalizedType", toJSONOrNull(norm.normalizedType)},
                          {"scaledType", toJSONOrNull(norm.scaledType)}};
  attributes["statisticsExtent"] = norm.statisticsExtent
                                       ? json::Value(*norm.statisticsExtent)
                                       : json::Value(nullptr);
  return json::Object{
      {"op", norm.op},
      {"location", toJSON(norm.location)},
      {"summary", toJSON(norm.summary)},
      {"spelling", toJSON(norm.spelling)},
      {"attributes", std::move(attributes)},
      {"operands", toJSON(norm.operands)},
      {"results", toJSON(norm.results)},
      {"before", toJSON(norm.before)},
      {"after", toJSON(norm.after)},
      {"opsBefore", norm.opsBefore},
      {"opsAfter", norm.opsAfter},
      {"traffic", json::Object{{"before", toJSON(norm.traffic.before)},
                               {"after", toJSON(norm.traffic.after)},
                               {"saved", toJSON(norm.traffic.getSaved())}}}};
}

static json::Value toJSON(const MissedReport &miss) {
  return json::Object{{"location", toJSON(miss.location)},
                      {"guard", toJSON(miss.guard)},
                      {"reason", toJSON(miss.reason)},
                      {"root", toJSON(miss.root)},
                      {"before", toJSON(miss.before)}};
}

void norm::writeJSON(const NormReport &report, raw_ostream &os) {
  json::OStream writer(os, /*IndentSize=*/2);
  writer.object([&] {
    writer.attribute("version", NormReport::version);
    writer.attribute("module", toJSONOrNull(report.module));
    writer.attribute("location", toJSON(report.location));
    writer.attribute("policy", report.policy);
    writer.attribute("totals", toJSON(report.getTotals()));
    writer.attributeArray("functions", [&] {
      for (const FunctionReport &function : report.functions)
        writer.object([&] {
          writer.attribute("name", toJSONOrNull(function.name));
          writer.attribute("location", toJSON(function.location));
          ReportTotals totals;
          totals.add(function);
          writer.attribute("totals", toJSON(totals));
          writer.attributeArray("raised", [&] {
            for (const RaisedReport &norm : function.raised)
              writer.value(toJSON(norm));
          });
          writer.attributeArray("missed", [&] {
            for (const MissedReport &miss : function.missed)
              writer.value(toJSON(miss));
          });
        });
    });
  });
  os << "\n";
}
