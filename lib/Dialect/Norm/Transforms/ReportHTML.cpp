//===- ReportHTML.cpp - A NormReport as a page ----------------------------===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "NormReport.h"
#include "ReportPage.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/JSON.h"

using namespace mlir;
using namespace mlir::norm;

//===----------------------------------------------------------------------===//
// Text
//===----------------------------------------------------------------------===//

/// `text` as text of the page: it may hold any bytes.
static std::string escape(StringRef text) {
  std::string result;
  llvm::raw_string_ostream os(result);
  llvm::printHTMLEscaped(llvm::json::fixUTF8(text), os);
  return result;
}

static std::string code(StringRef text) {
  return "<code>" + escape(text) + "</code>";
}

/// A link that filters for `text`.
static std::string filterLink(StringRef text) {
  std::string query;
  for (unsigned char c : text) {
    if (llvm::isAlnum(c) || c == '-' || c == '_' || c == '.')
      query += c;
    else
      query += "%" + llvm::toHex(StringRef(reinterpret_cast<char *>(&c), 1));
  }
  return "<a href=\"#q=" + query + "\">" + code(text) + "</a>";
}

static std::string plural(unsigned count, StringRef noun) {
  std::string text = std::to_string(count) + " " + noun.str();
  if (count != 1)
    text += noun.ends_with("s") ? "es" : "s";
  return text;
}

/// In the unit that suits it.
static std::string formatBytes(int64_t bytes) {
  double size = std::abs(static_cast<double>(bytes));
  const char *sign = bytes < 0 ? "\xe2\x88\x92" : "";
  if (size < 1024)
    return sign + std::to_string(static_cast<int64_t>(size)) + " bytes";
  const char *unit = "";
  for (const char *next : {"KiB", "MiB", "GiB", "TiB", "PiB"}) {
    if (size < 1024)
      break;
    size /= 1024;
    unit = next;
  }
  std::string text;
  llvm::raw_string_ostream os(text);
  os << sign << llvm::format(size < 100 ? "%.1f" : "%.0f", size) << " " << unit;
  return text;
}

static std::string format(const ByteCount &bytes) {
  return bytes.isExact() ? formatBytes(bytes.getBytes())
                         : escape(bytes.str()) + " bytes";
}

static std::string formatDouble(double value) {
  std::string text;
  llvm::raw_string_ostream os(text);
  os << llvm::format("%g", value);
  return text;
}

/// For example "[0, 2]".
static std::string formatDims(ArrayRef<int64_t> dims) {
  std::string text;
  llvm::raw_string_ostream os(text);
  os << "[";
  llvm::interleaveComma(dims, os);
  os << "]";
  return text;
}

//===----------------------------------------------------------------------===//
// One norm, one near-miss
//===----------------------------------------------------------------------===//

namespace {
class PageWriter {
public:
  PageWriter(const NormReport &report, raw_ostream &os)
      : report(report), os(os) {}
  void write();

private:
  void writeTotals();
  void writeCounts(const std::map<std::string, unsigned> &counts);
  void writeTools();
  void writeFunction(const FunctionReport &function);
  void writeRaised(const RaisedReport &norm);
  void writeMissed(const MissedReport &miss);
  void writeFact(StringRef name, const Twine &html) {
    os << "<dt>" << name << "</dt><dd>" << html << "</dd>\n";
  }
  void writeIR(StringRef title, StringRef text) {
    os << "<h3>" << title << "</h3>\n<pre class=\"" << title
       << "\" tabindex=\"0\" aria-label=\"" << title << "\">" << escape(text)
       << "</pre>\n";
  }

  const NormReport &report;
  raw_ostream &os;
};
} // namespace

static std::string formatValue(const ReportValue &value) {
  std::string text;
  if (!value.name.empty())
    text = code(value.name) + " ";
  text += "<span class=\"dim\">" + code(value.type) + "</span>";
  if (value.dims)
    text += " along dimensions " + formatDims(*value.dims) + " of x";
  return text;
}

/// What went on one line: the attributes that all norms have.
static std::string formatLine(const RaisedReport &norm) {
  std::string text = "axes " + formatDims(norm.axes) + ", epsilon " +
                     formatDouble(norm.epsilon);
  if (norm.epsilonMode != "inside")
    text += " (" + norm.epsilonMode + ")";
  for (const ReportValue &operand : norm.operands)
    if (operand.role == "scale" || operand.role == "bias")
      text += ", " + operand.role +
              (operand.name.empty() ? " (computed)" : " " + operand.name);
  return escape(text);
}

