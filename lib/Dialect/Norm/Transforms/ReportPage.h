//===- ReportPage.h - Style and script of the page --------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RMSNORM_LIB_DIALECT_NORM_TRANSFORMS_REPORTPAGE_H
#define RMSNORM_LIB_DIALECT_NORM_TRANSFORMS_REPORTPAGE_H

#include "llvm/ADT/StringRef.h"

namespace mlir::norm {

inline constexpr llvm::StringLiteral reportStyle = R"css(
:root {
  color-scheme: light dark;
  --page: #f6f7f9; --card: #fff; --line: #dde1e7; --text: #1b222c;
  --dim: #5a6675; --link: #0b62b8; --code: #f2f4f7;
  --good: #0b6b4f; --good-bg: #dff3ea; --miss: #8a4b00; --miss-bg: #fdeed6;
  --value: #0b5cad; --op: #8a2da5; --string: #17734b; --type: #9a4a08;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #12161c; --card: #1a2028; --line: #303a47; --text: #e4e9f0;
    --dim: #9ba8b8; --link: #74b4f5; --code: #12171e;
    --good: #6fd8af; --good-bg: #143b30; --miss: #f2b765; --miss-bg: #41300f;
    --value: #7cbcff; --op: #d99cee; --string: #7fd3a5; --type: #eaa86b;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 1.5rem 1rem 4rem; max-width: 78rem;
  background: var(--page); color: var(--text);
  font: 15px/1.5 system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif;
  overflow-wrap: anywhere;
}
h1 { font-size: 1.5rem; line-height: 1.2; margin: 0; }
h2 { font-size: 1.05rem; margin: 0; }
p { margin: 0; }
a { color: var(--link); }
code, pre { font-family: ui-monospace, "DejaVu Sans Mono", Menlo, monospace; }
code { font-size: .92em; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
.dim { color: var(--dim); }
.tiles {
  display: grid; gap: .75rem; margin: 1.25rem 0;
  grid-template-columns: repeat(auto-fit, minmax(min(100%, 15rem), 1fr));
}
.tile, .item {
  background: var(--card); border: 1px solid var(--line); border-radius: 8px;
}
.tile { padding: .8rem 1rem; }
.tile > b { font-size: 1.6rem; line-height: 1.2; margin-right: .35rem; }
.tile ul { list-style: none; margin: .4rem 0 0; padding: 0; font-size: .9rem; }
.tile li { display: flex; gap: 1rem; justify-content: space-between; }
.tile li > :last-child { flex: none; }
.bar { height: .5rem; border-radius: 4px; background: var(--line); }
.bar i {
  display: block; height: 100%; border-radius: 4px; background: var(--dim);
  min-width: 2px; print-color-adjust: exact;
}
.bar.after i { background: var(--good); }
.tools {
  position: sticky; top: 0; z-index: 1; display: flex; flex-wrap: wrap;
  gap: .5rem .75rem; align-items: center; padding: .6rem 0;
  background: var(--page); border-bottom: 1px solid var(--line);
}
.tools input, .tools select, .tools button {
  font: inherit; color: inherit; background: var(--card); min-height: 2.3rem;
  border: 1px solid var(--line); border-radius: 6px; padding: .25rem .6rem;
}
.tools input { flex: 1 1 14rem; min-width: 0; }
.tools button { cursor: pointer; }
.function { margin-top: 1.5rem; }
.function > header {
  display: flex; flex-wrap: wrap; gap: .1rem .75rem; align-items: baseline;
  margin-bottom: .5rem;
}
.item {
  margin-bottom: .5rem; content-visibility: auto;
  contain-intrinsic-size: auto 4.2rem;
}
summary {
  display: grid; grid-template-columns: auto 1fr auto; gap: .1rem .75rem;
  align-items: baseline; padding: .6rem .9rem; cursor: pointer;
  list-style: none; border-radius: 8px;
}
summary::-webkit-details-marker { display: none; }
summary .line { grid-column: 1 / -1; }
summary .where { color: var(--dim); font-size: .88rem; }
summary .right { text-align: right; color: var(--good); }
.badge {
  padding: .05rem .5rem; border-radius: 99px; font-size: .82rem;
  font-weight: 600; color: var(--good); background: var(--good-bg);
  print-color-adjust: exact;
}
.badge::before { content: "\25B8\00a0"; }
details[open] > summary .badge::before { content: "\25BE\00a0"; }
.missed .badge, .missed .right { color: var(--miss); }
.missed .badge { background: var(--miss-bg); }
.body { padding: .25rem .9rem .9rem; border-top: 1px solid var(--line); }
dl {
  display: grid; grid-template-columns: max-content minmax(0, 1fr);
  gap: .2rem 1rem; margin: .6rem 0;
}
dt { color: var(--dim); }
dd { margin: 0; }
h3 { font-size: .88rem; margin: .8rem 0 .3rem; color: var(--dim); }
pre {
  margin: 0; padding: .7rem; overflow: auto; max-height: 32rem; tab-size: 2;
  background: var(--code); border: 1px solid var(--line); border-radius: 6px;
  font-size: 12.5px; line-height: 1.5; overflow-wrap: normal;
}
pre.After { white-space: pre-wrap; overflow-wrap: anywhere; }
.v { color: var(--value); } .o { color: var(--op); }
.s { color: var(--string); } .t { color: var(--type); }
[hidden] { display: none !important; }
@media (max-width: 40rem) {
  summary { grid-template-columns: 1fr; }
  summary .badge { justify-self: start; }
  summary .right { text-align: left; }
  dl { grid-template-columns: 1fr; gap: 0; }
  dd { margin-bottom: .4rem; }
  .tools { position: static; }
}
@media print {
  body { max-width: none; padding: 0; background: none; font-size: 10pt; }
  .tools { display: none; }
  .item { content-visibility: visible; }
  summary, .tile { break-inside: avoid; }
  pre { white-space: pre-wrap; overflow: visible; max-height: none;
        overflow-wrap: anywhere; font-size: 8pt; }
}
)css";

inline constexpr llvm::StringLiteral reportScript = R"js(
"use strict";
const filter = document.getElementById("filter");
const kind = document.getElementById("kind");
const shown = document.getElementById("shown");
const items = [...document.querySelectorAll(".item")];
const sections = [...document.querySelectorAll(".function")];

// What the filter looks at: everything but the IR.
function textOf(item) {
  if (item.searched === undefined) {
    const parts = item.querySelectorAll("summary, dl");
    item.searched = [item.closest(".function").dataset.name,
                     ...[...parts].map(part => part.textContent)]
      .join(" ").toLowerCase();
  }
  return item.searched;
}

function apply() {
  const words = filter.value.toLowerCase().split(/\s+/).filter(w => w);
  let count = 0;
  for (const item of items) {
    const matches = (!kind.value || item.classList.contains(kind.value)) &&
      words.every(word => textOf(item).includes(word));
    item.hidden = !matches;
    count += matches;
  }
  for (const section of sections)
    section.hidden = !section.querySelector(".item:not([hidden])");
  shown.textContent = count + " of " + items.length + " shown";
}

// The filter is part of the address: #q=words.
function readAddress() {
  if (location.hash && !location.hash.startsWith("#q="))
    return;
  try {
    filter.value = decodeURIComponent(location.hash.slice(3));
  } catch (e) {
    filter.value = location.hash.slice(3);
  }
  apply();
}

function writeAddress() {
  const query = filter.value ? "#q=" + encodeURIComponent(filter.value) : "#";
  try {
    history.replaceState(null, "", query);
  } catch (e) {
    // Some viewers have no history.
  }
}

const token = /("(?:[^"\\]|\\.)*")|(%[\w$.-]+(?:#\d+)?)|\b((?:tensor|vector|memref|complex)(?=<)|[fi]\d+\b|bf16\b|index\b)|(![\w.]+)|((?:^|= +)"?)([a-z_][\w]*(?:\.[\w]+)+)/gm;