static std::string formatEpsilon(const RaisedReport &norm) {
  std::string text;
  llvm::raw_string_ostream os(text);
  os << llvm::format("%.17g", norm.epsilon);
  if (norm.epsilonMode == "inside")
    os << ", inside of the root";
  else if (norm.epsilonMode == "outside")
    os << ", outside of the root";
  else if (norm.epsilonMode == "clamp_var")
    os << ", the least that the statistic under the root may be";
  else
    os << ", the least that the root may be";
  return text;
}

void PageWriter::writeRaised(const RaisedReport &norm) {
  ByteCount saved = norm.traffic.getSaved();
  os << "<article class=\"item raised\"><details>\n<summary><span "
        "class=\"badge\">"
     << escape(norm.op) << "</span><span class=\"where\">"
     << escape(norm.location.text) << "</span><span class=\"right\">"
     << format(saved) << " less traffic</span><span class=\"line\">"
     << formatLine(norm) << "</span></summary>\n<div class=\"body\">\n<dl>\n";
  writeFact("Spelling", escape(norm.spelling));
  writeFact("Axes", formatDims(norm.axes));
  writeFact("Epsilon", formatEpsilon(norm));
  for (const ReportValue &operand : norm.operands) {
    std::string text = formatValue(operand);
    if (operand.role == "scale" && norm.scaleOffset != 0.0)
      text += ", plus " + formatDouble(norm.scaleOffset);
    writeFact(operand.role, text);
  }
  for (const ReportValue &result : norm.results)
    writeFact(result.role, formatValue(result));
  if (norm.statisticsExtent)
    writeFact("Statistics over",
              "the first " + Twine(*norm.statisticsExtent) + " of a row");
  for (auto [name, type] : {std::pair("Statistics in", &norm.statisticsType),
                            std::pair("Normalised in", &norm.normalizedType),
                            std::pair("Scaled in", &norm.scaledType)})
    if (!type->empty())
      writeFact(name, code(*type));
  writeFact("Policy", escape(report.policy));
  writeFact("Ops", Twine(norm.opsBefore) + " before, " + Twine(norm.opsAfter) +
                       " after");
  std::string traffic = format(norm.traffic.before) + " before, " +
                        format(norm.traffic.after) + " after";
  if (int64_t before = norm.traffic.before.getBytes();
      before > 0 && norm.traffic.before.isExact() && saved.isExact())
    traffic += " (" +
               std::to_string(std::llround(100.0 * saved.getBytes() / before)) +
               " % less)";
  writeFact("Traffic", traffic);
  os << "</dl>\n";
  writeIR("Before", norm.before);
  writeIR("After", norm.after);
  os << "</div></details></article>\n";
}

void PageWriter::writeMissed(const MissedReport &miss) {
  os << "<article class=\"item missed\"><details>\n<summary><span "
        "class=\"badge\">near-miss</span><span class=\"where\">"
     << escape(miss.location.text) << "</span><span class=\"right\">"
     << code(miss.guard)
     << "</span><span class=\"line\">Not raised: " << escape(miss.reason)
     << "</span></summary>\n<div class=\"body\">\n<dl>\n";
  writeFact("Found at", code(miss.root));
  os << "</dl>\n";
  writeIR("Source", miss.before);
  os << "</div></details></article>\n";
}

//===----------------------------------------------------------------------===//
// The page
//===----------------------------------------------------------------------===//

void PageWriter::writeFunction(const FunctionReport &function) {
  if (function.raised.empty() && function.missed.empty())
    return;
  ReportTotals totals;
  totals.add(function);
  std::string name = function.name.empty() ? "Outside of functions"
                                           : "@" + escape(function.name);
  os << "<section class=\"function\" data-name=\"" << name << "\"><header><h2>"
     << name << "</h2><span class=\"dim\">";
  if (totals.numRaised)
    os << plural(totals.numRaised, "norm") << " raised";
  if (totals.numRaised && totals.numMissed)
    os << ", ";
  if (totals.numMissed)
    os << plural(totals.numMissed, "near-miss");
  os << "</span></header>\n";
  // In the order of the source.
  auto miss = function.missed.begin();
  for (const RaisedReport &norm : function.raised) {
    for (; miss != function.missed.end() && miss->position < norm.position;
         ++miss)
      writeMissed(*miss);
    writeRaised(norm);
  }
  for (; miss != function.missed.end(); ++miss)
    writeMissed(*miss);
  os << "</section>\n";
}

void PageWriter::writeCounts(const std::map<std::string, unsigned> &counts) {
  if (counts.empty())
    return;
  std::vector<std::pair<std::string, unsigned>> sorted(counts.begin(),
                                                       counts.end());
  llvm::sort(sorted, [](const auto &a, const auto &b) {
    return std::pair(-int64_t(a.second), StringRef(a.first)) <
           std::pair(-int64_t(b.second), StringRef(b.first));
  });
  os << "<ul>\n";
  for (const auto &[name, count] : sorted)
    os << "<li><span>" << filterLink(name) << "</span><span>" << count
       << "</span></li>\n";
  os << "</ul>\n";
}

void PageWriter::writeTotals() {
  ReportTotals totals = report.getTotals();
  os << "<section class=\"tiles\" aria-label=\"Summary\">\n";
  os << "<div class=\"tile\"><b>" << totals.numRaised << "</b>"
     << (totals.numRaised == 1 ? "norm" : "norms") << " raised\n";
  writeCounts(totals.raised);
  os << "</div>\n<div class=\"tile\"><b>" << totals.numMissed << "</b>"
     << (totals.numMissed == 1 ? "near-miss" : "near-misses") << "\n";
  writeCounts(totals.missed);
  int64_t most =
      std::max<int64_t>({totals.bytesBefore, totals.bytesAfter, int64_t(1)});
  auto writeBar = [&](StringRef kind, int64_t bytes) {
    os << "<li><span>" << kind << "</span><span>" << formatBytes(bytes)
       << "</span></li><li class=\"bar " << kind
       << "\" aria-hidden=\"true\"><i style=\"width:"
       << llvm::format("%.1f", 100.0 * bytes / most) << "%\"></i></li>\n";
  };
  os << "</div>\n<div class=\"tile\"><b>"
     << formatBytes(totals.bytesBefore - totals.bytesAfter)
     << "</b>less memory traffic\n<ul>\n";
  writeBar("before", totals.bytesBefore);
  writeBar("after", totals.bytesAfter);
  os << "</ul>\n";
  if (totals.numInexact)
    os << "<p class=\"dim\">" << plural(totals.numInexact, "norm")
       << " of unknown extents, which count as one here</p>\n";
  os << "</div>\n</section>\n";
}

void PageWriter::writeTools() {
  os << R"html(<form class="tools" role="search" hidden
 onsubmit="return false"><input id="filter" type="search"
 placeholder="Filter: function, op, guard, location&#8230;  ( / )"
 aria-label="Filter" autocomplete="off" spellcheck="false">
<select id="kind" aria-label="Kind"><option value="">All</option>
<option value="raised">Raised</option>
<option value="missed">Near-misses</option></select>
<button id="open" type="button">Expand all</button>
<button id="close" type="button">Collapse all</button>
<span id="shown" class="dim" role="status"></span></form>
)html";
}

void PageWriter::write() {
  unsigned withNorms =
      llvm::count_if(report.functions, [](const FunctionReport &function) {
        return !function.raised.empty() || !function.missed.empty();
      });
  std::string module = "@" + report.module;
  if (report.module.empty())
    module = report.location.file.empty() ? "a module" : report.location.file;
  os << "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta "
        "charset=\"utf-8\">\n<meta name=\"viewport\" "
        "content=\"width=device-width, initial-scale=1\">\n<title>Norms of "
     << escape(module) << "</title>\n<style>" << reportStyle
     << "</style>\n</head>\n<body>\n<header>\n<h1>Norms of " << escape(module)
     << "</h1>\n<p class=\"dim\">What <code>norm-raise</code> does to this "
        "module under the policy "
     << code(report.policy) << ". "
     << plural(report.functions.size(), "function") << ", " << withNorms
     << " with norms or near-misses.</p>\n</header>\n";
  writeTotals();
  writeTools();
  os << "<main>\n";
  for (const FunctionReport &function : report.functions)
    writeFunction(function);
  if (withNorms == 0)
    os << "<p>There is nothing like a norm in this module.</p>\n";
  os << "</main>\n<script>" << reportScript << "</script>\n</body>\n</html>\n";
}

void norm::writeHTML(const NormReport &report, raw_ostream &os) {
  PageWriter(report, os).write();
}