function highlight(pre) {
  if (pre.dataset.done)
    return;
  pre.dataset.done = "1";
  const text = pre.textContent;
  const result = document.createDocumentFragment();
  let at = 0;
  const add = (to, name) => {
    if (to <= at)
      return;
    const part = text.slice(at, to);
    at = to;
    if (!name) {
      result.append(part);
      return;
    }
    const span = document.createElement("span");
    span.className = name;
    span.textContent = part;
    result.append(span);
  };
  for (const match of text.matchAll(token)) {
    const end = match.index + match[0].length;
    add(match.index);
    if (match[6] !== undefined) {
      add(end - match[6].length);
      add(end, "o");
    } else {
      add(end, match[1] ? "s" : match[2] ? "v" : "t");
    }
  }
  add(text.length);
  pre.replaceChildren(result);
}

function toggleAll(open) {
  for (const item of items)
    if (!item.hidden)
      item.firstElementChild.open = open;
}

document.addEventListener("toggle", event => {
  if (event.target.open)
    event.target.querySelectorAll("pre").forEach(highlight);
}, true);
filter.addEventListener("input", () => { apply(); writeAddress(); });
kind.addEventListener("change", apply);
document.getElementById("open").onclick = () => toggleAll(true);
document.getElementById("close").onclick = () => toggleAll(false);
addEventListener("hashchange", readAddress);
addEventListener("keydown", event => {
  if (event.key === "/" && !event.target.closest("input, select")) {
    event.preventDefault();
    filter.focus();
  } else if (event.key === "Escape" && event.target === filter) {
    filter.value = "";
    apply();
    writeAddress();
  }
});

// On paper everything that is shown is open.
let closed = [];
addEventListener("beforeprint", () => {
  closed = items.filter(item => !item.hidden && !item.firstElementChild.open);
  for (const item of closed)
    item.firstElementChild.open = true;
});
addEventListener("afterprint", () => {
  for (const item of closed)
    item.firstElementChild.open = false;
});
document.querySelector(".tools").hidden = false;
readAddress();
)js";

} // namespace mlir::norm

#endif // RMSNORM_LIB_DIALECT_NORM_TRANSFORMS_REPORTPAGE_H
